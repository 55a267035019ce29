//! A name server on loopback that counts its questions.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hickory_resolver::config::{ConnectionConfig, NameServerConfig};
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::A;
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use tokio::net::UdpSocket;
use tokio::time::Instant;

use super::*;

/// One question for each address family.
const FAMILIES: usize = 2;

/// Says that a name has one IPv4 address for `ttl` seconds, or that it does not exist.
async fn server(ttl: Option<u32>) -> (NameServers, Arc<AtomicUsize>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let mut connection = ConnectionConfig::udp();
    connection.port = socket.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer(Message::from_vec(&buffer[..length]).unwrap(), ttl);
            socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
        }
    });
    let server = NameServerConfig::new(Ipv4Addr::LOCALHOST.into(), true, vec![connection]);
    let config = ResolverConfig::from_name_servers(vec![server]);
    let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    (NameServers::build(builder).unwrap(), asked)
}

fn answer(question: Message, ttl: Option<u32>) -> Message {
    let mut answer = question.into_response();
    let asked = answer.queries[0].clone();
    match ttl {
        Some(ttl) if asked.query_type() == RecordType::A => {
            let address = RData::A(A(Ipv4Addr::new(192, 0, 2, 1)));
            answer.add_answer(Record::from_rdata(asked.name().clone(), ttl, address));
        }
        Some(_) => {}
        None => answer.metadata.response_code = ResponseCode::NXDomain,
    }
    answer
}

#[tokio::test]
async fn name_that_does_not_exist_is_asked_for_once() {
    let (servers, asked) = server(None).await;
    for _ in 0..3 {
        assert_eq!(servers.lookup("host.example").await, Err(Trouble::NoSuchHost));
    }
    assert_eq!(asked.load(Ordering::Relaxed), FAMILIES);
}

#[tokio::test]
async fn address_that_may_not_be_kept_is_kept_for_the_least_time() {
    let (servers, asked) = server(Some(0)).await;
    for _ in 0..3 {
        assert_eq!(servers.lookup("host.example").await, Ok(vec!["192.0.2.1".parse().unwrap()]));
    }
    assert_eq!(asked.load(Ordering::Relaxed), FAMILIES);
    assert!(kept(&servers).await <= *Limits::ADDRESSES_KEPT.start());
}

#[tokio::test]
async fn address_that_holds_for_ever_is_kept_for_the_most_time() {
    let (servers, _) = server(Some(u32::MAX >> 1)).await;
    let kept = kept(&servers).await;
    let most = *Limits::ADDRESSES_KEPT.end();
    assert!(kept <= most && kept > most / 2, "{kept:?}");
}

async fn kept(servers: &NameServers) -> std::time::Duration {
    let found = servers.0.lookup_ip("host.example.").await.unwrap();
    found.valid_until().saturating_duration_since(Instant::now().into_std())
}

#[tokio::test]
async fn absence_is_kept_for_minutes() {
    let (servers, _) = server(None).await;
    let options = servers.0.options();
    let bounds = (options.negative_min_ttl.unwrap(), options.negative_max_ttl.unwrap());
    assert_eq!(bounds, Limits::ABSENCES_KEPT.into_inner());
}
