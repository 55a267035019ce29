//! From what came back to an observation: which rule decides.

use jiff::{SignedDuration, Timestamp};

use crate::disguise::disguise;
use crate::extraction::{Extraction, PageFacts, TreeUse};
use crate::fetched::{BodyEnd, Cut, Response, Trouble};
use crate::link::{Link, LinkState};
use crate::matching::match_references;
use crate::memory::{Landmarks, PageMemory, Validators};
use crate::observation::{Hop, Observation, Testimony};
use crate::page_url::HostKey;
use crate::page_url::PageUrl;
use crate::placement::{Placement, PlacementClass};
use crate::policy::Policy;
use crate::rule::Rule;

/// Everything that came back from one visit to a page.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what came back is several independent facts")]
pub struct Visited {
    /// The page that was asked for.
    pub page: PageUrl,
    /// When the visit ended.
    pub at: Timestamp,
    /// The redirects that were followed.
    pub chain: Vec<Hop>,
    /// Where they led.
    pub final_url: PageUrl,
    /// Whether validators were sent with the last request.
    pub conditional: bool,
    /// Whether caches on the way were asked for a fresh copy.
    pub no_cache: bool,
    /// Whether the host's robots.txt asks Google not to look at the page that was read.
    pub search_blocked: bool,
    /// Whether all further pages of comments were read, where there are any.
    pub comments_read: bool,
    /// What the host's own interface said of entries that were not seen.
    pub testimony: Vec<Testimony>,
    /// Whether the front page of the host answers 404 or 410 like the page.
    pub front_page_gone: bool,
    /// How it ended.
    pub end: VisitEnd,
}

/// How a visit ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum VisitEnd {
    /// With an answer; a 2xx one was read as a page.
    Answered {
        /// The answer; its body may have been taken out.
        response: Response,
        /// What the page says.
        extraction: Option<Box<Extraction>>,
    },
    /// Without an answer.
    Failed(Trouble),
    /// robots.txt disallows the page; the deciding line.
    Disallowed(String),
    /// The owner of the host that was to be asked next asked not to be visited; which host.
    OptedOut(HostKey),
    /// robots.txt could not be had; why.
    RobotsUnreachable(String),
    /// Before its host was asked: it asked for a pause.
    HostRests,
    /// Before its host was asked: it is left alone after failures in a row; which, in words.
    HostDown(String),
    /// Redirects that lead nowhere; why.
    Lost(String),
    /// The parser failed on the page.
    ParserFault(String),
}

impl Visited {
    /// A visit that ended so, on the page itself.
    pub fn of(page: PageUrl, at: Timestamp, end: VisitEnd) -> Self {
        Self {
            final_url: page.clone(),
            page,
            at,
            chain: Vec::new(),
            conditional: false,
            no_cache: false,
            search_blocked: false,
            comments_read: false,
            testimony: Vec::new(),
            front_page_gone: false,
            end,
        }
    }

    /// Whether the redirects led to another page than the one that was asked for.
    pub(crate) fn led_elsewhere(&self) -> bool {
        !self.final_url.is_same(&self.page)
    }

    /// Whether they did so for the time being: that proves nothing about the page itself.
    pub(crate) fn led_elsewhere_for_now(&self) -> bool {
        self.led_elsewhere() && !self.chain.iter().all(Hop::is_permanent)
    }
}

/// Judges a visit: finds the rule that decides, and says what was seen.
///
/// References count whatever the rule; only an absence needs a verdict that may prove it.
pub fn judge(mut visited: Visited, memory: &PageMemory, links: &[Link], policy: &Policy) -> Observation {
    let page = take_page(&mut visited.end);
    let whole = is_whole(&visited.end);
    let landmarks = page.as_ref().filter(|page| whole && page.facts.html).map(|page| landmarks(&page.facts));
    let (rule, detail) = match &visited.end {
        VisitEnd::Answered { response, .. } => {
            let rule = match response.status {
                200 | 201 | 203 => judge_page(&visited, response, page.as_ref(), memory, links),
                404 | 410 if visited.front_page_gone => Rule::FrontPageToo,
                404 | 410 if visited.led_elsewhere_for_now() => Rule::LedElsewhere,
                status => judge_status(status, visited.conditional),
            };
            (rule, format!("HTTP {}", response.status))
        }
        VisitEnd::Failed(trouble) => (judge_trouble(trouble), trouble.to_string()),
        VisitEnd::Disallowed(line) => (Rule::RobotsDisallow, line.clone()),
        VisitEnd::RobotsUnreachable(why) => (Rule::RobotsUnreachable, why.clone()),
        VisitEnd::OptedOut(host) => (Rule::OptedOut, host.to_string()),
        VisitEnd::HostRests => (Rule::HostRests, visited.final_url.host_key().to_string()),
        VisitEnd::HostDown(why) => (Rule::HostDown, why.clone()),
        VisitEnd::Lost(why) => (Rule::Redirects, why.clone()),
        VisitEnd::ParserFault(why) => (Rule::ParserFault, why.clone()),
    };
    let rule =
        landmarks.as_ref().map_or(rule, |shape| accept_new_normal(rule, shape, memory, policy, visited.at));
    let validators = match &visited.end {
        VisitEnd::Answered { response, .. } => Validators::of(response, visited.at),
        _ => None,
    };
    let page = page.unwrap_or_default();
    let own_key = visited.final_url.match_key();
    Observation {
        at: visited.at,
        page: visited.page,
        rule,
        detail,
        chain: visited.chain,
        final_url: visited.final_url,
        unconditional: !visited.conditional,
        references: page.references,
        robots: page.facts.robots,
        noncanonical: page.facts.canonical.filter(|canonical| canonical.match_key() != own_key),
        search_blocked: visited.search_blocked,
        entries: page.facts.entries,
        mentions: page.facts.mentions,
        testimony: visited.testimony,
        landmarks,
        before: memory.landmarks.clone(),
        validators,
        warnings: page.warnings,
    }
}

