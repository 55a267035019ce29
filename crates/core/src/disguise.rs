//! Pages that answer well and are not the page: walls, error texts, shells, "not found" with a good status.

use crate::extraction::{PageFacts, Signature, SignatureClass};
use crate::judge::Visited;
use crate::limits::Limits;
use crate::memory::{Landmarks, PageMemory};
use crate::rule::Rule;

/// Signs of "not found" that are needed.
const SOFT_GONE_SIGNS: usize = 2;

/// The rule that a disguise falls under; none for a page that is itself.
///
/// A reference of ours on the page outranks every signature: the caller asks only about pages without one.
pub(crate) fn disguise(visited: &Visited, facts: &PageFacts, memory: &PageMemory) -> Option<Rule> {
    let walls = facts.signatures.iter().filter(|signature| decides(signature, facts));
    let wall = walls.filter_map(|signature| rule_of(signature.class)).min();
    wall.or_else(|| is_soft_gone(visited, facts, memory).then_some(Rule::SoftGone))
}

/// A thin sign decides only on a page with little text and no article.
fn decides(signature: &Signature, facts: &PageFacts) -> bool {
    signature.alone || (facts.text_chars < Limits::THIN_TEXT_CHARS && !facts.has_article)
}

fn rule_of(class: SignatureClass) -> Option<Rule> {
    match class {
        SignatureClass::Challenge => Some(Rule::Challenge),
        SignatureClass::Maintenance => Some(Rule::Maintenance),
        SignatureClass::ErrorText => Some(Rule::ErrorText),
        SignatureClass::Login => Some(Rule::LoginWall),
        SignatureClass::Paywall => Some(Rule::Paywall),
        SignatureClass::Consent => Some(Rule::ConsentWall),
        SignatureClass::Region => Some(Rule::RegionWall),
        SignatureClass::Parked => Some(Rule::Parked),
        SignatureClass::Shell => Some(Rule::Shell),
        SignatureClass::SoftGone => None,
    }
}

/// Whether two signs say "not found", one of them in words or markup.
fn is_soft_gone(visited: &Visited, facts: &PageFacts, memory: &PageMemory) -> bool {
    let says_gone =
        |signature: &&Signature| signature.class == SignatureClass::SoftGone && decides(signature, facts);
    let said = facts.signatures.iter().filter(says_gone).count();
    let before = memory.landmarks.as_ref();
    let is_front =
        |url: &crate::page_url::PageUrl| url.as_url().path() == "/" && url.as_url().query().is_none();
    let home = !is_front(&visited.page)
        && (is_front(&visited.final_url) || facts.canonical.as_ref().is_some_and(is_front));
    let hidden = facts.robots.noindex.is_some() && before.is_some_and(|before| !before.noindex);
    let shrunk = before.is_some_and(|before| facts.bytes * 100 < before.bytes * Landmarks::LEAST_PERCENT);
    let signs = said.min(SOFT_GONE_SIGNS) + usize::from(home) + usize::from(hidden) + usize::from(shrunk);
    said > 0 && signs >= SOFT_GONE_SIGNS
}
