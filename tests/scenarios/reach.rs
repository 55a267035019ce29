//! A canary behind a port that is not allowed: no page leads there, by whatever way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use trackward_core::{NewWatch, PageUrl, Rule, StateName, Target, Watched};
use trackward_fetch::AddressGate;
use trackward_monitor::{Monitor, RunRequest, SimulatedClock};
use trackward_store::{LinkQuery, MemoryStore, Store};
use trackward_tests::{hours, monitor_through, start};

const OURS: &str = "https://ours.example/roses";
const HTML: &str = "content-type: text/html\r\n";

/// What a host answers on which path, and the paths it was asked for.
#[derive(Default)]
struct Script {
    answers: Mutex<HashMap<String, String>>,
    asked: Mutex<Vec<String>>,
}

/// A host that answers by a script, a canary beside it, and a monitor that may reach the host's port only.
struct Trap {
    host: PageUrl,
    canary: TcpListener,
    script: Arc<Script>,
    store: Arc<MemoryStore>,
    clock: Arc<SimulatedClock>,
    monitor: Monitor,
    _serving: JoinSet<()>,
}

impl Trap {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script: Arc<Script> = Arc::default();
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, Arc::clone(&script)));
        let gate = AddressGate::default().allow(format!("127.0.0.0/8:{}", address.port()).parse().unwrap());
        let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(SimulatedClock::new(start())));
        Self {
            host: PageUrl::parse(&format!("http://{address}/")).unwrap(),
            canary: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            script,
            monitor: monitor_through(gate, store.clone(), clock.clone()),
            store,
            clock,
            _serving: serving,
        }
    }

    /// An address of the canary.
    fn bait(&self, path: &str) -> String {
        format!("http://{}{path}", self.canary.local_addr().unwrap())
    }

    /// The host answers so on this path: status, header lines, body.
    fn answer(&self, path: &str, status: u16, headers: &str, body: &str) {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        );
        self.script.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    async fn watch(&self) {
        let watch = NewWatch::new(self.host.join("/post/").unwrap(), Target::parse(OURS).unwrap());
        self.store.add(vec![watch], start()).await.unwrap();
    }

    /// Runs, and answers what came of the page.
    async fn run(&self) -> Watched {
        self.monitor.run(RunRequest::due(), &|_| ()).await.unwrap();
        self.store.links(LinkQuery::default()).await.unwrap().rows.remove(0)
    }

    fn was_asked(&self, path: &str) -> bool {
        self.script.asked.lock().unwrap().iter().any(|asked| asked == path)
    }

    /// How many connections came to the canary; one of our own ends the queue.
    async fn caught(&self) -> usize {
        let own = TcpStream::connect(self.canary.local_addr().unwrap()).await.unwrap();
        let mut caught = 0;
        while self.canary.accept().await.unwrap().1 != own.local_addr().unwrap() {
            caught += 1;
        }
        caught
    }

    /// The page is judged by the gate, its link stays as it was, and nobody was at the canary.
    async fn is_refused(&self, way: &str) {
        self.watch().await;
        let row = self.run().await;
        assert_eq!(row.memory.last.map(|(_, rule)| rule), Some(Rule::AddressGate), "{way}");
        assert_eq!(row.link.state.name(), StateName::Imported, "{way}");
        assert_eq!(self.caught().await, 0, "{way}");
    }
}

async fn serve(listener: TcpListener, script: Arc<Script>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut asked = vec![0; 4_096];
        let read = stream.read(&mut asked).await.unwrap_or_default();
        let asked = String::from_utf8_lossy(&asked[..read]);
        let path = asked.split(' ').nth(1).unwrap_or_default();
        script.asked.lock().unwrap().push(path.to_owned());
        let answer = script.answers.lock().unwrap().get(path).cloned();
        let answer =
            answer.unwrap_or("HTTP/1.1 404 -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned());
        // A client that has read enough hangs up.
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

/// A post with what stands in its head, and its received trackbacks.
fn post(head: &str, entries: &str) -> String {
    format!(
        "<!doctype html><html><head><title>Roses</title>{head}</head><body class='single'><article class='post'>\
         <h1>Roses</h1><p>{}</p></article><ol class='commentlist'>{entries}</ol></body></html>",
        "A few honest words about roses, one after the other. ".repeat(40)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_do_not_lead_off_limits() {
    for status in [301, 302, 303, 307, 308] {
        let trap = Trap::new().await;
        trap.answer("/post/", status, &format!("location: {}\r\n", trap.bait("/")), "");
        trap.is_refused(&status.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_of_an_address_off_limits_do_not_lead_there() {
    for name in
        ["localhost", "any.localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"]
    {
        let trap = Trap::new().await;
        let port = trap.canary.local_addr().unwrap().port();
        trap.answer("/post/", 302, &format!("location: http://{name}:{port}/\r\n"), "");
        trap.is_refused(name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_header_does_not_lead_off_limits() {
    let trap = Trap::new().await;
    trap.answer("/post/", 200, &format!("{HTML}refresh: 0; url={}\r\n", trap.bait("/")), &post("", ""));
    trap.is_refused("Refresh").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn meta_refresh_does_not_lead_off_limits() {
    let trap = Trap::new().await;
    let meta = format!("<meta http-equiv=refresh content='0; url={}'>", trap.bait("/"));
    trap.answer("/post/", 200, HTML, &post(&meta, ""));
    trap.is_refused("meta refresh").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_that_redirects_does_not_lead_off_limits() {
    let trap = Trap::new().await;
    trap.answer("/robots.txt", 302, &format!("location: {}\r\n", trap.bait("/robots.txt")), "");
    trap.answer("/post/", 200, HTML, &post("", ""));
    trap.is_refused("robots.txt").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comment_pages_do_not_lead_off_limits() {
    let trap = Trap::new().await;
    let elsewhere = format!("<li><a href='{}'>older</a></li>", trap.bait("/post/comment-page-1/"));
    let here = "<li><a href='/post/comment-page-2/'>newer</a></li>";
    trap.answer("/post/", 200, HTML, &post("", &(elsewhere + here)));
    trap.answer("/post/comment-page-2/", 302, &format!("location: {}\r\n", trap.bait("/")), "");
    trap.watch().await;
    assert_eq!(trap.run().await.link.state.name(), StateName::Imported);
    assert!(trap.was_asked("/post/comment-page-2/"));
    assert_eq!(trap.caught().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rest_interface_does_not_lead_off_limits() {
    for asks_own in [false, true] {
        let trap = Trap::new().await;
        let own = "/wp-json/wp/v2/comments/7";
        let root = if asks_own { "/wp-json/".to_owned() } else { trap.bait("/wp-json/") };
        let head = format!("<link rel='https://api.w.org/' href='{root}'>");
        let entry =
            format!("<li class='trackback' id='comment-7'><cite><a href='{OURS}'>Ours</a></cite></li>");
        trap.answer("/post/", 200, HTML, &post(&head, &entry));
        trap.answer(own, 302, &format!("location: {}\r\n", trap.bait(own)), "");
        trap.watch().await;
        assert_eq!(trap.run().await.link.state.name(), StateName::Live);
        trap.answer("/post/", 200, HTML, &post(&head, ""));
        trap.clock.advance_to(start() + hours(24 * 30));
        assert_eq!(trap.run().await.link.state.name(), StateName::Missing);
        assert_eq!(trap.was_asked(own), asks_own);
        assert_eq!(trap.caught().await, 0, "{root}");
    }
}
