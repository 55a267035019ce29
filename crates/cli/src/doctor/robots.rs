//! What robots.txt of the sites that matter most says of us: as it was read before, else asked for politely.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use trackward_core::{Clock, HostKey, HostState, OptOuts, PageUrl, RobotsAnswer, RobotsCopy, Rule};
use trackward_fetch::{HttpFetch, robots};
use trackward_monitor::{MonitorSettings, look_at_robots};

use crate::doctor::finding::{About, Finding};
use crate::doctor::known::{Known, KnownHost};
use crate::length::in_words;
use crate::output::count;

const ABOUT: About = About::Robots;

/// Sites that are asked for their robots.txt at most; each is asked once.
const ASKED: usize = 5;

/// Pause between two requests from which on it is told.
const LONG_PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// A site with what its robots.txt says.
pub(crate) type Read = (KnownHost, Said);

/// What a robots.txt says.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    /// This, as read before or just now.
    Copy(RobotsCopy),
    /// It is to be asked for.
    ToAsk,
    /// The site is left alone, and why.
    LeftAlone(&'static str),
}

/// The sites with the most watched links, then our own.
pub(crate) fn subjects(ours: Vec<PageUrl>, known: Option<&Known>) -> Vec<KnownHost> {
    let watched = known.map(|known| known.hosts.clone()).unwrap_or_default();
    let state_of = |page: &PageUrl| {
        let states = known.iter().flat_map(|known| &known.ours);
        let state = states.into_iter().find(|state| state.host == page.host_key());
        state.cloned().unwrap_or_else(|| HostState::new(page.host_key()))
    };
    let ours = ours.into_iter().map(|page| KnownHost { state: state_of(&page), links: 0, pages: vec![page] });
    let mut subjects: Vec<KnownHost> = Vec::new();
    for subject in watched.into_iter().chain(ours) {
        if !subjects.iter().any(|other| other.state.host == subject.state.host) {
            subjects.push(subject);
        }
    }
    let opted_out = |host: &HostKey| known.is_some_and(|known| known.opt_outs.of(host).is_some());
    subjects.retain(|subject| !subject.pages.is_empty() && !opted_out(&subject.state.host));
    subjects
}

/// What is known from before; a site without a fresh copy is to be asked where it and `may_ask` allow that, and
/// where it is not among those `out_of_reach`.
pub(crate) fn from_before(
    subjects: Vec<KnownHost>,
    may_ask: Result<(), &'static str>,
    out_of_reach: &[HostKey],
    now: Timestamp,
) -> Vec<Read> {
    let mut asked = 0;
    let mut said = |subject: &KnownHost| {
        let copy = subject.state.robots_of(&subject.pages[0].origin());
        match (copy.filter(|copy| copy.is_fresh(now)), may_ask) {
            (Some(copy), _) => Said::Copy(copy.clone()),
            (None, Err(why)) => Said::LeftAlone(why),
            (None, Ok(())) if out_of_reach.contains(&subject.state.host) => {
                Said::LeftAlone("they are out of reach")
            }
            (None, Ok(())) if subject.state.free_at > now => Said::LeftAlone("they rest"),
            (None, Ok(())) if asked == ASKED => Said::LeftAlone("enough others are asked"),
            (None, Ok(())) => {
                asked += 1;
                Said::ToAsk
            }
        }
    };
    let with = |subject: KnownHost| {
        let said = said(&subject);
        (subject, said)
    };
    subjects.into_iter().map(with).collect()
}

/// Asks those that are to be asked, all at once: they are different hosts.
pub(crate) async fn ask(
    mut read: Vec<Read>,
    fetch: &Arc<HttpFetch>,
    clock: &Arc<dyn Clock>,
    settings: &MonitorSettings,
    opt_outs: &OptOuts,
) -> Vec<Read> {
    let mut asking = JoinSet::new();
    for (place, (subject, said)) in read.iter().enumerate() {
        if matches!(said, Said::ToAsk) {
            let (fetch, clock) = (fetch.clone(), clock.clone());
            let (settings, page) = (settings.clone(), subject.pages[0].clone());
            let opt_outs = opt_outs.clone();
            asking.spawn(async move {
                (place, look_at_robots(fetch, clock, &settings, page, opt_outs).await.map(|seen| seen.copy))
            });
        }
    }
    for (place, copy) in asking.join_all().await {
        read[place].1 = copy.map_or(Said::LeftAlone(Rule::OptedOut.in_words()), Said::Copy);
    }
    read
}

