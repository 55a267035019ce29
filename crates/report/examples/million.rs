//! What a weekly report costs: by default a week of 1,000,000 links on 100,000 sites and 50,000 events.
//!
//! `cargo run --release -p trackward-report --example million [LINKS [EVENTS]]` prints CPU seconds and peak memory of
//! building it and of writing each format. Links and events are made while they are read, so that all memory that is
//! counted is the report's.

#![expect(clippy::print_stdout, reason = "an example prints what it measured")]

use std::hint::black_box;
use std::io::{Write, sink};

use cpu_time::ProcessTime;
use jiff::{SignedDuration, Timestamp};
use peak_alloc::PeakAlloc;
use trackward_core::{
    Attributes, Event, EventKind, EventSeq, Evidence, EvidenceHash, Hazards, Kind, Link, LinkId, LinkState,
    LossReason, NewWatch, Origin, PageMemory, PageUrl, Period, Placement, PlacementClass, Plan, Reason,
    RunId, RunRecord, RunScope, Sighting, StateName, Target, Watched, admit,
};
use trackward_report::{Brand, Input, Records, Scope, build, csv, html, json, markdown, xlsx};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Links a site has.
const LINKS_A_SITE: u64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut asked = std::env::args().skip(1).map(|number| number.parse::<u64>());
    let links = asked.next().transpose()?.unwrap_or(1_000_000);
    let events = asked.next().transpose()?.unwrap_or(50_000);
    let period = Period::week("2026-W47", &jiff::tz::TimeZone::UTC)?;
    let world = World { period: period.clone(), links };
    let runs = [world.run()];
    let (scope, brand, hazards) = (Scope::default(), Brand::default(), Hazards::default());
    let input = Input {
        period: &period,
        runs: &runs,
        evidence: &|_| None,
        hazards: &hazards,
        scope: &scope,
        brand: &brand,
    };

    measure("reading links and events alone", || {
        (0..links).for_each(|n| drop(black_box(world.link(n))));
        (0..events).for_each(|n| drop(black_box(world.event(n))));
    });
    let report = measure("building", || {
        build(&input, &mut (0..events).map(|n| world.event(n)), &mut (0..links).map(|n| world.link(n)))
    });
    println!("{}\n", report.summary);
    let records = Made { world: &world, events };
    measure("HTML", || html(&report).len());
    measure("Markdown", || markdown(&report).len());
    measure("JSON", || json(&report, &records, &mut sink()))?;
    measure("XLSX", || xlsx(&report, &records, &mut sink())).expect("nothing is written");
    for name in ["pending", "cannot-check", "links"] {
        measure(&format!("CSV, {name}"), || csv(&report, name, false, &records, &mut sink()))?;
    }
    std::io::stdout().flush()?;
    Ok(())
}

fn measure<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let before = MEMORY.current_usage_as_mb();
    MEMORY.reset_peak_usage();
    let start = ProcessTime::now();
    let done = work();
    let (cpu, peak) = (start.elapsed().as_secs_f64(), MEMORY.peak_usage_as_mb());
    println!("{what:<32} {cpu:6.2} s CPU, {:6.1} MiB above the {before:.1} held before", peak - before);
    done
}

/// Links and events that are made anew whenever they are read.
struct Made<'a> {
    world: &'a World,
    events: u64,
}

impl Records for Made<'_> {
    fn events(&self) -> Box<dyn Iterator<Item = (EventSeq, Event)> + '_> {
        Box::new((0..self.events).map(|n| self.world.event(n)))
    }

    fn links(&self) -> Box<dyn Iterator<Item = Watched> + '_> {
        Box::new((0..self.world.links).map(|n| self.world.link(n)))
    }

    fn evidence(&self, _: EvidenceHash) -> Option<Evidence> {
        None
    }
}

struct World {
    period: Period,
    links: u64,
}

impl World {
    fn days(&self, days: i64) -> Timestamp {
        self.period.end + SignedDuration::from_hours(24 * days)
    }

