//! What a blog answers to a request.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::blog::Blog;
use crate::page;

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The first value of a header field; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn html(status: u16, body: String) -> Self {
        Self { status, headers: vec![("content-type", "text/html; charset=UTF-8".to_owned())], body }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "text/plain; charset=UTF-8".to_owned())];
        Self { status, headers, body: body.to_owned() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// 304 in its place when the client has it already (RFC 9110, 13.1.2).
    pub(crate) fn unless(self, if_none_match: Option<&str>) -> Self {
        match (self.header("etag"), if_none_match) {
            (Some(ours), Some(theirs)) if ours == theirs => {
                Self { status: 304, headers: vec![("etag", ours.to_owned())], body: String::new() }
            }
            _ => self,
        }
    }
}

impl Blog {
    /// What it answers to a GET of `path`; none when it ends the connection without an answer.
    pub(crate) fn answer(&self, path: &str) -> Option<Answer> {
        if let Some(fault) = self.fault {
            return fault.answer();
        }
        if path == "/robots.txt" {
            return Some(Answer::text(200, self.robots));
        }
        if let Some((_, to)) = self.redirects.iter().find(|(from, _)| *from == path) {
            return Some(Answer::text(301, "Moved permanently\n").with("location", (*to).to_owned()));
        }
        Some(match page::render(self, path) {
            Some(body) if self.sends_etag => {
                let etag = format!("\"{:016x}\"", hash(&body));
                Answer::html(200, body).with("etag", etag)
            }
            Some(body) => Answer::html(200, body),
            None => Answer::html(404, page::missing(self)),
        })
    }
}

fn hash(body: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}
