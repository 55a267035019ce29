//! The fetcher against a loopback server that says exactly the bytes it is given, true or not.

#![cfg(test)]

mod bodies;
#[cfg(target_os = "linux")] // it tells a process its peak memory in a file
mod memory;
mod reach;
mod requests;
mod server;
mod troubles;

use std::time::Duration;

use trackward_core::{BodyEnd, Fetched, PageUrl, Response, Trouble};
use trackward_fetch::{AddressGate, Fetch, FetchSettings, HttpFetch, Purpose, Request, UserAgent};

/// A fetcher that may contact 127.0.0.0/8 besides the public internet.
fn fetcher() -> HttpFetch {
    fetcher_through(AddressGate::default().allow("127.0.0.0/8".parse().unwrap()))
}

fn fetcher_through(gate: AddressGate) -> HttpFetch {
    let agent = UserAgent::new(Some("https://example.com/bot")).unwrap();
    HttpFetch::new(FetchSettings { agent, gate }).unwrap()
}

fn page(url: &str) -> Request {
    Request {
        url: PageUrl::parse(url).unwrap(),
        purpose: Purpose::Page,
        validators: None,
        no_cache: false,
        time_left: Duration::from_secs(45),
    }
}

async fn fetch(url: &str) -> Fetched {
    fetcher().fetch(&page(url)).await
}

fn answered(fetched: Fetched) -> Response {
    fetched.outcome.expect("an answer")
}

fn complete(fetched: Fetched) -> Vec<u8> {
    let response = answered(fetched);
    assert_eq!(response.ending, BodyEnd::Complete);
    response.body
}

fn trouble(fetched: Fetched) -> Trouble {
    fetched.outcome.expect_err("trouble")
}
