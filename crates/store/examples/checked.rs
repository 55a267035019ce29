//! Makes a store look checked: what `docs/performance.md` measures reports on.
//!
//! `cargo run --release -p trackward-store --example checked -- FOLDER` takes a folder that `trackward import` filled
//! and commits one look at each page, at noon of 2026-11-18: of twenty links eighteen live, one is lost and one is
//! awaited; one in twenty has an event of that day with a text that proves it.

use std::env;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Attributes, Basis, Event, EventKind, Evidence, Landmarks, Link, LinkState, LossReason, PageId, Placement,
    Plan, Reason, Rel, Rule, RunRecord, RunScope, Sighting, Validators, Verdict,
};
use trackward_store::{
    Batch, CheckedPage, DuePage, DuePages, HostBatch, HostWork, LeaseRequest, OpenOptions, SledStore, Store,
};

/// Hosts of a lease: the due index is gone through once a lease.
const HOSTS: usize = 4_000;
/// Pages of a commit.
const PAGES: usize = 60;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = env::args().nth(1).ok_or("say which folder")?;
    let store = SledStore::open(Path::new(&folder), OpenOptions::default()).await?;
    let now: Timestamp = "2026-11-18T12:00:00Z".parse()?;
    let mut run = store.begin_run(RunScope::All, now).await?;
    loop {
        let mut work = store.lease_hosts(everything(now)).await?;
        if work.is_empty() {
            break;
        }
        // In the order in which a store lies.
        work.sort_by_cached_key(|host| host.pages.first().map(|page| PageId::of(&page.url)));
        for hosts in in_batches(work) {
            let hosts: Vec<HostBatch> = hosts.into_iter().map(|host| look_at(host, now)).collect();
            run.pages += hosts.iter().map(|host| host.pages.len() as u64).sum::<u64>();
            store.commit(Batch { hosts, run: None, lesson: None }).await?;
        }
    }
    run.ended = Some(now + SignedDuration::from_hours(5));
    run.verdicts.insert(Verdict::Readable, run.pages);
    run.covered.insert(RunRecord::quarter_hour(None), run.pages);
    store.commit(Batch { hosts: Vec::new(), run: Some(run), lesson: None }).await?;
    Ok(())
}

fn everything(now: Timestamp) -> LeaseRequest {
    LeaseRequest {
        now,
        hold: SignedDuration::from_hours(100),
        hosts: HOSTS,
        pages_a_host: usize::MAX,
        due: DuePages::NotCheckedSince(now),
        cut: None,
        only: Vec::new(),
        even_idle: false,
    }
}

/// Whole hosts, as many as come to about [`PAGES`].
fn in_batches(work: Vec<HostWork>) -> Vec<Vec<HostWork>> {
    let mut batches = vec![Vec::new()];
    let mut pages = 0;
    for host in work {
        if pages >= PAGES {
            batches.push(Vec::new());
            pages = 0;
        }
        pages += host.pages.len();
        batches.last_mut().expect("there is always one").push(host);
    }
    batches
}

fn look_at(work: HostWork, at: Timestamp) -> HostBatch {
    let pages = work.pages.into_iter().map(|page| look_at_page(page, at)).collect();
    HostBatch { lease: work.lease, last: true, state: work.state, pages, candidates: Vec::new() }
}

fn look_at_page(page: DuePage, at: Timestamp) -> CheckedPage {
    let mut memory = page.memory;
    memory.checks += 7;
    memory.last = Some((at, Rule::Complete));
    memory.conclusive_at = Some(at);
    memory.landmarks = Some(Landmarks {
        bytes: 48_000,
        title: Some("A post with a usual name".into()),
        canonical: Some(page.url.clone()),
        containers: vec!["ol.commentlist".into()],
        entries: (0..4).map(|n| format!("comment-{n}")).collect(),
        paginated: false,
        noindex: false,
    });
    memory.validators = Some(Validators {
        etag: Some("\"5f3e-61a2b3c4d5e6f\"".into()),
        last_modified: Some("Tue, 17 Nov 2026 08:12:31 GMT".into()),
        body_at: at,
        uses: 0,
    });
    let plan = Plan { at: at + SignedDuration::from_hours(24 * 30), reason: Reason::Usual };
    let (mut links, mut events, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
    for link in page.links {
        let (link, happened) = look_at_link(link, at);
        if let Some((what, text)) = happened {
            events.push(event(&link, at, what, &text));
            evidence.push(text);
        }
        links.push(link);
    }
    CheckedPage { is_new: false, url: page.url, memory, plan, links, appeared: Vec::new(), events, evidence }
}

/// The link as it is now, and what happened to one in twenty.
fn look_at_link(link: Link, at: Timestamp) -> (Link, Option<(EventKind, Evidence)>) {
    let [.., lot, dice] = link.id.to_bytes();
    let seen = sighting(&link, at);
    let attributes = Some(seen.attributes.clone());
    let live_since = at - SignedDuration::from_hours(24 * 90);
    let (state, what) = match (link.sent(), lot % 20) {
        (Some(_), 0) => (LinkState::Pending { absences: 3, last_absent: Some(at) }, None),
        (_, 1) => {
            let reason = LossReason::EntryRemoved;
            let first_missed = at - SignedDuration::from_hours(48);
            let seen = Some(seen.clone());
            let what = EventKind::Removed { reason, seen, live_since, first_missed, misses: 3, strong: 2 };
            (LinkState::Lost { since: at, live_since, reason }, Some(what))
        }
        (Some(sent), _) => {
            let what = EventKind::Approved { seen: seen.clone(), sent, after: None };
            (LinkState::Live { since: live_since }, Some(what))
        }
        (None, _) => {
            (LinkState::Live { since: live_since }, Some(EventKind::Verified { seen: seen.clone() }))
        }
    };
    let is_seen = !matches!(state, LinkState::Pending { .. });
    let text = Evidence {
        page: link.page.clone(),
        at,
        text: format!(
            "Comment by a neighbour of {}: a text as long as they usually are, with a link in it.",
            link.id
        ),
    };
    let looked = Link {
        state,
        checked: Some(at),
        seen: is_seen.then_some(seen),
        attributes: attributes.filter(|_| is_seen),
        ..link
    };
    (looked, what.filter(|_| dice < 13).map(|what| (what, text)))
}

fn sighting(link: &Link, at: Timestamp) -> Sighting {
    Sighting {
        at,
        on: link.page.clone(),
        url: link.target.page().unwrap_or(&link.page).clone(),
        placement: Placement::Ping,
        placed_by: "li.pingback".into(),
        entry: Some("comment-7".into()),
        container: Some("ol.commentlist".into()),
        hidden: false,
        attributes: Attributes {
            rel: Rel::parse("nofollow ugc"),
            anchor: "an article of ours".into(),
            ..Attributes::default()
        },
    }
}

fn event(link: &Link, at: Timestamp, what: EventKind, text: &Evidence) -> Event {
    Event {
        at,
        run: None,
        page: link.page.clone(),
        link: Some(link.id),
        target: Some(link.target.clone()),
        kind: link.kind,
        client: link.client.clone(),
        campaign: link.campaign.clone(),
        what,
        basis: Some(Basis { on: link.page.clone(), rule: Rule::Complete, detail: "200".into() }),
        evidence: Some(text.hash()),
    }
}
