//! Which reference on a page is which known link.

use crate::extraction::Reference;
use crate::link::{Link, LinkState};
use crate::placement::{Placement, PlacementClass};

/// Which reference on a page is which known link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// For each link, the index of its reference.
    pub of_link: Vec<Option<usize>>,
    /// References that belong to no known link, in document order.
    pub left_over: Vec<usize>,
}

/// Matches references to the known links of their page (`docs/states.md`, identity).
///
/// Links to one page first by class, then any left over to the same target; links to a whole site last,
/// with what is left. Widget echoes are never matched and never left over.
pub fn match_references(links: &[Link], references: &[Reference]) -> Match {
    let mut of_link = vec![None; links.len()];
    let mut free: Vec<bool> = references.iter().map(|r| r.placement != Placement::WidgetEcho).collect();
    for pass in [Pass::SameClass, Pass::AnyClass, Pass::WholeSite] {
        for (link, slot) in links.iter().zip(&mut of_link) {
            if slot.is_some() {
                continue;
            }
            let found = (0..references.len()).find(|&n| free[n] && pass.admits(link, &references[n]));
            if let Some(n) = found {
                free[n] = false;
                *slot = Some(n);
            }
        }
    }
    let left_over = (0..references.len()).filter(|&n| free[n]).collect();
    Match { of_link, left_over }
}

#[derive(Clone, Copy)]
enum Pass {
    SameClass,
    AnyClass,
    WholeSite,
}

impl Pass {
    fn admits(self, link: &Link, reference: &Reference) -> bool {
        let one_page = link.target.page().is_some();
        let class = reference.placement.class();
        let in_turn = match self {
            Self::SameClass => one_page && class == link.class(),
            Self::AnyClass => one_page,
            Self::WholeSite => !one_page && link.state.name().is_watched(),
        };
        in_turn && fits(link, reference.placement) && link.target.covers(&reference.url)
    }
}

/// Until a link was seen it must stand where its kind belongs; later it stays the same link wherever it moves.
fn fits(link: &Link, placement: Placement) -> bool {
    let expected = matches!(link.state, LinkState::Pending { .. } | LinkState::NoAnswer { .. });
    match link.kind {
        Some(kind) if expected => kind.fits(placement),
        _ => placement.class() != PlacementClass::WidgetEcho,
    }
}
