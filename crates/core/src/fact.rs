//! What a person or a file may say of a link: one set of names and one way to read each.

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::date::{DateOrder, read_moment};
use crate::limits::Limits;
use crate::link::Link;
use crate::money::Money;
use crate::names::names;
use crate::page_url::PageUrl;
use crate::rel::Rel;
use crate::tags::Tags;
use crate::watch::NewWatch;

/// Least and greatest priority.
const WEIGHTS: std::ops::RangeInclusive<f32> = 0.01..=100.0;

/// A fact that may be said of a link; its name is that of the option and of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// How it came to be there.
    Kind,
    /// When it was sent or promised.
    Sent,
    /// The client it is made for.
    Client,
    /// The campaign it belongs to.
    Campaign,
    /// Who looks after it.
    Owner,
    /// What a team sorts it by.
    Tags,
    /// What it cost.
    Cost,
    /// Its priority.
    Weight,
    /// A note.
    Note,
    /// The agreed rel.
    AgreedRel,
    /// The agreed anchor.
    AgreedAnchor,
    /// The agreed page of ours.
    AgreedTarget,
    /// The agreed place.
    AgreedPlacement,
    /// The last day on which it is to go live.
    Deadline,
    /// The last day on which it is to be there.
    GuaranteedUntil,
    /// The lost link that it makes up for.
    Replaces,
}

names!(Fact {
    Kind => "kind",
    Sent => "sent",
    Client => "client",
    Campaign => "campaign",
    Owner => "owner",
    Tags => "tags",
    Cost => "cost",
    Weight => "weight",
    Note => "note",
    AgreedRel => "agreed_rel",
    AgreedAnchor => "agreed_anchor",
    AgreedTarget => "agreed_target",
    AgreedPlacement => "agreed_placement",
    Deadline => "deadline",
    GuaranteedUntil => "guaranteed_until",
    Replaces => "replaces",
});

/// How dates are read.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// The zone in which days begin.
    pub zone: &'a TimeZone,
    /// The present instant.
    pub now: Timestamp,
    /// The order of day and month in dates such as `3/4/2026`, where it is known.
    pub order: Option<DateOrder>,
}

impl NewWatch {
    /// Reads a fact as it is typed; text of blanks says nothing.
    ///
    /// # Errors
    /// A sentence that names the fact and says how to write it.
    pub fn say(&mut self, fact: Fact, text: &str, calendar: &Calendar<'_>) -> Result<(), String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        self.read(fact, text, calendar).map_err(|wrong| format!("{fact}: {wrong}"))
    }

    fn read(&mut self, fact: Fact, text: &str, calendar: &Calendar<'_>) -> Result<(), String> {
        let agreed = &mut self.agreed;
        match fact {
            Fact::Kind => self.kind = Some(text.parse()?),
            Fact::Sent => self.sent = Some(read_sent(text, calendar)?),
            Fact::Client => self.client = Some(bounded(text, Limits::FACT_CHARS)?),
            Fact::Campaign => self.campaign = Some(bounded(text, Limits::FACT_CHARS)?),
            Fact::Owner => self.owner = Some(bounded(text, Limits::FACT_CHARS)?),
            Fact::Note => self.note = Some(bounded(text, Limits::FACT_CHARS)?),
            Fact::Tags => self.tags = Tags::parse(text).map_err(in_words)?,
            Fact::Cost => self.cost = Some(Money::parse(text).map_err(in_words)?),
            Fact::Weight => self.weight = Some(read_weight(text)?),
            Fact::AgreedRel => agreed.rel = Some(Rel::from_words(text)),
            Fact::AgreedAnchor => agreed.anchor = Some(bounded(&in_one_line(text), Limits::ANCHOR_CHARS)?),
            Fact::AgreedTarget => agreed.target = Some(PageUrl::parse(text).map_err(in_words)?),
            Fact::AgreedPlacement => agreed.placement = Some(text.parse()?),
            Fact::Deadline => agreed.deadline = Some(read_moment(text, calendar.order)?.day(calendar.zone)),
            Fact::GuaranteedUntil => {
                agreed.guaranteed_until = Some(read_moment(text, calendar.order)?.day(calendar.zone));
            }
            Fact::Replaces => agreed.replaces = Some(text.parse().map_err(in_words)?),
        }
        Ok(())
    }
}

impl Link {
    /// What is said of the link, as [`NewWatch::say`] reads it; empty for nothing.
    pub fn said(&self, fact: Fact) -> String {
        fn text<T: ToString>(said: Option<T>) -> String {
            said.map(|said| said.to_string()).unwrap_or_default()
        }
        let agreed = &self.agreed;
        match fact {
            Fact::Kind => text(self.kind),
            Fact::Sent => text(self.sent()),
            Fact::Client => text(self.client.as_ref()),
            Fact::Campaign => text(self.campaign.as_ref()),
            Fact::Owner => text(self.owner.as_ref()),
            Fact::Tags => self.tags.to_string(),
            Fact::Cost => text(self.cost),
            Fact::Weight => self.weight.to_string(),
            Fact::Note => text(self.note.as_ref()),
            Fact::AgreedRel => text(agreed.rel.as_ref().map(Rel::in_words)),
            Fact::AgreedAnchor => text(agreed.anchor.as_ref()),
            Fact::AgreedTarget => text(agreed.target.as_ref()),
            Fact::AgreedPlacement => text(agreed.placement),
            Fact::Deadline => text(agreed.deadline),
            Fact::GuaranteedUntil => text(agreed.guaranteed_until),
            Fact::Replaces => text(agreed.replaces.as_ref()),
        }
    }

