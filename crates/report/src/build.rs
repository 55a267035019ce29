//! From events, runs and links to the report.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trackward_core::{
    Event, EventSeq, Evidence, EvidenceHash, Hazards, LinkId, LossReason, Period, RunRecord, TargetHealth,
    Verdict, Watched,
};

use crate::actions::actions;
use crate::brand::Brand;
use crate::census::{Asked, Census, Mention};
use crate::coverage::Coverage;
use crate::figures::{Figures, key_figures, pending_by_period};
use crate::history::{Count, History};
use crate::percent::Percent;
use crate::report::{Baseline, Corrections, Edition, Header, Report, SeqRange};
use crate::rows::{LossGroup, OwnPage, RunRow};
use crate::scope::Scope;
use crate::summary;
use crate::told::{FirstLooks, Told, edit};
use crate::trends::{ReasonCount, Trends};

/// What a report is made from, besides the events and links.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The span of time.
    pub period: &'a Period,
    /// All runs that began in the period, and those of the periods before it that it is compared with.
    pub runs: &'a [RunRecord],
    /// Answers the text that an event names by hash; none when it was erased.
    pub evidence: &'a dyn Fn(EvidenceHash) -> Option<Evidence>,
    /// How likely approvals are: what the schedule has learned.
    pub hazards: &'a Hazards,
    /// Which links it is about, and whom it is for. Coverage stays that of the whole store.
    pub scope: &'a Scope,
    /// How it presents itself.
    pub brand: &'a Brand,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input")
            .field("period", self.period)
            .field("runs", &self.runs.len())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Builds the report of a period; the order of events, runs and links does not matter.
///
/// `events` are those since [`Report::events_from`], of every campaign. `links` are all links of the store as
/// they are now. What is pending, live or cannot be checked is taken from them; it shows the store of today also
/// in the report of a past period. Of the links and of earlier events only counts are kept, so memory follows the
/// events of the period and the hosts.
pub fn build(
    input: &Input<'_>,
    events: &mut dyn Iterator<Item = (EventSeq, Event)>,
    links: &mut dyn Iterator<Item = Watched>,
) -> Report {
    let Read { events, first_looks, history, seqs, last } = Read::of(input, events);
    let as_of = last.map_or(input.period.end, |last| last.min(input.period.end));
    let mut told = Told::of(&events, first_looks, input.evidence);
    drop(events); // all that is told of them stands in rows now
    let targets = targets(input);
    let mentioned = told.subjects().filter_map(|subject| Some((subject.link?, Mention::default()))).collect();
    let (scope, edition) = (input.scope, input.scope.edition);
    let zone = TimeZone::get(&input.period.zone).unwrap_or(TimeZone::UTC);
    let asked = Asked {
        scope,
        edition,
        as_of,
        zone,
        hazards: input.hazards,
        history: &history,
        mentioned,
        targets: &targets,
    };
    let census = Census::take(asked, links);
    name_owners(&mut told, &census.mentions, edition);
    let header = Header {
        edition,
        period: input.period.clone(),
        client: input.scope.client.clone(),
        campaign: input.scope.campaign.clone(),
        as_of,
        events: seqs.filter(|_| edition == Edition::Internal),
        version: (edition == Edition::Internal && !input.brand.hide_product)
            .then_some(env!("CARGO_PKG_VERSION")),
        policies: if edition == Edition::Internal { policies(input) } else { Vec::new() },
    };
    compose(input, header, told, census, &history)
}

/// The events, read in one pass.
struct Read {
    /// Those of the period and scope, first looks excepted.
    events: Vec<(EventSeq, Event)>,
    first_looks: FirstLooks,
    history: History,
    /// The range of all of the period.
    seqs: Option<SeqRange>,
    /// The last instant that anything in the period is known of: its last event, or the end of its last run.
    last: Option<Timestamp>,
}

