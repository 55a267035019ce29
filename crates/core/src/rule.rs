//! Which rule decided a check, and the verdict that follows from it.

use serde::{Deserialize, Serialize};

use crate::names::names;

/// What one check of a page came to (`docs/states.md`, verdicts).
///
/// A redirect is no verdict of its own: the final page is judged, and the observation keeps the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Read to its end and healthy: presence and absence both count.
    Readable,
    /// 304 to our validators: carries presence forward, never an absence.
    NotModified,
    /// The page says that it is gone.
    Gone,
    /// The host does not let us look.
    Refused,
    /// The host is in trouble.
    ServerError,
    /// No answer came.
    Unreachable,
    /// Not allowed by the host: by its robots.txt, or by its owner's word.
    Disallowed,
    /// Not allowed by our own address gate.
    Blocked,
    /// An answer that cannot be read as a page.
    Unusable,
    /// Read, but not trusted to prove an absence.
    Doubtful,
}

names!(Verdict {
    Readable => "readable",
    NotModified => "not_modified",
    Gone => "gone",
    Refused => "refused",
    ServerError => "server_error",
    Unreachable => "unreachable",
    Disallowed => "disallowed",
    Blocked => "blocked",
    Unusable => "unusable",
    Doubtful => "doubtful",
});

impl Verdict {
    /// Whether the check tells what stands on the page. All others say only that we could not look.
    pub const fn is_conclusive(self) -> bool {
        matches!(self, Self::Readable | Self::NotModified | Self::Gone)
    }

    /// Whether a link that was not seen counts as missed.
    pub const fn may_prove_absence(self) -> bool {
        matches!(self, Self::Readable | Self::Gone)
    }
}

/// The rule that decided a verdict; each belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// A complete HTML page that passes the health gate.
    Complete,
    /// Every known link was seen, whatever else is odd.
    LinksSeen,
    /// Doubtful three times over seven days in the same shape: taken as the page's new normal.
    NewNormal,
    /// 304 to our validators.
    NotModified,
    /// 404 or 410.
    GoneStatus,
    /// 401, 403, 407 or 451.
    RefusedStatus,
    /// Its host asked for a pause that is too long to wait for.
    HostRests,
    /// 404 or 410, but the front page of the host answers the same.
    FrontPageToo,
    /// A test whether a person is looking.
    Challenge,
    /// A form to log in.
    LoginWall,
    /// A text for subscribers.
    Paywall,
    /// A wall that asks for consent.
    ConsentWall,
    /// Not shown in our region.
    RegionWall,
    /// "Not found" with a good status, by two signs.
    SoftGone,
    /// 5xx.
    ServerStatus,
    /// NXDOMAIN.
    NoSuchHost,
    /// The name could not be looked up.
    Lookup,
    /// No connection.
    Connect,
    /// No secure connection.
    Tls,
    /// A clock ran out.
    Timeout,
    /// The connection broke.
    Reset,
    /// The body ended early.
    Truncated,
    /// robots.txt disallows the page for our agent.
    RobotsDisallow,
    /// robots.txt could not be had, so everything is disallowed for now (RFC 9309, 2.3.1.4).
    RobotsUnreachable,
    /// The address gate refused to connect.
    AddressGate,
    /// Not HTML.
    NotHtml,
    /// Larger than we read.
    TooLarge,
    /// A content encoding that cannot be undone.
    Encoding,
    /// Too many redirects, a loop, or one that leads nowhere.
    Redirects,
    /// Breaks the rules or limits of HTTP.
    Protocol,
    /// A status that says nothing about the page.
    OddStatus,
    /// A known link was not found and the page is too odd to build a tree of.
    TreeRefused,
    /// The parser failed on the page: a defect of ours, contained.
    ParserFault,
    /// An empty page.
    Empty,
    /// 304 though nothing conditional was asked.
    Unasked304,
    /// Smaller than 40 % of its last readable size.
    Shrunk,
    /// Title, canonical address and the section that held the link are all gone.
    LandmarksGone,
    /// Its comments go on over further pages.
    CommentPages,
    /// A temporary redirect led to another page.
    LedElsewhere,
    /// The site is under maintenance.
    Maintenance,
    /// An error text with a good status.
    ErrorText,
    /// The domain is for sale.
    Parked,
    /// An empty shell that a script fills.
    Shell,
    /// Its comments are drawn by a script.
    ScriptComments,
    /// It says how many comments it has and shows none.
    CommentsHidden,
    /// 429: the host says that it is asked too often.
    AskedTooOften,
    /// Its host was found in trouble several times in a row and is left alone for a while.
    HostDown,
    /// A copy that a cache made before the last look.
    OldCopy,
    /// The owner of its host asked not to be visited.
    OptedOut,
}