    fn page(n: u64) -> PageUrl {
        let (site, post) = (n / LINKS_A_SITE, n % LINKS_A_SITE);
        PageUrl::parse(&format!("https://blog{site}.example/2026/a-post-about-gardens-{post}"))
            .expect("an address")
    }

    fn target(n: u64) -> Target {
        Target::parse(&format!("https://ours.example/guide/{}", n % 40)).expect("a target")
    }

    fn sighting(n: u64, at: Timestamp) -> Sighting {
        let url = Self::target(n).page().cloned().expect("a page");
        Sighting {
            at,
            on: Self::page(n),
            url,
            placement: Placement::Ping,
            placed_by: "ping list".to_owned(),
            entry: Some("comment-12".to_owned()),
            container: Some("comments".to_owned()),
            hidden: false,
            attributes: Attributes { anchor: "A guide to gardens".to_owned(), ..Attributes::default() },
        }
    }

    /// Three in ten are pending, one in ten is lost, the others live; one page in fifty cannot be checked.
    fn link(&self, n: u64) -> Watched {
        let sent = self.days(-2 - (n * 7 % 180).cast_signed());
        let watch = NewWatch {
            kind: Some(Kind::Trackback),
            sent: n.is_multiple_of(2).then_some(sent),
            campaign: Some(format!("campaign {}", n % 7)),
            owner: Some("mia".to_owned()),
            ..NewWatch::new(Self::page(n), Self::target(n))
        };
        let trackward_core::Admission::New(link) = admit(&[], watch, sent) else {
            unreachable!("nothing is known")
        };
        let since = sent + SignedDuration::from_hours(24);
        let state = match n % 10 {
            0..3 if matches!(link.origin, Origin::Sent(_)) => {
                LinkState::Pending { absences: 4, last_absent: Some(self.days(-1)) }
            }
            3 => {
                LinkState::Lost { since: self.days(-2), live_since: since, reason: LossReason::EntryRemoved }
            }
            _ => LinkState::Live { since },
        };
        let seen = Self::sighting(n, self.days(-1));
        let link = Link {
            checked: Some(self.days(-1)),
            attributes: Some(seen.attributes.clone()),
            seen: Some(seen),
            state,
            ..link
        };
        let unreadable = n.is_multiple_of(50).then(|| trackward_core::Unreadable {
            since: self.days(-12),
            rule: trackward_core::Rule::RefusedStatus,
            detail: "403 Forbidden".to_owned(),
            announced: false,
        });
        let memory = PageMemory { unreadable, ..PageMemory::default() };
        Watched { link, memory, plan: Plan { at: self.days(1), reason: Reason::Usual } }
    }

    fn event(&self, n: u64) -> (EventSeq, Event) {
        let of = n * 19 % self.links;
        let (page, target) = (Self::page(of), Self::target(of));
        let at = self.period.start + SignedDuration::from_secs((n * 11 % 600_000).cast_signed());
        let seen = Self::sighting(of, at);
        let what = match n % 3 {
            0 => EventKind::Approved { seen, sent: self.days(-20), after: Some(self.days(-8)) },
            1 => EventKind::Appeared { seen },
            _ => EventKind::Removed {
                reason: LossReason::EntryRemoved,
                seen: Some(seen),
                live_since: self.days(-90),
                first_missed: at,
                misses: 3,
                strong: 1,
            },
        };
        let event = Event {
            at,
            run: Some(RunId(1)),
            link: Some(LinkId::mint(&page, &target, PlacementClass::Ping)),
            page,
            target: Some(target),
            kind: Some(Kind::Trackback),
            client: None,
            campaign: Some(format!("campaign {}", of % 7)),
            what,
            basis: None,
            evidence: None,
        };
        (EventSeq(n + 1), event)
    }

    fn run(&self) -> RunRecord {
        let links = [(StateName::Live, self.links)].into();
        let covered = [(i64::MIN, self.links)].into();
        let ended = Some(self.days(0) - SignedDuration::from_hours(1));
        RunRecord { ended, links, covered, ..RunRecord::begin(RunId(1), RunScope::All, self.period.start) }
    }
}
