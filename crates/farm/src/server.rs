//! Serves a world over HTTP on loopback, each blog on a host of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{IF_NONE_MATCH, USER_AGENT};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use trackward_core::{Clock, HostKey, PageUrl};

use crate::answer::Answer;
use crate::log::{Asked, Log};
use crate::world::World;

/// How long a host takes over an answer, in real time: without it two requests at once would hardly ever
/// overlap, and the log could not tell a polite client from another.
const ANSWER_TAKES: Duration = Duration::from_millis(1);

/// The system chooses the port.
const ANY_PORT: u16 = 0;

/// A running farm; dropping it ends it.
#[derive(Debug)]
pub struct Farm {
    sites: Vec<(&'static str, PageUrl)>,
    log: Arc<Log>,
    listeners: JoinSet<()>,
}

/// One blog at one address.
#[derive(Debug)]
struct Site {
    world: Arc<World>,
    blog: &'static str,
    host: HostKey,
    clock: Arc<dyn Clock>,
    log: Arc<Log>,
}

impl Farm {
    /// Serves `world` as it is at `clock`'s time: its blogs on 127.0.0.2, 127.0.0.3 and so on, or on ports
    /// of 127.0.0.1 where the system has no others. Ports are the system's choice.
    ///
    /// # Errors
    /// When no port can be had.
    ///
    /// # Panics
    /// When the script names a blog, post, entry or link that is not there.
    pub async fn start(world: World, clock: Arc<dyn Clock>) -> io::Result<Self> {
        Self::start_on(&[], world, clock).await
    }

    /// As [`Farm::start`], on the ports of an earlier farm ([`Farm::ports`]): the same world has the same
    /// addresses again, and so the same ids.
    ///
    /// # Errors
    /// When a port cannot be had.
    ///
    /// # Panics
    /// As [`Farm::start`].
    pub async fn start_on(ports: &[u16], world: World, clock: Arc<dyn Clock>) -> io::Result<Self> {
        world.rehearse();
        let world = Arc::new(world);
        let log = Arc::new(Log::new(Arc::clone(&clock)));
        let (mut sites, mut listeners) = (Vec::new(), JoinSet::new());
        let ports = ports.iter().copied().chain(std::iter::repeat(ANY_PORT));
        let addresses = (Ipv4Addr::new(127, 0, 0, 2).to_bits()..).map(Ipv4Addr::from_bits).zip(ports);
        for (blog, (address, port)) in world.names().zip(addresses) {
            let listener = listen(address, port).await?;
            let home = home(listener.local_addr()?);
            let site = Site {
                world: Arc::clone(&world),
                blog,
                host: home.host_key(),
                clock: Arc::clone(&clock),
                log: Arc::clone(&log),
            };
            listeners.spawn(serve(listener, Arc::new(site)));
            sites.push((blog, home));
        }
        Ok(Self { sites, log, listeners })
    }

    /// The address of a page of a blog.
    ///
    /// # Panics
    /// When there is no such blog, or `path` is no path.
    pub fn url(&self, blog: &str, path: &str) -> PageUrl {
        let site = self.sites.iter().find(|(name, _)| *name == blog);
        let (_, home) = site.unwrap_or_else(|| panic!("no blog named {blog}"));
        home.join(path).expect("a path leads somewhere on its host")
    }

    /// The port of each blog, in the order of the world.
    pub fn ports(&self) -> Vec<u16> {
        let port = |home: &PageUrl| home.as_url().port_or_known_default().unwrap_or(ANY_PORT);
        self.sites.iter().map(|(_, home)| port(home)).collect()
    }

    /// Every request so far, in the order they came.
    pub fn log(&self) -> Vec<Asked> {
        self.log.asked()
    }

    /// Ends it, and returns when all its ports are closed.
    pub async fn stop(mut self) {
        self.listeners.shutdown().await;
    }
}

async fn listen(address: Ipv4Addr, port: u16) -> io::Result<TcpListener> {
    match TcpListener::bind((address, port)).await {
        Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
        }
        bound => bound,
    }
}

fn home(address: SocketAddr) -> PageUrl {
    PageUrl::parse(&format!("http://{address}/")).expect("a socket address makes a URL")
}

async fn serve(listener: TcpListener, site: Arc<Site>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(blog = site.blog, %error, "farm host stopped");
                return;
            }
        };
        while connections.try_join_next().is_some() {}
        let site = Arc::clone(&site);
        connections.spawn(async move {
            let service = service_fn(|request| site.respond(request));
            // The date would be the real one.
            let connection =
                http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!(blog = site.blog, %error, "farm connection ended");
            }
        });
    }
}

impl Site {
    async fn respond(&self, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let now = self.clock.now();
        let asked = self.asked(&request, now);
        let if_none_match = asked.if_none_match.clone();
        let mut flight = self.log.begin(asked);
        #[expect(clippy::disallowed_methods, reason = "the network's time is real, not simulated")]
        tokio::time::sleep(ANSWER_TAKES).await;
        let answer = self.world.answer(self.blog, request.uri().path(), now);
        // An error of the service ends the connection.
        let answer = answer.ok_or_else(|| io::Error::other("no answer, by the script"))?;
        let answer = answer.unless(if_none_match.as_deref());
        flight.status = Some(answer.status);
        Ok(response(answer))
    }

    fn asked(&self, request: &Request<Incoming>, now: Timestamp) -> Asked {
        let header = |name| {
            request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Asked {
            at: now,
            ended: now,
            host: self.host.clone(),
            blog: self.blog,
            path: request.uri().to_string(),
            status: None,
            agent: header(USER_AGENT),
            if_none_match: header(IF_NONE_MATCH),
            in_flight: 0,
        }
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Full::from(answer.body)).expect("statuses and headers of a world are valid")
}
