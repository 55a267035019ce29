//! Links against a base, against the cases of web-platform-tests (`tests/data/README.md`).
//!
//! The `url` crate differs from the file in some cases, so what is tested is what we promise ourselves.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use trackward_core::{Headers, PageUrl, Target, TargetSet};
use trackward_extract::{Page, extract};

/// Input and base of each case; a text in the list is a comment.
fn cases() -> Vec<(String, Option<String>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/urltestdata.json");
    let list: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let of = |case: &Value, name: &str| case[name].as_str().map(str::to_owned);
    let cases = list.as_array().unwrap().iter().filter(|case| case.is_object());
    cases.map(|case| (of(case, "input").unwrap(), of(case, "base"))).collect()
}

/// The address a case leads to; a case without a base is absolute.
fn resolve(input: &str, base: Option<&str>) -> Option<PageUrl> {
    match base {
        Some(base) => PageUrl::parse(base).ok()?.join(input).ok(),
        None => PageUrl::parse(input).ok(),
    }
}

fn accepted() -> Vec<PageUrl> {
    cases().iter().filter_map(|(input, base)| resolve(input, base.as_deref())).collect()
}

#[test]
fn no_case_panics_and_only_web_addresses_are_accepted() {
    let (cases, accepted) = (cases(), accepted());
    assert_eq!(cases.len(), 819);
    assert!(accepted.len() > 200, "{}", accepted.len());
    for url in accepted {
        let url = url.as_url();
        assert!(matches!(url.scheme(), "http" | "https"), "{url}");
        assert!(url.has_host() && url.username().is_empty() && url.password().is_none(), "{url}");
        assert_eq!(url.fragment(), None, "{url}");
    }
}

#[test]
fn accepted_addresses_and_their_match_keys_are_read_back_as_themselves() {
    for url in accepted() {
        assert_eq!(PageUrl::parse(url.as_str()).unwrap(), url);
        let key = url.match_key();
        let again = PageUrl::parse(&format!("https://{}", key.as_str())).unwrap();
        assert_eq!(again.match_key(), key, "{url}");
    }
}

#[test]
fn address_is_ours_only_when_its_host_is() {
    let urls = accepted();
    for ours in &urls {
        let target = Target::Page(ours.clone());
        let host = Target::Host(ours.host_key());
        for other in urls.iter().filter(|url| target.covers(url)) {
            assert!(host.covers(other), "{other} for {ours}");
        }
    }
}

#[test]
fn each_case_is_read_as_a_link_on_a_page_without_being_taken_for_ours() {
    let ours = TargetSet::from_iter([Target::parse("ours.example").unwrap()]);
    for (input, base) in cases() {
        let base = base.and_then(|base| PageUrl::parse(&base).ok());
        let url = base.unwrap_or_else(|| PageUrl::parse("https://host.example/").unwrap());
        let href = input.replace('&', "&amp;").replace('"', "&quot;");
        let body = format!("<a href=\"{href}\">x</a>");
        let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8")]);
        let page = Page { url: &url, headers: &headers, body: body.as_bytes(), complete: true, known: &[] };
        assert!(extract(&page, &ours).references.is_empty(), "{input}");
    }
}