impl Read {
    fn of(input: &Input<'_>, events: &mut dyn Iterator<Item = (EventSeq, Event)>) -> Self {
        let runs = input.runs.iter().filter(|run| input.period.contains(run.started));
        let mut read = Self {
            events: Vec::new(),
            first_looks: FirstLooks::new(),
            history: History::of(input.period, input.runs),
            seqs: None,
            last: runs.map(|run| run.ended.unwrap_or(run.started)).max(),
        };
        for (seq, event) in events {
            let within = input.period.contains(event.at);
            if within {
                read.last = read.last.max(Some(event.at));
                let SeqRange { first, last } = read.seqs.unwrap_or(SeqRange { first: seq, last: seq });
                read.seqs = Some(SeqRange { first: first.min(seq), last: last.max(seq) });
            }
            if !input.scope.admits_event(&event) {
                continue;
            }
            read.history.take(seq, &event);
            if within && !read.first_looks.take(seq, &event, input.evidence) {
                read.events.push((seq, event));
            }
        }
        read
    }
}

/// Says of each row who looks after its link, and of each loss what it cost, in the team's report.
fn name_owners(told: &mut Told, mentions: &HashMap<LinkId, Mention>, edition: Edition) {
    if edition == Edition::Client {
        return;
    }
    let mention = |link: Option<LinkId>| link.and_then(|link| mentions.get(&link));
    for subject in told.subjects() {
        subject.owner = mention(subject.link).and_then(|mention| mention.owner.clone());
    }
    for row in told.lost.iter_mut().flat_map(|group| &mut group.links) {
        row.facts.cost = mention(row.subject.link).and_then(|mention| mention.cost);
    }
}

fn compose(input: &Input<'_>, header: Header, told: Told, census: Census, history: &History) -> Report {
    let edition = input.scope.edition;
    let for_team = edition == Edition::Internal;
    let figures = Figures::of(&told, &census);
    let counts = history.counts(figures.live);
    let coverage = Coverage::of(input.period, input.runs);
    let targets = targets(input)
        .into_iter()
        .filter(|health| input.scope.is_all() || census.faulty_targets.contains(&health.page));
    let targets: Vec<OwnPage> = targets.map(OwnPage::of).collect();
    let approval = census.hosts.approval();
    let (year, losses, reversed) = history.losses_of_the_year();
    let mut report = Report {
        schema: if input.brand.hide_product { Report::PLAIN_SCHEMA } else { Report::SCHEMA },
        header,
        coverage: if for_team { coverage } else { coverage.for_client() },
        summary: String::new(),
        key_figures: key_figures(&figures, &counts, &pending(input, &counts), &approval, edition),
        actions: if for_team { actions(&told, &census, &targets) } else { Vec::new() },
        trends: Trends {
            periods: counts.into_iter().map(|count| count.counts).collect(),
            approval: for_team.then_some(approval),
            survival: for_team.then(|| census.hosts.survival()),
            loss_reasons: loss_reasons(&told.lost),
            rel_mix: census.rel_mix,
        },
        hosts: if for_team { census.hosts.rows() } else { Vec::new() },
        figures,
        events: told.by_name,
        approved: told.approved,
        lost: told.lost,
        appeared: told.appeared,
        changed: told.changed,
        restored: told.restored,
        no_answer: told.no_answer,
        pending: census.pending,
        cannot_check: census.cannot_check,
        targets,
        baseline: Baseline { links: told.first_looks.into_rows(), to_verify: census.to_verify },
        corrections: Corrections { rows: told.corrections, year, losses, reversed },
        runs: if for_team { runs(input).into_iter().map(RunRow::of).collect() } else { Vec::new() },
        breaches: census.breaches,
        money: if for_team { census.money } else { Vec::new() },
        brand: input.brand.clone(),
        scope: input.scope.clone(),
        outlook: census.outlook,
    };
    edit_for(&mut report, edition);
    report.summary = summary::of(&report);
    report
}

/// Leaves out what is not for a client.
fn edit_for(report: &mut Report, edition: Edition) {
    edit(&mut report.approved, edition);
    report.lost.iter_mut().for_each(|group| edit(&mut group.links, edition));
    edit(&mut report.appeared, edition);
    edit(&mut report.changed, edition);
    edit(&mut report.restored, edition);
    edit(&mut report.no_answer, edition);
    edit(&mut report.baseline.links, edition);
    edit(&mut report.corrections.rows, edition);
    if edition == Edition::Client {
        for row in &mut report.corrections.rows {
            (row.facts.by, row.facts.note) = (None, None);
        }
    }
}

/// Pending links at the end of each period. Runs count the whole store, so it is not known of a part.
fn pending(input: &Input<'_>, counts: &[Count]) -> Vec<Option<u64>> {
    if !input.scope.is_all() {
        return vec![None; counts.len()];
    }
    let spans: Vec<(Timestamp, Timestamp)> =
        counts.iter().map(|count| (count.counts.start, count.counts.end)).collect();
    pending_by_period(&spans, input.runs)
}

