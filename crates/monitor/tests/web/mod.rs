//! A scripted web: addresses and what they answer, with a log of who was asked when.
#![expect(clippy::unwrap_used, reason = "a script that cannot be set up fails its test")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    BodyEnd, Clock, Event, Fetched, Headers, NewWatch, PageUrl, Response, RunRecord, Target, Trouble,
};
use trackward_fetch::{Fetch, Request};
use trackward_monitor::{Monitor, MonitorSettings, RunRequest, SimulatedClock};
use trackward_store::{EventQuery, MemoryStore, Store};

/// A page with our link in its text.
pub(crate) const LINKED: &str = "<html><head><title>Post</title></head><body><article>\
    <p>Read <a href=\"https://ours.example/a\">ours</a>.</p></article></body></html>";

/// What an address answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Page(&'static str),
    Status(u16),
    Redirect(u16, &'static str),
    Broken,
}

/// A web of so many addresses; what is not there is 404.
#[derive(Debug)]
pub(crate) struct Web {
    answers: Mutex<HashMap<String, Answer>>,
    clock: Arc<SimulatedClock>,
    log: Mutex<Vec<(Timestamp, String)>>,
}

#[async_trait]
impl Fetch for Web {
    async fn fetch(&self, request: &Request) -> Fetched {
        let url = request.url.to_string();
        self.log.lock().unwrap().push((self.clock.now(), url.clone()));
        let (status, headers, body) = match self.answer(&url) {
            Answer::Page(body) => (200, vec![("content-type", "text/html; charset=utf-8")], body),
            Answer::Status(status) => (status, vec![], ""),
            Answer::Redirect(status, to) => (status, vec![("location", to)], ""),
            Answer::Broken => return fetched(request, Err(Trouble::Reset("closed".into()))),
        };
        let headers: Headers = headers.into_iter().collect();
        let body = body.as_bytes().to_vec();
        fetched(request, Ok(Response { status, headers, body, ending: BodyEnd::Complete }))
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
pub(crate) struct Scene {
    pub(crate) web: Arc<Web>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) monitor: Monitor,
}

impl Scene {
    pub(crate) fn new(answers: &[(&str, Answer)]) -> Self {
        Self::with(answers, MonitorSettings::default())
    }

    pub(crate) fn with(answers: &[(&str, Answer)], settings: MonitorSettings) -> Self {
        let clock = Arc::new(SimulatedClock::new("2026-11-16T06:00:00Z".parse().unwrap()));
        let answers = answers.iter().map(|(url, answer)| ((*url).to_owned(), answer.clone())).collect();
        let web = Arc::new(Web { answers: Mutex::new(answers), clock: clock.clone(), log: Mutex::default() });
        let store = Arc::new(MemoryStore::new());
        let monitor = Monitor::new(store.clone(), web.clone(), clock.clone(), settings);
        Self { web, store, clock, monitor }
    }

    /// Another monitor before the same web and store.
    pub(crate) fn monitor_with(&self, settings: MonitorSettings) -> Monitor {
        Monitor::new(self.store.clone(), self.web.clone(), self.clock.clone(), settings)
    }

    /// An address answers differently from now on.
    pub(crate) fn change(&self, url: &str, answer: Answer) {
        self.web.answers.lock().unwrap().insert(url.to_owned(), answer);
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
