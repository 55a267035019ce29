//! A page of any bytes under any header is read within its limits, and both stages see the same links.

use std::collections::BTreeSet;

use trackward_core::{Extraction, Headers, Limits, MatchKey, PageUrl, Reference, Target, TargetSet, TreeUse};
use trackward_extract::{Page, extract};

use super::input::message;

/// Checks an input of header fields, an empty line and a body.
pub fn check(input: &[u8]) {
    let (headers, body) = message(input);
    let read = read(&headers, body);
    check_limits(&read);
    // Only where no tag is left open is what is added either a tag of its own or no tag at all.
    if read.tree == TreeUse::Built && body.trim_ascii_end().ends_with(b">") && !is_known_to_differ(body) {
        check_stages(&read, &headers, body);
    }
}

/// Reads a page of `host.example` that is known to link to `ours.example`, so that a tree is wanted.
pub(crate) fn read(headers: &Headers, body: &[u8]) -> Extraction {
    let url = PageUrl::parse("https://host.example/post/").expect("an address");
    let ours = [Target::parse("ours.example").expect("a target")];
    let page = Page { url: &url, headers, body, complete: true, known: &ours };
    extract(&page, &TargetSet::from_iter(ours.clone()))
}

fn check_limits(read: &Extraction) {
    assert!(read.references.len() <= Limits::REFERENCES && read.facts.entries.len() <= Limits::ENTRIES);
    for Reference { anchor, context, entry_html, .. } in &read.references {
        assert!(anchor.chars().count() <= Limits::ANCHOR_CHARS, "{anchor}");
        assert!(context.chars().count() <= Limits::CONTEXT_CHARS, "{context}");
        assert!(entry_html.len() <= Limits::ENTRY_HTML_BYTES, "{entry_html}");
        assert!(
            !anchor.contains(char::is_control) && !context.contains(char::is_control),
            "{anchor:?} {context:?}"
        );
    }
}

/// What the tree places, against what the finder alone sees on the same page when it is refused a tree.
fn check_stages(built: &Extraction, headers: &Headers, body: &[u8]) {
    let too_many: Vec<_> = (0..=256).map(|n| format!(" a{n}")).collect();
    let refused = read(headers, &[body, format!("<br{}>", too_many.concat()).as_bytes()].concat());
    if refused.tree == TreeUse::Refused("attributes".to_owned()) {
        let placed = |reference: &&Reference| reference.evidence.step > 0;
        assert_eq!(keys(built.references.iter().filter(placed)), keys(refused.references.iter()));
    }
}

/// Whether a page holds what the stages are known to read differently.
///
/// `lol_html` leaves SVG and `MathML` only at their own end tag or a tag of HTML, and takes one inside the
/// other for itself. A cell that is open at `</template>` lets formatting out of it. A frameset in place of
/// the body leaves out what follows.
fn is_known_to_differ(body: &[u8]) -> bool {
    let text = body.to_ascii_lowercase();
    let has = |tag: &str| text.windows(tag.len()).any(|piece| piece == tag.as_bytes());
    has("<svg") || has("<math") || has("</template") || has("<frameset")
}

fn keys<'a>(references: impl Iterator<Item = &'a Reference>) -> BTreeSet<MatchKey> {
    references.map(|reference| reference.url.match_key()).collect()
}
