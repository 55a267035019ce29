//! `trackward show`: everything known of one link.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use trackward_core::{
    Claim, Claims, Event, EventKind, EventSeq, Evidence, Link, LinkState, Rule, Visits, Watched,
};
use trackward_store::EventQuery;

use crate::args::LinkArgs;
use crate::commands::optout::known;
use crate::commands::run::words_of;
use crate::commands::select::select;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output::count;
use crate::{json as views, output};

/// Weeks with visits that are shown; all that are kept are in the JSON.
const WEEKS: usize = 12;

/// An event with its number and the text that proves it.
type Told = (EventSeq, Event, Option<Evidence>);

/// Shows one link: facts, why this state, when it is checked next, whole history with evidence.
pub(crate) async fn show(context: &Context, args: &LinkArgs) -> Result<Ending, Failure> {
    let row = select(context, &args.link).await?;
    let history = history(context, &row).await?;
    let claims = context.store.claims(row.link.id).await?;
    let visits = context.store.visits(row.link.id).await?;
    let (host, opt_outs) = (row.link.page.host_key(), known(context).await?);
    if context.json {
        let events: Vec<_> = history
            .iter()
            .map(|(seq, event, proof)| {
                let mut value = views::event(*seq, event);
                value["evidence_text"] = json!(proof.as_ref().map(|proof| &proof.text));
                value
            })
            .collect();
        let mut value = views::link(&row);
        value["claims"] = json!(claims);
        value["visits"] = json!(visits);
        value["opt_out"] = json!(opt_outs.of(&host));
        value["history"] = json!(events);
        output::json(&value)?;
    } else {
        facts(&row, &context.settings.zone.0, context.clock.now())?;
        tell_claims(&claims)?;
        tell_visits(&visits)?;
        if let Some(wish) = opt_outs.of(&host) {
            let wish = format!("{}: told to {}: {}", Rule::OptedOut.in_words(), wish.by, wish.note);
            output::line(format!("{:<12} {}", "opted out", output::safe(wish)))?;
        }
        tell_history(&history, &context.settings.zone.0)?;
    }
    Ok(Ending::Done)
}

async fn history(context: &Context, row: &Watched) -> Result<Vec<Told>, Failure> {
    let mut query = EventQuery { link: Some(row.link.id), ..EventQuery::default() };
    let mut history = Vec::new();
    loop {
        let page = context.store.events(query.clone()).await?;
        for (seq, event) in page.rows {
            let proof = match event.evidence {
                Some(hash) => context.store.evidence(hash).await?,
                None => None,
            };
            history.push((seq, event, proof));
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(history);
        }
    }
}

fn facts(row: &Watched, zone: &TimeZone, now: Timestamp) -> std::io::Result<()> {
    let link = &row.link;
    let at = |time: Timestamp| in_zone(time, zone);
    let mut lines = vec![
        ("link", link.id.to_string()),
        ("page", link.page.to_string()),
        ("target", link.target.to_string()),
        ("state", link.state.name().in_words().to_owned()),
        ("why", why(row, zone)),
    ];
    if let Some(kind) = link.kind {
        lines.push(("kind", kind.to_string()));
    }
    if let Some(sent) = link.sent() {
        lines.push(("sent", at(sent)));
    }
    if let Some(found) = link.found() {
        lines.push(("found by", found.to_string()));
    }
    if let Some(seen) = &link.seen {
        lines.push(("last seen", at(seen.at)));
        lines.push(("stands in", format!("{} ({})", seen.placement, seen.placed_by)));
        lines.push(("anchor", seen.attributes.anchor.clone()));
        let rel =
            if seen.attributes.rel.is_empty() { "none".to_owned() } else { seen.attributes.rel.to_string() };
        lines.push(("rel", format!("{rel} (grade: {})", seen.attributes.grade())));
    }
    lines.extend(ledger(link));
    lines.extend(agreement(link, zone, now));
    if let Some((last, rule)) = row.memory.last {
        lines.push(("last check", format!("{}: {}, {}", at(last), rule.verdict(), rule.in_words())));
    }
    if let Some(unreadable) = &row.memory.unreadable {
        lines.push(("can't check", format!("since {}: {}", at(unreadable.since), unreadable.detail)));
    }
    if row.plan.at < Timestamp::MAX {
        lines.push(("next check", format!("{}: {}", at(row.plan.at), row.plan.reason)));
    }
    for (name, text) in lines {
        output::line(format!("{name:<12} {}", output::safe(text)))?;
    }
    Ok(())
}

/// Whom the link is for, and what it cost.
fn ledger(link: &Link) -> impl Iterator<Item = (&'static str, String)> {
    let facts = [
        ("client", link.client.clone()),
        ("campaign", link.campaign.clone()),
        ("owner", link.owner.clone()),
        ("tags", (!link.tags.is_empty()).then(|| link.tags.to_string())),
        ("cost", link.cost.map(|cost| cost.to_string())),
        ("note", link.note.clone()),
    ];
    facts.into_iter().filter_map(|(name, fact)| fact.map(|fact| (name, fact)))
}