/// The page as read, of a 2xx answer.
fn take_page(end: &mut VisitEnd) -> Option<Extraction> {
    let VisitEnd::Answered { response, extraction } = end else { return None };
    extraction.take().map(|page| *page).filter(|_| (200..300).contains(&response.status))
}

/// Whether the body was read to its end: the shape of a part says nothing about the whole.
fn is_whole(end: &VisitEnd) -> bool {
    matches!(end, VisitEnd::Answered { response, .. } if response.ending == BodyEnd::Complete)
}

fn landmarks(facts: &PageFacts) -> Landmarks {
    Landmarks {
        bytes: facts.bytes,
        title: facts.title.clone(),
        canonical: facts.canonical.clone(),
        containers: facts.containers.clone(),
        entries: facts.entries.iter().map(|entry| entry.id.clone()).collect(),
        paginated: !facts.comment_pages.is_empty(),
        noindex: facts.robots.noindex.is_some(),
    }
}

fn judge_status(status: u16, conditional: bool) -> Rule {
    match status {
        304 if conditional => Rule::NotModified,
        304 => Rule::Unasked304,
        404 | 410 => Rule::GoneStatus,
        429 => Rule::AskedTooOften,
        401 | 403 | 407 | 451 => Rule::RefusedStatus,
        204 | 205 => Rule::Empty,
        300..=399 => Rule::Redirects,
        500.. => Rule::ServerStatus,
        _ => Rule::OddStatus,
    }
}

fn judge_trouble(trouble: &Trouble) -> Rule {
    match trouble {
        Trouble::Blocked(_) => Rule::AddressGate,
        Trouble::NoSuchHost => Rule::NoSuchHost,
        Trouble::Dns(_) => Rule::Lookup,
        Trouble::Connect(_) => Rule::Connect,
        Trouble::Tls(_) => Rule::Tls,
        Trouble::Timeout(_) => Rule::Timeout,
        Trouble::Reset(_) => Rule::Reset,
        Trouble::Protocol(_) => Rule::Protocol,
    }
}

/// The health gate: what a 2xx answer may prove about the links that were not seen on it.
fn judge_page(
    visited: &Visited,
    response: &Response,
    page: Option<&Extraction>,
    memory: &PageMemory,
    links: &[Link],
) -> Rule {
    let Some(page) = page else { return Rule::NotHtml };
    if page.facts.bytes > 0 && !page.facts.html {
        return Rule::NotHtml;
    }
    let missing = missing_links(links, page);
    let oddity = oddity(visited, response, page, memory, &missing);
    match oddity {
        None => Rule::Complete,
        Some(_) if missing.is_empty() && !page.references.is_empty() => Rule::LinksSeen,
        Some(rule) => rule,
    }
}

/// Links whose absence would matter, and that are not on the page.
pub fn missing_links<'a>(links: &'a [Link], page: &Extraction) -> Vec<&'a Link> {
    let matched = match_references(links, &page.references);
    let matters = |link: &Link| {
        matches!(
            link.state,
            LinkState::Imported { .. }
                | LinkState::Pending { .. }
                | LinkState::Live { .. }
                | LinkState::Missing { .. }
        )
    };
    let unseen = links.iter().zip(&matched.of_link).filter(|(_, slot)| slot.is_none());
    unseen.map(|(link, _)| link).filter(|link| matters(link)).collect()
}

