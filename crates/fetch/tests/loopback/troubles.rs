//! What keeps an answer away, by name.

use std::time::Duration;

use tokio::net::TcpListener;
use trackward_core::{TimeoutKind, Trouble};
use trackward_fetch::{Fetch, Limits};

use crate::server::Server;
use crate::{answered, fetch, fetcher, page, trouble};

async fn trouble_with(answer: impl Into<Vec<u8>>) -> Trouble {
    let server = Server::answering(answer).await;
    trouble(fetch(&server.url("/")).await)
}

#[tokio::test]
async fn port_where_nobody_listens_is_no_connection() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let refused = trouble(fetch(&format!("http://{address}/")).await);
    assert_eq!(refused, Trouble::Connect("Connection refused".to_owned()));
}

#[tokio::test]
async fn name_that_does_not_exist_is_no_such_host() {
    assert_eq!(trouble(fetch("http://host.invalid/").await), Trouble::NoSuchHost);
}

#[tokio::test]
async fn connection_that_ends_before_the_header_is_reset() {
    for begun in ["", "HTTP/1.1 200 OK\r\ncontent-"] {
        let ended = trouble_with(begun).await;
        assert!(matches!(ended, Trouble::Reset(_)), "{begun:?}: {ended:?}");
    }
}

#[tokio::test]
async fn answer_that_is_no_http_breaks_the_protocol() {
    for answer in
        ["SSH-2.0-OpenSSH_9.6\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"]
    {
        let odd = trouble_with(answer).await;
        assert!(matches!(odd, Trouble::Protocol(_)), "{answer:?}: {odd:?}");
    }
}

#[tokio::test]
async fn secure_address_that_answers_in_the_clear_is_a_tls_fault() {
    let server = Server::answering("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let fault = trouble(fetch(&server.url("/").replace("http:", "https:")).await);
    assert!(matches!(fault, Trouble::Tls(_)), "{fault:?}");
}

#[tokio::test]
async fn silence_ends_with_the_time_of_the_visit() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut request = page(&format!("http://{}/", silent.local_addr().unwrap()));
    request.time_left = Duration::from_millis(50);
    let fetched = fetcher().fetch(&request).await;
    assert!(fetched.took >= request.time_left);
    assert_eq!(trouble(fetched), Trouble::Timeout(TimeoutKind::Visit));
}

fn with_headers(count: usize) -> String {
    let fields = "x: y\r\n".repeat(count - 1);
    format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{fields}\r\n")
}

#[tokio::test]
async fn header_fields_at_their_limit_are_read_and_one_more_is_refused() {
    let server = Server::answering(with_headers(Limits::HEADERS)).await;
    assert_eq!(answered(fetch(&server.url("/")).await).status, 200);
    let above = trouble_with(with_headers(Limits::HEADERS + 1)).await;
    assert!(matches!(above, Trouble::Protocol(_)), "{above:?}");
}

#[tokio::test]
async fn header_bytes_at_their_limit_are_read_and_one_more_is_refused() {
    let with_bytes = |bytes: u32| {
        let known = "content-length".len() + "0".len() + "x".len();
        let filler = "y".repeat(bytes as usize - known);
        format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: {filler}\r\n\r\n")
    };
    let server = Server::answering(with_bytes(Limits::HEADER_BYTES)).await;
    assert_eq!(answered(fetch(&server.url("/")).await).status, 200);
    let above = trouble_with(with_bytes(Limits::HEADER_BYTES + 1)).await;
    assert!(matches!(above, Trouble::Protocol(_)), "{above:?}");
}

#[tokio::test]
async fn giant_status_line_breaks_the_protocol() {
    for line in ["HTTP/1.1 200 ", "H", "HTTP/1.1 2"] {
        let giant = [line.as_bytes(), &vec![b'2'; 4 * 1_024 * 1_024]].concat();
        let odd = trouble_with(giant).await;
        assert!(matches!(odd, Trouble::Protocol(_)), "{line:?}: {odd:?}");
    }
}
