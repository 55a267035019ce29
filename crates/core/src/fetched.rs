//! What came back from one request.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::page_url::PageUrl;

/// The end of one request: an answer, or the trouble that kept it away.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The address that was asked.
    pub url: PageUrl,
    /// The answer, or why there is none.
    pub outcome: Result<Response, Trouble>,
    /// How long the request took, from its start to the last byte.
    pub took: Duration,
    /// Bytes read from the wire, headers not counted.
    pub wire_bytes: u64,
    /// The address that was connected to.
    pub peer: Option<IpAddr>,
}

/// An HTTP answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields as sent.
    pub headers: Headers,
    /// The decoded body, as far as it was read.
    pub body: Vec<u8>,
    /// Whether the body was read to its end.
    pub ending: BodyEnd,
}

/// Header fields, names in lower case, in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The first value of a field; `name` in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All values of a field; `name` in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(n, v)| (n.into().to_ascii_lowercase(), v.into())).collect())
    }
}

/// Whether a body was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyEnd {
    /// To its end, with its length, last chunk and compression trailer as announced.
    Complete,
    /// Not to its end.
    Cut(Cut),
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// The connection ended before the body did.
    Truncated,
    /// It is larger than we read.
    TooLarge,
    /// No byte came for the idle time.
    Stalled,
    /// It came slower than the least rate.
    Slow,
    /// The time of the whole visit was used up.
    Timeout,
    /// Its encoding is unknown, broken, or unfolds too far.
    Encoding(String),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Trouble {
    /// The address gate refused to connect; says which rule.
    Blocked(String),
    /// The name does not exist (NXDOMAIN).
    NoSuchHost,
    /// The name could not be resolved for another reason.
    Dns(String),
    /// No connection.
    Connect(String),
    /// No secure connection; certificate faults in the library's words.
    Tls(String),
    /// A clock ran out.
    Timeout(TimeoutKind),
    /// The connection ended before the answer did.
    Reset(String),
    /// The answer breaks the rules or limits of HTTP.
    Protocol(String),
}

/// Which clock ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeoutKind {
    /// Connecting.
    Connect,
    /// Waiting for the header or the next bytes.
    Idle,
    /// The whole visit.
    Visit,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the connection ended before the body did"),
            Self::TooLarge => f.write_str("larger than the size limit"),
            Self::Stalled => f.write_str("the body stalled"),
            Self::Slow => f.write_str("the body came too slowly"),
            Self::Timeout => f.write_str("the time of the visit was used up"),
            Self::Encoding(what) => write!(f, "content encoding: {what}"),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked(why) => write!(f, "not allowed to connect: {why}"),
            Self::NoSuchHost => f.write_str("no such host"),
            Self::Dns(what) => write!(f, "name lookup failed: {what}"),
            Self::Connect(what) => write!(f, "no connection: {what}"),
            Self::Tls(what) => write!(f, "no secure connection: {what}"),
            Self::Timeout(TimeoutKind::Connect) => f.write_str("connecting took too long"),
            Self::Timeout(TimeoutKind::Idle) => f.write_str("no answer in time"),
            Self::Timeout(TimeoutKind::Visit) => f.write_str("the time of the visit was used up"),
            Self::Reset(what) => write!(f, "the connection broke: {what}"),
            Self::Protocol(what) => write!(f, "not a usable HTTP answer: {what}"),
        }
    }
}
