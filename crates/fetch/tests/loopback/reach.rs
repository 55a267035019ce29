//! Where a request may go: a canary that must not be reached, by any spelling.

use trackward_core::Trouble;
use trackward_fetch::{AddressGate, Fetch};

use crate::server::Server;
use crate::{complete, fetch, fetcher, fetcher_through, page, trouble};

#[tokio::test]
async fn loopback_is_not_contacted_in_any_spelling() {
    let canary = Server::page(&[], b"").await;
    let port = canary.port();
    let shut = fetcher_through(AddressGate::default().ports([port]));
    for host in [
        "127.0.0.1",
        "2130706433",
        "017700000001",
        "0x7f000001",
        "127.1",
        "0x7f.1",
        "0",
        "127.0.0.1.",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "user:secret@127.0.0.1",
        "localhost",
        "any.localhost",
    ] {
        let refused = trouble(shut.fetch(&page(&format!("http://{host}:{port}/"))).await);
        assert!(matches!(refused, Trouble::Blocked(_)), "{host}: {refused:?}");
    }
    // Connections are taken in turn: were one of those above waiting, it would be counted before this one.
    complete(fetch(&canary.url("/")).await);
    assert_eq!(canary.requests().len(), 1);
}

#[tokio::test]
async fn names_of_this_machine_reach_what_is_allowed() {
    let server = Server::page(&[], b"page").await;
    for host in ["localhost", "blog.localhost", "127.1", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{}/", server.port());
        assert_eq!(complete(fetcher().fetch(&page(&url)).await), b"page", "{host}");
    }
}

#[tokio::test]
async fn network_allowed_on_one_port_is_shut_on_its_neighbour() {
    let (open, shut) = (Server::page(&[], b"page").await, Server::page(&[], b"page").await);
    let gate = AddressGate::default().allow(format!("127.0.0.0/8:{}", open.port()).parse().unwrap());
    let fetcher = fetcher_through(gate.ports([shut.port()]));
    for host in ["127.0.0.1", "localhost"] {
        let at = |server: &Server| page(&format!("http://{host}:{}/", server.port()));
        assert_eq!(complete(fetcher.fetch(&at(&open)).await), b"page", "{host}");
        assert!(matches!(trouble(fetcher.fetch(&at(&shut)).await), Trouble::Blocked(_)), "{host}");
    }
    assert_eq!(shut.requests().len(), 0);
}

#[tokio::test]
async fn without_contact_loopback_is_fetched_and_others_are_refused_before_any_lookup() {
    let server = Server::page(&[], b"page").await;
    let gate = AddressGate::default().allow("127.0.0.0/8".parse().unwrap());
    let fetcher = fetcher_through(gate.loopback_only());
    assert_eq!(complete(fetcher.fetch(&page(&server.url("/"))).await), b"page");
    for url in ["http://host.example/", "https://9.9.9.9/"] {
        let refused = trouble(fetcher.fetch(&page(url)).await);
        assert!(
            matches!(&refused, Trouble::Blocked(why) if why.contains("set `contact`")),
            "{url}: {refused:?}"
        );
    }
}
