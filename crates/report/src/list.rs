//! The list of all links: what an import reads of each, then what is known.

use jiff::Timestamp;
use trackward_core::{Attributes, Fact, Link, LinkState, Watched};

use crate::records::{Records, Wanted};
use crate::report::Report;
use crate::sections::target;
use crate::table::{Column, Shape, Table, Value, bare, column};

/// The list as a table; clients are told no owner, tags, cost, weight or note.
pub(crate) fn shape() -> Shape<Watched> {
    Shape { id: "links", title: "Links", columns: columns(), layout: &[], row: bare }
}

/// All links of the report's scope. People are shown no such table: how many there are is not counted.
pub(crate) fn table<'a>(report: &'a Report, wanted: Wanted<'a>) -> Table<'a> {
    let links = wanted.into_iter().flat_map(Records::links);
    let links = links.filter(|watched| report.scope.admits_link(&watched.link));
    Table::streamed(shape(), report.is_for_client(), 0, links)
}

/// What is said of a link, as an import reads it.
fn said(watched: &Watched, fact: Fact) -> Value {
    words(Some(watched.link.said(fact)).filter(|text| !text.is_empty()))
}

fn words(text: Option<impl ToString>) -> Value {
    Value::maybe(text, |text| Value::Text(text.to_string()))
}

fn columns() -> Vec<Column<Watched>> {
    vec![
        column("link_id", |w: &Watched| Value::text(w.link.id)),
        column("source", |w: &Watched| Value::Page(w.link.page.clone())),
        column("target", |w: &Watched| target(&w.link.target)),
        column("kind", |w: &Watched| said(w, Fact::Kind)),
        column("sent", |w: &Watched| said(w, Fact::Sent)),
        column("client", |w: &Watched| said(w, Fact::Client)),
        column("campaign", |w: &Watched| said(w, Fact::Campaign)),
        column("owner", |w: &Watched| said(w, Fact::Owner)).internal(),
        column("tags", |w: &Watched| said(w, Fact::Tags)).internal(),
        column("cost", |w: &Watched| said(w, Fact::Cost)).internal(),
        column("weight", |w: &Watched| said(w, Fact::Weight)).internal(),
        column("note", |w: &Watched| said(w, Fact::Note)).internal(),
        column("agreed_rel", |w: &Watched| said(w, Fact::AgreedRel)),
        column("agreed_anchor", |w: &Watched| said(w, Fact::AgreedAnchor)),
        column("agreed_target", |w: &Watched| said(w, Fact::AgreedTarget)),
        column("agreed_placement", |w: &Watched| said(w, Fact::AgreedPlacement)),
        column("deadline", |w: &Watched| said(w, Fact::Deadline)),
        column("guaranteed_until", |w: &Watched| said(w, Fact::GuaranteedUntil)),
        column("replaces", |w: &Watched| said(w, Fact::Replaces)),
        column("state", |w: &Watched| Value::text(w.link.state.name().as_str())),
        column("since", |w: &Watched| Value::maybe(since(&w.link), Value::Instant)),
        column("reason", |w: &Watched| match w.link.state {
            LinkState::Lost { reason, .. } => Value::text(reason.as_str()),
            _ => Value::None,
        }),
        column("anchor", |w: &Watched| words(attributes(&w.link).map(|seen| &seen.anchor))),
        column("rel", |w: &Watched| words(attributes(&w.link).map(|seen| &seen.rel))),
        column("placement", |w: &Watched| words(w.link.seen.as_ref().map(|seen| seen.placement))),
        column("grade", |w: &Watched| words(attributes(&w.link).map(Attributes::grade))),
        column("added", |w: &Watched| Value::Instant(w.link.added)),
        column("last_seen", |w: &Watched| {
            Value::maybe(w.link.seen.as_ref().map(|seen| seen.at), Value::Instant)
        }),
        column("last_checked", |w: &Watched| Value::maybe(w.link.checked, Value::Instant)),
        // What nothing is watched on is never due.
        column("next_check", |w: &Watched| {
            Value::maybe(Some(w.plan.at).filter(|at| *at != Timestamp::MAX), Value::Instant)
        }),
        column("cannot_check_since", |w: &Watched| {
            Value::maybe(w.memory.unreadable.as_ref().map(|unreadable| unreadable.since), Value::Instant)
        }),
        column("cannot_check_because", |w: &Watched| {
            words(w.memory.unreadable.as_ref().map(|unreadable| unreadable.rule))
        }),
    ]
}

fn attributes(link: &Link) -> Option<&Attributes> {
    link.attributes.as_ref().or(link.seen.as_ref().map(|seen| &seen.attributes))
}

/// Since when a link is in its state, where that is known.
fn since(link: &Link) -> Option<Timestamp> {
    match &link.state {
        LinkState::Live { since }
        | LinkState::NotFound { since }
        | LinkState::Rejected { since }
        | LinkState::Archived { since }
        | LinkState::Lost { since, .. }
        | LinkState::NoAnswer { since, .. } => Some(*since),
        LinkState::Missing { missed, .. } => Some(missed.first),
        LinkState::Pending { .. } => link.sent(),
        LinkState::Imported { .. } => None,
    }
}
