//! Promises about visits that access logs of ours tell of.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use trackward_core::{NewWatch, Target};

use super::scene::{add, host, hour, ok, url};
use crate::{Counted, Store, VisitCount};

const MONDAY: Date = date(2026, 11, 23);
const THURSDAY: Date = date(2026, 11, 26);

/// Visits of our site by Thursday: from a page, to one of ours, so many.
fn count(until: i64, visits: &[(&str, &str, u64)]) -> VisitCount {
    let pair =
        |(from, to, visits): &(&str, &str, u64)| (url(from), url(to), BTreeMap::from([(THURSDAY, *visits)]));
    VisitCount { site: host("ours.example"), until: hour(until), visits: visits.iter().map(pair).collect() }
}

/// Visits go to all links of the referring page whose target covers the page of ours, by week; others are unmatched.
pub async fn visits_are_counted_for_the_links_that_brought_them(store: &dyn Store) {
    let page = add(store, &["https://a.example/1"]).await[0];
    let ours = Target::parse("ours.example").expect("a domain");
    let domain = ok(store.add(vec![NewWatch::new(url("https://a.example/2"), ours)], hour(0)).await)[0].link;
    let counted = store.count_visits(count(
        1,
        &[
            ("https://a.example/1/?utm_source=feed", "https://ours.example/a", 3),
            ("https://a.example/1", "https://ours.example/b", 4),
            ("https://a.example/2", "https://ours.example/a", 5),
            ("https://a.example/2", "https://ours.example/b", 6),
            ("https://stranger.example/", "https://ours.example/a", 7),
        ],
    ));
    let expected = Counted { counted_before: false, links: 2, visits: 14, unmatched: 2 };
    assert_eq!(ok(counted.await), expected);
    for (link, visits) in [(page, 3), (domain, 11)] {
        assert_eq!(ok(store.visits(link).await).latest().collect::<Vec<_>>(), [(MONDAY, visits)]);
    }
}

/// What was counted is not counted again, and each site has an end of its own.
pub async fn visits_count_once(store: &dyn Store) {
    let link = add(store, &["https://a.example/1"]).await[0];
    let visit = [("https://a.example/1", "https://ours.example/a", 1)];
    let site = host("ours.example");
    assert_eq!(ok(store.counted_until(&site).await), None);
    let mut sum = 0;
    for (until, is_new) in [(2, true), (2, false), (1, false), (3, true)] {
        let counted = ok(store.count_visits(count(until, &visit)).await);
        assert_eq!((counted.counted_before, counted.visits), (!is_new, u64::from(is_new)), "until {until}");
        sum += counted.visits;
        assert_eq!(ok(store.visits(link).await).latest().collect::<Vec<_>>(), [(MONDAY, sum)]);
    }
    assert_eq!(ok(store.counted_until(&site).await), Some(hour(3)));
    let shop = VisitCount { site: host("shop.ours.example"), ..count(1, &visit) };
    assert_eq!(ok(store.count_visits(shop).await).visits, 1);
    assert_eq!(ok(store.counted_until(&host("shop.ours.example")).await), Some(hour(1)));
    assert_eq!(ok(store.counted_until(&site).await), Some(hour(3)));
}

/// Any number of links is counted at once, in whole.
pub async fn visits_of_any_number_of_links_are_counted(store: &dyn Store) {
    let pages: Vec<String> = (0..1_200).map(|n| format!("https://a.example/{n}")).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let links = add(store, &pages).await;
    let visits: Vec<_> = pages.iter().map(|page| (*page, "https://ours.example/a", 2)).collect();
    let counted = ok(store.count_visits(count(1, &visits)).await);
    assert_eq!((counted.links, counted.visits), (1_200, 2_400));
    for link in links {
        assert_eq!(ok(store.visits(link).await).latest().collect::<Vec<_>>(), [(MONDAY, 2)]);
    }
}
