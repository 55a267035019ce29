//! Tests: the finder and the tree see the same links, wherever the budget admits a tree.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use trackward_core::{PageUrl, Target, TargetSet};

use crate::budget;
use crate::finder::Finder;
use crate::links::Links;
use crate::markup::{self, Strictness};
use crate::tree;

/// What each stage finds in a page: addresses without doubles, since a tree may repeat an unclosed link.
fn both(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let page = PageUrl::parse("https://host.example/post/").unwrap();
    let targets = TargetSet::from_iter([Target::parse("ours.example").unwrap()]);
    let mut finder = Finder::new(&page);
    markup::read(text, Strictness::Lenient, &mut finder);
    let links = Links::new(&page, finder.head.base.as_deref(), &targets);
    let by_finder = finder.finish(&links).hits.into_iter().map(|hit| hit.url.to_string()).collect();
    let by_tree = tree::references(text, &page, &links).unwrap();
    let by_tree = by_tree.into_iter().map(|reference| reference.url.to_string()).collect();
    (by_finder, by_tree)
}

#[test]
fn stages_agree_on_every_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = std::fs::read_dir(root).unwrap().flat_map(|folder| {
        let files = std::fs::read_dir(folder.unwrap().path()).unwrap();
        files.map(|file| file.unwrap().path())
    });
    for path in files.filter(|path| path.extension().unwrap() == "html") {
        let (finder, tree) = both(&std::fs::read_to_string(&path).unwrap());
        assert_eq!(finder, tree, "{}", path.display());
    }
}

/// Pieces of markup; `#` becomes the number of the piece, so that each link can be told from the others.
/// SVG and `MathML` come closed, since `lol_html` leaves them only at their own end tag or a tag of HTML;
/// cells come closed, since one open at `</template>` lets formatting out of the template (13.2.6.4.4).
const PIECES: &[&str] = &[
    "<a href=https://ours.example/#>",
    "<a href='https&#58;//ours.example/#'>",
    "<a href=\"//ours.exa\tmple/#\" href=x>",
    "<a rel=alternate href=https://ours.example/#>",
    "<area href=https://ours.example/#>",
    "</a>",
    "<svg><a xlink:href=https://ours.example/#>x</a></svg>",
    "<svg><template><a href=https://ours.example/#></a></template></svg>",
    "<svg><![CDATA[<a href=https://ours.example/#>]]></svg>",
    "<math><a href=https://ours.example/#></a></math>",
    "<template>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "<textarea>",
    "</textarea>",
    "<script>",
    "</script>",
    "<title>",
    "</title>",
    "<!--",
    "-->",
    "<!-->",
    "<![CDATA[",
    "]]>",
    "<?php ",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<ul><li>",
    "</ul>",
    "<b>",
    "</b>",
    "<table><tr><td>x</td>",
    "</table>",
    "<base href=https://ours.example/base/>",
    "<a href=relative#>",
    "<a href=/go?u=https://ours.example/#>",
    "<a href='/go?u=ht&#116;p%3A//ours.example/#'>",
    "<a href=https://host.example/go?u=ht\tps://ours.example/#>",
    "text",
    "</",
    "<",
    "'",
    "\"",
    ">",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn stages_agree_on_any_mixture_of_markup(pieces in prop::collection::vec(0..PIECES.len(), 0..30)) {
        let numbered = pieces.iter().enumerate().map(|(at, &n)| PIECES[n].replace('#', &at.to_string()));
        let text = format!("<!doctype html><body>{}", numbered.collect::<String>());
        if budget::admit(&text).is_ok() {
            let (finder, tree) = both(&text);
            prop_assert_eq!(finder, tree, "{}", text);
        }
    }
}
