//! Every page under `fixtures/` is read as the JSON beside it says.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trackward_core::{
    EntryDetails, Extraction, Headers, Limits, PageUrl, Placement, Reference, Target, TargetSet,
};
use trackward_extract::{Page, extract};

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = fs::read_dir(root).unwrap().map(|folder| folder.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut pages: Vec<PathBuf> =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().unwrap() == "html").collect();
    pages.sort();
    pages
}

fn read(path: &Path) -> Extraction {
    extract_text(&fs::read_to_string(path).unwrap())
}

/// Reads a page as found at `https://host.example/post/`; `ours.example` is ours.
fn extract_text(text: &str) -> Extraction {
    let body = text.as_bytes();
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8")]);
    let ours = TargetSet::from_iter([Target::parse("ours.example").unwrap()]);
    extract(&Page { url: &url, headers: &headers, body, complete: true, known: &[] }, &ours)
}

/// What a fixture says about a page: everything that markup decides.
fn shown(page: &Extraction) -> Value {
    let entry = |entry: &trackward_core::Entry| json!([entry.id, entry.kind, entry.href]);
    json!({
        "references": page.references.iter().map(reference).collect::<Vec<_>>(),
        "containers": page.facts.containers,
        "entries": page.facts.entries.iter().map(entry).collect::<Vec<_>>(),
        "comment_pages": page.facts.comment_pages,
        "mentions": page.facts.mentions,
    })
}

fn reference(reference: &Reference) -> Value {
    let EntryDetails { title, excerpt, blog_name, date } = &reference.details;
    json!({
        "url": reference.url,
        "placement": reference.placement.to_string(),
        "evidence": format!("{} {}", reference.evidence.step, reference.evidence.token),
        "kind": reference.kind_hint,
        "anchor": reference.anchor,
        "rel": reference.rel,
        "entry": reference.entry,
        "container": reference.container,
        "hidden": reference.hidden,
        "count": reference.count,
        "context": reference.context,
        "title": title,
        "excerpt": excerpt,
        "blog_name": blog_name,
        "date": date,
        "via_redirector": reference.via_redirector,
    })
}

#[test]
fn each_fixture_is_read_as_its_json_says() {
    for path in pages() {
        let expected = fs::read_to_string(path.with_extension("json")).expect("each page has its JSON");
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let read = shown(&read(&path));
        assert_eq!(read, expected, "{}: {read:#}", path.display());
    }
}

#[test]
fn each_fixture_says_which_row_of_the_design_it_follows() {
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        assert!(page.lines().any(|line| line.starts_with("<!-- Row: ")), "{}", path.display());
    }
}

#[test]
fn evidence_of_each_ping_holds_its_link_within_its_limits() {
    for path in pages() {
        for reference in read(&path).references.iter().filter(|r| r.placement == Placement::Ping) {
            let (html, href) = (&reference.entry_html, reference.href.replace('&', "&amp;"));
            assert!(html.contains(&href), "{}: {html}", path.display());
            assert!(html.len() <= Limits::ENTRY_HTML_BYTES && !html.contains("<script"));
            assert!(reference.context.contains(reference.anchor.as_str()) || reference.context.is_empty());
            assert!(reference.context.chars().count() <= Limits::CONTEXT_CHARS);
        }
    }
}

#[test]
fn container_of_each_reference_is_a_landmark_of_its_page() {
    for path in pages() {
        let page = read(&path);
        for container in page.references.iter().filter_map(|reference| reference.container.as_ref()) {
            assert!(page.facts.containers.contains(container), "{}: {container}", path.display());
        }
    }
}

#[test]
fn sidebar_echo_changes_no_other_reference() {
    let echo =
        r#"<ul id="recentcomments"><li><a href="https://ours.example/reply">Ours</a></li></ul></body>"#;
    for path in pages() {
        let body = fs::read_to_string(&path).unwrap();
        let others = |page: &Extraction| {
            let echo = trackward_core::Placement::WidgetEcho;
            page.references.iter().filter(|r| r.placement != echo).cloned().collect::<Vec<_>>()
        };
        let with_echo = extract_text(&body.replace("</body>", echo));
        assert_eq!(others(&with_echo), others(&extract_text(&body)), "{}", path.display());
    }
}
