//! Each row of the table hits what it must, and no article about it.

use trackward_core::{Extraction, Headers, Limits, PageUrl, Signature, TargetSet};

use super::samples::{CASES, Case, Sample};
use super::shown::GAP_BYTES;
use super::table::{Row, TABLE};
use super::*;

fn extract(sample: Sample, html: &str) -> Extraction {
    let url = PageUrl::parse(sample.url).unwrap();
    let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8"), sample.header]);
    let page = Page { url: &url, headers: &headers, body: html.as_bytes(), complete: true, known: &[] };
    crate::extract(&page, &TargetSet::default())
}

fn hit(case: &Case, page: &Extraction) -> Option<Signature> {
    page.facts.signatures.iter().find(|signature| signature.id == case.id).cloned()
}

/// Whether a page has little text and no article: only there a sign that is not alone decides.
fn is_thin(page: &Extraction) -> bool {
    page.facts.text_chars < Limits::THIN_TEXT_CHARS && !page.facts.has_article
}

fn words(chars: usize) -> String {
    format!("<p>{}</p>", "Words of an ordinary post. ".repeat(chars / 22 + 1))
}

/// The words as a post of a blog.
fn as_post(words_about: &str) -> String {
    format!(
        "<body class='single postid-7'><nav><a href=/>Home</a></nav><main><article id=post-7 class=hentry>\
         <div class=entry-content>{words_about}{}</div></article></main></body>",
        words(300)
    )
}

/// The words as a long page without a container that we know.
fn as_essay(words_about: &str) -> String {
    format!("<body><div>{}{words_about}</div></body>", words(1_500))
}

#[test]
fn every_row_and_pattern_has_its_pages() {
    let row = |row: &Row| (row.id, row.class, row.when.is_alone(), row.patterns.to_vec());
    let case = |case: &Case| {
        let patterns: Vec<&str> = case.hits.iter().map(|(pattern, _)| *pattern).collect();
        (case.id, case.class, case.alone, patterns)
    };
    assert_eq!(TABLE.iter().map(row).collect::<Vec<_>>(), CASES.iter().map(case).collect::<Vec<_>>());
}

#[test]
fn patterns_are_in_lower_case_as_what_they_are_compared_with() {
    for pattern in TABLE.iter().flat_map(|row| row.patterns) {
        assert_eq!(*pattern, pattern.to_lowercase());
    }
}

#[test]
fn each_pattern_decides_on_its_page() {
    for case in CASES {
        for (pattern, sample) in case.hits {
            // A sign that is not alone may stand anywhere on its page.
            let before = if case.alone { "" } else { "<p>Host</p>" };
            let page = extract(*sample, &format!("{before}{}", sample.html));
            let expected = Signature { id: case.id.to_owned(), class: case.class, alone: case.alone };
            assert_eq!(hit(case, &page), Some(expected), "{pattern}");
            assert!(case.alone || is_thin(&page), "{pattern}");
        }
    }
}

#[test]
fn no_row_decides_on_an_article_about_it() {
    for case in CASES {
        for html in [as_post(case.article.html), as_essay(case.article.html)] {
            let page = extract(case.article, &html);
            assert!(!is_thin(&page), "{}", case.id);
            assert!(!case.alone || hit(case, &page).is_none(), "{}", case.id);
        }
    }
}

#[test]
fn ordinary_post_has_no_signature() {
    let sample = CASES[0].article;
    for html in [as_post(""), as_essay("")] {
        assert_eq!(extract(sample, &html).facts.signatures, []);
    }
}

#[test]
fn password_form_beside_entries_is_no_sign() {
    let case = CASES.iter().find(|case| case.id == "login_post_password").unwrap();
    let sample = case.hits[0].1;
    let html = format!("{}<ol><li id=comment-7 class=comment>Hi</li></ol>", sample.html);
    assert_eq!(hit(case, &extract(sample, &html)), None);
}

#[test]
fn signs_that_decide_alone_do_so_beside_entries() {
    for case in CASES.iter().filter(|case| case.alone && case.id != "login_post_password") {
        let (pattern, sample) = case.hits[0];
        let html = format!("{}<ol><li id=comment-7 class=comment>Hi</li></ol>", sample.html);
        assert!(hit(case, &extract(sample, &html)).is_some(), "{pattern}");
    }
}

