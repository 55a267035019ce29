//! A host that answers byte for byte what it is told.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

/// Answers by path; everything else is 404. It ends with the process.
pub(crate) struct RawSite {
    pub(crate) address: SocketAddr,
}

impl RawSite {
    /// Each answer is a path, a status line with header fields (no line end), and a body.
    pub(crate) fn start(answers: impl FnOnce(SocketAddr) -> Vec<(&'static str, String, String)>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let answers = answers(address);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is its own affair.
                let _ = serve(stream, &answers);
            }
        });
        Self { address }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn serve(mut stream: TcpStream, answers: &[(&'static str, String, String)]) -> std::io::Result<()> {
    let (mut request, mut piece) = (Vec::new(), [0; 1_024]);
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece)? {
            0 => return Ok(()),
            read => request.extend_from_slice(&piece[..read]),
        }
    }
    let request = String::from_utf8_lossy(&request);
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (head, body) = answers
        .iter()
        .find(|answer| answer.0 == path)
        .map_or(("404 Not Found", ""), |(_, head, body)| (head.as_str(), body.as_str()));
    write!(stream, "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}
