//! Where on a page a link stands: twelve steps, the first that decides wins (`docs/placement.md`).

mod comments;
mod cursor;
pub(crate) mod names;
#[cfg(test)]
mod order;
mod steps;
pub(crate) mod words;

pub(crate) use cursor::Cursor;
use scraper::node::Element;
use trackward_core::{Domain, Kind, Placement, PlacementEvidence, Rel};

use crate::marks::Marks;
use crate::outline::Outline;

/// How far up the tree is looked, in elements.
const ANCESTORS: usize = 64;
/// How far into an entry is looked, in elements.
pub(crate) const DESCENDANTS: usize = 500;

/// A link, and what stands around it.
pub(crate) struct Surroundings<'a> {
    /// The page's elements and text.
    pub(crate) outline: &'a Outline<'a>,
    /// The link's place in the outline.
    pub(crate) link: usize,
    /// Its `rel` tokens.
    pub(crate) rel: &'a Rel,
    /// The address it leads to.
    pub(crate) url: &'a url::Url,
    /// The registrable domain of the page.
    pub(crate) own: &'a Domain,
    /// The last heading or anchor that names a section, where the link stands in that section.
    pub(crate) section: Option<&'a str>,
    /// The elements around it, nearest first; `html` and `body` are left out.
    pub(crate) above: Vec<Around<'a>>,
}

/// An element around a link.
pub(crate) struct Around<'a> {
    /// Its place in the outline.
    pub(crate) node: usize,
    /// The element.
    pub(crate) element: &'a Element,
    /// What it is called.
    pub(crate) marks: Marks<'a>,
}

/// Where a link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its placement.
    pub(crate) placement: Placement,
    /// Which step and token decided.
    pub(crate) evidence: PlacementEvidence,
    /// The kind its surroundings name.
    pub(crate) kind_hint: Option<Kind>,
}

impl Place {
    fn new(step: u8, placement: Placement, token: impl Into<String>) -> Self {
        let evidence = PlacementEvidence { step, token: token.into() };
        Self { placement, evidence, kind_hint: None }
    }

    fn hinting(self, kind_hint: Option<Kind>) -> Self {
        Self { kind_hint, ..self }
    }
}

/// The elements around a link, nearest first.
pub(crate) fn above<'a>(outline: &Outline<'a>, link: usize) -> Vec<Around<'a>> {
    let around = |node: usize| {
        let element = outline.nodes[node].element;
        let marks = Marks::new(element.name(), element.attr("id"), element.attr("class"));
        Around { node, element, marks }
    };
    let ancestors = outline.ancestors(link).take(ANCESTORS).map(around);
    ancestors.filter(|around| !matches!(around.marks.name, "html" | "body")).collect()
}

impl Surroundings<'_> {
    /// Where the link stands. Step 1, what is no reference at all, was taken before.
    pub(crate) fn place(&self) -> Place {
        self.place_by(steps::STEPS)
    }

    fn place_by(&self, steps: &[steps::Step]) -> Place {
        let place = steps.iter().find_map(|step| step(self));
        place.unwrap_or_else(|| Place::new(12, Placement::Unknown, ""))
    }

    /// Id of the nearest ping or comment around the link.
    pub(crate) fn entry(&self) -> Option<String> {
        self.above.iter().find_map(|around| names::entry_id(&around.marks))
    }

    /// The nearest list of pings or comments around the link, by the token that names it.
    pub(crate) fn container(&self) -> Option<&'static str> {
        self.above.iter().find_map(|around| names::container(&around.marks))
    }

    /// Whether it is hidden by an attribute or inline style, as far as can be told without style sheets.
    pub(crate) fn is_hidden(&self) -> bool {
        let link = self.outline.nodes[self.link].element;
        self.above.iter().map(|around| around.element).chain([link]).any(hides)
    }
}

fn hides(element: &Element) -> bool {
    if element.attr("hidden").is_some() {
        return true;
    }
    let style: String = element.attr("style").unwrap_or_default().split_ascii_whitespace().collect();
    let style = style.to_ascii_lowercase();
    let has_no_size = style.split_once("font-size:0").is_some_and(|(_, rest)| !rest.starts_with('.'));
    has_no_size || style.contains("display:none") || style.contains("visibility:hidden")
}
