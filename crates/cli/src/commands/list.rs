//! `trackward list`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trackward_core::{StateName, Watched};
use trackward_store::LinkQuery;

use crate::args::ListArgs;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::length::Length;
use crate::watch_input::read_instant;
use crate::{json, output};

/// Lists links, a page of them at a time.
pub(crate) async fn list(context: &Context, args: &ListArgs) -> Result<Ending, Failure> {
    let zone = &context.settings.zone.0;
    let since = args.since.as_deref().map(|text| read_since(text, context.clock.now(), zone)).transpose()?;
    let mut query = LinkQuery {
        states: args.state.clone(),
        host: args.host.clone(),
        campaign: args.campaign.clone(),
        since,
        ..LinkQuery::default()
    };
    let mut shown = 0;
    loop {
        let page = context.store.links(query.clone()).await?;
        for row in &page.rows {
            show(context, row, zone)?;
            shown += 1;
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    if shown == 0 && !context.json {
        output::line("no links")?;
    }
    Ok(Ending::Done)
}

fn read_since(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Failure> {
    match text.parse::<Length>() {
        Ok(length) => Ok(now.saturating_sub(length.0).unwrap_or(Timestamp::MIN)),
        Err(_) => read_instant(text, zone).map_err(|_| {
            Failure::usage(format!("'{text}' is neither a date nor a length"), "write it as 2026-11-20 or 7d")
        }),
    }
}

fn show(context: &Context, row: &Watched, zone: &TimeZone) -> std::io::Result<()> {
    if context.json {
        return output::json(&json::link(row));
    }
    let link = &row.link;
    let kind = link.kind.map_or("-", |kind| kind.as_str());
    output::line(format!(
        "{}  {:<20}  {kind:<10}  {}  {}",
        link.id.short(),
        state_in_words(row, zone),
        output::safe(&link.page),
        output::safe(format!("-> {}", link.target)),
    ))
}

/// The state, never fresher than it is: a live link on a page that cannot be read says since when.
fn state_in_words(row: &Watched, zone: &TimeZone) -> String {
    let state = row.link.state.name();
    match (&row.link.seen, &row.memory.unreadable) {
        (Some(seen), Some(_)) if state == StateName::Live => {
            format!("live, seen {}", seen.at.to_zoned(zone.clone()).date())
        }
        _ => state.in_words().to_owned(),
    }
}
