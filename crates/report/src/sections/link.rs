//! Columns that say which link a row is about, and how it looks.

use trackward_core::Target;

use crate::rows::{Approval, Find, FirstLook, Look, OpenBreach, Return, Row, Subject, Waiting};
use crate::table::{Column, Group, Part, Value, column};

use Part::{Cell, Note};

/// A linking page with its campaign and owner, as people see it.
pub(super) const PAGE: Group = Group {
    heading: "Linking page",
    parts: &[
        Cell("Linking page"),
        Note("client", "Client"),
        Note("campaign", "Campaign"),
        Note("owner", "Owner"),
    ],
};
pub(super) const TARGET: Group = Group { heading: "Target", parts: &[Cell("Target")] };
pub(super) const LINK: Group =
    Group { heading: "Link", parts: &[Cell("Anchor"), Note("", "Placement"), Note("rel", "Rel")] };
pub(super) const WORTH: Group = Group { heading: "Worth", parts: &[Cell("Worth")] };

/// A row about a link.
pub(super) trait OfLink {
    fn subject(&self) -> &Subject;
}

/// A row that tells how a link looks, where it was seen.
pub(super) trait Looked {
    fn look(&self) -> Option<&Look>;
}

impl OfLink for Row<FirstLook> {
    fn subject(&self) -> &Subject {
        &self.subject
    }
}

impl<F> OfLink for &Row<F> {
    fn subject(&self) -> &Subject {
        &self.subject
    }
}

impl OfLink for Waiting {
    fn subject(&self) -> &Subject {
        &self.subject
    }
}

impl OfLink for OpenBreach {
    fn subject(&self) -> &Subject {
        &self.subject
    }
}

impl Looked for &Row<Approval> {
    fn look(&self) -> Option<&Look> {
        Some(&self.facts.look)
    }
}

impl Looked for &Row<Find> {
    fn look(&self) -> Option<&Look> {
        Some(&self.facts.look)
    }
}

impl Looked for &Row<Return> {
    fn look(&self) -> Option<&Look> {
        Some(&self.facts.look)
    }
}

impl Looked for Row<FirstLook> {
    fn look(&self) -> Option<&Look> {
        self.facts.look.as_ref()
    }
}

/// Columns one after another.
pub(super) fn all<R, const N: usize>(parts: [Vec<Column<R>>; N]) -> Vec<Column<R>> {
    parts.into_iter().flatten().collect()
}

/// Site, linking page and target.
pub(super) fn subject_columns<R: OfLink>() -> Vec<Column<R>> {
    vec![
        column("Site", |r: &R| Value::text(r.subject().site.to_string())),
        column("Linking page", |r: &R| Value::Page(r.subject().page.clone())),
        column("Target", |r: &R| Value::maybe(r.subject().target.as_ref(), target)),
    ]
}

/// Placement, rel, anchor and worth.
pub(super) fn look_columns<R: Looked>() -> Vec<Column<R>> {
    vec![
        column("Placement", |r: &R| Value::maybe(r.look(), |look| Value::text(&look.placement))),
        column("Rel", |r: &R| Value::maybe(r.look(), |look| Value::text(look.rel.to_string()))),
        column("Anchor", |r: &R| Value::maybe(r.look(), |look| Value::Anchor(look.anchor.clone()))),
        column("Worth", |r: &R| Value::maybe(r.look(), worth)),
    ]
}

/// Client, campaign and owner.
pub(super) fn ledger_columns<R: OfLink>() -> Vec<Column<R>> {
    vec![
        column("Client", |r: &R| Value::maybe(r.subject().client.clone(), Value::Text)).internal(),
        column("Campaign", |r: &R| Value::maybe(r.subject().campaign.clone(), Value::Text)),
        column("Owner", |r: &R| Value::maybe(r.subject().owner.clone(), Value::Text)).internal(),
    ]
}

pub(crate) fn target(target: &Target) -> Value {
    match target.page() {
        Some(page) => Value::Address(page.clone()),
        None => Value::text(target.to_string()),
    }
}

fn worth(look: &Look) -> Value {
    use crate::view::Tone;
    let tone = if look.grade == "full" { Tone::Good } else { Tone::Neutral };
    Value::Pill(tone, look.grade.to_owned())
}
