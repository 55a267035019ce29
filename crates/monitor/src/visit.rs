//! One visit to one page: a pure state machine that says which request it needs next.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use trackward_core::{
    Extraction, Fetched, Headers, Hop, HostKey, HostState, LinkState, PageUrl, Policy, Response,
    RobotsAnswer, RobotsCopy, Rule, Target, Trouble, Validators, VisitEnd, Visited,
};
use trackward_fetch::{Purpose, Request, robots};
use trackward_store::DuePage;

use crate::access::Access;
use crate::inquiry::{Inquiry, Question};
use crate::settings::Limits;

/// One visit to one page: robots.txt where it is stale, the page, each hop of a redirect.
///
/// It makes no request and waits for nobody; [`Visit::host`] says whose rest the next request needs.
#[derive(Debug)]
pub struct Visit {
    /// The page with its links, as it was leased.
    pub page: DuePage,
    access: Arc<Access>,
    /// What the page is asked for as.
    purpose: Purpose,
    url: PageUrl,
    chain: Vec<Hop>,
    refreshes: u8,
    spent: Duration,
    asked: bool,
    validators: Option<Validators>,
    no_cache: bool,
    robots: RobotsStage,
    robots_said: Option<robots::Decision>,
    search_blocked: bool,
    inquiry: Option<Box<Inquiry>>,
}

/// How far the visit is with robots.txt of the origin it wants to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
enum RobotsStage {
    /// Not looked at yet.
    Unread,
    /// Being asked for; redirects may have led elsewhere. With the copy that was too old.
    Asking { url: PageUrl, hops: usize, stale: Option<Box<RobotsCopy>> },
    /// Known for this origin.
    Read(RobotsAnswer),
}

/// What a visit needs next.
#[derive(Debug)]
pub enum Need {
    /// This request.
    Request(Request),
    /// Nothing more.
    Done(Box<Visited>),
}

/// What an answer came to.
#[derive(Debug)]
pub enum Taken {
    /// The visit needs one more request.
    GoesOn,
    /// It does, and this was learned of a host.
    Learned(LearnedRobots),
    /// The visit is over.
    Ended(Box<Visited>),
}

/// What an answer told of the host's robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedRobots {
    /// The host it holds for.
    pub host: HostKey,
    /// The copy to keep.
    pub copy: RobotsCopy,
}

impl Visit {
    /// A visit to a due page, which asks nobody whom `access` refuses.
    pub fn new(page: DuePage, access: Arc<Access>, policy: &Policy, now: Timestamp) -> Self {
        let validators = page.memory.validators_to_send(&page.links, policy, now).cloned();
        let last = page.memory.last.map(|(_, rule)| rule);
        let unsettled =
            |state: &LinkState| matches!(state, LinkState::Pending { .. } | LinkState::Missing { .. });
        Self {
            url: page.url.clone(),
            access,
            purpose: Purpose::Page,
            chain: Vec::new(),
            refreshes: 0,
            spent: Duration::ZERO,
            asked: false,
            validators,
            no_cache: page.links.iter().any(|link| unsettled(&link.state)) || last == Some(Rule::OldCopy),
            robots: RobotsStage::Unread,
            robots_said: None,
            search_blocked: false,
            inquiry: None,
            page,
        }
    }

    /// Reads the page as something else: its body comes back as it is.
    #[must_use]
    pub fn read_as(self, purpose: Purpose) -> Self {
        Self { purpose, ..self }
    }

    /// The host that the next request goes to.
    pub fn host(&self) -> HostKey {
        match &self.robots {
            RobotsStage::Asking { url, .. } => url.host_key(),
            _ => self.url.host_key(),
        }
    }

