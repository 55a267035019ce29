//! From events, runs and links to the report.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trackward_core::{Event, EventSeq, Evidence, EvidenceHash, Period, RunRecord, TargetHealth, Watched};

use crate::census::Census;
use crate::coverage::Coverage;
use crate::figures::Figures;
use crate::report::{Baseline, Header, Report, SeqRange};
use crate::summary;
use crate::told::Told;

/// What a report is made from, besides the links.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The span of time.
    pub period: &'a Period,
    /// All events of the period, of every campaign.
    pub events: &'a [(EventSeq, Event)],
    /// All runs that began in the period.
    pub runs: &'a [RunRecord],
    /// Answers the text that an event names by hash; none when it was erased.
    pub evidence: &'a dyn Fn(EvidenceHash) -> Option<Evidence>,
    /// Only events and links of this campaign. Coverage stays that of the whole store.
    pub campaign: Option<&'a str>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input")
            .field("period", self.period)
            .field("events", &self.events.len())
            .field("runs", &self.runs.len())
            .field("campaign", &self.campaign)
            .finish_non_exhaustive()
    }
}

/// Builds the report of a period; the order of events, runs and links does not matter.
///
/// `links` are all links of the store as they are now. Only what is pending, live or cannot be checked is
/// taken from them; it shows the store of today also in the report of a past period.
pub fn build(input: &Input<'_>, links: &mut dyn Iterator<Item = Watched>) -> Report {
    let as_of = as_of(input);
    let told = Told::of(input);
    let census = Census::take(links, input.campaign, as_of);
    let mut report = Report {
        schema: Report::SCHEMA,
        header: Header {
            period: input.period.clone(),
            campaign: input.campaign.map(str::to_owned),
            as_of,
            events: seq_range(input.events),
        },
        coverage: Coverage::of(input.period, input.runs),
        summary: String::new(),
        figures: Figures::of(&told, &census),
        approved: told.approved,
        lost: told.lost,
        appeared: told.appeared,
        changed: told.changed,
        restored: told.restored,
        no_answer: told.no_answer,
        pending: census.pending,
        cannot_check: census.cannot_check,
        targets: targets(input.runs),
        baseline: Baseline { links: told.first_looks, to_verify: census.to_verify },
        corrections: told.corrections,
    };
    report.summary = summary::of(&report);
    report
}

/// The last instant that anything is known of: the end of the last run or the last event, inside the period.
fn as_of(input: &Input<'_>) -> Timestamp {
    let runs = input.runs.iter().map(|run| run.ended.unwrap_or(run.started));
    let events = input.events.iter().map(|(_, event)| event.at);
    runs.chain(events).max().map_or(input.period.end, |last| last.min(input.period.end))
}

/// What the runs said of our own pages: of each page the last word, the worst fault first.
fn targets(runs: &[RunRecord]) -> Vec<TargetHealth> {
    let all = runs.iter().flat_map(|run| &run.targets);
    let mut last: BTreeMap<&str, &TargetHealth> = BTreeMap::new();
    for health in all {
        let known = last.entry(health.page.as_str()).or_insert(health);
        if health.at > known.at {
            *known = health;
        }
    }
    let mut targets: Vec<TargetHealth> = last.into_values().cloned().collect();
    targets.sort_by_key(|health| health.fault);
    targets
}

fn seq_range(events: &[(EventSeq, Event)]) -> Option<SeqRange> {
    let seqs = || events.iter().map(|(seq, _)| *seq);
    Some(SeqRange { first: seqs().min()?, last: seqs().max()? })
}
