//! What a page says of itself, and when a tree is built for it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use trackward_core::{
    Extraction, Headers, How, Limits, Mechanism, PageUrl, Placement, Target, TargetSet, TreeUse,
};
use trackward_extract::{Page, extract};

fn read_with(headers: &[(&str, &str)], body: &[u8], known: &[&str], complete: bool) -> Extraction {
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers: Headers = headers.iter().copied().collect();
    let known: Vec<Target> = known.iter().map(|target| Target::parse(target).unwrap()).collect();
    let ours = TargetSet::from_iter([Target::parse("ours.example").unwrap()]);
    extract(&Page { url: &url, headers: &headers, body, complete, known: &known }, &ours)
}

fn read(body: &str) -> Extraction {
    read_with(&[("content-type", "text/html; charset=utf-8")], body.as_bytes(), &[], true)
}

#[test]
fn page_says_its_title_heading_language_and_generator() {
    let page = read(
        "<html lang=de><title> A &amp; B\n </title><meta name=Generator content='WordPress 7.1'>\
         <body><svg><title>no</title></svg><h1>One <b>two</b></h1><h1>three</h1></body>",
    );
    let facts = page.facts;
    assert_eq!(facts.title.as_deref(), Some("A & B"));
    assert_eq!(facts.heading.as_deref(), Some("One two"));
    assert_eq!(facts.language.as_deref(), Some("de"));
    assert_eq!(facts.generator.as_deref(), Some("WordPress 7.1"));
    assert_eq!((facts.html, facts.charset.as_str()), (true, "utf-8"));
}

#[test]
fn text_counts_what_is_shown() {
    let page = read("<title>no</title><p>ab c<script>no</script><!-- no --><template>no</template></p>");
    assert_eq!(page.facts.text_chars, 3);
}

#[test]
fn page_is_ended_by_an_end_tag_and_not_by_its_words() {
    for (body, ended) in [
        ("<p>x</body>", true),
        ("<p>x</HTML >", true),
        ("<p>x", false),
        ("<p>x<!-- </body></html> -->", false),
        ("<script>'</body>'</script>", false),
        ("<a title='</body>'>x</a>", false),
    ] {
        assert_eq!(read(body).facts.ended, ended, "{body}");
    }
}

#[test]
fn canonical_is_one_address_from_head_or_header() {
    let html = ("content-type", "text/html");
    let canonical = |link: Option<&str>, body: &str| {
        let headers: Vec<_> = [html].into_iter().chain(link.map(|value| ("link", value))).collect();
        let page = read_with(&headers, body.as_bytes(), &[], true);
        (page.facts.canonical.map(|url| url.to_string()), page.warnings.len())
    };
    let element = "<link rel='x Canonical' href=/a>";
    let a = || Some("https://host.example/a".to_owned());
    assert_eq!(canonical(None, element), (a(), 0));
    assert_eq!(canonical(Some("</a>; rel=\"canonical\""), element), (a(), 0));
    assert_eq!(canonical(Some("</x>; rel=next, </a>; rel=canonical"), ""), (a(), 0));
    assert_eq!(canonical(Some("</b>; rel=canonical"), element), (None, 1));
    assert_eq!(canonical(None, &format!("<body>{element}")), (None, 0));
}

#[test]
fn refresh_is_read_from_header_and_element() {
    let html = ("content-type", "text/html");
    let by_element = b"<meta http-equiv=Refresh content='3; url=next'>";
    let refresh = |headers: &[(&str, &str)], body: &[u8]| {
        let refresh = read_with(headers, body, &[], true).facts.refresh?;
        Some((refresh.seconds, refresh.url.to_string()))
    };
    assert_eq!(refresh(&[html], by_element), Some((3, "https://host.example/post/next".to_owned())));
    let by_header = [html, ("refresh", "0;url=https://new.example/")];
    assert_eq!(refresh(&by_header, b""), Some((0, "https://new.example/".to_owned())));
    assert_eq!(refresh(&[html], b"<noscript><meta http-equiv=refresh content='0;url=/x'></noscript>"), None);
}

#[test]
fn robots_flags_say_where_they_were_said() {
    let headers = [("content-type", "text/html"), ("x-robots-tag", "nofollow")];
    let robots = read_with(&headers, b"<meta name=robots content=noindex>", &[], true).facts.robots;
    assert_eq!(robots.noindex, Some(Mechanism::Meta));
    assert_eq!(robots.nofollow, Some(Mechanism::Header));
}

#[test]
fn page_that_is_not_html_has_no_references() {
    let body = b"<a href=https://ours.example/>x</a>";
    let page = read_with(&[("content-type", "text/plain")], body, &["https://ours.example/"], true);
    assert!(!page.facts.html);
    assert_eq!((page.references.len(), page.facts.bytes), (0, 35));
}

