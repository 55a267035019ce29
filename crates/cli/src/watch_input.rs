//! What is said of a link on the command line or in a CSV row, read by one set of rules.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{Agreed, Kind, Money, NewWatch, PageUrl, PlacementClass, Rel, Replaced, Tags, Target};

use crate::args::FactArgs;

/// Longest text that is taken for a fact, in characters.
const FACT_CHARS: usize = 1_000;
/// Least and greatest priority.
const WEIGHTS: std::ops::RangeInclusive<f32> = 0.01..=100.0;

/// Reads a watch; empty facts count as not given.
///
/// # Errors
/// A sentence that names the fact that is wrong and how to write it.
pub(crate) fn read_watch(
    source: &str,
    target: &str,
    facts: &FactArgs,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<NewWatch, String> {
    let page = PageUrl::parse(source).map_err(|error| format!("source: {error}"))?;
    let target = Target::parse(target).map_err(|error| format!("target: {error}"))?;
    if target.covers(&page) {
        return Err(
            "source and target are the same site: a link of a site to itself is not watched".to_owned()
        );
    }
    Ok(NewWatch {
        kind: read("kind", facts.kind.as_ref(), str::parse::<Kind>)?,
        sent: given(facts.sent.as_ref()).map(|text| read_sent(text, zone, now)).transpose()?,
        client: read_text("client", facts.client.as_ref())?,
        campaign: read_text("campaign", facts.campaign.as_ref())?,
        owner: read_text("owner", facts.owner.as_ref())?,
        note: read_text("note", facts.note.as_ref())?,
        tags: read("tags", facts.tags.as_ref(), Tags::parse)?.unwrap_or_default(),
        cost: read("cost", facts.cost.as_ref(), Money::parse)?,
        weight: given(facts.weight.as_ref()).map(read_weight).transpose()?,
        agreed: read_agreed(facts)?,
        ..NewWatch::new(page, target)
    })
}

fn read_agreed(facts: &FactArgs) -> Result<Agreed, String> {
    Ok(Agreed {
        anchor: read_text("agreed_anchor", facts.agreed_anchor.as_ref())?.map(|text| in_one_line(&text)),
        rel: given(facts.agreed_rel.as_ref()).map(read_rel),
        target: read("agreed_target", facts.agreed_target.as_ref(), PageUrl::parse)?,
        placement: read("agreed_placement", facts.agreed_placement.as_ref(), str::parse::<PlacementClass>)?,
        deadline: read("deadline", facts.deadline.as_ref(), read_day)?,
        guaranteed_until: read("guaranteed_until", facts.guaranteed_until.as_ref(), read_day)?,
        replaces: read("replaces", facts.replaces.as_ref(), str::parse::<Replaced>)?,
    })
}

/// Reads a fact that was given; what is wrong with it begins with its name.
fn read<T, E: std::fmt::Display>(
    name: &str,
    fact: Option<&String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, String> {
    given(fact).map(parse).transpose().map_err(|error| format!("{name}: {error}"))
}

fn read_day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("'{text}' is not a day, write it as 2026-11-20"))
}

/// Blanks as a page shows them: anchors are compared so.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a date, which begins at midnight in the zone, or an instant such as `2026-11-20T15:00Z`.
pub(crate) fn read_instant(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let midnight = |date: Date| date.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
    text.parse::<Timestamp>()
        .or_else(|_| text.parse::<Date>().and_then(midnight))
        .map_err(|_| format!("'{text}' is not a date, write it as 2026-11-20 or 2026-11-20T15:00Z"))
}

fn given(fact: Option<&String>) -> Option<&str> {
    fact.map(String::as_str).map(str::trim).filter(|text| !text.is_empty())
}

fn read_text(name: &str, fact: Option<&String>) -> Result<Option<String>, String> {
    match given(fact) {
        Some(text) if text.chars().count() > FACT_CHARS => {
            Err(format!("{name}: longer than {FACT_CHARS} characters"))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// When it was sent: up to a day ahead, since a date counts from its first minute in some zone.
fn read_sent(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, String> {
    let sent = read_instant(text, zone)?;
    if sent.duration_since(now) > SignedDuration::from_hours(24) {
        return Err(format!("sent: '{text}' lies in the future"));
    }
    Ok(sent)
}

fn read_weight(text: &str) -> Result<f32, String> {
    let weight = text.parse::<f32>().ok().filter(|weight| WEIGHTS.contains(weight));
    weight.ok_or_else(|| format!("weight: '{text}' is not a number from 0.01 to 100"))
}

/// `follow` and `dofollow` are no rel tokens: they say that none of the discounting ones is there.
fn read_rel(text: &str) -> Rel {
    let tokens = Rel::parse(text);
    let real: Vec<&str> = tokens.tokens().filter(|token| !matches!(*token, "follow" | "dofollow")).collect();
    Rel::parse(&real.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(facts: &FactArgs) -> Result<NewWatch, String> {
        read_watch("https://host.example/post", "https://ours.example/a", facts, &TimeZone::UTC, now())
    }

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn with(edit: fn(&mut FactArgs)) -> FactArgs {
        let mut facts = FactArgs::default();
        edit(&mut facts);
        facts
    }

    #[test]
    fn facts_read_as_typed_and_empty_ones_are_not_given() {
        let facts = with(|facts| {
            facts.kind = Some("Trackback".into());
            facts.sent = Some("2026-11-20".into());
            facts.agreed_rel = Some("dofollow".into());
            facts.owner = Some("  ".into());
        });
        let watch = read(&facts).unwrap();
        assert_eq!(watch.kind, Some(Kind::Trackback));
        assert_eq!(watch.sent.unwrap().to_string(), "2026-11-20T00:00:00Z");
        assert_eq!(watch.agreed.rel, Some(Rel::default()));
        assert_eq!(watch.owner, None);
    }

    #[test]
    fn wrong_facts_say_how_to_write_them() {
        let said = |edit| read(&with(edit)).unwrap_err();
        assert!(said(|facts| facts.kind = Some("guestbook".into())).contains("trackback, pingback"));
        assert!(said(|facts| facts.sent = Some("yesterday".into())).contains("2026-11-20"));
        assert!(said(|facts| facts.weight = Some("heavy".into())).contains("0.01 to 100"));
        assert!(said(|facts| facts.weight = Some("101".into())).contains("0.01 to 100"));
        assert!(said(|facts| facts.sent = Some("2030-01-01".into())).contains("future"));
        assert!(said(|facts| facts.note = Some("x".repeat(FACT_CHARS + 1))).contains("1000 characters"));
        assert!(read(&with(|facts| facts.note = Some("x".repeat(FACT_CHARS)))).is_ok());
        assert!(said(|facts| facts.cost = Some("1.240".into())).contains("two ways"));
        assert!(said(|facts| facts.agreed_placement = Some("top".into())).contains("body"));
        assert!(said(|facts| facts.deadline = Some("soon".into())).contains("deadline: 'soon' is not a day"));
    }

    #[test]
    fn link_of_a_site_to_itself_is_refused() {
        let facts = FactArgs::default();
        let own = read_watch("https://ours.example/b", "ours.example", &facts, &TimeZone::UTC, now());
        assert!(own.unwrap_err().contains("same site"));
    }
}
