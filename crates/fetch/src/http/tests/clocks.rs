//! Silence and dripping before the body: each ends at its second, in time that is let fly once the other side
//! has us where it wants us.

use std::future::pending;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::interval;

use super::*;
use crate::resolve::scripted::{Silence, names};

fn fetcher() -> HttpFetch {
    HttpFetch::new(FetchSettings { agent: agent(), gate: loopback() }).unwrap()
}

/// How a request ends, and after how many seconds, when time flies from the moment that its first bytes have
/// come and the host behaves so.
async fn ending(scheme: &str, behave: impl AsyncFnOnce(&mut TcpStream)) -> (Trouble, u64) {
    let (listener, address) = listen().await;
    let host = async {
        let (mut stream, _) = greeted(&listener).await;
        tokio::time::pause();
        behave(&mut stream).await;
        pending::<()>().await;
    };
    ended(fetcher(), &format!("{scheme}://{address}/"), host).await
}

async fn ended(fetcher: HttpFetch, url: &str, host: impl Future<Output = ()>) -> (Trouble, u64) {
    let request = page(url);
    tokio::select! {
        answer = fetcher.fetch(&request) => (answer.outcome.unwrap_err(), answer.took.as_secs()),
        () = host => unreachable!("the host never ends"),
    }
}

/// Writes this once a second for ever.
async fn drip(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) {
    let mut second = interval(Duration::from_secs(1));
    loop {
        second.tick().await;
        // A client that had enough hangs up.
        let _ = stream.write_all(bytes).await;
    }
}

const CONNECT: (Trouble, u64) = (Trouble::Timeout(TimeoutKind::Connect), Limits::CONNECT.as_secs());
const IDLE: (Trouble, u64) = (Trouble::Timeout(TimeoutKind::Idle), Limits::IDLE.as_secs());

#[tokio::test(start_paused = true)]
async fn resolver_that_never_answers_ends_with_the_connect_time() {
    let gate = Arc::new(AddressGate::default());
    let names = names(Arc::new(Silence::default()), Arc::clone(&gate));
    let fetcher = HttpFetch::over(gate, &names, |names| client::build(&agent(), names)).unwrap();
    assert_eq!(ended(fetcher, "https://host.example/", pending()).await, CONNECT);
}

#[tokio::test]
async fn silence_instead_of_a_tls_greeting_ends_with_the_connect_time() {
    assert_eq!(ending("https", async |_| {}).await, CONNECT);
}

#[tokio::test]
async fn silence_after_the_request_ends_with_the_idle_time() {
    assert_eq!(ending("http", async |_| {}).await, IDLE);
}

#[tokio::test]
async fn endless_interim_answers_end_with_the_idle_time() {
    let processing = b"HTTP/1.1 102 Processing\r\n\r\n";
    assert_eq!(ending("http", async |stream| drip(stream, processing).await).await, IDLE);
}

#[tokio::test]
async fn header_that_drips_ends_with_the_idle_time() {
    let dripping = async |stream: &mut TcpStream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await.unwrap();
        drip(stream, b"x: y\r\n").await;
    };
    assert_eq!(ending("http", dripping).await, IDLE);
}

#[tokio::test]
async fn status_line_that_drips_ends_with_the_idle_time() {
    assert_eq!(ending("http", async |stream| drip(stream, b"H").await).await, IDLE);
}
