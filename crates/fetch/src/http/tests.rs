//! One request, where the other side is scripted down to its bytes.

mod clocks;
mod frames;
#[cfg(target_os = "linux")] // all of 127.0.0.0/8 are addresses there
mod names;
mod tls;

use std::net::SocketAddr;

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use trackward_core::PageUrl;

use super::*;
use crate::request::Purpose;

fn loopback() -> AddressGate {
    AddressGate::default().allow("127.0.0.0/8".parse().unwrap())
}

fn agent() -> UserAgent {
    UserAgent::new(None).unwrap()
}

fn page(url: &str) -> Request {
    Request {
        url: PageUrl::parse(url).unwrap(),
        purpose: Purpose::Page,
        validators: None,
        no_cache: false,
        time_left: std::time::Duration::from_secs(45),
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// The next connection, once its first bytes have come.
async fn greeted(listener: &TcpListener) -> (TcpStream, Vec<u8>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut said = vec![0; 4_096];
    let read = stream.read(&mut said).await.unwrap();
    said.truncate(read);
    (stream, said)
}

/// How many connections wait to be taken; one of our own ends the queue.
async fn waiting(listener: &TcpListener) -> usize {
    let own = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let mut waiting = 0;
    while listener.accept().await.unwrap().1 != own.local_addr().unwrap() {
        waiting += 1;
    }
    waiting
}
