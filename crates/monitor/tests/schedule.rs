//! The schedule as runs use it: what is planned, learned, paid for and brought forward.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod web;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use trackward_core::{Cadence, Clock, EventName, Mode, NewWatch, PageUrl, Reason, Schedule, Signal, Target};
use trackward_monitor::{MonitorSettings, RunRequest, WatchRequest, follow_claims};
use trackward_store::{LinkQuery, Store};
use web::{Answer, LINKED, Scene};

const SILENT: &str = "<html><head><title>Post</title></head><body><article><p>Read nothing of ours yet.</p>\
    <p>And some more text, so that it is no smaller than before.</p></article></body></html>";

/// By what is likely to happen, with a limit of requests a day where one is given.
fn expected(budget_per_day: Option<f64>) -> MonitorSettings {
    let cadence = Cadence { mode: Mode::Expected, budget_per_day, ..Cadence::default() };
    MonitorSettings { cadence, ..web::daily() }
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// So many hosts with a page each that answers so.
fn pages(n: usize, answer: &Answer) -> Vec<(String, Answer)> {
    (0..n).map(|n| (format!("https://h{n}.example/post"), answer.clone())).collect()
}

async fn scene(pages: &[(String, Answer)], settings: MonitorSettings) -> Scene {
    let answers: Vec<(&str, Answer)> =
        pages.iter().map(|(url, answer)| (url.as_str(), answer.clone())).collect();
    let scene = Scene::with(&answers, settings);
    for (url, _) in pages {
        let target = Target::parse("https://ours.example/a").unwrap();
        let sent = Some(scene.clock.now() - hours(1));
        let watch = NewWatch { sent, ..NewWatch::new(PageUrl::parse(url).unwrap(), target) };
        scene.store.add(vec![watch], scene.clock.now()).await.unwrap();
    }
    scene
}

#[tokio::test]
async fn link_sent_an_hour_ago_is_planned_sooner_than_one_that_is_live_and_says_why() {
    let pages =
        [pages(1, &Answer::Page(SILENT)), vec![("https://live.example/".into(), Answer::Page(LINKED))]];
    let scene = scene(&pages.concat(), expected(None)).await;
    scene.run().await;
    let links = scene.store.links(LinkQuery::default()).await.unwrap().rows;
    let wait = |host: &str| {
        let row = links.iter().find(|row| row.link.page.host_key().as_str() == host).unwrap();
        (row.plan.at.duration_since(scene.clock.now()), row.plan.reason.to_string())
    };
    let ((pending, why), (live, _)) = (wait("h0.example"), wait("live.example"));
    assert!(pending < hours(12) && pending * 3 < live, "{pending:#} {live:#}");
    assert!(why.starts_with("pending for 1 h; hosts like this approve in"), "{why}");
}

#[tokio::test]
async fn fixed_interval_is_the_same_for_all() {
    let scene = scene(&pages(2, &Answer::Page(SILENT)), web::daily()).await;
    scene.run().await;
    for row in scene.store.links(LinkQuery::default()).await.unwrap().rows {
        assert_eq!(
            (row.plan.at.duration_since(scene.clock.now()), row.plan.reason),
            (hours(23), Reason::Usual)
        );
    }
    assert_eq!(scene.store.schedule().await.unwrap().pricing.settled, None, "no price is asked for");
}

#[tokio::test]
async fn run_makes_no_more_requests_than_came_together_and_later_runs_go_on_in_turn() {
    // Each page takes two requests at first, its robots.txt and itself.
    let scene = scene(&pages(60, &Answer::Page(LINKED)), expected(Some(40.0))).await;
    let mut requests = 0;
    for day in 0..3 {
        let record = scene.run_after(if day == 0 { 0 } else { 24 * 60 }).await;
        requests += record.requests;
        assert!(record.requests <= 41, "day {day}: {} requests", record.requests);
    }
    assert!((114..=123).contains(&requests), "{requests}");
    let links = scene.store.links(LinkQuery::default()).await.unwrap().rows;
    assert!(links.iter().all(|row| row.memory.checks > 0), "none waits for ever");
}

#[tokio::test]
async fn budget_that_is_spent_does_not_hold_what_a_person_asks_for() {
    let scene = scene(&pages(30, &Answer::Page(LINKED)), expected(Some(20.0))).await;
    let all = RunRequest { scope: trackward_core::RunScope::All, ..RunRequest::due() };
    assert_eq!(scene.monitor.run(all, &|_| ()).await.unwrap().pages, 30);
    assert!(scene.run_after(24 * 60).await.requests <= 20);
}

#[tokio::test]
async fn watch_waits_until_the_budget_allows_more() {
    let scene = scene(&pages(40, &Answer::Page(LINKED)), expected(Some(240.0))).await;
    let until = scene.clock.now() + hours(1);
    let (cut, stop) = (CancellationToken::new(), CancellationToken::new());
    let record = scene.monitor.watch(WatchRequest { until, cut, stop }, &|_| ()).await.unwrap();
    // 20 are saved up, and ten come together in the hour.
    assert!((28..=31).contains(&record.requests), "{}", record.requests);
}

#[tokio::test]
async fn confirmation_goes_first_when_the_budget_binds() {
    let scene = scene(&pages(3, &Answer::Page(LINKED)), expected(Some(20.0))).await;
    scene.run().await;
    scene.change("https://h1.example/post", Answer::Page(SILENT));
    scene.run_after(6 * 24 * 60).await;
    // More is due by now than the budget allows, all of it for longer than the second look.
    for n in 0..40 {
        scene.watch(&format!("https://new{n}.example/")).await;
    }
    scene.run_after(25).await;
    let asked = scene.asked();
    let last: Vec<&str> = asked.iter().rev().take(20).map(|(_, url)| url.as_str()).collect();
    assert!(last.contains(&"https://h1.example/post"), "{last:?}");
}

#[tokio::test]
async fn what_checks_teach_is_kept_with_the_price() {
    let scene = scene(&pages(3, &Answer::Page(LINKED)), expected(None)).await;
    assert_eq!(scene.store.schedule().await.unwrap(), Schedule::default());
    scene.run().await;
    let schedule = scene.store.schedule().await.unwrap();
    assert_ne!(schedule.hazards, Schedule::default().hazards);
    assert_eq!(schedule.pricing.pages, 3);
    assert!(schedule.pricing.settled.is_some());
    let host = scene.store.host(&PageUrl::parse("https://h0.example/").unwrap().host_key()).await.unwrap();
    assert_ne!(host.unwrap().schedule, trackward_core::HostMemory::default());
}

#[tokio::test]
async fn other_links_of_a_host_are_looked_at_once_one_is_confirmed_lost() {
    let pages: Vec<(String, Answer)> =
        (0..4).map(|n| (format!("https://h.example/{n}"), Answer::Page(LINKED))).collect();
    let scene = scene(&pages, expected(None)).await;
    scene.run().await;
    scene.change("https://h.example/0", Answer::Page(SILENT));
    let is_lost = async || scene.events().await.iter().any(|event| event.what.name() == EventName::Removed);
    let mut before = scene.requests();
    for _ in 0..24 * 16 {
        before = scene.requests();
        scene.run_after(60).await;
        if is_lost().await {
            break;
        }
    }
    assert!(is_lost().await);
    let pages = scene.asked().split_off(before).into_iter().map(|(_, url)| url);
    let siblings = pages.filter(|url| ["1", "2", "3"].iter().any(|n| url.ends_with(n))).count();
    assert_eq!(siblings, 3, "in the same run");
}

#[tokio::test]
async fn week_ahead_holds_the_checks_that_are_made_and_what_twice_the_budget_brings() {
    let scene = scene(&pages(20, &Answer::Page(SILENT)), expected(Some(30.0))).await;
    scene.run().await;
    scene.run_after(24 * 60 * 7).await;
    let forecast = scene.monitor.forecast(&trackward_core::RunScope::Due).await.unwrap();
    assert!(forecast.allowed.is_some_and(|allowed| allowed < 30), "{forecast:?}");
    let week = scene.monitor.week().await.unwrap();
    assert_eq!((week.links, week.pages, week.hosts.len()), (20, 20, 10));
    let spending = week.spending.unwrap();
    assert!((spending.per_day - 30.0).abs() < 1e-9 && spending.is_limited);
    let (now, twice) = (spending.steady.approvals.mean_days(), spending.twice.approvals.mean_days());
    assert!(twice.unwrap() < now.unwrap(), "{twice:?} {now:?}");
    let requests = scene.requests();
    let fixed = scene.monitor_with(web::daily()).week().await.unwrap();
    assert_eq!((fixed.spending, scene.requests()), (None, requests), "nobody is asked");
}

#[tokio::test]
async fn run_does_not_wait_for_a_budget_that_is_spent() {
    let pages: Vec<String> = (0..60).map(|n| format!("https://h.example/{n}")).collect();
    let answers = pages.iter().map(|page| (page.clone(), Answer::Page(LINKED))).collect::<Vec<_>>();
    let scene = scene(&answers, expected(Some(40.0))).await;
    let began = scene.clock.now();
    let record = scene.run().await;
    assert!((30..=41).contains(&record.requests), "{}", record.requests);
    let took = scene.clock.now().duration_since(began);
    assert!(took < SignedDuration::from_mins(5), "{took:#}");
}

#[tokio::test]
async fn host_that_may_not_be_asked_so_often_is_planned_for_what_it_allows() {
    let slow = "User-agent: *\nCrawl-delay: 60";
    let mut pages: Vec<(String, Answer)> =
        (0..300).map(|n| (format!("https://h.example/{n}"), Answer::Page(SILENT))).collect();
    pages
        .push(("https://h.example/robots.txt".into(), Answer::With(&[("content-type", "text/plain")], slow)));
    pages.push(("https://other.example/".into(), Answer::Page(SILENT)));
    let mut settings = expected(Some(1e9));
    settings.rest = SignedDuration::from_mins(10);
    let scene = scene(&pages, settings).await;
    scene.run().await;
    scene.run_after(2 * 60).await;
    let week = scene.monitor.week().await.unwrap();
    let of = |name: &str| {
        let found = week.hosts.iter().find(|(host, _)| host.as_str() == name);
        found.map_or(0, |(_, checks)| *checks) as f64
    };
    let (host, other) = (of("h.example"), of("other.example"));
    assert!(host <= 1.3 * 7.0 * 144.0, "144 a day are allowed, {host} are planned");
    assert!(other > host / 300.0 * 5.0, "{other} beside {host} for 300 pages");
}

#[tokio::test]
async fn loss_that_is_claimed_is_looked_at_where_that_is_worth_its_price() {
    for (budget, forward) in [(None, 1), (Some(1.0), 0)] {
        let settings = expected(budget);
        let scene = scene(&pages(30, &Answer::Page(LINKED)), expected(None)).await;
        scene.run().await;
        // The price is settled anew, under the budget there is now.
        scene.clock.advance_to(scene.clock.now() + hours(2));
        let monitor = scene.monitor_with(settings.clone());
        monitor.run(RunRequest::due(), &|_| ()).await.unwrap();
        let (store, now) = (&*scene.store, scene.clock.now());
        let claimed = &store.links(LinkQuery::default()).await.unwrap().rows[0];
        assert!(claimed.plan.at > now && claimed.link.seen.is_some());
        let lost = [(claimed.link.page.clone(), [claimed.link.id].into())].into();
        assert_eq!(follow_claims(store, &settings, lost, now).await.unwrap(), forward, "{budget:?}");
        let rows = store.links(LinkQuery::default()).await.unwrap().rows;
        let sooner = rows.iter().filter(|row| row.plan.reason == Reason::Signal(Signal::Claim));
        assert_eq!(sooner.filter(|row| row.plan.at == now).count() as u64, forward, "{budget:?}");
        assert_eq!(rows[0].link.state, claimed.link.state, "a claim proves nothing");
    }
}