/// What keeps a page from proving an absence, the plainest first.
fn oddity(
    visited: &Visited,
    response: &Response,
    page: &Extraction,
    memory: &PageMemory,
    missing: &[&Link],
) -> Option<Rule> {
    let facts = &page.facts;
    match &response.ending {
        BodyEnd::Cut(Cut::TooLarge) => return Some(Rule::TooLarge),
        BodyEnd::Cut(Cut::Encoding(_)) => return Some(Rule::Encoding),
        BodyEnd::Cut(Cut::Truncated) => return Some(Rule::Truncated),
        BodyEnd::Cut(Cut::Stalled | Cut::Slow | Cut::Timeout) => return Some(Rule::Timeout),
        BodyEnd::Complete => {}
    }
    if facts.text_chars == 0 {
        return Some(Rule::Empty);
    }
    if page.references.iter().all(|reference| reference.placement == Placement::WidgetEcho)
        && let Some(rule) = disguise(visited, facts, memory)
    {
        return Some(rule);
    }
    if missing.is_empty() {
        return None;
    }
    if matches!(page.tree, TreeUse::Refused(_)) {
        return Some(Rule::TreeRefused);
    }
    if !visited.no_cache && is_older_than_the_last_look(response, memory, visited.at) {
        return Some(Rule::OldCopy);
    }
    if missing.iter().any(|link| may_stand_among_comments(link))
        && let Some(rule) = hidden_comments(visited, facts, memory)
    {
        return Some(rule);
    }
    if missing.iter().any(|link| !link.is_at_home_on(&visited.final_url)) {
        return visited.led_elsewhere_for_now().then_some(Rule::LedElsewhere);
    }
    let before = memory.landmarks.as_ref()?;
    if facts.bytes * 100 < before.bytes * Landmarks::LEAST_PERCENT {
        return Some(Rule::Shrunk);
    }
    (!keeps_a_landmark(facts, before, missing)).then_some(Rule::LandmarksGone)
}

/// Whether a cache made this copy (`Age`, RFC 9111, 5.1) before the last conclusive look: then it shows the past.
/// The next look asks for a fresh one, and what comes then is believed.
fn is_older_than_the_last_look(response: &Response, memory: &PageMemory, at: Timestamp) -> bool {
    let age = response.headers.get("age").and_then(|age| age.trim().parse::<u32>().ok());
    let made = age.and_then(|age| at.checked_sub(SignedDuration::from_secs(age.into())).ok());
    made.zip(memory.conclusive_at).is_some_and(|(made, last)| made < last)
}

/// What keeps the comments of a page from being read whole.
fn hidden_comments(visited: &Visited, facts: &PageFacts, memory: &PageMemory) -> Option<Rule> {
    if !facts.comment_pages.is_empty() && !visited.comments_read {
        return Some(Rule::CommentPages);
    }
    let had_entries = memory.landmarks.as_ref().is_some_and(|before| !before.entries.is_empty());
    if facts.script_comments.is_some() && facts.entries.is_empty() {
        return Some(Rule::ScriptComments);
    }
    let says_more = facts.stated_entries.is_some_and(|stated| stated > 0);
    (had_entries && facts.entries.is_empty() && says_more).then_some(Rule::CommentsHidden)
}

fn may_stand_among_comments(link: &Link) -> bool {
    matches!(link.class(), PlacementClass::Ping | PlacementClass::Comment | PlacementClass::Unknown)
}

/// Title, canonical address, or a container that held a missing link: one of them must still be there,
/// unless the page never had any.
fn keeps_a_landmark(facts: &PageFacts, before: &Landmarks, missing: &[&Link]) -> bool {
    let held = |link: &&Link| link.seen.as_ref().and_then(|seen| seen.container.clone());
    let containers: Vec<String> = missing.iter().filter_map(held).collect();
    let had_none = before.title.is_none() && before.canonical.is_none() && containers.is_empty();
    had_none
        || (before.title.is_some() && before.title == facts.title)
        || (before.canonical.is_some() && before.canonical == facts.canonical)
        || containers.iter().any(|container| facts.containers.contains(container))
}

/// A shape that was doubtful often and long enough is the page's new normal.
fn accept_new_normal(
    rule: Rule,
    shape: &Landmarks,
    memory: &PageMemory,
    policy: &Policy,
    at: Timestamp,
) -> Rule {
    let Some(doubt) = memory.doubt.as_ref().filter(|_| rule.may_become_normal()) else { return rule };
    let often = doubt.checks + 1 >= policy.new_normal_checks;
    let long = at.duration_since(doubt.since) >= policy.new_normal_after;
    if often && long && doubt.shape.looks_like(shape) { Rule::NewNormal } else { rule }
}
