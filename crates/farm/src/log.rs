//! The access log: who asked what, when, and how many at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use trackward_core::{Clock, HostKey};

/// One request, as the host saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When it came, by the farm's clock.
    pub at: Timestamp,
    /// When its answer was handed over for sending; `at` while there is none.
    pub ended: Timestamp,
    /// The host it came to.
    pub host: HostKey,
    /// The blog of that host and port.
    pub blog: &'static str,
    /// Path and query.
    pub path: String,
    /// Status of the answer; none when there was none.
    pub status: Option<u16>,
    /// `User-Agent` as sent.
    pub agent: Option<String>,
    /// `If-None-Match` as sent.
    pub if_none_match: Option<String>,
    /// Requests the host was busy with when this one came, this one included.
    pub in_flight: usize,
}

/// The access log of all hosts, in the order the requests came.
#[derive(Debug)]
pub(crate) struct Log {
    clock: Arc<dyn Clock>,
    lines: Mutex<Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    asked: Vec<Asked>,
    in_flight: HashMap<HostKey, usize>,
}

/// A request that is being answered; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Flight<'a> {
    log: &'a Log,
    line: usize,
    /// The status it is answered with.
    pub(crate) status: Option<u16>,
}

impl Log {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, lines: Mutex::default() }
    }

    /// Writes down a request; `in_flight` is counted here.
    pub(crate) fn begin(&self, asked: Asked) -> Flight<'_> {
        let mut lines = self.lines();
        let busy = lines.in_flight.entry(asked.host.clone()).or_default();
        *busy += 1;
        let in_flight = *busy;
        lines.asked.push(Asked { in_flight, ..asked });
        Flight { log: self, line: lines.asked.len() - 1, status: None }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.lines().asked.clone()
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let ended = self.log.clock.now();
        let mut lines = self.log.lines();
        let Lines { asked, in_flight } = &mut *lines;
        let asked = &mut asked[self.line];
        (asked.ended, asked.status) = (ended, self.status);
        if let Some(busy) = in_flight.get_mut(&asked.host) {
            *busy -= 1;
        }
    }
}