    /// Says a fact no more. What was sent stays sent.
    pub(crate) fn clear(&mut self, fact: Fact) {
        let agreed = &mut self.agreed;
        match fact {
            Fact::Kind => self.kind = None,
            Fact::Sent => {}
            Fact::Client => self.client = None,
            Fact::Campaign => self.campaign = None,
            Fact::Owner => self.owner = None,
            Fact::Tags => self.tags = Tags::default(),
            Fact::Cost => self.cost = None,
            Fact::Weight => self.weight = 1.0,
            Fact::Note => self.note = None,
            Fact::AgreedRel => agreed.rel = None,
            Fact::AgreedAnchor => agreed.anchor = None,
            Fact::AgreedTarget => agreed.target = None,
            Fact::AgreedPlacement => agreed.placement = None,
            Fact::Deadline => agreed.deadline = None,
            Fact::GuaranteedUntil => agreed.guaranteed_until = None,
            Fact::Replaces => agreed.replaces = None,
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn in_words(error: impl ToString) -> String {
    error.to_string()
}

fn bounded(text: &str, most: usize) -> Result<String, String> {
    if text.chars().count() > most {
        Err(format!("longer than {most} characters"))
    } else {
        Ok(text.to_owned())
    }
}

/// When it was sent: up to a day ahead, since a date counts from its first minute in some zone.
fn read_sent(text: &str, calendar: &Calendar<'_>) -> Result<Timestamp, String> {
    let sent = read_moment(text, calendar.order)?.start(calendar.zone);
    if sent.duration_since(calendar.now) > SignedDuration::from_hours(24) {
        return Err(format!("'{text}' lies in the future"));
    }
    Ok(sent)
}

fn read_weight(text: &str) -> Result<f32, String> {
    let weight = text.parse::<f32>().ok().filter(|weight| WEIGHTS.contains(weight));
    weight.ok_or_else(|| format!("'{text}' is not a number from 0.01 to 100"))
}

/// Blanks as a page shows them: anchors are compared so.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, PlacementClass, Target};

    fn say(facts: &[(Fact, &str)]) -> Result<NewWatch, String> {
        let page = PageUrl::parse("https://host.example/post").unwrap();
        let mut watch = NewWatch::new(page, Target::parse("https://ours.example/a").unwrap());
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let calendar = Calendar { zone: &TimeZone::UTC, now, order: None };
        facts.iter().try_for_each(|(fact, text)| watch.say(*fact, text, &calendar))?;
        Ok(watch)
    }

    #[test]
    fn facts_read_as_typed_and_empty_ones_are_not_given() {
        let watch = say(&[
            (Fact::Kind, "Trackback"),
            (Fact::Sent, "2026-11-20"),
            (Fact::AgreedRel, "dofollow"),
            (Fact::AgreedAnchor, " our \n blog"),
            (Fact::AgreedPlacement, "author-bio"),
            (Fact::Deadline, "2026-12-01"),
            (Fact::Owner, "  "),
        ])
        .unwrap();
        assert_eq!(watch.kind, Some(Kind::Trackback));
        assert_eq!(watch.sent.unwrap().to_string(), "2026-11-20T00:00:00Z");
        assert_eq!(watch.agreed.rel, Some(Rel::default()));
        assert_eq!(watch.agreed.anchor.as_deref(), Some("our blog"));
        assert_eq!(watch.agreed.placement, Some(PlacementClass::AuthorBio));
        assert_eq!(watch.agreed.deadline.unwrap().to_string(), "2026-12-01");
        assert_eq!(watch.owner, None);
    }

    #[test]
    fn wrong_facts_say_how_to_write_them() {
        for (fact, text, told) in [
            (Fact::Kind, "guestbook", "trackback, pingback"),
            (Fact::Sent, "yesterday", "2026-11-20"),
            (Fact::Sent, "2030-01-01", "future"),
            (Fact::Weight, "heavy", "0.01 to 100"),
            (Fact::Weight, "101", "0.01 to 100"),
            (Fact::Cost, "1.240", "two ways"),
            (Fact::AgreedPlacement, "top", "body"),
            (Fact::Deadline, "soon", "deadline: 'soon' is not a date"),
            (Fact::Replaces, "the old one", "replaces: "),
        ] {
            let said = say(&[(fact, text)]).unwrap_err();
            assert!(said.contains(told) && said.starts_with(fact.as_str()), "{said}");
        }
        let long = |n: usize| say(&[(Fact::Note, &"x".repeat(n))]);
        assert!(long(Limits::FACT_CHARS).is_ok());
        assert!(long(Limits::FACT_CHARS + 1).unwrap_err().contains("1000 characters"));
    }
}
