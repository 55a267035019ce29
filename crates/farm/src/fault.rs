//! What goes wrong with a whole host.

use crate::answer::Answer;

/// What goes wrong with a whole host, its robots.txt included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 503 with `Retry-After` in seconds.
    Unavailable {
        /// Seconds.
        retry_after: u32,
    },
    /// The connection ends without an answer.
    Reset,
    /// 404 for everything that is there.
    NotFound,
    /// 429 with `Retry-After` in seconds.
    RateLimited {
        /// Seconds.
        retry_after: u32,
    },
    /// A challenge page with status 200, as some bot walls send it.
    Challenge,
}

const CHALLENGE: &str = "<!doctype html>\n<html lang=\"en\"><head><title>Just a moment...</title></head>\n\
    <body><p>Checking your browser before you continue. Enable JavaScript and cookies.</p></body></html>\n";

impl Fault {
    /// What the host answers to any request; none when the connection ends without an answer.
    pub(crate) fn answer(self) -> Option<Answer> {
        match self {
            Self::Unavailable { retry_after } => {
                Some(Answer::text(503, "Service unavailable\n").with("retry-after", retry_after.to_string()))
            }
            Self::RateLimited { retry_after } => {
                Some(Answer::text(429, "Too many requests\n").with("retry-after", retry_after.to_string()))
            }
            Self::NotFound => Some(Answer::text(404, "Not found\n")),
            Self::Challenge => Some(Answer::html(200, CHALLENGE.to_owned())),
            Self::Reset => None,
        }
    }
}
