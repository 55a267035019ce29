//! The scripted world: when each link was really there, and who lied about it when.

use trackward_core::{Kind, PageUrl, Reference, Target};

use crate::lies::Lie;

/// One year of one page: the truth, and the spells in which it is not told.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its number, which names it in reports of a failure.
    pub(crate) number: i64,
    pub(crate) url: PageUrl,
    pub(crate) kind: PageKind,
    pub(crate) links: Vec<Truth>,
    /// Entries of others: from when until when each stands there.
    pub(crate) neighbours: Vec<(i64, i64)>,
    /// When its host got a new theme; sorted.
    pub(crate) themes: Vec<i64>,
    /// Lies about this page, its host's among them; sorted, none overlap.
    pub(crate) spells: Vec<Spell>,
    /// What became of the whole page, and when.
    pub(crate) end: Option<(i64, End)>,
    /// Whether its host sends an `ETag`.
    pub(crate) etag: bool,
    /// Whether it names its canonical address.
    pub(crate) canonical: bool,
}

/// What kind of page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageKind {
    /// A post with a list of trackbacks and comments.
    Post,
    /// A text without comments.
    Article,
    /// A front page or archive, different every day, whose links roll off.
    Listing,
}

/// When a link was really there.
#[derive(Debug)]
pub(crate) struct Truth {
    pub(crate) target: Target,
    pub(crate) kind: Kind,
    pub(crate) told: Told,
    /// What stands on the page while it is there, before and after the first theme change.
    pub(crate) shown: [Reference; 2],
    /// From when until when, and what ended it; sorted, apart.
    pub(crate) there: Vec<Stay>,
}

/// How we were told of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// Imported at this minute.
    Imported(i64),
    /// Sent at this minute.
    Sent(i64),
    /// Never; it is found.
    Never,
}

/// One time that a link was really there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) end: End,
}

/// What ended a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// Still there after the year.
    Stays,
    /// Its entry was trashed, the others stay.
    EntryTrashed,
    /// The whole list was hidden.
    SectionHidden,
    /// The link was taken out of the text, or rolled off.
    LinkRemoved,
    /// The page answers 404 or 410.
    PageGone,
    /// The page redirects for good to one without the link.
    PageMoved,
    /// The host name no longer exists.
    HostGone,
}

impl End {
    /// Days within which daily or hourly checks must have confirmed it.
    pub(crate) const fn limit_days(self) -> i64 {
        match self {
            Self::PageGone | Self::PageMoved => 6,
            Self::HostGone => 17,
            _ => 4,
        }
    }
}

/// A time in which a lie is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spell {
    pub(crate) lie: Lie,
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Page {
    /// The lie that is told at a minute.
    pub(crate) fn lie_at(&self, minute: i64) -> Option<Lie> {
        let next = self.spells.partition_point(|spell| spell.until <= minute);
        self.spells.get(next).filter(|spell| spell.from <= minute).map(|spell| spell.lie)
    }

    /// The lies that are told between two minutes.
    pub(crate) fn lies_between(&self, from: i64, until: i64) -> impl Iterator<Item = &Spell> {
        self.spells.iter().filter(move |spell| spell.from < until && from < spell.until)
    }

    /// What became of the whole page by a minute.
    pub(crate) fn ended_by(&self, minute: i64) -> Option<End> {
        self.end.filter(|(at, _)| *at <= minute).map(|(_, end)| end)
    }

    /// How many themes it has gone through.
    pub(crate) fn theme_at(&self, minute: i64) -> usize {
        self.themes.partition_point(|at| *at <= minute)
    }

    /// Changes whenever something on the page does: what its `ETag` is made of.
    pub(crate) fn version_at(&self, minute: i64) -> usize {
        let past = |at: i64| usize::from(at <= minute);
        let links = self.links.iter().flat_map(|link| &link.there).map(|s| past(s.from) + past(s.until));
        let others = self.neighbours.iter().map(|(from, until)| past(*from) + past(*until));
        links.chain(others).sum::<usize>() + self.theme_at(minute)
    }
}

impl Truth {
    /// Whether the link really is there.
    pub(crate) fn is_there(&self, minute: i64) -> bool {
        self.there.iter().any(|stay| stay.from <= minute && minute < stay.until)
    }

    /// Whether it was there at any time between two minutes, both included.
    pub(crate) fn was_there(&self, from: i64, until: i64) -> bool {
        self.there.iter().any(|stay| stay.from <= until && from < stay.until)
    }
}

impl Spell {
    /// Whether it lasts longer than what defeats its lie.
    pub(crate) fn outlasts(&self) -> bool {
        self.until - self.from >= self.lie.row().defence.holds()
    }
}
