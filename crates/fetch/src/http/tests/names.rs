//! Names that lead elsewhere than they should: a canary that must not be reached.

use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use super::*;
use crate::resolve::scripted::{Script, names};

const HOME: &str = "127.0.0.1";
const CANARY: &str = "127.0.0.66";

/// A web server at [`HOME`], and a listener that must not be reached on the same port of [`CANARY`].
struct Web {
    port: u16,
    canary: TcpListener,
    _home: JoinSet<()>,
}

impl Web {
    async fn new() -> Self {
        let (home, address) = listen().await;
        let canary = TcpListener::bind((CANARY, address.port())).await.unwrap();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            loop {
                let (mut stream, _) = greeted(&home).await;
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                    .await
                    .unwrap();
            }
        });
        Self { port: address.port(), canary, _home: serving }
    }

    fn page(&self) -> Request {
        page(&format!("http://host.example:{}/", self.port))
    }

    async fn caught(&self) -> usize {
        waiting(&self.canary).await
    }
}

/// A fetcher that may reach all of this machine but the canary, by the names of a script.
fn fetcher(script: &Arc<Script>) -> HttpFetch {
    let gate = Arc::new(loopback().deny(format!("{CANARY}/32").parse().unwrap()));
    let names = names(Arc::clone(script), Arc::clone(&gate));
    HttpFetch::over(gate, &names, |names| client::build(&agent(), names)).unwrap()
}

#[tokio::test]
async fn name_is_resolved_once_and_exactly_what_was_judged_is_connected_to() {
    let web = Web::new().await;
    let script = Script::new(&[&[HOME], &[CANARY]]);
    let fetched = fetcher(&script).fetch(&web.page()).await;
    assert_eq!(fetched.peer, Some(HOME.parse().unwrap()));
    assert_eq!((script.asked(), web.caught().await), (1, 0));
}

#[tokio::test]
async fn name_that_turns_to_an_address_off_limits_is_refused() {
    let web = Web::new().await;
    let script = Script::new(&[&[HOME], &[CANARY]]);
    let turning = fetcher(&script);
    assert_eq!(turning.fetch(&web.page()).await.outcome.unwrap().status, 200);
    let turned = turning.fetch(&web.page()).await.outcome;
    assert!(matches!(turned, Err(Trouble::Blocked(_))), "{turned:?}");
    assert_eq!((script.asked(), web.caught().await), (2, 0));
}

#[tokio::test]
async fn one_address_off_limits_refuses_the_name_wherever_it_stands() {
    for answer in [
        [HOME, CANARY],
        [CANARY, HOME],
        [HOME, "::ffff:127.0.0.66"],
        [HOME, "64:ff9b::7f00:42"],
        [HOME, "100.64.0.1"],
        [HOME, "169.254.169.254"],
        [HOME, "fe80::1"],
    ] {
        let web = Web::new().await;
        let script = Script::new(&[&answer]);
        let refused = fetcher(&script).fetch(&web.page()).await.outcome;
        assert!(matches!(refused, Err(Trouble::Blocked(_))), "{answer:?}: {refused:?}");
        assert_eq!((script.asked(), web.caught().await), (1, 0), "{answer:?}");
    }
}

#[tokio::test]
async fn name_without_an_answer_is_no_such_host() {
    let web = Web::new().await;
    let script = Script::new(&[]);
    let outcome = fetcher(&script).fetch(&web.page()).await.outcome;
    assert_eq!(outcome.unwrap_err(), Trouble::NoSuchHost);
}

#[tokio::test]
async fn resolving_judges_like_a_request_and_contacts_nobody() {
    let web = Web::new().await;
    let script = Script::new(&[&[HOME], &[CANARY]]);
    let fetcher = fetcher(&script);
    let url = web.page().url;
    assert_eq!(fetcher.resolve(&url).await, Ok(vec![HOME.parse().unwrap()]));
    assert!(matches!(fetcher.resolve(&url).await, Err(Trouble::Blocked(_))));
    let literal = |host: &str| PageUrl::parse(&format!("http://{host}:{}/", web.port)).unwrap();
    assert_eq!(fetcher.resolve(&literal(HOME)).await, Ok(vec![HOME.parse().unwrap()]));
    assert!(matches!(fetcher.resolve(&literal(CANARY)).await, Err(Trouble::Blocked(_))));
    assert_eq!(web.caught().await, 0);
}