#[test]
fn tree_is_built_for_a_hit_or_a_missing_known_link_only() {
    let html = [("content-type", "text/html")];
    let tree = |body: &str, known: &[&str], complete| read_with(&html, body.as_bytes(), known, complete).tree;
    let link = "<a href=https://ours.example/a>x</a>";
    assert_eq!(tree("<p>x", &[], true), TreeUse::NotNeeded);
    assert_eq!(tree(link, &[], true), TreeUse::Built);
    assert_eq!(tree("<p>x", &["https://ours.example/a"], true), TreeUse::Built);
    // A page that was cut off proves no absence, tree or not.
    assert_eq!(tree("<p>x", &["https://ours.example/a"], false), TreeUse::NotNeeded);
}

#[test]
fn containers_and_entries_are_there_without_a_tree() {
    let page = read("<ol class=comment-list><li id=comment-7 class=pingback><a href=//x.example/>x</a></ol>");
    assert_eq!(page.tree, TreeUse::NotNeeded);
    assert_eq!(page.facts.containers, ["comment-list"]);
    assert_eq!(page.facts.entries[0].id, "comment-7");
    assert_eq!(page.facts.entries[0].href.as_deref(), Some("https://x.example/"));
}

#[test]
fn mentions_are_addresses_of_ours_in_text_outside_links() {
    let reply = "https://ours.example/reply";
    for (body, mentions) in [
        ("<p>See https://ours.example/reply.", vec![reply]),
        ("<p>See (ours.example/reply), twice: OURS.example/reply", vec![reply]),
        ("<p>https://ours.example/reply?a=1&amp;b=2に", vec!["https://ours.example/reply?a=1&b=2"]),
        ("<p><b>www.ours.example/reply</b>", vec!["https://www.ours.example/reply"]),
        ("<a href=//x.example/>ours.example/reply</a>", vec![]),
        ("<a name=x>ours.example/reply</a>", vec![reply]),
        ("<a href=//x.example/>x</a>ours.example/reply", vec![reply]),
        ("<p>ours.example is ours", vec![]),
        ("<p>notours.example/reply ours.example.evil/reply https://ours.example@evil.example/", vec![]),
        ("<!-- ours.example/reply --><script>'ours.example/reply'</script>", vec![]),
    ] {
        let found = read(body).facts.mentions;
        assert_eq!(found.iter().map(PageUrl::as_str).collect::<Vec<_>>(), mentions, "{body}");
    }
    // Text comes in pieces of a few kilobytes: a border inside an address changes nothing.
    for padding in 4_060..4_100 {
        let body = format!("<p>{} ours.example/reply</p>", "x".repeat(padding));
        assert_eq!(read(&body).facts.mentions.len(), 1, "after {padding} bytes");
    }
}

#[test]
fn direct_link_stands_for_one_through_a_redirector_in_the_same_place() {
    let page = read(
        "<main><a href='/go?to=https://ours.example/reply'>x</a>\
         <a rel=nofollow href=https://ours.example/reply>y</a></main>",
    );
    let reference = &page.references[0];
    assert_eq!((reference.anchor.as_str(), reference.via_redirector, reference.count), ("y", false, 2));
}

#[test]
fn address_of_ours_that_is_no_link_is_warned_of_and_no_reference() {
    for (body, place) in [
        ("<noscript><p><a href='https://ours.example/a'>x</a></p></noscript>", Some("noscript")),
        ("<noscript><a href=https://ours.example/a>x</a></noscript>", Some("noscript")),
        ("<template><a href=https://ours.example/a>x</a></template>", Some("template")),
        ("<span data-href=https://ours.example/a>x</span>", Some("data-href")),
        ("<b onclick=\"location=&#39;https://ours.example/a&#39;\">x</b>", Some("onclick")),
        ("<b onclick=\"location='https://theirs.example/a'\">x</b>", None),
        ("<noscript></noscript><p>https://ours.example/a", None),
    ] {
        let page = read(body);
        let warnings: Vec<_> = page.warnings.iter().map(|w| (w.code.as_str(), w.detail.as_str())).collect();
        let expected = place.map(|place| format!("{place} https://ours.example/a"));
        assert_eq!(warnings, expected.iter().map(|e| ("inert", e.as_str())).collect::<Vec<_>>(), "{body}");
        assert!(page.references.is_empty(), "{body}");
    }
}

#[test]
fn warnings_of_inert_addresses_are_kept_up_to_their_limit() {
    let warnings = |count: usize| {
        let spans: Vec<String> =
            (0..count).map(|n| format!("<i data-href=https://ours.example/{n}></i>")).collect();
        read(&spans.concat()).warnings.len()
    };
    assert_eq!((warnings(10), warnings(11)), (10, 10));
}

