//! What was agreed with a host, and how far it is kept.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::by_text::by_text;
use crate::ids::LinkId;
use crate::link::{Attributes, Link, LinkState};
use crate::names::names;
use crate::page_url::{PageUrl, UrlError};
use crate::placement::PlacementClass;
use crate::rel::Rel;

/// What was agreed with the host; a change against it is a breach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// The anchor.
    pub anchor: Option<String>,
    /// The `rel`; only `nofollow`, `ugc` and `sponsored` are compared.
    pub rel: Option<Rel>,
    /// The page of ours that it points to; spellings of one page are the same.
    #[serde(default)]
    pub target: Option<PageUrl>,
    /// Where it stands.
    #[serde(default)]
    pub placement: Option<PlacementClass>,
    /// The last day on which it is to go live.
    #[serde(default)]
    pub deadline: Option<Date>,
    /// The last day on which it is to be there.
    #[serde(default)]
    pub guaranteed_until: Option<Date>,
    /// The lost link that it makes up for.
    #[serde(default)]
    pub replaces: Option<Replaced>,
}

impl Agreed {
    /// Whether nothing was agreed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes over what the other says, and keeps what it does not say.
    pub(crate) fn update(&mut self, said: Self) {
        fn set<T>(old: &mut Option<T>, new: Option<T>) {
            if new.is_some() {
                *old = new;
            }
        }
        set(&mut self.anchor, said.anchor);
        set(&mut self.rel, said.rel);
        set(&mut self.target, said.target);
        set(&mut self.placement, said.placement);
        set(&mut self.deadline, said.deadline);
        set(&mut self.guaranteed_until, said.guaranteed_until);
        set(&mut self.replaces, said.replaces);
    }

    /// The terms that attributes do not keep; what was not agreed, and what could not be told, is kept.
    pub(crate) fn broken(&self, attributes: &Attributes) -> Vec<Breach> {
        let rel = self.rel.as_ref().is_some_and(|rel| !rel.discounts().eq(attributes.rel.discounts()));
        let anchor = self.anchor.as_ref().is_some_and(|anchor| *anchor != attributes.anchor);
        let told = attributes.placement.filter(|class| *class != PlacementClass::Unknown);
        let placement = self.placement.is_some_and(|agreed| told.is_some_and(|told| told != agreed));
        let terms = [(rel, Breach::Rel), (anchor, Breach::Anchor), (placement, Breach::Placement)];
        terms.into_iter().filter_map(|(is_broken, breach)| is_broken.then_some(breach)).collect()
    }
}

/// A lost link that another makes up for: by its id, or by its page where the id is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Replaced {
    /// The link.
    Link(LinkId),
    /// The page that it stood on.
    Page(PageUrl),
}

impl FromStr for Replaced {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        text.parse().map(Self::Link).or_else(|_| PageUrl::parse(text).map(Self::Page))
    }
}

by_text!(Replaced, UrlError);

impl fmt::Display for Replaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(link) => link.fmt(f),
            Self::Page(page) => page.fmt(f),
        }
    }
}

/// A term that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// Another `rel`. `sponsored` where it was agreed is none.
    Rel,
    /// Another anchor.
    Anchor,
    /// It points to another page of ours.
    Target,
    /// It stands in another place.
    Placement,
    /// The deadline is over, and it was never there.
    Overdue,
    /// It was lost on a day on which it was to be there.
    LostEarly,
}

names!(Breach {
    Rel => "rel",
    Anchor => "anchor",
    Target => "target",
    Placement => "placement",
    Overdue => "overdue",
    LostEarly => "lost_early",
});

impl Breach {
    /// The words for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Rel => "another rel than agreed",
            Self::Anchor => "another anchor than agreed",
            Self::Target => "points to another page than agreed",
            Self::Placement => "stands in another place than agreed",
            Self::Overdue => "not live by the deadline",
            Self::LostEarly => "lost before the end of its guarantee",
        }
    }
}

/// How an agreement stands at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Whether anything was agreed or paid.
    pub agreed: bool,
    /// Whether the link was ever seen there.
    pub delivered: bool,
    /// The terms that are not kept, in the order of [`Breach::ALL`]; none of a link whose watch was stopped.
    pub breaches: Vec<Breach>,
}

impl Link {
    /// How its agreement stands: at an instant not before its last check, with days as they are in a zone.
    ///
    /// Attributes are the confirmed ones of a link that is there. A day that cannot be placed in time
    /// (beyond the year 9999) never ends.
    pub fn agreement(&self, at: Timestamp, zone: &TimeZone) -> Agreement {
        let delivered = self.seen.is_some();
        let is_over = |day: Option<Date>, at: Timestamp| day.is_some_and(|day| end_of(day, zone) <= at);
        let mut breaches = Vec::new();
        match &self.state {
            LinkState::Archived { .. } => {}
            LinkState::Live { .. } | LinkState::Missing { .. } => {
                breaches.extend(self.attributes.iter().flat_map(|attributes| self.agreed.broken(attributes)));
                breaches.extend(self.misses_its_target().then_some(Breach::Target));
            }
            LinkState::Lost { since, .. } => {
                let kept =
                    self.agreed.guaranteed_until.is_none() || is_over(self.agreed.guaranteed_until, *since);
                breaches.extend((!kept).then_some(Breach::LostEarly));
            }
            _ => {
                let overdue = !delivered && is_over(self.agreed.deadline, at);
                breaches.extend(overdue.then_some(Breach::Overdue));
            }
        }
        breaches.sort();
        Agreement { agreed: !self.agreed.is_empty() || self.cost.is_some(), delivered, breaches }
    }

