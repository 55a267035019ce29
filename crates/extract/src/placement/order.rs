//! Tests: the order of the steps is kept by the fixtures.

use std::path::Path;

use scraper::Html;
use trackward_core::{PageUrl, Rel};

use super::steps::STEPS;
use super::{Cursor, Surroundings, above};
use crate::outline::Outline;

/// The links of a page to `ours.example`, each shown to `see`.
fn each_link(text: &str, mut see: impl FnMut(&Surroundings<'_>)) {
    let page = PageUrl::parse("https://host.example/post/").unwrap();
    let (html, mut cursor) = (Html::parse_document(text), Cursor::default());
    let outline = Outline::new(&html);
    for (link, node) in outline.nodes.iter().enumerate() {
        cursor.pass(&outline, link);
        let url = node.element.attr("href").and_then(|href| PageUrl::parse(href).ok());
        if let Some(url) = url.filter(|url| url.domain().as_str() == "ours.example") {
            let rel = Rel::parse(node.element.attr("rel").unwrap_or_default());
            let above = above(&outline, link);
            let section = cursor.section_of(&above);
            let (url, own) = (url.as_url(), &page.domain());
            see(&Surroundings { outline: &outline, link, rel: &rel, url, own, section, above });
        }
    }
}

#[test]
fn swapping_two_neighbouring_steps_misplaces_a_link_of_some_fixture() {
    let mut is_kept = vec![false; STEPS.len() - 1];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = std::fs::read_dir(root).unwrap().flat_map(|folder| {
        let files = std::fs::read_dir(folder.unwrap().path()).unwrap();
        files.map(|file| file.unwrap().path())
    });
    for path in files.filter(|path| path.extension().unwrap() == "html") {
        each_link(&std::fs::read_to_string(&path).unwrap(), |link| {
            for (first, kept) in is_kept.iter_mut().enumerate() {
                let mut swapped = STEPS.to_vec();
                swapped.swap(first, first + 1);
                *kept |= link.place_by(&swapped) != link.place();
            }
        });
    }
    let lost: Vec<usize> = (0..is_kept.len()).filter(|&first| !is_kept[first]).collect();
    assert!(lost.is_empty(), "no fixture tells these steps from the next: {lost:?}");
}
