//! What bodies without end and bodies that unfold too far cost: memory of a process of its own.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;
use trackward_core::{BodyEnd, Cut};
use trackward_fetch::{Fetch, Limits};

use crate::server::ok;
use crate::{answered, fetcher, page};

/// Names the page that a child of these tests fetches.
const PAGE: &str = "TRACKWARD_TEST_PAGE";
/// Requests at once.
const AT_ONCE: usize = 20;
const MIB: usize = 1_024 * 1_024;

/// What fetching a page [`AT_ONCE`] times came to.
struct Cost {
    /// How each body ended.
    endings: Vec<String>,
    peak: usize,
    took: Duration,
}

/// Fetches a page in a child process, which is the test of this name.
async fn cost(test: &str, url: &str) -> Cost {
    let began = Instant::now();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(PAGE, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let told = |word: &str| {
        said.lines().filter_map(|line| line.split_once(word)).map(|(_, told)| told.to_owned()).collect()
    };
    let endings: Vec<String> = told("ending: ");
    let peak: Vec<String> = told("VmHWM:");
    let kib: usize = peak[0].trim().trim_end_matches(" kB").parse().unwrap();
    Cost { endings, peak: kib * 1_024, took: began.elapsed() }
}

/// In a child: fetches its page so many times at once, and tells how each body ended and what it all cost.
///
/// Answers false in the test itself.
async fn is_child() -> bool {
    let Ok(url) = std::env::var(PAGE) else { return false };
    let fetcher = std::sync::Arc::new(fetcher());
    let mut under_way = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (fetcher, request) = (fetcher.clone(), page(&url));
        under_way.spawn(async move { answered(fetcher.fetch(&request).await).ending });
    }
    for ending in under_way.join_all().await {
        println!("\nending: {ending:?}");
    }
    println!("{}", std::fs::read_to_string("/proc/self/status").unwrap());
    true
}

/// Serves a header and then `more` for ever, or once.
async fn serve(header: Vec<u8>, more: Option<Vec<u8>>) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let (header, more) = (header.clone(), more.clone());
            connections.spawn(async move {
                let asked = stream.read(&mut [0; 4_096]).await.is_ok_and(|read| read > 0);
                let mut alive = asked && stream.write_all(&header).await.is_ok();
                while let (true, Some(more)) = (alive, &more) {
                    alive = stream.write_all(more).await.is_ok();
                }
                let _ = stream.shutdown().await;
            });
        }
    });
    (url, serving)
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that cannot be packed.
fn noise(length: usize) -> Vec<u8> {
    let next = |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    std::iter::successors(Some(1_u64), next).map(|state| state.to_be_bytes()[0]).take(length).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_endless_bodies_at_once_stay_under_128_mib() {
    if is_child().await {
        return;
    }
    let header = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n".to_vec();
    let (url, _serving) = serve(header, Some(vec![b'x'; MIB])).await;
    let cost = cost("memory::twenty_endless_bodies_at_once_stay_under_128_mib", &url).await;
    assert_eq!(cost.endings, vec![format!("{:?}", BodyEnd::Cut(Cut::TooLarge)); AT_ONCE]);
    assert!(cost.peak < 128 * MIB, "{} MiB", cost.peak / MIB);
}

/// Packed bytes wait for their turn to be unpacked, so they may all be there at once besides what is unpacked.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_endless_packed_bodies_at_once_stay_under_192_mib() {
    if is_child().await {
        return;
    }
    let header = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n".to_vec();
    let member = gzip(&[noise(MIB / 4), vec![0; MIB / 2]].concat());
    let (url, _serving) = serve(header, Some(member)).await;
    let cost = cost("memory::twenty_endless_packed_bodies_at_once_stay_under_192_mib", &url).await;
    assert_eq!(cost.endings.len(), AT_ONCE);
    assert!(cost.peak < 192 * MIB, "{} MiB", cost.peak / MIB);
}

/// 841 bytes that unfold to 1 GiB.
const SPACES: &[u8] = include_bytes!("../data/spaces.br");

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_unfold_to_a_gibibyte_are_cut_early() {
    if is_child().await {
        return;
    }
    let members = gzip(&vec![0; 8 * MIB]).repeat(128);
    let nested = gzip(&members);
    for (encoding, body) in
        [("br", SPACES.to_vec()), ("br, gzip", gzip(SPACES)), ("gzip", members), ("gzip, gzip", nested)]
    {
        let (url, _serving) =
            serve(ok(&["connection: close", &format!("content-encoding: {encoding}")], &body), None).await;
        let cost = cost("memory::bodies_that_unfold_to_a_gibibyte_are_cut_early", &url).await;
        assert_eq!(cost.endings.len(), AT_ONCE);
        assert!(!cost.endings.contains(&format!("{:?}", BodyEnd::Complete)), "{encoding}");
        assert!(cost.peak < 160 * MIB, "{encoding}: {} MiB", cost.peak / MIB);
        // Unfolded whole, twenty of them would take minutes here.
        assert!(cost.took < Limits::IDLE, "{encoding}: {:?}", cost.took);
    }
}
