//! Limits of one request.

use std::ops::RangeInclusive;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

/// Named limits of this crate; other crates have a struct of the same name for theirs.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Longest time for DNS, TCP and TLS together.
    pub const CONNECT: Duration = Duration::from_secs(10);
    /// Longest wait for the header, counted from the start of the request, and between two reads of a body.
    pub const IDLE: Duration = Duration::from_secs(15);
    /// How long a body may come as slowly as it likes.
    pub const RATE_GRACE: Duration = Duration::from_secs(10);
    /// Least mean rate of a body after [`Limits::RATE_GRACE`], in bytes a second.
    pub const LEAST_RATE: u64 = 1_024;
    /// Most header fields of an answer.
    pub const HEADERS: usize = 100;
    /// Most bytes of all header names and values together.
    pub const HEADER_BYTES: u32 = 64 * 1_024;
    /// Most bytes of one body as sent.
    pub const WIRE_BYTES: usize = 4 * 1_024 * 1_024;
    /// Most bytes of one body once decoded.
    pub const DECODED_BYTES: usize = 8 * 1_024 * 1_024;
    /// Bytes up to which room for a body grows with it.
    pub const ORDINARY_BYTES: usize = 256 * 1_024;
    /// Largest answer of a host's programming interface that is read, in bytes.
    pub const INTERFACE_BYTES: usize = 64 * 1024;
    /// Bytes of a robots.txt that are read, as sent and decoded; the rest is ignored (RFC 9309, 2.5).
    pub const ROBOTS_BYTES: usize = 500 * 1_024;
    /// Bytes of a sitemap that are read, as sent and decoded: as many as one may have (sitemaps.org).
    pub const SITEMAP_BYTES: usize = 50 * 1_024 * 1_024;
    /// Bytes of a redirect's body that are read, as sent and decoded.
    pub const REDIRECT_BYTES: usize = 64 * 1_024;
    /// Most content encodings on top of one another.
    pub const ENCODINGS: usize = 2;
    /// How many times its size a body may unfold to once [`Limits::DECODE_RATIO_FROM`] is reached.
    pub const DECODE_RATIO: usize = 200;
    /// Decoded bytes up to which the ratio does not matter.
    pub const DECODE_RATIO_FROM: usize = 1_024 * 1_024;
    /// Most bytes decoded in one step, between two looks at the caps.
    pub const DECODE_STEP: usize = 64 * 1_024;
    /// Bodies decoded at once; each may take the window of its encoding (16 MiB for brotli) besides its bytes.
    pub const DECODES: usize = 2;
    /// Idle connections kept for one host.
    pub const IDLE_CONNECTIONS: usize = 1;
    /// How long an idle connection is kept.
    pub const IDLE_CONNECTION: Duration = Duration::from_secs(10);
    /// Longest wait for one name server.
    pub const LOOKUP: Duration = Duration::from_secs(5);
    /// Lookups under way at once: one for each request of the default slots, so that none waits for the silence
    /// of another's name server.
    pub const LOOKUPS: usize = 64;
    /// Answers of name servers that are remembered.
    pub const LOOKUPS_KEPT: u64 = 100_000;
    /// How long the addresses of a name are remembered, whatever their TTL says.
    pub const ADDRESSES_KEPT: RangeInclusive<Duration> = MINUTE..=Duration::from_hours(24);
    /// How long it is remembered that a name does not exist, or has no address.
    pub const ABSENCES_KEPT: RangeInclusive<Duration> = Duration::from_mins(5)..=Duration::from_mins(15);
    /// Longest text of a cause that is passed on, in characters.
    pub const CAUSE_CHARS: usize = 200;
}
