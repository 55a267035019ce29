//! The fetcher over real HTTP.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::{CACHE_CONTROL, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use trackward_core::{BodyEnd, Fetched, Headers, PageUrl, Response, TimeoutKind, Trouble};
use url::Host;

use crate::agent::UserAgent;
use crate::body::{self, Caps};
use crate::client;
use crate::decode::{Encoding, decode, encodings};
use crate::error::FetchError;
use crate::gate::{AddressGate, port_of};
use crate::limits::Limits;
use crate::request::{Fetch, Request};
use crate::resolve::{Names, PortNames};
use crate::trouble::trouble;

/// What a fetcher needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// How it names itself.
    pub agent: UserAgent,
    /// Which addresses it may contact.
    pub gate: AddressGate,
}

/// Fetches over HTTP/1.1 and HTTP/2, with and without TLS.
pub struct HttpFetch {
    gate: Arc<AddressGate>,
    /// One client for each port that a rule of the gate names, and one for all others: the gate judges
    /// addresses by port, and a resolver learns of the port from its client only.
    clients: HashMap<u16, Client>,
    names: Names,
    decodes: Semaphore,
}

impl HttpFetch {
    /// Sets up a fetcher; nothing is contacted yet.
    ///
    /// # Errors
    /// When the client or the resolver cannot be built.
    pub fn new(settings: FetchSettings) -> Result<Self, FetchError> {
        let gate = Arc::new(settings.gate);
        let names = Names::new(Arc::clone(&gate))?;
        Self::over(gate, &names, |names| client::build(&settings.agent, names))
    }

    /// The addresses that a request for this URL would go to; nothing is connected to.
    ///
    /// # Errors
    /// [`Trouble::Blocked`] when none of it may be contacted, else why the name leads nowhere.
    pub async fn resolve(&self, url: &PageUrl) -> Result<Vec<IpAddr>, Trouble> {
        self.gate.check_url(url)?;
        match url.as_url().host() {
            Some(Host::Ipv4(ip)) => Ok(vec![ip.into()]),
            Some(Host::Ipv6(ip)) => Ok(vec![ip.into()]),
            _ => self.names.addresses(url.host_key().as_str(), port_of(url)).await,
        }
    }

    fn over(
        gate: Arc<AddressGate>,
        names: &Names,
        build: impl Fn(PortNames) -> Result<Client, FetchError>,
    ) -> Result<Self, FetchError> {
        let client = |port| Ok((port, build(names.for_port(port))?));
        let clients = gate.port_classes().map(client).collect::<Result<_, FetchError>>()?;
        Ok(Self { gate, clients, names: names.clone(), decodes: Semaphore::new(Limits::DECODES) })
    }

    fn client(&self, port: u16) -> &Client {
        self.clients.get(&port).unwrap_or(&self.clients[&AddressGate::UNNAMED_PORT])
    }

    async fn ask(&self, request: &Request, started: Instant) -> Result<Answer, Trouble> {
        self.gate.check_url(&request.url)?;
        let deadline = started + request.time_left;
        let answer = self.header(request, started, deadline).await?;
        let peer = answer.remote_addr().map(|peer| peer.ip());
        if let Some(peer) = peer {
            self.gate.check_ip(peer, port_of(&request.url))?;
        }
        let status = answer.status().as_u16();
        let headers = headers_of(&answer)?;
        let (wire_bytes, body, ending) = match encodings(&headers) {
            Ok(encodings) => self.body(answer, encodings, Caps::of(request.purpose, status), deadline).await,
            Err(cut) => (0, Vec::new(), BodyEnd::Cut(cut)),
        };
        Ok(Answer { response: Response { status, headers, body, ending }, wire_bytes, peer })
    }

    /// Sends the request and waits for the header of the answer.
    async fn header(
        &self,
        request: &Request,
        started: Instant,
        deadline: Instant,
    ) -> Result<reqwest::Response, Trouble> {
        let client = self.client(port_of(&request.url));
        let sent = client.get(request.url.as_url().clone()).headers(fields(request)).send();
        let idle = started + Limits::IDLE;
        match timeout_at(idle.min(deadline), sent).await {
            Ok(answer) => answer.map_err(|error| trouble(&error)),
            Err(_) if deadline <= idle => Err(Trouble::Timeout(TimeoutKind::Visit)),
            Err(_) => Err(Trouble::Timeout(TimeoutKind::Idle)),
        }
    }

    /// The body of an answer: bytes read from the wire, the body decoded, and how it ended.
    async fn body(
        &self,
        answer: reqwest::Response,
        encodings: Vec<Encoding>,
        caps: Caps,
        deadline: Instant,
    ) -> (u64, Vec<u8>, BodyEnd) {
        let wire = body::read(answer.bytes_stream(), caps.wire, deadline).await;
        let wire_bytes = wire.bytes.len() as u64;
        if encodings.is_empty() {
            return (wire_bytes, wire.bytes, wire.ending);
        }
        let _permit = self.decodes.acquire().await.expect("the semaphore is never closed");
        let decoded = tokio::task::spawn_blocking(move || decode(wire, &encodings, caps.decoded)).await;
        let (body, ending) = decoded.unwrap_or_else(|fault| std::panic::resume_unwind(fault.into_panic()));
        (wire_bytes, body, ending)
    }
}

/// What came back, with what is noted besides.
struct Answer {
    response: Response,
    wire_bytes: u64,
    peer: Option<IpAddr>,
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn fetch(&self, request: &Request) -> Fetched {
        let started = Instant::now();
        let answer = self.ask(request, started).await;
        let (wire_bytes, peer) = answer.as_ref().map_or((0, None), |answer| (answer.wire_bytes, answer.peer));
        Fetched {
            url: request.url.clone(),
            outcome: answer.map(|answer| answer.response),
            took: started.elapsed(),
            wire_bytes,
            peer,
        }
    }
}

impl fmt::Debug for HttpFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpFetch").field("gate", &self.gate).finish_non_exhaustive()
    }
}

/// The header fields of this request besides those of every request.
fn fields(request: &Request) -> HeaderMap {
    let mut fields = HeaderMap::new();
    if request.no_cache {
        fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    let validator = request.validators.as_ref().and_then(|validators| {
        let etag = validators.etag.as_ref().map(|etag| (IF_NONE_MATCH, etag));
        etag.or(validators.last_modified.as_ref().map(|date| (IF_MODIFIED_SINCE, date)))
    });
    if let Some((name, value)) = validator
        && let Ok(value) = HeaderValue::from_str(value)
    {
        fields.insert(name, value);
    }
    fields
}

/// The header fields of an answer; bytes that are not UTF-8 are read as Latin-1.
fn headers_of(answer: &reqwest::Response) -> Result<Headers, Trouble> {
    let fields = answer.headers();
    if fields.len() > Limits::HEADERS {
        return Err(Trouble::Protocol(format!("more than {} header fields", Limits::HEADERS)));
    }
    let bytes: usize = fields.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > Limits::HEADER_BYTES as usize {
        return Err(Trouble::Protocol(format!("more than {} bytes of header fields", Limits::HEADER_BYTES)));
    }
    let text = |value: &HeaderValue| match str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    };
    Ok(fields.iter().map(|(name, value)| (name.as_str(), text(value))).collect())
}

#[cfg(test)]
mod tests;