names!(Rule {
    Complete => "complete",
    LinksSeen => "links_seen",
    NewNormal => "new_normal",
    NotModified => "not_modified",
    GoneStatus => "gone_status",
    RefusedStatus => "refused_status",
    HostRests => "host_rests",
    FrontPageToo => "front_page_too",
    Challenge => "challenge",
    LoginWall => "login_wall",
    Paywall => "paywall",
    ConsentWall => "consent_wall",
    RegionWall => "region_wall",
    SoftGone => "soft_gone",
    ServerStatus => "server_status",
    NoSuchHost => "no_such_host",
    Lookup => "lookup",
    Connect => "connect",
    Tls => "tls",
    Timeout => "timeout",
    Reset => "reset",
    Truncated => "truncated",
    RobotsDisallow => "robots_disallow",
    RobotsUnreachable => "robots_unreachable",
    AddressGate => "address_gate",
    NotHtml => "not_html",
    TooLarge => "too_large",
    Encoding => "encoding",
    Redirects => "redirects",
    Protocol => "protocol",
    OddStatus => "odd_status",
    TreeRefused => "tree_refused",
    ParserFault => "parser_fault",
    Empty => "empty",
    Unasked304 => "unasked_304",
    Shrunk => "shrunk",
    LandmarksGone => "landmarks_gone",
    CommentPages => "comment_pages",
    LedElsewhere => "led_elsewhere",
    Maintenance => "maintenance",
    ErrorText => "error_text",
    Parked => "parked",
    Shell => "shell",
    ScriptComments => "script_comments",
    CommentsHidden => "comments_hidden",
    AskedTooOften => "asked_too_often",
    HostDown => "host_down",
    OldCopy => "old_copy",
    OptedOut => "opted_out",
});

