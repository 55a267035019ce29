//! A scripted web: addresses and what they answer, with a log of who was asked when.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a script that cannot be set up fails its test")]

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    BodyEnd, Cadence, Clock, Event, Fetched, Headers, Mode, NewWatch, PageUrl, Response, Rule, RunRecord,
    Target, Trouble,
};
use trackward_fetch::{Fetch, Request};
use trackward_monitor::{Monitor, MonitorSettings, RunRequest, SimulatedClock};
use trackward_store::{EventQuery, LinkQuery, MemoryStore, Store};

/// A page with our link in its text.
pub(crate) const LINKED: &str = "<html><head><title>Post</title></head><body><article>\
    <p>Read <a href=\"https://ours.example/a\">ours</a>.</p></article></body></html>";

/// What an address answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Page(&'static str),
    Status(u16),
    Redirect(u16, &'static str),
    /// The connection breaks.
    Broken,
    /// The fetcher has a fault.
    Panics,
    /// A page with header fields.
    With(&'static [(&'static str, &'static str)], &'static str),
    /// A status with header fields.
    Says(u16, &'static [(&'static str, &'static str)]),
    /// A page that takes so many seconds.
    Slow(u64, &'static str),
    /// A page whose host says "unchanged" to every validator.
    Sticky(&'static str),
}

/// A web of so many addresses; what is not there is 404.
#[derive(Debug)]
pub(crate) struct Web {
    answers: Mutex<HashMap<String, Answer>>,
    clock: Arc<SimulatedClock>,
    log: Mutex<Vec<(Timestamp, String)>>,
    /// The address that each host answers from.
    peers: Mutex<HashMap<String, IpAddr>>,
}

#[async_trait]
impl Fetch for Web {
    async fn fetch(&self, request: &Request) -> Fetched {
        let url = request.url.to_string();
        self.log.lock().unwrap().push((self.clock.now(), url.clone()));
        let conditional = request.validators.is_some();
        let mut took = Duration::ZERO;
        let html = [("content-type", "text/html; charset=utf-8")];
        let (status, headers, body) = match self.answer(&url) {
            Answer::Page(body) => (200, html.to_vec(), body),
            Answer::Status(status) => (status, vec![], ""),
            Answer::Redirect(status, to) => (status, vec![("location", to)], ""),
            Answer::With(headers, body) => (200, [&html, headers].concat(), body),
            Answer::Says(status, headers) => (status, headers.to_vec(), ""),
            Answer::Sticky(_) if conditional => (304, vec![("etag", "\"1\"")], ""),
            Answer::Sticky(body) => (200, [html, [("etag", "\"1\"")]].concat(), body),
            Answer::Slow(seconds, body) => {
                took = Duration::from_secs(seconds);
                (200, html.to_vec(), body)
            }
            Answer::Broken => return fetched(request, Err(Trouble::Reset("closed".into()))),
            Answer::Panics => panic!("a fault in the fetcher"),
        };
        let headers: Headers = headers.into_iter().collect();
        let body = body.as_bytes().to_vec();
        let peer = self.peers.lock().unwrap().get(request.url.host_key().as_str()).copied();
        let outcome = Ok(Response { status, headers, body, ending: BodyEnd::Complete });
        Fetched { took, peer, ..fetched(request, outcome) }
    }
}

impl Web {
    fn answer(&self, url: &str) -> Answer {
        self.answers.lock().unwrap().get(url).cloned().unwrap_or(Answer::Status(404))
    }
}

fn fetched(request: &Request, outcome: Result<Response, Trouble>) -> Fetched {
    Fetched { url: request.url.clone(), outcome, took: Duration::ZERO, wire_bytes: 0, peer: None }
}

/// A monitor before a scripted web.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) web: Arc<Web>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) monitor: Monitor,
}

/// Every page once a day: what is tested here is another thing than the schedule.
pub(crate) fn daily() -> MonitorSettings {
    let cadence = Cadence { mode: Mode::Fixed(Cadence::EVERY), ..Cadence::default() };
    MonitorSettings { own_pages: false, cadence, ..MonitorSettings::default() }
}

impl Scene {
    pub(crate) fn new(answers: &[(&str, Answer)]) -> Self {
        Self::with(answers, daily())
    }

    pub(crate) fn with(answers: &[(&str, Answer)], settings: MonitorSettings) -> Self {
        let clock = Arc::new(SimulatedClock::new("2026-11-16T06:00:00Z".parse().unwrap()));
        let answers = answers.iter().map(|(url, answer)| ((*url).to_owned(), answer.clone())).collect();
        let web = Arc::new(Web {
            answers: Mutex::new(answers),
            clock: clock.clone(),
            log: Mutex::default(),
            peers: Mutex::default(),
        });
        let store = Arc::new(MemoryStore::new());
        let monitor = Monitor::new(store.clone(), web.clone(), clock.clone(), settings);
        Self { web, store, clock, monitor }
    }

    /// Another monitor before the same web and store.
    pub(crate) fn monitor_with(&self, settings: MonitorSettings) -> Monitor {
        Monitor::new(self.store.clone(), self.web.clone(), self.clock.clone(), settings)
    }

    /// A run by a clock that is wrong by so many days.
    pub(crate) async fn run_wrong_by(&self, days: i64) -> RunRecord {
        let wrong = self.clock.now() + SignedDuration::from_hours(24 * days);
        let clock = Arc::new(SimulatedClock::new(wrong));
        let settings = daily();
        let monitor = Monitor::new(self.store.clone(), self.web.clone(), clock, settings);
        monitor.run(RunRequest::due(), &|_| ()).await.unwrap()
    }

    /// An address answers differently from now on.
    pub(crate) fn change(&self, url: &str, answer: Answer) {
        self.web.answers.lock().unwrap().insert(url.to_owned(), answer);
    }

    /// A host answers from this address.
    pub(crate) fn place(&self, host: &str, peer: &str) {
        self.web.peers.lock().unwrap().insert(host.to_owned(), peer.parse().unwrap());
    }

    /// Lets time pass, and runs.
    pub(crate) async fn run_after(&self, minutes: i64) -> RunRecord {
        self.clock.advance_to(self.clock.now() + SignedDuration::from_mins(minutes));
        self.run().await
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How many requests were made.
    pub(crate) fn requests(&self) -> usize {
        self.web.log.lock().unwrap().len()
    }

    /// The rules that decided the last checks, in the order of the links' ids.
    pub(crate) async fn rules(&self) -> Vec<Rule> {
        let links = self.store.links(LinkQuery::default()).await.unwrap().rows;
        links.iter().map(|link| link.memory.last.unwrap().1).collect()
    }

    pub(crate) async fn watch(&self, page: &str) {
        let target = Target::parse("https://ours.example/a").unwrap();
        let watch = NewWatch::new(PageUrl::parse(page).unwrap(), target);
        self.store.add(vec![watch], self.clock.now()).await.unwrap();
    }

    pub(crate) async fn run(&self) -> RunRecord {
        self.monitor.run(RunRequest::due(), &|_| ()).await.unwrap()
    }

    pub(crate) async fn events(&self) -> Vec<Event> {
        let page = self.store.events(EventQuery::default()).await.unwrap();
        page.rows.into_iter().map(|(_, event)| event).collect()
    }

    /// What was asked, in order, with seconds since the start.
    pub(crate) fn asked(&self) -> Vec<(i64, String)> {
        let start: Timestamp = "2026-11-16T06:00:00Z".parse().unwrap();
        let log = self.web.log.lock().unwrap();
        log.iter().map(|(at, url)| (at.duration_since(start).as_secs(), url.clone())).collect()
    }
}

/// So many seconds.
pub(crate) fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}