/// What there is to say of the robots.txt of these sites.
pub(crate) fn findings(read: &[Read]) -> Vec<Finding> {
    let copies = || read.iter().filter_map(|(subject, said)| Some((subject, copy_of(said)?)));
    let free = copies().filter(|(subject, copy)| shut(subject, copy).is_empty()).count();
    let mut findings = Vec::new();
    if copies().next().is_some() {
        let of = count(copies().count() as u64, "site", "sites");
        let what = format!("{free} of {of} let trackward look at all the pages it watches there");
        findings.push(Finding::ok(ABOUT, what));
    }
    findings.extend(copies().filter_map(|(subject, copy)| refusal(subject, copy)));
    findings.extend(copies().filter_map(|(subject, copy)| pause(subject, copy)));
    findings.extend(left_alone(read));
    findings
}

fn copy_of(said: &Said) -> Option<&RobotsCopy> {
    if let Said::Copy(copy) = said { Some(copy) } else { None }
}

/// The pages that may not be looked at, with the lines that say so.
fn shut(subject: &KnownHost, copy: &RobotsCopy) -> Vec<robots::Decision> {
    let decisions = subject.pages.iter().map(|page| robots::decide(&copy.answer, page));
    decisions.filter(|decision| !decision.allowed).collect()
}

fn refusal(subject: &KnownHost, copy: &RobotsCopy) -> Option<Finding> {
    let shut = shut(subject, copy);
    let why = &shut.first()?.rule;
    let host = &subject.state.host;
    if !matches!(copy.answer, RobotsAnswer::Rules { .. }) {
        let what = format!("{host} is not looked at while its robots.txt cannot be had: {why}");
        return Some(
            Finding::warning(ABOUT, what).advise("nothing, if it passes: its links keep their state"),
        );
    }
    let (what, advice) = if subject.links == 0 {
        let advice = "allow the user agent trackward in its robots.txt";
        (format!("your site {host} does not let trackward look"), advice)
    } else {
        let advice = "ask its owner, or `trackward archive` these links: they stay under can't check";
        (format!("{host} does not let trackward look at {} of {}", shut.len(), pages(subject)), advice)
    };
    Some(Finding::warning(ABOUT, format!("{what}: {why}")).advise(advice))
}

fn pages(subject: &KnownHost) -> String {
    count(subject.pages.len() as u64, "page", "pages")
}

fn pause(subject: &KnownHost, copy: &RobotsCopy) -> Option<Finding> {
    let pause = copy.answer.crawl_delay().filter(|pause| *pause >= LONG_PAUSE)?;
    let host = &subject.state.host;
    let what = format!(
        "{host} asks for a pause of {} between requests, with {} watched",
        in_words(pause),
        pages(subject)
    );
    Some(Finding::note(ABOUT, what))
}