    /// What the links of the page point to.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.page.links.iter().map(|link| &link.target)
    }

    /// The page that is visited.
    pub fn page(&self) -> &PageUrl {
        &self.page.url
    }

    /// What robots.txt said of the last address that was asked about.
    pub fn robots_said(&self) -> Option<&robots::Decision> {
        self.robots_said.as_ref()
    }

    /// The hosts that must stay in hand for this visit: its page's own, the one it is led to, and the one it
    /// asks next. No duplicates.
    pub fn hosts(&self) -> Vec<HostKey> {
        let mut hosts = vec![self.page.url.host_key(), self.url.host_key(), self.host()];
        hosts.sort();
        hosts.dedup();
        hosts
    }

    /// The host whose robots.txt disallows what is asked for, with the permission by which it is.
    pub(crate) fn overrides(&self) -> Option<(HostKey, &str)> {
        let RobotsStage::Read(answer) = &self.robots else { return None };
        Some((self.url.host_key(), self.access.overrides(answer, &self.url)?))
    }

    /// Where the visit asks for a robots.txt; redirects may have led there.
    pub(crate) fn asks_robots_at(&self) -> Option<PageUrl> {
        match &self.robots {
            RobotsStage::Asking { url, .. } => Some(url.clone()),
            _ => None,
        }
    }

    /// The origin whose robots.txt the visit is asking for.
    pub fn asks_robots_of(&self) -> Option<String> {
        matches!(self.robots, RobotsStage::Asking { .. }).then(|| self.url.origin())
    }

    /// The origin whose robots.txt the visit would have to ask for first, given what is known of its host.
    pub fn lacks_robots_of(&self, host: &HostState, now: Timestamp) -> Option<String> {
        let origin = self.url.origin();
        let known = host.robots_of(&origin).is_some_and(|copy| copy.is_fresh(now));
        let asks = self.robots == RobotsStage::Unread && !self.access.refuses(&self.url.host_key());
        (asks && !known).then_some(origin)
    }

    /// The request that is needed next, given what is known of its host.
    pub fn need(&mut self, host: &HostState, now: Timestamp) -> Need {
        if self.robots == RobotsStage::Unread {
            self.robots = match host.robots_of(&self.url.origin()) {
                Some(copy) if copy.is_fresh(now) => RobotsStage::Read(copy.answer.clone()),
                stale => RobotsStage::Asking {
                    url: self.url.robots_url(),
                    hops: 0,
                    stale: stale.cloned().map(Box::new),
                },
            };
        }
        match &self.robots {
            RobotsStage::Asking { url, .. } => self.request(url.clone(), Purpose::Robots, now),
            RobotsStage::Read(answer) => self.ask_origin(&answer.clone(), now),
            RobotsStage::Unread => unreachable!("it was settled above"),
        }
    }

    /// The next request to the origin of the page, as far as its robots.txt allows one.
    fn ask_origin(&mut self, answer: &RobotsAnswer, now: Timestamp) -> Need {
        match answer {
            RobotsAnswer::NoAnswer { trouble } => return self.done(now, VisitEnd::Failed(trouble.clone())),
            RobotsAnswer::Unreachable { why } if self.access.overrides(answer, &self.url).is_none() => {
                return self.done(now, VisitEnd::RobotsUnreachable(why.clone()));
            }
            _ => {}
        }
        if let Some(question) = self.question(answer) {
            let purpose = question.purpose();
            return self.request(question.url().clone(), purpose, now);
        }
        if self.inquiry.is_some() {
            return Need::Done(Box::new(self.answered(now)));
        }
        let decision = self.access.decide(answer, &self.url);
        let (allowed, line) = (decision.allowed, decision.rule.clone());
        self.robots_said = Some(decision);
        self.search_blocked = robots::is_closed_to_search(answer, &self.url);
        if allowed {
            self.request(self.url.clone(), self.purpose, now)
        } else {
            self.done(now, VisitEnd::Disallowed(line))
        }
    }

    /// Takes an answer, read as a page where it is one.
    pub fn take(
        &mut self,
        purpose: Purpose,
        fetched: Fetched,
        read: Result<Option<Extraction>, String>,
        now: Timestamp,
    ) -> Taken {
        self.asked = true;
        self.spent += fetched.took;
        if purpose == Purpose::Robots {
            return self.take_robots(&fetched, now).map_or(Taken::GoesOn, Taken::Learned);
        }
        if let Some(inquiry) = &mut self.inquiry {
            inquiry.take(&self.url, &self.page.links, &fetched, read.ok().flatten());
        } else if let Some(visited) = self.take_page(fetched, read, now) {
            return Taken::Ended(Box::new(visited));
        }
        let asks_more = |inquiry: &mut Box<Inquiry>| inquiry.question(&self.url, &self.page.links).is_some();
        match self.inquiry.as_mut().map(asks_more) {
            Some(false) => Taken::Ended(Box::new(self.answered(now))),
            Some(true) | None => Taken::GoesOn,
        }
    }

    /// The next question besides the page that robots.txt lets us ask.
    fn question(&mut self, answer: &RobotsAnswer) -> Option<Question> {
        let inquiry = self.inquiry.as_mut()?;
        while let Some(question) = inquiry.question(&self.url, &self.page.links) {
            if self.access.decide(answer, question.url()).allowed {
                return Some(question.clone());
            }
            inquiry.give_up();
        }
        None
    }

    /// Ends a visit that has asked everything it could.
    fn answered(&mut self, now: Timestamp) -> Visited {
        let inquiry = *self.inquiry.take().expect("an inquiry is under way");
        let extraction = inquiry.page.map(Box::new);
        let visited = self.visited(now, VisitEnd::Answered { response: inquiry.response, extraction });
        Visited {
            comments_read: inquiry.comments_read,
            testimony: inquiry.testimony,
            front_page_gone: inquiry.front_page_gone,
            ..visited
        }
    }

    /// Takes the answer to a robots.txt request: a redirect to follow, or what the host allows.
    fn take_robots(&mut self, fetched: &Fetched, now: Timestamp) -> Option<LearnedRobots> {
        let RobotsStage::Asking { url, hops, stale } = &mut self.robots else { return None };
        let redirect = fetched.outcome.as_ref().ok().and_then(|response| location(url, response));
        let answer = match redirect {
            Some(Ok(next)) if self.access.refuses(&next.host_key()) => RobotsAnswer::Unreachable {
                why: format!(
                    "robots.txt redirects to {}, whose owner asked not to be visited",
                    next.host_key()
                ),
            },
            Some(Ok(next)) if *hops < trackward_core::Limits::ROBOTS_REDIRECTS => {
                (*url, *hops) = (next, *hops + 1);
                return None;
            }
            Some(_) => RobotsAnswer::Unreachable { why: "robots.txt redirects without end".to_owned() },
            None => robots::answer(fetched),
        };
        let stale = stale.take().map(|copy| *copy);
        let copy = RobotsCopy::learn(stale, self.url.origin(), answer, robots::max_age(fetched), now);
        self.robots = RobotsStage::Read(copy.answer.clone());
        Some(LearnedRobots { host: self.url.host_key(), copy })
    }

    /// Takes the answer to a page request; a redirect or refresh is one more hop, anything else ends the visit.
    fn take_page(
        &mut self,
        fetched: Fetched,
        read: Result<Option<Extraction>, String>,
        now: Timestamp,
    ) -> Option<Visited> {
        let response = match fetched.outcome {
            Err(trouble) => return Some(self.visited(now, VisitEnd::Failed(trouble))),
            Ok(response) => response,
        };
        if let Some(location) = location(&self.url, &response) {
            return match location {
                Ok(next) => self.hop(next, response.status, now),
                Err(why) => Some(self.visited(now, VisitEnd::Lost(why))),
            };
        }
        let extraction = match read {
            Err(fault) => return Some(self.visited(now, VisitEnd::ParserFault(fault))),
            Ok(extraction) => extraction,
        };
        if let Some(next) = extraction.as_ref().and_then(|page| self.refresh(page)) {
            self.refreshes += 1;
            return self.hop(next, response.status, now);
        }
        self.inquiry = Some(Box::new(Inquiry::new(&self.url, &self.page.links, response, extraction)));
        None
    }

    /// Ends a visit whose next host would have to be waited for too long.
    pub fn host_rests(&mut self, host: &HostState, now: Timestamp) -> Visited {
        let down = host.down.as_ref().filter(|down| down.rest().is_some());
        self.visited(now, down.map_or(VisitEnd::HostRests, |down| VisitEnd::HostDown(down.to_string())))
    }

    /// Whether any request was made for this visit.
    pub fn has_asked(&self) -> bool {
        self.asked
    }

    /// A refresh that counts as a redirect: soon, to another page, from a page without our links.
    fn refresh(&self, page: &Extraction) -> Option<PageUrl> {
        let refresh = page.facts.refresh.as_ref()?;
        let follows = page.references.is_empty()
            && refresh.seconds <= Limits::REFRESH_SECONDS
            && refresh.url != self.url
            && self.refreshes < Limits::REFRESHES;
        follows.then(|| refresh.url.clone())
    }

    fn hop(&mut self, next: PageUrl, status: u16, now: Timestamp) -> Option<Visited> {
        self.chain.push(Hop { from: self.url.clone(), status });
        let looped = self.chain.iter().any(|hop| hop.from == next);
        if looped || self.chain.len() > trackward_core::Limits::REDIRECTS {
            let why = if looped { "the redirects run in a circle" } else { "too many redirects" };
            return Some(self.visited(now, VisitEnd::Lost(why.to_owned())));
        }
        if next.origin() != self.url.origin() {
            self.robots = RobotsStage::Unread;
        }
        self.url = next;
        self.validators = None;
        None
    }

    /// The one place where requests come from: here those are held back that an owner asked not to get.
    fn request(&mut self, url: PageUrl, purpose: Purpose, now: Timestamp) -> Need {
        if self.access.refuses(&url.host_key()) {
            return self.done(now, VisitEnd::OptedOut(url.host_key()));
        }
        let Some(time_left) = Limits::VISIT.checked_sub(self.spent).filter(|left| !left.is_zero()) else {
            if self.inquiry.is_some() {
                return Need::Done(Box::new(self.answered(now)));
            }
            let trouble = Trouble::Timeout(trackward_core::TimeoutKind::Visit);
            return self.done(now, VisitEnd::Failed(trouble));
        };
        // They belong to the page itself, not to its robots.txt or what is asked besides.
        let validators =
            self.validators.clone().filter(|_| self.inquiry.is_none() && purpose == Purpose::Page);
        Need::Request(Request { url, purpose, validators, no_cache: self.no_cache, time_left })
    }

    fn done(&mut self, now: Timestamp, end: VisitEnd) -> Need {
        self.validators = None;
        Need::Done(Box::new(self.visited(now, end)))
    }

    fn visited(&mut self, at: Timestamp, end: VisitEnd) -> Visited {
        Visited {
            chain: std::mem::take(&mut self.chain),
            final_url: self.url.clone(),
            conditional: self.validators.is_some(),
            no_cache: self.no_cache,
            search_blocked: self.search_blocked,
            ..Visited::of(self.page.url.clone(), at, end)
        }
    }
}

/// Where a redirect leads: none when the answer is no redirect, an error when it leads nowhere.
fn location(from: &PageUrl, response: &Response) -> Option<Result<PageUrl, String>> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let headers: &Headers = &response.headers;
    let target = headers.get("location").ok_or("a redirect without a Location".to_owned());
    Some(target.and_then(|to| from.join(to).map_err(|error| error.to_string())))
}