/// What was agreed, and whether it is kept.
fn agreement(link: &Link, zone: &TimeZone, now: Timestamp) -> Vec<(&'static str, String)> {
    if link.agreed.is_empty() {
        return Vec::new();
    }
    let agreed = &link.agreed;
    let terms = [
        agreed.rel.as_ref().map(|it| format!("rel {}", it.in_words())),
        agreed.anchor.as_ref().map(|anchor| format!("anchor \"{anchor}\"")),
        agreed.target.as_ref().map(|page| format!("to {page}")),
        agreed.placement.map(|class| format!("in {class}")),
        agreed.deadline.map(|day| format!("live by {day}")),
        agreed.guaranteed_until.map(|day| format!("there until {day}")),
        agreed.replaces.as_ref().map(|replaced| format!("in place of {replaced}")),
    ];
    let terms: Vec<String> = terms.into_iter().flatten().collect();
    let breaches = link.agreement(now, zone).breaches;
    let told: Vec<&str> = breaches.iter().map(|breach| breach.in_words()).collect();
    let kept = if told.is_empty() { "no".to_owned() } else { told.join(", ") };
    vec![("agreed", terms.join(", ")), ("breached", kept)]
}

/// Why the link is in its state, in a sentence.
fn why(row: &Watched, zone: &TimeZone) -> String {
    let at = |time: Timestamp| in_zone(time, zone);
    match &row.link.state {
        LinkState::Imported { absent: None } => "it was never checked conclusively".to_owned(),
        LinkState::Imported { absent: Some((first, _)) } => {
            format!("it was not there on {}; a second look decides", at(*first))
        }
        LinkState::Pending { absences, last_absent } => match last_absent {
            Some(last) => {
                let looks = count((*absences).into(), "readable check", "readable checks");
                format!("{looks} did not see it, the last on {}", at(*last))
            }
            None => "its page was not read yet".to_owned(),
        },
        LinkState::Live { since } => format!("it is there since {}", at(*since)),
        LinkState::Missing { missed, .. } => format!(
            "missed {} since {} ({} of them on strong evidence); {}; not confirmed yet",
            count(missed.checks.into(), "time", "times"),
            at(missed.first),
            missed.strong,
            missed.reason.in_words()
        ),
        LinkState::Lost { since, reason, .. } => {
            format!("{}, confirmed on {}", reason.in_words(), at(*since))
        }
        LinkState::NotFound { since } => format!("two looks did not find it, the last on {}", at(*since)),
        LinkState::NoAnswer { since, .. } => format!("it stayed away too long, given up on {}", at(*since)),
        LinkState::Rejected { since } => format!("the site or a person said no on {}", at(*since)),
        LinkState::Archived { since } => format!("the watch was stopped on {}", at(*since)),
    }
}

/// What vendors say, in their words: those that mean the same whoever says it first.
fn tell_claims(claims: &Claims) -> std::io::Result<()> {
    for claim in claims.iter() {
        output::line("")?;
        output::line(format!("claimed by {} on {}", output::safe(&claim.vendor), claim.day))?;
        let known = Claim::KNOWN.iter().filter_map(|name| claim.fields.get_key_value(*name));
        let others = claim.fields.iter().filter(|(name, _)| !Claim::KNOWN.contains(&name.as_str()));
        for (name, value) in known.chain(others) {
            output::line(format!("  {}: {}", output::safe(name), output::safe(value)))?;
        }
    }
    Ok(())
}

/// Visits from the access logs that were counted, the latest weeks first.
fn tell_visits(visits: &Visits) -> std::io::Result<()> {
    if visits.is_empty() {
        return Ok(());
    }
    output::line("")?;
    output::line("visits through this link, by week")?;
    for (monday, times) in visits.latest().take(WEEKS) {
        output::line(format!("  {monday}  {times:>6}"))?;
    }
    Ok(())
}

fn tell_history(history: &[Told], zone: &TimeZone) -> std::io::Result<()> {
    output::line("")?;
    output::line(if history.is_empty() { "no history yet" } else { "history" })?;
    for (seq, event, proof) in history {
        let what = output::safe(describe(&event.what, zone));
        output::line(format!("  #{seq}  {}  {what}", in_zone(event.at, zone)))?;
        if let Some(basis) = &event.basis {
            let read = format!("{}: {}, {} ({})", basis.on, basis.detail, basis.rule.verdict(), basis.rule);
            output::line(format!("        {}", output::safe(read)))?;
        }
        match proof {
            Some(proof) => {
                for line in proof.text.lines() {
                    output::line(format!("        | {}", output::safe(line)))?;
                }
            }
            None if event.evidence.is_some() => output::line("        its text was erased")?,
            None => {}
        }
    }
    Ok(())
}

pub(crate) fn describe(what: &EventKind, zone: &TimeZone) -> String {
    let name = words_of(what.name());
    match what {
        EventKind::Approved { sent, after, .. } => {
            let after = after.map_or("its first check".to_owned(), |after| in_zone(after, zone));
            format!("{name}: sent {}, approved after {after}", in_zone(*sent, zone))
        }
        EventKind::Removed { reason, first_missed, misses, strong, .. } => format!(
            "{name}: {}; first missed {}, {misses} misses, {strong} strong",
            reason.in_words(),
            in_zone(*first_missed, zone)
        ),
        EventKind::Attributes { changes, .. } | EventKind::Edited { changes } => {
            let told = changes.iter().map(|c| format!("{} \"{}\" -> \"{}\"", c.attribute, c.before, c.after));
            format!("{name}: {}", told.collect::<Vec<_>>().join(", "))
        }
        EventKind::Moved { to } => format!("{name} to {to}"),
        EventKind::Overruled { by, note, from, to } => {
            format!("{name} by {by}: {} -> {}: {note}", from.in_words(), to.in_words())
        }
        _ => name,
    }
}

fn in_zone(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
