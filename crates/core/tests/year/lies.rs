//! The lies of the simulated web: how long each lasts, and what keeps it from raising a loss.

use trackward_core::Rule;

use crate::time::{DAY, HOUR};

/// An answer that does not say what is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lie {
    ServerError,
    Silence,
    Reset,
    Certificate,
    LookupFails,
    NameAway,
    WholeHost404,
    AllPosts404,
    AllToHome,
    Maintenance,
    UnknownNotice,
    Parked,
    BotWall,
    Challenge,
    ConsentRedirect,
    ElsewhereForNow,
    RobotsForbid,
    RobotsAway,
    HostRests,
    Sticky304,
    Page404,
    SoftGone,
    LargeSoftGone,
    Empty,
    Login,
    Shell,
    Truncated,
    TooLarge,
    BadEncoding,
    Mojibake,
    NotHtml,
    OddStatus,
    TreeRefused,
    PagesNotRead,
    PagesRead,
    Disqus,
    CommentsFolded,
    NotDisplayed,
    Paywall,
    UnmarkedPaywall,
    StaleCopy,
    ListNotDrawn,
    Flapping,
}

/// What keeps a lie from raising a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Defence {
    /// Its answers prove nothing, however long it lasts.
    NoEvidence,
    /// The link is seen all the same.
    LinkSeen,
    /// Doubtful, and over before its shape is taken as the page's new normal.
    NewNormal,
    /// It looks like a removal, and is over before the span of 24 hours.
    Span,
    /// It looks like a page that is gone or moved, and is over before the span of 72 hours.
    LongSpan,
    /// It looks like a host that is gone, and is over before 14 days.
    HostGone,
}

impl Defence {
    /// The longest lie that it holds against.
    pub(crate) const fn holds(self) -> i64 {
        match self {
            Self::NoEvidence | Self::LinkSeen => i64::MAX,
            Self::NewNormal => 7 * DAY,
            Self::Span => 23 * HOUR,
            Self::LongSpan => 71 * HOUR,
            Self::HostGone => 14 * DAY,
        }
    }

    /// Whether looks under it may count as misses, silently.
    pub(crate) const fn may_be_missed(self) -> bool {
        matches!(self, Self::Span | Self::LongSpan)
    }
}

/// Whether a lie is told by a whole host or about one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Host,
    Page,
}

/// A lie with all that the simulation knows of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) lie: Lie,
    pub(crate) scope: Scope,
    /// Least and most minutes that it lasts.
    pub(crate) lasts: (i64, i64),
    /// How often it is told, against others of its scope.
    pub(crate) weight: i64,
    /// The rule that decides a look at it, when a link is missed.
    pub(crate) rule: Rule,
    pub(crate) defence: Defence,
}

impl Lie {
    pub(crate) fn row(self) -> &'static Row {
        LIES.iter().find(|row| row.lie == self).expect("every lie has a row")
    }
}

const fn row(lie: Lie, scope: Scope, lasts: (i64, i64), weight: i64, rule: Rule, defence: Defence) -> Row {
    Row { lie, scope, lasts, weight, rule, defence }
}

