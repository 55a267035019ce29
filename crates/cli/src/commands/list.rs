//! `trackward list`.

use std::io::{IsTerminal, Write, stdout};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trackward_core::{StateName, Watched, read_moment};
use trackward_report::LinkList;
use trackward_store::LinkQuery;

use crate::args::ListArgs;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::length::Length;
use crate::{json, output};

/// Lists links, a page of them at a time.
pub(crate) async fn list(context: &Context, args: &ListArgs) -> Result<Ending, Failure> {
    let zone = &context.settings.zone.0;
    let since = args.since.as_deref().map(|text| read_since(text, context.clock.now(), zone)).transpose()?;
    let mut query = LinkQuery {
        states: args.state.clone(),
        host: args.host.clone(),
        client: args.client.clone(),
        campaign: args.campaign.clone(),
        owner: args.owner.clone(),
        tag: args.tag.clone(),
        since,
        ..LinkQuery::default()
    };
    let terminal = stdout().is_terminal();
    let mut csv = args.csv.then(|| LinkList::begin(Shown { terminal }, args.raw)).transpose()?;
    let mut shown = 0;
    loop {
        let page = context.store.links(query.clone()).await?;
        for row in &page.rows {
            match &mut csv {
                Some(csv) => csv.add(row)?,
                None => show(context, row, zone)?,
            }
            shown += 1;
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    csv.map_or(Ok(()), LinkList::finish)?;
    if shown == 0 && !context.json && !args.csv {
        output::line("no links")?;
    }
    Ok(Ending::Done)
}

/// Stdout for CSV: control characters are spelt out on a terminal, and kept in a file.
#[derive(Debug)]
struct Shown {
    terminal: bool,
}

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.terminal {
            output::line(String::from_utf8_lossy(bytes).replace("\r\n", "\n").trim_end())?;
        } else {
            stdout().lock().write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        stdout().lock().flush()
    }
}

fn read_since(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Failure> {
    match text.parse::<Length>() {
        Ok(length) => Ok(now.saturating_sub(length.0).unwrap_or(Timestamp::MIN)),
        Err(_) => read_moment(text, None).map(|moment| moment.start(zone)).map_err(|_| {
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
