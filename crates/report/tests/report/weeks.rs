//! Weeks to report on, built from few words.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    AttributeChange, Attributes, Effect, Event, EventKind, EventSeq, Evidence, EvidenceHash, Hazards, Kind,
    Link, LinkId, LinkState, LossReason, Origin, PageMemory, PageUrl, Period, Placement, PlacementClass,
    Plan, Policy, Reason, Rel, Rule, RunId, RunRecord, RunScope, Sighting, StateName, Target, Unreadable,
    Watched,
};
use trackward_report::{Brand, Input, Records, Report, Scope, build, json};

/// All that is known of one week.
#[derive(Clone)]
pub(crate) struct Week {
    pub(crate) period: Period,
    pub(crate) events: Vec<(EventSeq, Event)>,
    pub(crate) runs: Vec<RunRecord>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) links: Vec<Watched>,
    pub(crate) scope: Scope,
    pub(crate) brand: Brand,
}

impl Records for Week {
    fn events(&self) -> Box<dyn Iterator<Item = (EventSeq, Event)> + '_> {
        Box::new(self.events.iter().cloned())
    }

    fn links(&self) -> Box<dyn Iterator<Item = Watched> + '_> {
        Box::new(self.links.iter().cloned())
    }

    fn evidence(&self, hash: EvidenceHash) -> Option<Evidence> {
        self.evidence.iter().find(|text| text.hash() == hash).cloned()
    }
}