/// What the runs of the period said of our own pages: of each page the last word, the worst fault first.
fn targets<'a>(input: &Input<'a>) -> Vec<&'a TargetHealth> {
    let runs = input.runs.iter().filter(|run| input.period.contains(run.started));
    let all = runs.flat_map(|run| &run.targets);
    let mut last: BTreeMap<&str, &TargetHealth> = BTreeMap::new();
    for health in all {
        let known = last.entry(health.page.as_str()).or_insert(health);
        if health.at > known.at {
            *known = health;
        }
    }
    let mut targets: Vec<&TargetHealth> = last.into_values().collect();
    targets.sort_by_key(|health| health.fault);
    targets
}

impl OwnPage {
    fn of(health: &TargetHealth) -> Self {
        Self {
            page: health.page.clone(),
            at: health.at,
            fault: health.fault,
            fault_in_words: health.fault.in_words(),
            leads_to: health.leads_to.clone(),
        }
    }
}

/// Why links of the period were lost, most first.
fn loss_reasons(lost: &[LossGroup]) -> Vec<ReasonCount> {
    let mut counts: BTreeMap<_, ReasonCount> = BTreeMap::new();
    for group in lost {
        let count = counts.entry(group.reason).or_insert_with(|| ReasonCount {
            reason: group.reason,
            in_words: group.reason_in_words,
            elsewhere: elsewhere(group.reason),
            links: 0,
            sites: 0,
        });
        count.links += group.links.len() as u64;
        count.sites += 1;
    }
    let mut counts: Vec<ReasonCount> = counts.into_values().collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.links));
    counts
}

/// What Ahrefs and Linkody call a loss; empty where they have no name for it.
fn elsewhere(reason: LossReason) -> &'static str {
    match reason {
        LossReason::HostGone => "Ahrefs: broken · Linkody: connection error",
        LossReason::PageGone => "Ahrefs: 404 · Linkody: page not found",
        LossReason::SiteChangedHands | LossReason::PageMovedWithoutLink => {
            "Ahrefs: 301/302 · Linkody: redirect"
        }
        LossReason::CommentsNotMigrated
        | LossReason::SectionRemoved
        | LossReason::EntryRemoved
        | LossReason::TakenDown
        | LossReason::Deleted
        | LossReason::Retargeted
        | LossReason::Unlinked
        | LossReason::LinkRemoved
        | LossReason::RolledOff => "Ahrefs: link removed · Linkody: link not found",
        _ => "",
    }
}

/// The runs of the period, in order.
fn runs<'a>(input: &Input<'a>) -> Vec<&'a RunRecord> {
    let mut runs: Vec<&RunRecord> =
        input.runs.iter().filter(|run| input.period.contains(run.started)).collect();
    runs.sort_by_key(|run| run.id);
    runs
}

/// The rules by which they judged, first used first.
fn policies(input: &Input<'_>) -> Vec<String> {
    let mut policies: Vec<String> = Vec::new();
    for run in runs(input).into_iter().filter(|run| !run.policy.is_empty()) {
        if !policies.contains(&run.policy) {
            policies.push(run.policy.clone());
        }
    }
    policies
}

impl RunRow {
    fn of(run: &RunRecord) -> Self {
        let pages = |is_one: fn(Verdict) -> bool| -> u64 {
            run.verdicts.iter().filter(|(verdict, _)| is_one(**verdict)).map(|(_, pages)| pages).sum()
        };
        let not_modified = pages(|verdict| verdict == Verdict::NotModified);
        Self {
            run: run.id,
            started: run.started,
            ended: run.ended,
            due: run.pages + run.left,
            checked: run.pages,
            conclusive: pages(Verdict::is_conclusive),
            requests: run.requests,
            hosts: run.hosts,
            bytes: run.bytes,
            not_modified,
            not_modified_share: Percent::of(not_modified, run.pages),
            refused: pages(|verdict| verdict == Verdict::Refused),
            disallowed: pages(|verdict| verdict == Verdict::Disallowed),
            errors: pages(|verdict| matches!(verdict, Verdict::Unreachable | Verdict::ServerError)),
            held: run.held.clone(),
            overrides: run.overrides.clone(),
        }
    }
}
