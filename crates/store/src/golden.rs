//! Bytes that version 1 wrote: every later release must read them as what they meant.
//!
//! A record that fails here has changed its form: give it the next version, and keep a reader of this one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use trackward_core::{
    Agreed, Attributes, Basis, Candidate, Claim, Claims, Class, CommentPart, Doubt, Down, Effect, Event,
    EventKind, EventName, EventSeq, Evidence, Form, Hazards, HostKey, HostMemory, HostState, Kind, Landmarks,
    Link, LinkId, LinkState, LossReason, Mechanism, Missed, Money, OptOut, Origin, PageId, PageMemory,
    PageUrl, Placement, PlacementClass, Plan, Pricing, Provenance, Reason, Rel, Replaced, RobotsAnswer,
    RobotsCopy, RobotsLine, Rule, RunId, RunRecord, RunScope, Sighting, Signal, Source, StateName, Tags,
    Target, TimeoutKind, Trouble, Unreadable, Validators, Verdict, Visits,
};

use crate::codec::{decode, encode, encode_hot, encode_hot_key, encode_key, hex};
use crate::journal::entry::Entry;
use crate::journal::line::tests::of_each_kind;
use crate::journal::{Line, Month, Position};
use crate::key::HostId;
use crate::record::{
    At, Counters, Due, HAZARDS, Hearsay, HostRecord, Layout, LinkEvent, Live, Owner, PRICING, PageRecord,
    Record, Subjects, Tally, Tenure,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn page() -> PageUrl {
    PageUrl::parse("https://host.example/post").unwrap()
}

fn target() -> Target {
    Target::parse("https://ours.example/a").unwrap()
}

pub(crate) fn link() -> Link {
    let attributes = Attributes {
        rel: Rel::parse("ugc"),
        anchor: "our post".into(),
        noindex: Some(Mechanism::Header),
        page_nofollow: None,
        noncanonical: Some(page()),
        placement: Some(PlacementClass::Ping),
        hidden: false,
        delinked: true,
        via_redirector: false,
        not_displayed: false,
        search_blocked: true,
    };
    Link {
        id: LinkId::mint(&page(), &target(), PlacementClass::Ping),
        page: page(),
        target: target(),
        kind: Some(Kind::Trackback),
        origin: Origin::Sent(at(1)),
        added: at(2),
        client: Some("north".into()),
        campaign: Some("autumn".into()),
        owner: Some("mia".into()),
        note: None,
        tags: Tags::parse("guest, paid").unwrap(),
        cost: Some(Money::parse("350.00 EUR").unwrap()),
        weight: 1.5,
        agreed: Agreed {
            anchor: None,
            rel: Some(Rel::parse("nofollow")),
            target: PageUrl::parse("https://ours.example/a").ok(),
            placement: Some(PlacementClass::Ping),
            deadline: "1970-01-31".parse().ok(),
            guaranteed_until: "1971-01-31".parse().ok(),
            replaces: Some(Replaced::Page(page())),
        },
        version: 3,
        state: LinkState::Missing {
            live_since: at(4),
            missed: Missed {
                first: at(5),
                last: at(6),
                run: RunId(2),
                checks: 2,
                strong: 1,
                unconditional: true,
                host_wide: false,
                reason: LossReason::EntryRemoved,
            },
        },
        seen: Some(sighting(&attributes)),
        attributes: Some(attributes.clone()),
        shift: Some((attributes, at(8))),
        checked: Some(at(9)),
        undisplayed: Some((at(5), 2)),
        flips: vec![at(3), at(4)],
    }
}

fn sighting(attributes: &Attributes) -> Sighting {
    Sighting {
        at: at(7),
        on: page(),
        url: PageUrl::parse("https://ours.example/a").unwrap(),
        placement: Placement::Ping,
        placed_by: "li.pingback".into(),
        entry: Some("comment-7".into()),
        container: Some("ol.commentlist".into()),
        hidden: false,
        attributes: attributes.clone(),
    }
}

pub(crate) fn page_record() -> PageRecord {
    let shape = Landmarks {
        bytes: 1_000,
        title: Some("Post".into()),
        canonical: Some(page()),
        containers: vec!["ol.commentlist".into()],
        entries: vec!["comment-7".into()],
        paginated: false,
        noindex: true,
    };
    PageRecord {
        url: page(),
        plan: Plan { at: at(10), reason: Reason::Retry { rule: Rule::ALL[1], failures: 2 } },
        memory: PageMemory {
            checks: 5,
            last: Some((at(9), Rule::ALL[0])),
            conclusive_at: Some(at(8)),
            failures: 2,
            landmarks: Some(shape.clone()),
            validators: Some(Validators {
                etag: Some("\"e\"".into()),
                last_modified: None,
                body_at: at(3),
                uses: 1,
            }),
            unreadable: Some(Unreadable {
                since: at(4),
                rule: Rule::ALL[1],
                detail: "reset".into(),
                announced: true,
            }),
            doubt: Some(Doubt { shape, since: at(5), checks: 2 }),
            no_such_host: Some((at(6), 1)),
            moved: Some((page(), 1)),
        },
        links: vec![link().id],
        joined: 4,
    }
}

pub(crate) fn host_record() -> HostRecord {
    let answer = RobotsAnswer::Rules {
        lines: vec![RobotsLine { allow: false, pattern: "/private".into() }],
        crawl_delay_ms: Some(5_000),
        search: vec![RobotsLine { allow: false, pattern: "/".into() }],
        sitemaps: vec!["/sitemap.xml".into()],
    };
    let robots = vec![RobotsCopy {
        origin: "https://host.example".into(),
        fetched_at: at(1),
        answer,
        lifetime_s: 86_400,
        failing: Some((at(1), at(2))),
    }];
    let down = Down { since: at(1), checks: 3, rule: Rule::ALL[2], detail: "HTTP 500".into() };
    let host = HostKey::parse("host.example").unwrap();
    HostRecord {
        state: HostState {
            host,
            free_at: at(3),
            robots,
            latency_ms: 120,
            peer: Some([9, 9, 9, 9].into()),
            down: Some(down),
            schedule: HostMemory { last_loss: Some(at(5)), ..HostMemory::default() },
        },
        epoch: 7,
        lease: Some(Tenure { owner: 2, until: at(4) }),
    }
}

pub(crate) fn event() -> Event {
    let seen = link().seen;
    let reason = LossReason::EntryRemoved;
    Event {
        at: at(11),
        run: Some(RunId(2)),
        page: page(),
        link: Some(link().id),
        target: Some(target()),
        kind: Some(Kind::Trackback),
        client: Some("north".into()),
        campaign: Some("autumn".into()),
        what: EventKind::Removed {
            reason,
            seen,
            live_since: at(4),
            first_missed: at(5),
            misses: 3,
            strong: 1,
        },
        basis: Some(Basis { on: page(), rule: Rule::Complete, detail: "HTTP 200".into() }),
        evidence: Some(evidence().hash()),
    }
}

pub(crate) fn evidence() -> Evidence {
    Evidence { page: page(), at: at(11), text: "a neighbour".into() }
}

pub(crate) fn claims() -> Hearsay {
    let mut claim = Claim::new("ahrefs", "2026-11-05".parse().unwrap());
    claim.say(Claim::LOST, "2026-11-04");
    claim.say("Domain rating", "45");
    let mut claims = Claims::default();
    claims.add(&claim);
    Hearsay(claims)
}

fn candidate() -> Candidate {
    let mut candidate = Candidate::new(page(), Form::Sitemap, Source::WebmentionIo, Some(page()));
    candidate.newest = Some(at(13));
    candidate.look(at(14), true);
    candidate
}

pub(crate) fn opt_out() -> OptOut {
    let host = HostKey::parse("quiet.example").unwrap();
    let (by, note) = ("mia".into(), "by mail".into());
    OptOut { host, whole_domain: true, withdrawn: false, by, note, at: at(12) }
}

fn visits() -> Visits {
    let mut visits = Visits::default();
    visits.extend([("2026-11-16".parse().unwrap(), 300), ("2026-11-26".parse().unwrap(), 2)]);
    visits
}

fn tally() -> Tally {
    let site = HostKey::parse("ours.example").unwrap();
    Tally { site, until: at(15), owed: BTreeMap::from([(link().id, visits())]) }
}

pub(crate) fn run() -> RunRecord {
    let mut run =
        RunRecord::begin(RunId(2), RunScope::Hosts(vec![HostKey::parse("host.example").unwrap()]), at(1));
    run.ended = Some(at(1) + SignedDuration::from_mins(1));
    run.pages = 300;
    run.held = Some("half of all links at once".into());
    run.verdicts = BTreeMap::from([(Verdict::Gone, 1)]);
    run.events = BTreeMap::from([(EventName::Removed, 1)]);
    run.covered = BTreeMap::from([(i64::MIN, 2), (12, 1)]);
    run.links = BTreeMap::from([(StateName::Live, 9)]);
    run.policy = "0123456789ab".into();
    run.overrides = BTreeMap::from([(HostKey::parse("host.example").unwrap(), "by mail".into())]);
    run
}

/// Name, key and value of one record of each kind, in hexadecimal digits.
const RECORDS: &str = include_str!("../fixtures/records-1.tsv");

fn holds<R: Record + PartialEq + Debug>(key: R::Key, record: &R) {
    let mut cold = record.clone();
    let hot = encode_hot::<R>(&cold.cool());
    let bytes = written(R::NAME, &encode_key::<R>(key), &encode(&cold));
    let hot = encode_hot_key::<R>(key).map(|key| written(&format!("hot {}", R::NAME), &key, &hot));
    assert_eq!(decode::<R>(&[], &bytes, hot.as_deref()).unwrap(), *record, "{}", R::NAME);
}

/// The bytes that were written under a name; key and value are as ever.
fn written(name: &str, key: &[u8], value: &[u8]) -> Vec<u8> {
    let line = RECORDS.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    let now = format!("{}\t{}", hex(key), hex(value));
    assert_eq!(line, Some(now.as_str()), "{name}");
    value.to_vec()
}

#[test]
fn records_of_version_1_are_written_and_read_as_ever() {
    holds(link().id, &link());
    holds(PageId::of(&page()), &page_record());
    holds(HostId::of(&page().host_key()), &host_record());
    holds(link().id, &claims());
    holds((at(10), PageId::of(&page())), &Due { checked: Some(At(at(9))), class: Class::Confirm });
    holds(EventSeq(258), &event());
    holds((link().id, EventSeq(258)), &LinkEvent { at: at(11) });
    holds(evidence().hash().to_bytes(), &evidence());
    let subjects =
        Subjects { pages: BTreeSet::from([PageId::of(&page())]), links: BTreeSet::from([link().id]) };
    holds((at(11), evidence().hash().to_bytes()), &subjects);
    holds(RunId(2), &run());
    holds(Layout::KEY, &Layout(1));
    holds(Owner::KEY, &Owner(300));
    let position = Position { month: Month::of(at(11)), offset: 300, seq: 2 };
    holds(Position::KEY, &position);
    holds(Live::KEY, &Live(1_000_000));
    let hazards = Hazards::default();
    holds(HAZARDS, &hazards);
    holds(HostId::of(&opt_out().host), &opt_out());
    holds(candidate().key(), &candidate());
    holds(link().id, &visits());
    holds(HostId::of(&tally().site), &tally());
    let pricing = Pricing { settled: Some(at(7)), used: 9, ..Pricing::default() };
    holds(PRICING, &pricing);
    holds(Counters::KEY, &Counters { events: 258, links: BTreeMap::from([(StateName::Missing, 1)]) });
}

/// postcard writes an enum's value as its number: new ones go last, or every stored record changes its meaning.
fn numbered<E: Serialize>(values: &[E]) -> Vec<u8> {
    values.iter().map(|value| postcard::to_stdvec(value).unwrap()[0]).collect()
}

fn name_list<E: Serialize + ToString>(all: &[E]) -> String {
    assert!(numbered(all).into_iter().eq(0..u8::try_from(all.len()).unwrap()), "numbers in order");
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn stored_names_keep_their_numbers() {
    let lists = [
        (name_list(StateName::ALL), include_str!("../fixtures/states.txt")),
        (name_list(LossReason::ALL), include_str!("../fixtures/loss_reasons.txt")),
        (name_list(Rule::ALL), include_str!("../fixtures/rules.txt")),
        (name_list(Verdict::ALL), include_str!("../fixtures/verdicts.txt")),
        (name_list(EventName::ALL), include_str!("../fixtures/event_names.txt")),
        (name_list(Kind::ALL), include_str!("../fixtures/kinds.txt")),
        (name_list(PlacementClass::ALL), include_str!("../fixtures/placement_classes.txt")),
        (name_list(Source::ALL), include_str!("../fixtures/sources.txt")),
    ];
    for (now, stored) in lists {
        assert!(now.starts_with(stored.trim_end()), "stored: {stored}now: {now}");
    }
}

#[test]
fn last_value_of_every_stored_enum_keeps_its_number() {
    let given_up = RobotsAnswer::GivenUp { why: String::new() };
    assert_eq!(numbered(&[LinkState::Archived { since: at(0) }]), [8]);
    assert_eq!(numbered(&[EventKind::Edited { changes: Vec::new() }]), [17]);
    assert_eq!(numbered(&[Effect::AsAgreed]), [4]);
    assert_eq!(numbered(&[Mechanism::Header]), [1]);
    assert_eq!(numbered(&[Reason::Signal(Signal::Claim)]), [8]);
    let provenance = Provenance { source: Source::Crawl, via: None };
    assert_eq!(numbered(&[Origin::Discovered(provenance)]), [3]);
    assert_eq!(numbered(&[Form::Sitemap]), [2]);
    assert_eq!(numbered(&[Placement::Unknown]), [8]);
    assert_eq!(numbered(&[CommentPart::Text]), [1]);
    assert_eq!(numbered(&[given_up]), [4]);
    assert_eq!(numbered(&[Trouble::Protocol(String::new())]), [7]);
    assert_eq!(numbered(&[TimeoutKind::Visit]), [2]);
    assert_eq!(numbered(&[RunScope::Discovery]), [3]);
}

/// Lines of the journal with a record of each kind: two of before links had clients, tags and costs, and one; then
/// what a host's owner asked for, a run that names its rules, and visits.
const JOURNAL: &str = include_str!("../fixtures/journal-1.ndjson");

/// The line as it was read before runs named their rules and whose robots.txt they overrode.
fn before_policies(mut written: Line) -> Line {
    for entry in &mut written.put {
        if let Entry::Run(run) = entry {
            (run.policy, run.overrides) = (String::new(), BTreeMap::new());
        }
    }
    written
}

/// The line as it was read before links had clients, tags, costs and more to agree on.
fn before_ledgers(mut written: Line) -> Line {
    for entry in &mut written.put {
        match entry {
            Entry::Link(link) => {
                link.client = None;
                link.tags = Tags::default();
                link.cost = None;
                link.agreed = Agreed { rel: link.agreed.rel.take(), ..Agreed::default() };
            }
            Entry::Event(entry) => entry.event.client = None,
            _ => {}
        }
    }
    written
}

#[test]
fn journal_of_version_1_is_read_as_ever() {
    let lines: Vec<Line> = JOURNAL.lines().map(|line| Line::decode(line.as_bytes()).unwrap()).collect();
    let opt_outs = Line::new(4, Some(at(12)), vec![Entry::OptOut(Box::new(opt_out()))]);
    let visits = vec![Entry::Visits { link: link().id, visits: visits() }, Entry::Tally(Box::new(tally()))];
    assert_eq!(
        lines,
        [
            before_policies(before_ledgers(of_each_kind(1))),
            before_policies(before_ledgers(of_each_kind(2))),
            before_policies(of_each_kind(3)),
            opt_outs,
            Line::new(5, Some(at(11)), vec![Entry::Run(Box::new(run()))]),
            Line::new(6, None, visits),
        ]
    );
}
