//! What comes in: bodies that are whole, packed, too large, or shorter than they say.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use trackward_core::{BodyEnd, Cut, PageUrl};
use trackward_fetch::{Fetch, Limits, Purpose, robots};

use crate::server::{Server, ok};
use crate::{answered, complete, fetch, fetcher, page};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

async fn read(answer: Vec<u8>) -> (usize, BodyEnd) {
    let server = Server::answering(answer).await;
    let response = answered(fetch(&server.url("/")).await);
    (response.body.len(), response.ending)
}

#[tokio::test]
async fn packed_body_is_unpacked_by_us_and_counted_as_sent() {
    let packed = gzip(b"<title>page</title>");
    let server = Server::page(&["content-encoding: gzip"], &packed).await;
    let fetched = fetch(&server.url("/")).await;
    assert_eq!(fetched.wire_bytes, packed.len() as u64);
    assert_eq!(fetched.peer, Some("127.0.0.1".parse().unwrap()));
    let response = answered(fetched);
    assert_eq!(response.headers.get("content-encoding"), Some("gzip"));
    assert_eq!(
        (response.body.as_slice(), response.ending),
        (b"<title>page</title>".as_slice(), BodyEnd::Complete)
    );
}

#[tokio::test]
async fn body_shorter_than_its_length_is_truncated() {
    let mut answer = ok(&[], b"only half of it");
    answer.truncate(answer.len() - 8);
    assert_eq!(read(answer).await, (7, BodyEnd::Cut(Cut::Truncated)));
}

#[tokio::test]
async fn chunks_without_their_last_one_are_truncated() {
    let chunked =
        |end: &str| format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npage\r\n{end}");
    assert_eq!(read(chunked("0\r\n\r\n").into()).await, (4, BodyEnd::Complete));
    assert_eq!(read(chunked("").into()).await, (4, BodyEnd::Cut(Cut::Truncated)));
    assert_eq!(read(chunked("ff\r\n").into()).await, (4, BodyEnd::Cut(Cut::Truncated)));
}

#[tokio::test]
async fn packed_body_without_its_end_is_truncated_although_its_length_is_right() {
    let mut packed = gzip(b"<title>page</title>");
    packed.truncate(packed.len() - 4);
    assert_eq!(read(ok(&["content-encoding: gzip"], &packed)).await.1, BodyEnd::Cut(Cut::Truncated));
}

#[tokio::test]
async fn encoding_that_was_not_asked_for_is_not_read() {
    let (read, ending) = read(ok(&["content-encoding: zstd"], b"whatever")).await;
    assert_eq!(read, 0);
    assert!(matches!(ending, BodyEnd::Cut(Cut::Encoding(_))), "{ending:?}");
}

#[tokio::test]
async fn page_at_the_cap_is_complete_and_one_byte_more_is_cut_there() {
    let cap = Limits::WIRE_BYTES;
    assert_eq!(read(ok(&[], &vec![b'x'; cap])).await, (cap, BodyEnd::Complete));
    assert_eq!(read(ok(&[], &vec![b'x'; cap + 1])).await, (cap, BodyEnd::Cut(Cut::TooLarge)));
}

#[tokio::test]
async fn redirects_body_at_its_cap_is_complete_and_one_byte_more_is_cut_there() {
    let cap = Limits::REDIRECT_BYTES;
    let moved = |bytes: usize| {
        let head = format!("HTTP/1.1 301 Moved\r\nlocation: /x\r\ncontent-length: {bytes}\r\n\r\n");
        [head.into_bytes(), vec![b'x'; bytes]].concat()
    };
    assert_eq!(read(moved(cap)).await, (cap, BodyEnd::Complete));
    assert_eq!(read(moved(cap + 1)).await, (cap, BodyEnd::Cut(Cut::TooLarge)));
}

#[tokio::test]
async fn robots_txt_is_read_up_to_its_own_cap() {
    let server = Server::page(&[], &vec![b'#'; Limits::ROBOTS_BYTES + 1]).await;
    let mut request = page(&server.url("/robots.txt"));
    request.purpose = Purpose::Robots;
    let response = answered(fetcher().fetch(&request).await);
    assert_eq!((response.body.len(), response.ending), (Limits::ROBOTS_BYTES, BodyEnd::Cut(Cut::TooLarge)));
}

#[tokio::test]
async fn robots_txt_of_600_kib_holds_as_far_as_it_is_read() {
    let filler = "#".repeat(Limits::ROBOTS_BYTES);
    let body = format!("User-agent: *\nDisallow: /early\n{filler}\nDisallow: /late\n{filler}");
    let server = Server::page(&[], &body.as_bytes()[..600 * 1_024]).await;
    let mut request = page(&server.url("/robots.txt"));
    request.purpose = Purpose::Robots;
    let answer = robots::answer(&fetcher().fetch(&request).await);
    let allowed = |path: &str| robots::decide(&answer, &PageUrl::parse(&server.url(path)).unwrap()).allowed;
    assert_eq!((allowed("/early"), allowed("/late")), (false, true));
}

#[tokio::test]
async fn not_modified_has_no_body() {
    let server = Server::answering("HTTP/1.1 304 Not Modified\r\netag: \"a\"\r\n\r\n").await;
    assert_eq!(complete(fetch(&server.url("/")).await), b"");
}

#[tokio::test]
async fn header_that_is_not_utf8_is_read_as_latin_1() {
    let server =
        Server::answering(b"HTTP/1.1 301 Moved\r\nlocation: /caf\xe9\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(answered(fetch(&server.url("/")).await).headers.get("location"), Some("/caf\u{e9}"));
}
