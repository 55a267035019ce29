//! The links as they are now, counted in one pass without keeping them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use trackward_core::{Domain, HostKey, Link, LinkState, PageUrl, Rule, Verdict, Watched};

use crate::report::{AgeBucket, Pending, Report};
use crate::rows::{Subject, Unread, Waiting, seconds_between};
use crate::words::DAY;

/// What the stream of links comes to.
#[derive(Debug)]
pub(crate) struct Census {
    pub(crate) live: u64,
    pub(crate) missing: u64,
    /// Live links of grade `full`.
    pub(crate) followed: u64,
    /// Registrable domains that carry live links.
    pub(crate) referring_domains: u64,
    pub(crate) to_verify: u64,
    pub(crate) pending: Pending,
    pub(crate) cannot_check: Vec<Unread>,
}

impl Census {
    pub(crate) fn take(
        links: &mut dyn Iterator<Item = Watched>,
        campaign: Option<&str>,
        as_of: Timestamp,
    ) -> Self {
        let mut tally = Tally { as_of, ..Tally::default() };
        for watched in links {
            if campaign.is_none_or(|name| watched.link.campaign.as_deref() == Some(name)) {
                tally.add(watched);
            }
        }
        tally.close()
    }
}

#[derive(Debug, Default)]
struct Tally {
    as_of: Timestamp,
    live: u64,
    missing: u64,
    followed: u64,
    domains: BTreeSet<Domain>,
    to_verify: u64,
    waiting: Vec<Waiting>,
    unread: BTreeMap<PageUrl, Unread>,
}

impl Tally {
    fn add(&mut self, watched: Watched) {
        match watched.link.state {
            LinkState::Live { .. } => self.add_live(&watched.link),
            LinkState::Missing { .. } => self.missing += 1,
            LinkState::Imported { .. } => self.to_verify += 1,
            LinkState::Pending { absences, .. } => self.add_pending(&watched.link, absences),
            _ => {}
        }
        if watched.link.state.name().is_watched() {
            self.add_unread(watched);
        }
    }

    fn add_live(&mut self, link: &Link) {
        self.live += 1;
        self.domains.insert(link.page.domain());
        let attributes = link.attributes.as_ref().or(link.seen.as_ref().map(|seen| &seen.attributes));
        self.followed += u64::from(attributes.is_some_and(|attributes| attributes.grade() == "full"));
    }

    fn add_pending(&mut self, link: &Link, checks: u32) {
        let Some(sent) = link.sent().filter(|sent| *sent <= self.as_of) else { return };
        self.waiting.push(Waiting {
            subject: subject(link),
            sent,
            age_seconds: seconds_between(sent, self.as_of),
            checks,
            last_check: link.checked,
        });
    }

    fn add_unread(&mut self, watched: Watched) {
        let Some(unreadable) = watched.memory.unreadable else { return };
        let least = SignedDuration::from_hours(24 * Report::CANNOT_CHECK_DAYS);
        if self.as_of.duration_since(unreadable.since) < least {
            return;
        }
        let page = watched.link.page;
        let unread = self.unread.entry(page.clone()).or_insert_with(|| Unread {
            site: page.host_key(),
            page,
            links: 0,
            verdict: unreadable.rule.verdict(),
            rule: unreadable.rule,
            because: unreadable.rule.in_words(),
            detail: unreadable.detail,
            since: unreadable.since,
            tries: watched.memory.failures,
            last_try: watched.memory.last.map(|(at, _)| at),
            next_try: watched.plan.at,
            what_to_do: what_to_do(unreadable.rule),
        });
        unread.links += 1;
    }

    fn close(mut self) -> Census {
        self.waiting.sort_by(|a, b| a.sent.cmp(&b.sent).then_with(|| a.subject.cmp(&b.subject)));
        let mut cannot_check: Vec<Unread> = self.unread.into_values().collect();
        cannot_check.sort_by_key(|unread| std::cmp::Reverse(unread.links));
        Census {
            live: self.live,
            missing: self.missing,
            followed: self.followed,
            referring_domains: self.domains.len() as u64,
            to_verify: self.to_verify,
            pending: Pending { by_age: by_age(&self.waiting), links: self.waiting },
            cannot_check,
        }
    }
}

fn subject(link: &Link) -> Subject {
    Subject {
        campaign: link.campaign.clone(),
        site: link.page.host_key(),
        page: link.page.clone(),
        target: Some(link.target.clone()),
        link: Some(link.id),
        kind: link.kind,
    }
}

/// Ages that pending links are counted by, in whole days, both ends included.
const AGES: [(i64, Option<i64>); 4] = [(0, Some(7)), (8, Some(30)), (31, Some(90)), (91, None)];

fn by_age(waiting: &[Waiting]) -> Vec<AgeBucket> {
    let bucket = |(from_days, to_days): (i64, Option<i64>)| {
        let within = |link: &&Waiting| {
            let days = link.age_seconds / DAY;
            from_days <= days && to_days.is_none_or(|last| days <= last)
        };
        let sites: BTreeSet<&HostKey> =
            waiting.iter().filter(within).map(|link| &link.subject.site).collect();
        let links = waiting.iter().filter(within).count() as u64;
        AgeBucket { from_days, to_days, links, sites: sites.len() as u64 }
    };
    AGES.map(bucket).to_vec()
}

/// What a person can do about a page that cannot be read.
fn what_to_do(rule: Rule) -> &'static str {
    match (rule, rule.verdict()) {
        (Rule::NoSuchHost, _) => "see whether the site has a new name",
        (Rule::RobotsDisallow, _) => "ask the site to allow our agent in its robots.txt",
        (Rule::CommentPages, _) => "look at the further comment pages, then confirm by hand",
        (Rule::ParserFault, _) => "tell the makers of trackward",
        (_, Verdict::Refused) => "ask the site to allow our agent",
        (_, Verdict::ServerError | Verdict::Unreachable | Verdict::Disallowed) => {
            "nothing, it is tried again; if it lasts, tell the site"
        }
        (_, Verdict::Blocked) => "allow its network in the settings, if it is yours",
        _ => "open the page and confirm by hand",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(age_seconds: i64) -> Waiting {
        let page = PageUrl::parse("https://host.example/post").unwrap();
        let subject =
            Subject { campaign: None, site: page.host_key(), page, target: None, link: None, kind: None };
        Waiting { subject, sent: Timestamp::UNIX_EPOCH, age_seconds, checks: 0, last_check: None }
    }

    #[test]
    fn age_goes_by_whole_days_and_each_lands_in_one_bucket() {
        for (age, bucket) in [
            (0, 0),
            (8 * DAY - 1, 0),
            (8 * DAY, 1),
            (31 * DAY - 1, 1),
            (31 * DAY, 2),
            (91 * DAY - 1, 2),
            (91 * DAY, 3),
            (4_000 * DAY, 3),
        ] {
            let links: Vec<u64> = by_age(&[waiting(age)]).iter().map(|b| b.links).collect();
            let expected: Vec<u64> = (0..4).map(|n| u64::from(n == bucket)).collect();
            assert_eq!(links, expected, "{age} s");
        }
    }
}
