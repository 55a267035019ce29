//! Folding: several links of one target and placement class are one reference with a count.

use std::collections::HashMap;

use trackward_core::{MatchKey, PlacementClass, Reference};

/// Folds references, keeping the order in which each first appeared.
///
/// The most followed of them stands for all, a direct link before one through a redirector, and the earliest
/// of equals.
pub(crate) fn fold(references: Vec<Reference>) -> Vec<Reference> {
    let mut places: HashMap<(MatchKey, PlacementClass), usize> = HashMap::new();
    let mut folded: Vec<Reference> = Vec::new();
    for reference in references {
        let key = (reference.url.match_key(), reference.placement.class());
        let at = *places.entry(key).or_insert(folded.len());
        match folded.get_mut(at) {
            Some(kept) => merge(kept, reference),
            None => folded.push(reference),
        }
    }
    folded
}

fn merge(kept: &mut Reference, other: Reference) {
    let count = kept.count + other.count;
    let worth = |reference: &Reference| (!reference.via_redirector, !reference.rel.is_nofollow());
    if worth(&other) > worth(kept) {
        *kept = other;
    }
    kept.count = count;
}