/// All lies. None lasts longer than is said here: those held by `Span`, `LongSpan`, `NewNormal` and `HostGone`
/// would deceive if they did. In the two years without a false removal the share of longer ones is 0; what
/// one in five longer ones do is another test.
#[rustfmt::skip]
pub(crate) const LIES: &[Row] = {
    use Defence::{HostGone, LinkSeen, LongSpan, NewNormal, NoEvidence, Span};
    use Scope::{Host, Page};
    &[
        // lie                   scope lasts from, to      weight decided by                defeated by
        row(Lie::ServerError,     Host, (HOUR / 2, 10 * DAY),  30, Rule::ServerStatus,      NoEvidence),
        row(Lie::Silence,         Host, (HOUR / 2, 10 * DAY),  15, Rule::Timeout,           NoEvidence),
        row(Lie::Reset,           Host, (HOUR / 2, 3 * DAY),   10, Rule::Reset,             NoEvidence),
        row(Lie::Certificate,     Host, (DAY, 30 * DAY),       10, Rule::Tls,               NoEvidence),
        row(Lie::LookupFails,     Host, (HOUR, 4 * DAY),       10, Rule::Lookup,            NoEvidence),
        row(Lie::NameAway,        Host, (HOUR, 12 * DAY),      10, Rule::NoSuchHost,        HostGone),
        row(Lie::WholeHost404,    Host, (HOUR / 2, 10 * DAY),  20, Rule::FrontPageToo,      NoEvidence),
        row(Lie::AllPosts404,     Host, (HOUR / 2, 66 * HOUR), 15, Rule::GoneStatus,        LongSpan),
        row(Lie::AllToHome,       Host, (HOUR / 2, 66 * HOUR), 10, Rule::Complete,          LongSpan),
        row(Lie::Maintenance,     Host, (HOUR / 2, 30 * DAY),  20, Rule::Maintenance,       NoEvidence),
        row(Lie::UnknownNotice,   Host, (HOUR / 2, 6 * DAY),   10, Rule::Shrunk,            NewNormal),
        row(Lie::Parked,          Host, (2 * HOUR, 12 * DAY),  10, Rule::Parked,            HostGone),
        row(Lie::BotWall,         Host, (30 * DAY, 150 * DAY),  8, Rule::RefusedStatus,     NoEvidence),
        row(Lie::Challenge,       Host, (HOUR, 100 * DAY),     10, Rule::Challenge,         NoEvidence),
        row(Lie::ConsentRedirect, Host, (HOUR, 100 * DAY),     10, Rule::ConsentWall,       NoEvidence),
        row(Lie::ElsewhereForNow, Host, (HOUR, 6 * DAY),       10, Rule::LedElsewhere,      NewNormal),
        row(Lie::RobotsForbid,    Host, (7 * DAY, 42 * DAY),    8, Rule::RobotsDisallow,    NoEvidence),
        row(Lie::RobotsAway,      Host, (HOUR, 7 * DAY),        8, Rule::RobotsUnreachable, NoEvidence),
        row(Lie::HostRests,       Host, (HOUR, 2 * DAY),        5, Rule::HostRests,         NoEvidence),
        row(Lie::Sticky304,       Host, (20 * DAY, 200 * DAY),  8, Rule::NotModified,       LinkSeen),
        row(Lie::Page404,         Page, (HOUR / 2, 66 * HOUR), 20, Rule::GoneStatus,        LongSpan),
        row(Lie::SoftGone,        Page, (HOUR / 2, 66 * HOUR), 15, Rule::SoftGone,          LongSpan),
        row(Lie::LargeSoftGone,   Page, (HOUR / 2, 6 * DAY),   10, Rule::LandmarksGone,     NewNormal),
        row(Lie::Empty,           Page, (HOUR / 2, 20 * DAY),  10, Rule::Empty,             NoEvidence),
        row(Lie::Login,           Page, (HOUR, 60 * DAY),      10, Rule::LoginWall,         NoEvidence),
        row(Lie::Shell,           Page, (HOUR, 60 * DAY),      10, Rule::Shell,             NoEvidence),
        row(Lie::Truncated,       Page, (HOUR, 4 * DAY),       10, Rule::Truncated,         NoEvidence),
        row(Lie::TooLarge,        Page, (HOUR, 20 * DAY),       5, Rule::TooLarge,          NoEvidence),
        row(Lie::BadEncoding,     Page, (HOUR, 10 * DAY),       8, Rule::Encoding,          NoEvidence),
        row(Lie::Mojibake,        Page, (HOUR, 60 * DAY),       8, Rule::Complete,          LinkSeen),
        row(Lie::NotHtml,         Page, (HOUR, 4 * DAY),        5, Rule::NotHtml,           NoEvidence),
        row(Lie::OddStatus,       Page, (HOUR, 10 * DAY),       5, Rule::OddStatus,         NoEvidence),
        row(Lie::TreeRefused,     Page, (HOUR, 20 * DAY),       5, Rule::TreeRefused,       NoEvidence),
        row(Lie::PagesNotRead,    Page, (10 * DAY, 150 * DAY),  8, Rule::CommentPages,      NoEvidence),
        row(Lie::PagesRead,       Page, (10 * DAY, 150 * DAY),  8, Rule::Complete,          LinkSeen),
        row(Lie::Disqus,          Page, (DAY, 60 * DAY),       15, Rule::ScriptComments,    NoEvidence),
        row(Lie::CommentsFolded,  Page, (HOUR, 60 * DAY),      10, Rule::CommentsHidden,    NoEvidence),
        row(Lie::NotDisplayed,    Page, (HOUR, 60 * DAY),      10, Rule::Complete,          NoEvidence),
        row(Lie::Paywall,         Page, (HOUR, 60 * DAY),      10, Rule::Paywall,           NoEvidence),
        row(Lie::UnmarkedPaywall, Page, (HOUR / 2, 20 * HOUR), 10, Rule::Complete,          Span),
        row(Lie::StaleCopy,       Page, (HOUR / 2, 20 * HOUR), 20, Rule::Complete,          Span),
        row(Lie::ListNotDrawn,    Page, (HOUR / 2, 20 * HOUR), 15, Rule::Complete,          Span),
        row(Lie::Flapping,        Page, (HOUR, 20 * HOUR),     15, Rule::Complete,          Span),
    ]
};
