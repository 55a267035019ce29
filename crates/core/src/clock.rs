//! Time, passed in.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;

/// The only source of time: a real one, and a simulated one that jumps when nothing is in flight.
#[async_trait]
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present instant, UTC.
    fn now(&self) -> Timestamp;

    /// Ends at `at`, at once when that has passed.
    async fn sleep_until(&self, at: Timestamp);

    /// Says that work is in flight as long as the answer lives: simulated time stands still meanwhile.
    fn hold(&self) -> Hold;
}

/// Work in flight; dropping it lets simulated time move again.
#[derive(Debug, Default)]
pub struct Hold(Option<Holds>);

/// Counts what is in flight for a simulated clock.
#[derive(Debug, Clone, Default)]
pub struct Holds(Arc<AtomicUsize>);

impl Holds {
    /// One more piece of work in flight.
    pub fn take(&self) -> Hold {
        self.0.fetch_add(1, Ordering::SeqCst);
        Hold(Some(self.clone()))
    }

    /// Whether anything is in flight.
    pub fn any(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(holds) = &self.0 {
            holds.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
}
