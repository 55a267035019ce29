//! Our own site on 127.0.0.2: one page that links to whatever it is told, so that pingbacks verify.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Our site; it ends with the test.
#[derive(Debug)]
pub(crate) struct Ours {
    port: u16,
    links: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Ours {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.2", 0)).await.expect("loopback can be listened on");
        let port = listener.local_addr().expect("it is bound").port();
        let links = Arc::new(Mutex::new(Vec::new()));
        let shown = links.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let html = page(&shown.lock().expect("nobody panics with it"));
                drop(answer(stream, &html).await); // a visitor that hangs up is no matter
            }
        });
        Self { port, links, server }
    }

    /// Address of one of our pages.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.2:{}/{path}", self.port)
    }

    /// Links to a page from all of ours.
    pub(crate) fn link_to(&self, url: &str) {
        self.links.lock().expect("nobody panics with it").push(url.to_owned());
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn page(links: &[String]) -> String {
    let links: Vec<String> = links.iter().map(|url| format!("<a href=\"{url}\">this post</a>")).collect();
    let links = links.join(", ");
    format!(
        "<!DOCTYPE html><html><head><title>Ours</title></head><body><p>We answer {links}.</p></body></html>"
    )
}

async fn answer(mut stream: TcpStream, html: &str) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let length = html.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(html.as_bytes()).await
}