    /// Whether it points to another page than agreed. That never changes: a link to another page is another link.
    fn misses_its_target(&self) -> bool {
        match (&self.agreed.target, self.target.page()) {
            (Some(agreed), Some(page)) => !agreed.is_same(page),
            _ => false,
        }
    }
}

/// The first instant after a day.
fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    let next = day.tomorrow().and_then(|next| next.to_zoned(zone.clone()));
    next.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Admission, LossReason, Money, NewWatch, Sighting, Target, admit};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn link(agreed: Agreed) -> Link {
        let page = PageUrl::parse("https://host.example/post").unwrap();
        let watch =
            NewWatch { agreed, ..NewWatch::new(page, Target::parse("https://ours.example/a").unwrap()) };
        match admit(&[], watch, at("2026-11-01T00:00:00Z")) {
            Admission::New(link) => link,
            other => panic!("{other:?}"),
        }
    }

    fn live(agreed: Agreed, rel: &str, placement: PlacementClass) -> Link {
        let attributes = Attributes {
            rel: Rel::parse(rel),
            anchor: "our blog".into(),
            placement: Some(placement),
            ..Attributes::default()
        };
        let seen = Sighting {
            at: at("2026-11-02T00:00:00Z"),
            on: PageUrl::parse("https://host.example/post").unwrap(),
            url: PageUrl::parse("https://ours.example/a").unwrap(),
            placement: crate::Placement::Body,
            placed_by: String::new(),
            entry: None,
            container: None,
            hidden: false,
            attributes: attributes.clone(),
        };
        let state = LinkState::Live { since: seen.at };
        Link { state, seen: Some(seen), attributes: Some(attributes), ..link(agreed) }
    }

    fn breaches(link: &Link, now: &str) -> Vec<Breach> {
        link.agreement(at(now), &TimeZone::get("Europe/Berlin").unwrap()).breaches
    }

    const NOW: &str = "2026-11-20T00:00:00Z";

    #[test]
    fn terms_that_are_kept_or_were_never_agreed_are_no_breach() {
        let kept = Agreed {
            rel: Some(Rel::parse("sponsored")),
            anchor: Some("our blog".into()),
            target: Some(PageUrl::parse("http://www.ours.example/a/?utm_source=x").unwrap()),
            placement: Some(PlacementClass::Body),
            ..Agreed::default()
        };
        assert_eq!(breaches(&live(kept, "sponsored noopener", PlacementClass::Body), NOW), []);
        let nothing = live(Agreed::default(), "nofollow", PlacementClass::Navigation);
        assert_eq!(breaches(&nothing, NOW), []);
        assert!(!nothing.agreement(at(NOW), &TimeZone::UTC).agreed);
        let paid = Link { cost: Some(Money::parse("5 EUR").unwrap()), ..nothing };
        assert!(paid.agreement(at(NOW), &TimeZone::UTC).agreed);
    }

    #[test]
    fn every_term_that_is_not_kept_is_named_in_order() {
        let agreed = Agreed {
            rel: Some(Rel::default()),
            anchor: Some("our shop".into()),
            target: Some(PageUrl::parse("https://ours.example/b").unwrap()),
            placement: Some(PlacementClass::Body),
            ..Agreed::default()
        };
        let link = live(agreed, "nofollow", PlacementClass::Navigation);
        assert_eq!(breaches(&link, NOW), [Breach::Rel, Breach::Anchor, Breach::Target, Breach::Placement]);
        let stopped = Link { state: LinkState::Archived { since: at(NOW) }, ..link };
        assert_eq!(breaches(&stopped, NOW), []);
    }

    #[test]
    fn place_that_could_not_be_told_breaks_nothing() {
        let agreed = Agreed { placement: Some(PlacementClass::Body), ..Agreed::default() };
        assert_eq!(breaches(&live(agreed, "", PlacementClass::Unknown), NOW), []);
    }

    #[test]
    fn deadline_is_over_when_its_day_ends_in_the_zone() {
        let agreed = Agreed { deadline: Some("2026-11-20".parse().unwrap()), ..Agreed::default() };
        let waiting = link(agreed.clone());
        assert_eq!(breaches(&waiting, "2026-11-20T22:59:59Z"), []);
        assert_eq!(breaches(&waiting, "2026-11-20T23:00:00Z"), [Breach::Overdue]);
        assert_eq!(breaches(&live(agreed, "", PlacementClass::Body), "2026-11-21T00:00:00Z"), []);
    }

    #[test]
    fn loss_within_the_guarantee_is_early_and_later_is_not() {
        let agreed = Agreed { guaranteed_until: Some("2026-11-20".parse().unwrap()), ..Agreed::default() };
        let lost = |since: &str| Link {
            state: LinkState::Lost { since: at(since), live_since: at(since), reason: LossReason::PageGone },
            ..live(agreed.clone(), "", PlacementClass::Body)
        };
        assert_eq!(breaches(&lost("2026-11-20T22:59:59Z"), NOW), [Breach::LostEarly]);
        assert_eq!(breaches(&lost("2026-11-20T23:00:00Z"), NOW), []);
        assert!(lost(NOW).agreement(at(NOW), &TimeZone::UTC).delivered);
    }

    #[test]
    fn replaced_link_is_named_by_id_or_page_and_reads_back() {
        let id = link(Agreed::default()).id.to_string();
        for text in [id.as_str(), "https://host.example/old"] {
            assert_eq!(text.parse::<Replaced>().unwrap().to_string(), text);
        }
        assert!("the old one".parse::<Replaced>().is_err());
    }
}