#[test]
fn shell_has_scripts_and_hardly_any_text() {
    for id in ["shell_element", "shell_text"] {
        let case = CASES.iter().find(|case| case.id == id).unwrap();
        let is_shell = |chars: usize, script: &str| {
            let noscript = "<noscript>You need to enable JavaScript</noscript>";
            let html = format!("<div id=root>{}</div>{noscript}{script}", "x".repeat(chars));
            hit(case, &extract(case.article, &html)).is_some()
        };
        assert!(is_shell(199, "<script></script>"), "{id}");
        assert!(!is_shell(200, "<script></script>"), "{id}");
        assert!(!is_shell(199, ""), "{id}");
    }
}

#[test]
fn thin_signs_count_at_their_place_and_nowhere_else() {
    for (id, html, counts) in [
        ("challenge_title", "<h1>Just a moment</h1>", false),
        ("challenge_captcha", "<form class=g-recaptcha></form>", true),
        ("maintenance_text", "<p>This site is under maintenance.</p>", true),
        ("error_database", "<p>Error establishing a database connection</p>", true),
        ("gone_body", "<body><div class=error404>It seems we can’t find it.</div>", false),
    ] {
        let case = CASES.iter().find(|case| case.id == id).unwrap();
        assert_eq!(hit(case, &extract(case.article, html)).is_some(), counts, "{id}: {html}");
    }
}

#[test]
fn what_stands_in_templates_comments_or_styles_is_no_sign() {
    let sample = CASES[0].article;
    for html in [
        "<template><form class=post-password-form></form>Account suspended</template>",
        "<!-- <form class=post-password-form></form> Account suspended -->",
        "<style>Account suspended</style><textarea>Account suspended</textarea>",
    ] {
        assert_eq!(extract(sample, html).facts.signatures, [], "{html}");
    }
}

#[test]
fn phrase_is_found_wherever_it_stands_on_a_thin_page() {
    let case = CASES.iter().find(|case| case.id == "error_hoster").unwrap();
    // Four bytes and a space for each character: the most a thin page can take.
    let most = usize::try_from(Limits::THIN_TEXT_CHARS).unwrap() - 1 - "accountsuspended".len();
    let page = extract(case.article, &format!("{} Account suspended", "😀 ".repeat(most)));
    assert!(is_thin(&page));
    assert!(hit(case, &page).is_some());
}

#[test]
fn gap_in_a_pattern_is_short() {
    let case = CASES.iter().find(|case| case.id == "challenge_script").unwrap();
    let is_hit = |gap: &str| {
        let html = format!("<script>'/cdn-cgi/challenge-platform/{gap}/orchestrate/x'</script>");
        hit(case, &extract(case.article, &html)).is_some()
    };
    assert!(is_hit("h/b") && is_hit(&"g".repeat(GAP_BYTES)));
    assert!(!is_hit(&"g".repeat(GAP_BYTES + 1)) && !is_hit("scripts/jsd/main.js'; y = '"));
}

/// The rows that the texts of a page hit, each cut into chunks of this many characters.
fn hits_in_chunks(texts: &[(TextType, Raw, &str)], chars: usize) -> Vec<String> {
    let mut signs = Signs::default();
    for (kind, raw, text) in texts {
        signs.raw = *raw;
        let text: Vec<char> = text.chars().collect();
        text.chunks(chars).for_each(|chunk| signs.text(&String::from_iter(chunk), *kind));
    }
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers = Headers::default();
    let page = Page { url: &url, headers: &headers, body: b"", complete: true, known: &[] };
    let around = Surroundings { page: &page, title: None, heading: None, text_chars: 0, has_entries: false };
    signs.seen(&around).into_iter().map(|signature| signature.id).collect()
}

proptest::proptest! {
    #[test]
    fn where_text_is_cut_changes_nothing(chars in 1_usize..60, padding in 0_usize..8_000) {
        let visible = format!("{}Access&nbsp;denied: メンテナンス中", "メ ".repeat(padding));
        let script = "a='/cdn-cgi/challenge-platform/h/b/orchestrate/x'";
        let json = r#"{"isAccessibleForFree": "http://schema.org/False"}"#;
        let texts = [
            (TextType::Data, Raw::Other, visible.as_str()),
            (TextType::ScriptData, Raw::Script, script),
            (TextType::ScriptData, Raw::JsonLd, json),
            (TextType::RawText, Raw::Noscript, "Subscribe to read"),
        ];
        let whole = hits_in_chunks(&texts, usize::MAX);
        proptest::prop_assert!(whole.len() >= 3);
        proptest::prop_assert_eq!(hits_in_chunks(&texts, chars), whole);
    }
}
