//! What goes out: one request, and nothing in it that is not meant.

use jiff::Timestamp;
use trackward_core::Validators;
use trackward_fetch::{Fetch, Request};

use crate::server::Server;
use crate::{answered, complete, fetch, fetcher, page};

/// The header lines of the one request that `request` makes, names in lower case, sorted.
async fn lines(change: impl FnOnce(&mut Request)) -> Vec<String> {
    let server = Server::page(&[], b"").await;
    let mut request = page(&server.url("/post?x=1"));
    change(&mut request);
    fetcher().fetch(&request).await;
    let [sent] = server.requests().try_into().expect("one request");
    assert!(sent.starts_with("GET /post?x=1 HTTP/1.1\r\n"), "{sent}");
    let mut lines: Vec<_> = sent.trim_end().lines().skip(1).map(str::to_owned).collect();
    lines.retain(|line| !line.starts_with("host: "));
    lines.sort();
    lines
}

fn validators(etag: Option<&str>, last_modified: Option<&str>) -> Validators {
    Validators {
        etag: etag.map(str::to_owned),
        last_modified: last_modified.map(str::to_owned),
        body_at: Timestamp::UNIX_EPOCH,
        uses: 0,
    }
}

const EVERY_REQUEST: [&str; 3] = [
    "accept-encoding: gzip, br",
    "accept: */*",
    concat!("user-agent: trackward/", env!("CARGO_PKG_VERSION"), " (+https://example.com/bot)"),
];

#[tokio::test]
async fn request_carries_our_name_and_nothing_of_the_past() {
    assert_eq!(lines(|_| {}).await, EVERY_REQUEST);
}

#[tokio::test]
async fn etag_makes_a_request_conditional_and_the_date_only_without_one() {
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    let with = async |etag, date| lines(|request| request.validators = Some(validators(etag, date))).await;
    assert!(with(Some("W/\"a\""), Some(DATE)).await.contains(&"if-none-match: W/\"a\"".to_owned()));
    assert!(
        !with(Some("W/\"a\""), Some(DATE)).await.iter().any(|line| line.starts_with("if-modified-since"))
    );
    assert!(with(None, Some(DATE)).await.contains(&format!("if-modified-since: {DATE}")));
}

#[tokio::test]
async fn fresh_copy_is_asked_for_by_no_cache() {
    assert!(lines(|request| request.no_cache = true).await.contains(&"cache-control: no-cache".to_owned()));
}

#[tokio::test]
async fn redirect_is_an_answer_and_is_not_followed() {
    let canary = Server::page(&[], b"").await;
    let location =
        format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", canary.url("/next"));
    let server = Server::answering(location).await;
    let response = answered(fetch(&server.url("/")).await);
    assert_eq!(
        (response.status, response.headers.get("location")),
        (302, Some(canary.url("/next").as_str()))
    );
    assert_eq!((server.requests().len(), canary.requests().len()), (1, 0));
}

#[tokio::test]
async fn cookie_and_referer_of_an_earlier_answer_are_not_sent() {
    let server = Server::page(&["set-cookie: id=1; path=/"], b"").await;
    let fetcher = fetcher();
    for path in ["/first", "/second"] {
        complete(fetcher.fetch(&page(&server.url(path))).await);
    }
    let second = server.requests().remove(1).to_ascii_lowercase();
    assert!(!second.contains("cookie") && !second.contains("referer"), "{second}");
}

#[tokio::test]
async fn failing_answer_is_not_asked_for_again() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let server = Server::answering(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n")).await;
        answered(fetch(&server.url("/")).await);
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}
