//! Signatures on pages built to be slow: reading them ends at once, with the answer of a small page.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use rstest::rstest;
use trackward_core::{Extraction, Headers, PageUrl, TargetSet};
use trackward_extract::{Page, extract};

fn read(body: &str) -> Extraction {
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8")]);
    extract(
        &Page { url: &url, headers: &headers, body: body.as_bytes(), complete: true, known: &[] },
        &TargetSet::default(),
    )
}

fn ids(page: &Extraction) -> Vec<&str> {
    page.facts.signatures.iter().map(|signature| signature.id.as_str()).collect()
}

/// Megabytes of each: work that grew with their square would not end.
#[rstest]
#[case::one_endless_word(|n| "x".repeat(40 * n))]
#[case::near_matches(|n| "<p>access denie</p> account suspende ".repeat(n))]
#[case::chunks_of_one_character(|n| "<i>e</i>".repeat(n))]
#[case::white_space(|n| " \n".repeat(20 * n))]
#[case::half_references(|n| "&am&#".repeat(10 * n))]
#[case::scripts(|n| format!("<script>{}</script>", "/cdn-cgi/challenge-platform/".repeat(n)))]
#[case::many_scripts(|n| "<script src='/cdn-cgi/challenge-platform/'></script>".repeat(n))]
#[case::json_ld(|n| format!("<script type='application/ld+json'>{}</script>", "\"isAccessibleForFree\":".repeat(n)))]
#[case::classes(|n| format!("<p class='{}'>", "g-recaptch ".repeat(n)))]
#[case::labels(|n| "<h2>9".repeat(100) + &"1 thought o".repeat(n))]
#[case::articles(|n| "<article class=hentry>x</article>".repeat(n))]
#[case::feeds(|n| "<link rel=alternate type=application/rss+xml title=comments href=/feed/>".repeat(n))]
fn hostile_page_is_read_at_once_and_hits_nothing(#[case] shape: fn(usize) -> String) {
    assert_eq!(ids(&read(&shape(50_000))), Vec::<&str>::new());
}

#[test]
fn sign_in_markup_is_seen_after_any_amount_of_text() {
    let page = read(&("x ".repeat(1_000_000) + "<form class=post-password-form></form>"));
    assert_eq!(ids(&page), ["login_post_password"]);
}

#[test]
fn signs_come_in_the_order_of_the_table() {
    let page = read("<p>Buy this domain. Access denied.</p><title>Just a moment</title>");
    assert_eq!(ids(&page), ["challenge_title", "challenge_text", "parked_text"]);
}

proptest::proptest! {
    #[test]
    fn borders_of_what_is_read_at_once_change_nothing(padding in 3_900_usize..4_200) {
        let script = "<script>/cdn-cgi/challenge-platform/h/b/orchestrate/</script>";
        let json = "<script type=application/ld+json>{\"isAccessibleForFree\" : false}</script>";
        let page = read(&format!("<!--{}-->{script}Acc<b>ess&#32;den</b>ied{json}", "-x".repeat(padding / 2)));
        proptest::prop_assert_eq!(ids(&page), ["challenge_script", "challenge_text", "paywall_json_ld"]);
    }
}