/// The sites of which nothing is known, by the reason.
fn left_alone(read: &[Read]) -> Vec<Finding> {
    let mut reasons: Vec<(&str, u64)> = Vec::new();
    for (_, said) in read {
        let Said::LeftAlone(why) = said else { continue };
        match reasons.iter_mut().find(|(other, _)| other == why) {
            Some((_, sites)) => *sites += 1,
            None => reasons.push((why, 1)),
        }
    }
    let told = |(why, sites)| {
        let sites = count(sites, "site was", "sites were");
        Finding::note(
            ABOUT,
            format!("{sites} not asked for a robots.txt that is not known from before: {why}"),
        )
    };
    reasons.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    fn now() -> Timestamp {
        "2026-11-25T06:00:00Z".parse().unwrap()
    }

    fn host(name: &str, links: u64) -> KnownHost {
        let pages: Vec<_> = ["a", "private/b"]
            .map(|path| PageUrl::parse(&format!("https://{name}/{path}")).unwrap())
            .into_iter()
            .collect();
        KnownHost { state: HostState::new(pages[0].host_key()), links, pages }
    }

    fn copy(name: &str, text: &str) -> RobotsCopy {
        RobotsCopy::learn(None, format!("https://{name}"), robots::parse(text.as_bytes()), None, now())
    }

    fn said(text: &str, links: u64) -> Vec<Finding> {
        findings(&[(host("h.example", links), Said::Copy(copy("h.example", text)))])
    }

    #[test]
    fn site_that_allows_all_its_pages_is_ok() {
        let said = said(
            "User-agent: *
Disallow: /cgi/",
            2,
        );
        assert!(
            said.len() == 1 && said[0].level == Level::Ok && said[0].what.starts_with("1 of 1 site"),
            "{said:?}"
        );
    }

    #[test]
    fn site_that_shuts_pages_is_named_with_the_line_and_what_to_do() {
        let text = "User-agent: trackward
Disallow: /private";
        let watched = &said(text, 2)[1];
        assert!(watched.what.contains("1 of 2 pages: Disallow: /private"), "{watched:?}");
        assert!(watched.level == Level::Warning && watched.advice.as_ref().unwrap().contains("archive"));
        let ours = &said(
            "User-agent: *
Disallow: /",
            0,
        )[1];
        assert!(
            ours.what.contains("your site h.example") && ours.advice.as_ref().unwrap().contains("user agent")
        );
    }

    #[test]
    fn long_pause_is_told_and_a_short_one_is_not() {
        assert_eq!(
            said(
                "User-agent: *
Crawl-delay: 9",
                2
            )
            .len(),
            1
        );
        let long = &said(
            "User-agent: *
Crawl-delay: 10",
            2,
        )[1];
        assert!(long.level == Level::Note && long.what.contains("10 seconds"), "{long:?}");
    }

    #[test]
    fn fresh_copy_is_used_and_only_some_sites_that_do_not_rest_are_asked() {
        let mut fresh = host("fresh.example", 9);
        fresh.state.keep_robots(copy("fresh.example", ""));
        let mut resting = host("resting.example", 8);
        resting.state.free_at = now() + SignedDuration::from_secs(1);
        let others = (0..=ASKED).map(|n| host(&format!("h{n}.example"), 1));
        let all: Vec<KnownHost> = [fresh, resting].into_iter().chain(others).collect();
        let read = from_before(all.clone(), Ok(()), &[], now());
        assert!(matches!(read[0].1, Said::Copy(_)));
        assert!(matches!(read[1].1, Said::LeftAlone("they rest")));
        let to_ask = read.iter().filter(|(_, said)| matches!(said, Said::ToAsk)).count();
        assert_eq!(to_ask, ASKED);
        assert!(matches!(read[ASKED + 2].1, Said::LeftAlone("enough others are asked")));
        let offline = from_before(all, Err("--offline"), &[], now());
        assert!(!offline.iter().any(|(_, said)| matches!(said, Said::ToAsk)));
        let told = findings(&offline);
        assert!(
            told[1].what.contains("7 sites were not asked") && told[1].what.contains("--offline"),
            "{told:?}"
        );
    }

    #[test]
    fn host_that_is_watched_and_ours_is_looked_at_once_with_what_is_known_of_it() {
        let watched = host("ours.example", 3);
        let mut own = HostState::new(host("shop.example", 0).state.host);
        own.free_at = now();
        let known = Known { hosts: vec![watched], ours: vec![own.clone()], ..Known::default() };
        let ours = ["https://ours.example/", "https://shop.example/"].map(|url| PageUrl::parse(url).unwrap());
        let subjects = subjects(ours.into(), Some(&known));
        assert_eq!(subjects.iter().map(|subject| subject.links).collect::<Vec<_>>(), [3, 0]);
        assert_eq!(subjects[1].state, own);
    }
}