#[test]
fn mentions_are_kept_up_to_their_limit() {
    let mentions = |count: usize| {
        let words: Vec<String> = (0..count).map(|n| format!("ours.example/{n}")).collect();
        read(&words.join(" ")).facts.mentions.len()
    };
    assert_eq!((mentions(100), mentions(101)), (100, 100));
}

#[test]
fn link_through_a_redirector_of_its_host_is_a_reference_to_the_address_it_names() {
    let page = read("<main><a rel=ugc href='/go?to=https%3A%2F%2Fours.example%2Freply'>x</a></main>");
    let reference = &page.references[0];
    assert!(reference.via_redirector);
    assert_eq!(reference.url.as_str(), "https://ours.example/reply");
    assert_eq!(reference.href, "/go?to=https%3A%2F%2Fours.example%2Freply");
    assert_eq!((reference.placement, page.references.len()), (Placement::Body, 1));
}

#[test]
fn entries_are_kept_up_to_their_limit() {
    let entries = |count: usize| {
        let items: Vec<String> = (0..count).map(|n| format!("<li id=comment-{n}></li>")).collect();
        read(&items.concat()).facts.entries.len()
    };
    assert_eq!(entries(Limits::ENTRIES), Limits::ENTRIES);
    assert_eq!(entries(Limits::ENTRIES + 1), Limits::ENTRIES);
}

#[test]
fn comment_pages_are_kept_up_to_their_limit() {
    let pages = |count: usize| {
        let links: Vec<String> =
            (0..count).map(|n| format!("<a href=/post/comment-page-{n}/>{n}</a>")).collect();
        read(&links.concat()).facts.comment_pages.len()
    };
    assert_eq!((pages(50), pages(51)), (50, 50));
}

#[test]
fn placement_looks_64_elements_up_and_no_further() {
    let placement = |divs: usize| {
        let link = "<a href=https://ours.example/>x</a>";
        read(&format!("<article>{}{link}", "<div>".repeat(divs))).references[0].placement
    };
    assert_eq!((placement(63), placement(64)), (Placement::Body, Placement::Unknown));
}

#[test]
fn presence_does_not_depend_on_the_charset() {
    let body = b"<p>gr\xfcn \x82\xa0 <a href=https://ours.example/a>\xfc</a>";
    for charset in ["utf-8", "windows-1252", "shift_jis", "euc-jp", "utf-7", "nonsense"] {
        let header = format!("text/html; charset={charset}");
        assert_eq!(read_with(&[("content-type", &header)], body, &[], true).references.len(), 1, "{charset}");
    }
}

#[test]
fn link_is_kept_as_found_with_anchor_context_and_match() {
    let before = "word ".repeat(100);
    let page = read(&format!(
        "<p>no</p><article><p>{before}<a rel='UGC nofollow' href='//ours.example/a?x=1&amp;y=2'>our\n<i>reply</i>\u{1}</a>, they say.</p></article>"
    ));
    let reference = &page.references[0];
    assert_eq!(reference.anchor, "our reply");
    assert_eq!(reference.href, "//ours.example/a?x=1&y=2");
    assert_eq!(reference.url.as_str(), "https://ours.example/a?x=1&y=2");
    assert_eq!(reference.rel.to_string(), "nofollow ugc");
    assert_eq!(reference.matched.how, How::Domain);
    assert_eq!(reference.placement, Placement::Body);
    assert!(reference.context.ends_with("word our reply, they say."));
    assert!(reference.context.chars().count() <= Limits::CONTEXT_CHARS);
}

#[test]
fn anchor_is_cut_at_its_limit() {
    let anchor = |chars: usize| {
        let page = read(&format!("<a href=https://ours.example/>{}</a>", "x".repeat(chars)));
        page.references[0].anchor.len()
    };
    assert_eq!(anchor(Limits::ANCHOR_CHARS), Limits::ANCHOR_CHARS);
    assert_eq!(anchor(Limits::ANCHOR_CHARS + 1), Limits::ANCHOR_CHARS);
}

#[test]
fn everything_as_target_shows_all_external_links() {
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html")]);
    let body = b"<a href=/in>1</a><a href=https://www.host.example/>2</a><a href=https://x.example/>3</a>";
    let page = Page { url: &url, headers: &headers, body, complete: true, known: &[] };
    let found = extract(&page, &TargetSet::everything()).references;
    assert_eq!(found.iter().map(|r| r.url.as_str()).collect::<Vec<_>>(), ["https://x.example/"]);
}

proptest::proptest! {
    #[test]
    fn no_page_makes_the_reader_panic(body in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let header = [("content-type", "text/html")];
        read_with(&header, &body, &["https://ours.example/a"], true);
    }

    #[test]
    fn text_around_a_link_never_changes_its_presence(before in "[^<>&]{0,80}", after in "[^<>]{0,80}") {
        let page = read(&format!("<p>{before}<a href=https://ours.example/a>x</a>{after}"));
        proptest::prop_assert_eq!(page.references.len(), 1);
    }
}