impl Rule {
    /// The verdict that follows.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Complete | Self::LinksSeen | Self::NewNormal => Verdict::Readable,
            Self::NotModified => Verdict::NotModified,
            Self::GoneStatus | Self::SoftGone => Verdict::Gone,
            Self::RefusedStatus
            | Self::AskedTooOften
            | Self::HostRests
            | Self::FrontPageToo
            | Self::Challenge
            | Self::LoginWall
            | Self::Paywall
            | Self::ConsentWall
            | Self::RegionWall => Verdict::Refused,
            Self::ServerStatus => Verdict::ServerError,
            Self::NoSuchHost
            | Self::Lookup
            | Self::Connect
            | Self::Tls
            | Self::Timeout
            | Self::Reset
            | Self::Truncated
            | Self::HostDown => Verdict::Unreachable,
            Self::RobotsDisallow | Self::RobotsUnreachable | Self::OptedOut => Verdict::Disallowed,
            Self::AddressGate => Verdict::Blocked,
            Self::NotHtml
            | Self::TooLarge
            | Self::Encoding
            | Self::Redirects
            | Self::Protocol
            | Self::OddStatus
            | Self::TreeRefused
            | Self::ParserFault => Verdict::Unusable,
            Self::Empty
            | Self::Unasked304
            | Self::Shrunk
            | Self::LandmarksGone
            | Self::CommentPages
            | Self::LedElsewhere
            | Self::Maintenance
            | Self::ErrorText
            | Self::Parked
            | Self::Shell
            | Self::ScriptComments
            | Self::CommentsHidden
            | Self::OldCopy => Verdict::Doubtful,
        }
    }

    /// Whether a page that is doubtful by this rule may be its new normal after a while.
    pub const fn may_become_normal(self) -> bool {
        matches!(self, Self::Shrunk | Self::LandmarksGone | Self::LedElsewhere)
    }

    /// Whether the check ended before its host was asked: such a check is no try.
    pub const fn asked_nothing(self) -> bool {
        matches!(self, Self::HostRests | Self::HostDown)
    }

    /// Whether it is the host as a whole that seems to be in trouble, not this page of it.
    pub const fn is_host_trouble(self) -> bool {
        matches!(
            self,
            Self::Lookup
                | Self::Connect
                | Self::Tls
                | Self::Timeout
                | Self::Reset
                | Self::Truncated
                | Self::ServerStatus
                | Self::AskedTooOften
        )
    }

    /// The rule in words that finish "because …".
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Complete => "the page was read to its end and looks healthy",
            Self::LinksSeen => "every known link was seen on it",
            Self::NewNormal => "it has looked like this for a week",
            Self::NotModified => "the host says it has not changed since the last look",
            Self::GoneStatus => "the host says that the page is gone",
            Self::RefusedStatus => "the host refused to show it",
            Self::AskedTooOften => "the host says that it is asked too often",
            Self::HostRests => "its host asked for a pause",
            Self::HostDown => "its host failed several times in a row and is left alone for a while",
            Self::FrontPageToo => {
                "the host's front page answers the same, so it is not the page that is gone"
            }
            Self::Challenge => "the host shows a test for people in its place",
            Self::LoginWall => "it asks to log in",
            Self::Paywall => "it is for subscribers",
            Self::ConsentWall => "it asks for consent first",
            Self::RegionWall => "it is not shown in this region",
            Self::SoftGone => "it says \"not found\", with a good status, by two signs",
            Self::ServerStatus => "the host answered with an error of its own",
            Self::NoSuchHost => "the host name does not exist",
            Self::Lookup => "the host name could not be looked up",
            Self::Connect => "no connection could be made",
            Self::Tls => "no secure connection could be made",
            Self::Timeout => "no answer came in time",
            Self::Reset => "the connection broke",
            Self::Truncated => "the page broke off early",
            Self::RobotsDisallow => "the host's robots.txt asks us not to look",
            Self::RobotsUnreachable => "the host's robots.txt could not be read, so it is left alone",
            Self::OptedOut => "its owner asked not to be visited",
            Self::AddressGate => "its address is not one that may be contacted",
            Self::NotHtml => "it is not an HTML page",
            Self::TooLarge => "it is larger than the size limit",
            Self::Encoding => "its content encoding could not be undone",
            Self::Redirects => "its redirects lead nowhere",
            Self::Protocol => "the answer is not usable HTTP",
            Self::OddStatus => "the status says nothing about the page",
            Self::TreeRefused => "its markup is too deep to judge what is missing",
            Self::ParserFault => "reading it failed on our side",
            Self::Empty => "it is empty",
            Self::Unasked304 => "the host says \"unchanged\" though it was not asked",
            Self::Shrunk => "it is much smaller than when it was last read",
            Self::LandmarksGone => "it does not look like the page that held the link",
            Self::CommentPages => "its comments go on over further pages",
            Self::Maintenance => "the site is under maintenance",
            Self::ErrorText => "it shows an error text",
            Self::Parked => "its domain is for sale",
            Self::Shell => "it is an empty shell that a script fills",
            Self::ScriptComments => "its comments are drawn by a script",
            Self::CommentsHidden => "it says that it has comments and shows none",
            Self::OldCopy => "a cache answered with a copy older than the last look",
            Self::LedElsewhere => "it sends visitors to another page for the time being",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_readable_and_gone_may_prove_absence() {
        for verdict in Verdict::ALL {
            let proves = matches!(verdict, Verdict::Readable | Verdict::Gone);
            assert_eq!(verdict.may_prove_absence(), proves, "{verdict}");
        }
    }

    #[test]
    fn every_verdict_has_a_rule() {
        for verdict in Verdict::ALL {
            assert!(Rule::ALL.iter().any(|rule| rule.verdict() == *verdict), "{verdict}");
        }
    }
}