impl Week {
    pub(crate) fn json(&self) -> String {
        let mut out = Vec::new();
        json(&self.report(), self, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    pub(crate) fn report(&self) -> Report {
        let evidence = |hash| Records::evidence(self, hash);
        let hazards = Hazards::default();
        let input = Input {
            period: &self.period,
            runs: &self.runs,
            evidence: &evidence,
            hazards: &hazards,
            scope: &self.scope,
            brand: &self.brand,
        };
        build(&input, &mut self.events.iter().cloned(), &mut self.links.iter().cloned())
    }

    /// Records an event of a day of the week, with a text that proves it.
    pub(crate) fn tell(&mut self, day: i64, page: &str, kind: Kind, what: EventKind, proof: Option<&str>) {
        let (page, target) = (page_url(page), target("https://ours.example/guide/backlinks"));
        let evidence = proof.map(|text| Evidence { page: page.clone(), at: at(day), text: text.to_owned() });
        let event = Event {
            at: at(day),
            run: Some(RunId(40)),
            link: Some(LinkId::mint(&page, &target, PlacementClass::Ping)),
            page,
            target: Some(target),
            kind: Some(kind),
            client: None,
            campaign: Some("autumn guide".to_owned()),
            what,
            basis: None,
            evidence: evidence.as_ref().map(Evidence::hash),
        };
        self.events.push((EventSeq(self.events.len() as u64 + 101), event));
        self.evidence.extend(evidence);
    }
}

/// 2026-W47 in Berlin without a run and without an event.
pub(crate) fn empty() -> Week {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    Week {
        period: Period::week("2026-W47", &zone).unwrap(),
        events: Vec::new(),
        runs: Vec::new(),
        evidence: Vec::new(),
        links: Vec::new(),
        scope: Scope::default(),
        brand: Brand::default(),
    }
}

/// Seven good runs that saw no change.
pub(crate) fn quiet() -> Week {
    let mut week = empty();
    week.runs = daily_runs(40, 40);
    week.links = (0..40).map(|n| live(&format!("https://blog{}.example/post-{n}", n % 12))).collect();
    week
}

/// A week in which everything happens.
pub(crate) fn busy() -> Week {
    let mut week = quiet();
    week.runs = daily_runs(40, 46);
    gains(&mut week);
    losses(&mut week);
    changes(&mut week);
    first_looks(&mut week);
    week.links
        .extend((0..12_i32).map(|n| pending(&format!("https://waiting{}.example/entry/{n}", n % 5), n * 11)));
    week.links.extend((0..3).map(|n| unread(&format!("https://closed.example/archive?p={n}"), 10)));
    week.links.push(unread("https://closed.example/archive?p=0", 10));
    week.links.push(unread("https://away.example/", 6));
    week
}

/// The last of twelve weeks in which links were sent to twelve sites, approved, lost and found again.
pub(crate) fn quarter() -> Week {
    let mut week = busy();
    for n in 1..12_i64 {
        let mut earlier = daily_runs(40, 40);
        for run in &mut earlier {
            run.id = RunId(run.id.0 - u64::try_from(n).unwrap());
            run.started -= SignedDuration::from_hours(24 * 7 * n);
        }
        week.runs.extend(earlier);
    }
    let mut events = Vec::new();
    for n in 0..80_i64 {
        let (sent, wait) = (-3 - n, 1 + n * 7 % 13);
        let page = format!("https://blog{}.example/sent/{n}", n % 12);
        let mut link = pending(&page, i32::try_from(9 + n).unwrap());
        let origin = Origin::Sent(at(sent));
        link.link.origin = origin;
        if n % 5 < 3 && sent + wait < 0 {
            let seen = sighting(sent + wait, "A guide to backlinks", "", Placement::Ping);
            let after = Some(at(sent + wait - 1));
            let what = EventKind::Approved { seen: seen.clone(), sent: at(sent), after };
            events.push((sent + wait, page.clone(), what));
            link.link.state = LinkState::Live { since: at(sent + wait) };
            link.link.seen = Some(Sighting { at: at(6), ..seen.clone() });
            if n % 15 == 0 {
                let gone = (sent + wait + 20).min(-1);
                let what = EventKind::Removed {
                    reason: LossReason::EntryRemoved,
                    seen: Some(Sighting { at: at(gone - 1), ..seen }),
                    live_since: at(sent + wait),
                    first_missed: at(gone),
                    misses: 3,
                    strong: 1,
                };
                events.push((gone + 1, page.clone(), what));
                link.link.state = LinkState::Lost {
                    since: at(gone + 1),
                    live_since: at(sent + wait),
                    reason: LossReason::EntryRemoved,
                };
            }
        }
        week.links.push(link);
    }
    for (day, page, what) in events {
        week.tell(day, &page, Kind::Trackback, what, None);
    }
    // Events are of the link that the page has in the list of links.
    let ids: std::collections::HashMap<_, _> =
        week.links.iter().map(|w| (w.link.page.clone(), w.link.id)).collect();
    for (_, event) in &mut week.events {
        if let Some(id) = ids.get(&event.page) {
            event.link = Some(*id);
        }
    }
    week
}

/// The last run was killed.
pub(crate) fn incomplete() -> Week {
    let mut week = quiet();
    week.runs[6].ended = None;
    week.runs[5].left = 12;
    week
}

fn gains(week: &mut Week) {
    let approved = |sent: i64, after: Option<i64>, day: i64, rel: &str, placement| EventKind::Approved {
        seen: sighting(day, "A guide to backlinks", rel, placement),
        sent: at(sent),
        after: after.map(at),
    };
    let proof = "Trackback von Unser Blog — A guide to backlinks […] wie sie gefunden und gezählt werden […]";
    let post = "https://garden.example/2026/11/on-linking-well";
    week.tell(
        1,
        post,
        Kind::Trackback,
        approved(-5, Some(0), 1, "nofollow ugc", Placement::Ping),
        Some(proof),
    );
    let post = "https://mag.example/features/the-long-way-home-with-a-rather-long-address-that-wraps";
    week.tell(2, post, Kind::Editorial, approved(-20, Some(1), 2, "", Placement::Body), None);
    let post = "http://127.0.0.3:8083/post/7";
    week.tell(
        2,
        post,
        Kind::Pingback,
        approved(1, None, 2, "", Placement::Ping),
        Some("Pingback: ours.example"),
    );
    let found = EventKind::Appeared { seen: sighting(3, "", "noopener", Placement::Body) };
    week.tell(3, "https://news.example/weekly/112", Kind::Editorial, found, Some("… see also the guide …"));
    let back = EventKind::Restored {
        seen: sighting(4, "backlinks", "", Placement::Body),
        lost_at: at(-30),
        reason: LossReason::LinkRemoved,
    };
    week.tell(4, "https://notes.example/read-later", Kind::Editorial, back, None);
}

fn losses(week: &mut Week) {
    let removed = |reason, seen: Option<Sighting>, strong| EventKind::Removed {
        reason,
        seen,
        live_since: at(-60),
        first_missed: at(1),
        misses: 3,
        strong,
    };
    for n in 0..4 {
        let seen = sighting(0, "A guide to backlinks", "ugc", Placement::Ping);
        let page = format!("https://folded.example/2025/0{}/post", n + 1);
        week.tell(4, &page, Kind::Trackback, removed(LossReason::PageGone, Some(seen), 0), None);
    }
    let seen = sighting(0, "our guide", "nofollow", Placement::Ping);
    let proof = "Trackbacks (2): Another blog · A third blog";
    let what = removed(LossReason::EntryRemoved, Some(seen), 2);
    week.tell(3, "https://garden.example/2026/09/summer-links", Kind::Trackback, what, Some(proof));
    let what = removed(LossReason::SectionRemoved, None, 0);
    week.tell(3, "https://quiet.example/about", Kind::Comment, what, None);
    // Its text was erased: only the hash is left.
    let (_, event) = week.events.last_mut().unwrap();
    event.evidence = Some(Evidence { page: event.page.clone(), at: event.at, text: String::new() }.hash());
}

fn changes(week: &mut Week) {
    let change = |attribute: &str, before: &str, after: &str| AttributeChange {
        attribute: attribute.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    let attributes = |effect, changes| EventKind::Attributes { effect, changes, first_seen: at(4) };
    let weakened =
        attributes(Effect::Weakened, vec![change("rel", "", "nofollow"), change("noindex", "", "meta")]);
    week.tell(5, "https://mag.example/features/older", Kind::Editorial, weakened, None);
    let breached = attributes(Effect::Breached, vec![change("anchor", "A guide to backlinks", "click here")]);
    week.tell(5, "https://partner.example/friends", Kind::Editorial, breached, None);
    let stronger = attributes(Effect::Strengthened, vec![change("rel", "nofollow", "")]);
    week.tell(5, "https://notes.example/links", Kind::Editorial, stronger, None);
    let moved = EventKind::Moved { to: page_url("https://www.notes.example/new/links") };
    week.tell(5, "https://notes.example/old/links", Kind::Editorial, moved, None);
    let silent = EventKind::NoAnswer { sent: at(-45), absences: 44 };
    week.tell(5, "https://silent.example/post", Kind::Trackback, silent, None);
    week.tell(5, "https://firm.example/post", Kind::Webmention, EventKind::Rejected, None);
    let again = EventKind::ReadableAgain { since: at(-20), links: 2 };
    week.tell(5, "https://back.example/post", Kind::Comment, again, None);
    let overruled = EventKind::Overruled {
        by: "mia".to_owned(),
        note: "it is in the second comment page".to_owned(),
        from: StateName::Lost,
        to: StateName::Live,
    };
    week.tell(6, "https://pages.example/long-thread", Kind::Comment, overruled, None);
}

fn first_looks(week: &mut Week) {
    for n in 0..3 {
        let verified = EventKind::Verified { seen: sighting(1, "backlinks", "", Placement::Body) };
        week.tell(1, &format!("https://old{n}.example/"), Kind::Editorial, verified, None);
    }
    let absent = EventKind::NotFound { first_absent: at(1) };
    week.tell(2, "https://vanished.example/roundup", Kind::Editorial, absent, None);
    let mut link = live("https://unseen.example/");
    link.link.state = LinkState::Imported { absent: None };
    week.links.push(link);
}

/// 07:00 in Berlin on a day of the week, Monday is 0.
pub(crate) fn at(day: i64) -> Timestamp {
    let monday: Timestamp = "2026-11-16T06:00:00Z".parse().unwrap();
    monday + SignedDuration::from_hours(24 * day)
}

pub(crate) fn page_url(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

pub(crate) fn target(text: &str) -> Target {
    Target::parse(text).unwrap()
}

/// Seven runs, numbered from 31, of which the first covers all that is covered.
pub(crate) fn daily_runs(covered: u64, watched: u64) -> Vec<RunRecord> {
    (0..7).map(|day| run(day, if day == 0 { covered } else { 0 }, watched)).collect()
}

/// The run of a day that covered so many links for the first time in two weeks, of so many watched.
pub(crate) fn run(day: i64, covered: u64, watched: u64) -> RunRecord {
    RunRecord {
        ended: Some(at(day) + SignedDuration::from_mins(4)),
        covered: BTreeMap::from([(RunRecord::quarter_hour(Some(at(day - 14))), covered)]),
        links: BTreeMap::from([(StateName::Live, watched), (StateName::Archived, 9)]),
        policy: Policy::default().fingerprint(),
        ..RunRecord::begin(RunId((31 + day).cast_unsigned()), RunScope::Due, at(day))
    }
}

pub(crate) fn sighting(day: i64, anchor: &str, rel: &str, placement: Placement) -> Sighting {
    Sighting {
        at: at(day),
        on: page_url("https://host.example/"),
        url: page_url("https://ours.example/guide/backlinks"),
        placement,
        placed_by: String::new(),
        entry: None,
        container: None,
        hidden: false,
        attributes: Attributes { rel: Rel::parse(rel), anchor: anchor.to_owned(), ..Attributes::default() },
    }
}

pub(crate) fn live(page: &str) -> Watched {
    let (page, target) = (page_url(page), target("https://ours.example/guide/backlinks"));
    let link = Link {
        id: LinkId::mint(&page, &target, PlacementClass::Body),
        page,
        target,
        kind: Some(Kind::Editorial),
        origin: Origin::Imported,
        added: at(-100),
        client: None,
        campaign: Some("autumn guide".to_owned()),
        owner: None,
        note: None,
        tags: trackward_core::Tags::default(),
        cost: None,
        weight: 1.0,
        agreed: trackward_core::Agreed::default(),
        version: 3,
        state: LinkState::Live { since: at(-90) },
        seen: Some(sighting(6, "backlinks", "", Placement::Body)),
        attributes: Some(Attributes::default()),
        shift: None,
        checked: Some(at(6)),
        undisplayed: None,
        flips: Vec::new(),
    };
    Watched { link, memory: PageMemory::default(), plan: Plan { at: at(7), reason: Reason::Usual } }
}

/// A link that was sent so many days before Sunday.
pub(crate) fn pending(page: &str, days: i32) -> Watched {
    let mut watched = live(page);
    watched.link.kind = Some(Kind::Trackback);
    watched.link.origin = Origin::Sent(at(6 - i64::from(days)));
    watched.link.state = LinkState::Pending { absences: days.unsigned_abs(), last_absent: Some(at(6)) };
    watched.link.seen = None;
    watched
}

/// A live link on a page that could not be checked for so many days on Sunday.
pub(crate) fn unread(page: &str, days: i64) -> Watched {
    let mut watched = live(page);
    watched.memory.unreadable = Some(Unreadable {
        since: at(6 - days),
        rule: Rule::RefusedStatus,
        detail: "403 Forbidden".to_owned(),
        announced: false,
    });
    watched.memory.failures = 5;
    watched.memory.last = Some((at(6), Rule::RefusedStatus));
    watched.plan.at = at(8);
    watched
}
