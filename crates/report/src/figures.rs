//! The numbers of the report.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use trackward_core::{EventName, RunRecord, StateName};

use crate::census::Census;
use crate::history::Count;
use crate::percent::Percent;
use crate::report::Edition;
use crate::rows::{Rate, Wait};
use crate::told::Told;
use crate::trends::ApprovalTrend;

/// The numbers of the report: each is the sum of a section, or a count of links as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Figures {
    /// Live links now: what is missing counts as live until it is confirmed gone.
    pub live: u64,
    /// Those of them that were missed and not confirmed gone, now.
    pub missing: u64,
    /// Registrable domains that carry live links, now.
    pub referring_domains: u64,
    /// Live links that search engines follow to us from an indexable page, now.
    pub followed: u64,
    /// The share of [`Figures::followed`] in [`Figures::live`]; none for a small base.
    pub followed_share: Option<Percent>,
    /// Pending links that are there now.
    pub approved: u64,
    /// Links confirmed gone.
    pub lost: u64,
    /// Groups of losses of one host and one cause.
    pub lost_causes: u64,
    /// Links that nobody told us of.
    pub appeared: u64,
    /// Lost links that are back.
    pub restored: u64,
    /// Approved, new and restored less lost.
    pub net: i64,
    /// Changes against what was agreed.
    pub breached: u64,
    /// Breaches that ended.
    pub as_agreed: u64,
    /// Links worth less than before.
    pub weakened: u64,
    /// Links worth more than before.
    pub strengthened: u64,
    /// Links on pages that moved for good.
    pub moved: u64,
    /// Links that changed and are worth the same.
    pub changed: u64,
    /// Pending links that were given up.
    pub no_answer: u64,
    /// Links that were declined.
    pub rejected: u64,
    /// Pending links now.
    pub pending: u64,
    /// Pages listed under *can't check*, now.
    pub cannot_check_pages: u64,
    /// Watched links on them.
    pub cannot_check_links: u64,
    /// Pages that can be checked again.
    pub readable_again: u64,
    /// Imported links found on the first look; in no other count of the period.
    pub verified: u64,
    /// Imported links not found on the first looks; in no other count.
    pub not_found: u64,
    /// Imported links without a conclusive answer yet, now.
    pub to_verify: u64,
    /// What had been told and was not so.
    pub corrections: u64,
    /// Links that were agreed or paid.
    pub agreed: u64,
    /// Those of them that were ever seen.
    pub delivered: u64,
    /// Those of them that live now.
    pub agreed_live: u64,
    /// Agreements that are not kept now.
    pub open_breaches: u64,
}

impl Figures {
    pub(crate) fn of(told: &Told, census: &Census) -> Self {
        let changes = |effect| count(&told.changed, |row| row.facts.effect == effect);
        let closed = |outcome| count(&told.no_answer, |row| row.facts.outcome == outcome);
        let (approved, appeared) = (told.approved.len() as u64, told.appeared.len() as u64);
        let restored = told.restored.len() as u64;
        let lost: u64 = told.lost.iter().map(|group| group.links.len() as u64).sum();
        Self {
            live: census.live,
            missing: census.missing,
            referring_domains: census.referring_domains,
            followed: census.followed,
            followed_share: Percent::of(census.followed, census.live),
            approved,
            lost,
            lost_causes: told.lost.len() as u64,
            appeared,
            restored,
            net: (approved + appeared + restored).cast_signed() - lost.cast_signed(),
            breached: changes(EventName::Breached),
            as_agreed: changes(EventName::AsAgreed),
            weakened: changes(EventName::Weakened),
            strengthened: changes(EventName::Strengthened),
            moved: changes(EventName::Moved),
            changed: changes(EventName::Changed),
            no_answer: closed(EventName::NoAnswer),
            rejected: closed(EventName::Rejected),
            pending: census.pending_links,
            cannot_check_pages: census.cannot_check_pages,
            cannot_check_links: census.cannot_check_links,
            readable_again: told.by_name.get(&EventName::ReadableAgain).copied().unwrap_or(0),
            verified: told.first_looks.verified,
            not_found: told.first_looks.not_found,
            to_verify: census.to_verify,
            corrections: told.corrections.len() as u64,
            agreed: census.money.iter().map(|row| row.agreed).sum(),
            delivered: census.money.iter().map(|row| row.delivered).sum(),
            agreed_live: census.money.iter().map(|row| row.live).sum(),
            open_breaches: census.open_breaches,
        }
    }
}

fn count<T>(rows: &[T], is_one: impl Fn(&T) -> bool) -> u64 {
    rows.iter().filter(|row| is_one(row)).count() as u64
}

/// A number that matters, with what it was before.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct KeyFigure {
    /// Its name.
    #[serde(rename = "figure")]
    pub name: FigureName,
    /// What it is in this period, or now.
    pub value: Amount,
    /// The change to the period before, where both are known.
    pub change: Option<i64>,
    /// The change to the mean of the four periods before, in tenths, where all are known.
    pub change_to_mean_tenths: Option<i64>,
}

/// The numbers that matter most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureName {
    /// Live links.
    Live,
    /// Links that were sent and not seen yet.
    Pending,
    /// Pending links that are there now.
    Approved,
    /// Links confirmed gone.
    Lost,
    /// Links that nobody told us of.
    Found,
    /// Lost links that are back.
    Restored,
    /// Approved, found and restored less lost.
    Net,
    /// Changes against what was agreed.
    Breached,
    /// Links worth less than before.
    Weakened,
    /// Pages that cannot be checked.
    CannotCheck,
    /// Registrable domains with live links.
    ReferringDomains,
    /// The share of live links that search engines follow from an indexable page, or their number.
    Followed,
    /// Links approved within 30 days, of those sent 30 to 120 days ago.
    ApprovalRate,
    /// The wait in the middle of those approved within 90 days.
    MedianWait,
}

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    /// So many.
    Count(i64),
    /// A share, in per cent.
    Share(Percent),
    /// A share with its bounds.
    Rate(Rate),
    /// A length of time.
    Wait(Wait),
    /// Too little is known.
    Unknown(()),
}

/// The periods that a key figure is compared with: the one before, and the four before.
const MEAN_OF: usize = 4;

/// The key figures in their order. `counts` are the periods, the report's own last.
pub(crate) fn key_figures(
    figures: &Figures,
    counts: &[Count],
    pending: &[Option<u64>],
    approval: &ApprovalTrend,
    edition: Edition,
) -> Vec<KeyFigure> {
    use FigureName as Name;
    let series = |of: fn(&Count) -> i64| -> Vec<Option<i64>> {
        counts.iter().map(|count| count.counts.checked.then(|| of(count))).collect()
    };
    let counted = |name, of: fn(&Count) -> i64, value: u64| {
        KeyFigure::compared(name, Amount::Count(value.cast_signed()), &series(of))
    };
    let plain = |name, value| KeyFigure { name, value, change: None, change_to_mean_tenths: None };
    let pending: Vec<Option<i64>> = pending.iter().map(|n| n.map(u64::cast_signed)).collect();
    let followed = match figures.followed_share {
        Some(share) => Amount::Share(share),
        None => Amount::Count(figures.followed.cast_signed()),
    };
    let mut all = vec![
        counted(Name::Live, |c| c.counts.live.cast_signed(), figures.live),
        KeyFigure::compared(Name::Pending, Amount::Count(figures.pending.cast_signed()), &pending),
        counted(Name::Approved, |c| c.counts.approved.cast_signed(), figures.approved),
        counted(Name::Lost, |c| c.counts.lost.cast_signed(), figures.lost),
        counted(Name::Found, |c| c.counts.appeared.cast_signed(), figures.appeared),
        counted(Name::Restored, |c| c.counts.restored.cast_signed(), figures.restored),
        KeyFigure::compared(Name::Net, Amount::Count(figures.net), &series(|c| c.counts.net)),
        counted(Name::Breached, |c| c.breached.cast_signed(), figures.breached),
        counted(Name::Weakened, |c| c.weakened.cast_signed(), figures.weakened),
        plain(Name::CannotCheck, Amount::Count(figures.cannot_check_pages.cast_signed())),
        plain(Name::ReferringDomains, Amount::Count(figures.referring_domains.cast_signed())),
        plain(Name::Followed, followed),
    ];
    if edition == Edition::Internal {
        let rate = if approval.rate.decided > 0 { Amount::Rate(approval.rate) } else { Amount::Unknown(()) };
        let wait = approval.median.map_or(Amount::Unknown(()), Amount::Wait);
        all.extend([plain(Name::ApprovalRate, rate), plain(Name::MedianWait, wait)]);
    }
    all
}

impl KeyFigure {
    /// `series` are the values of the periods, this one's last, as far as they are known.
    fn compared(name: FigureName, value: Amount, series: &[Option<i64>]) -> Self {
        let (now, before) = match series.split_last() {
            Some((now, before)) => (*now, before),
            None => (None, series),
        };
        let change = now.zip(before.last().copied().flatten()).map(|(now, last)| now - last);
        let last_four: Option<Vec<i64>> =
            before.len().checked_sub(MEAN_OF).and_then(|n| before[n..].iter().copied().collect());
        let to_mean = |(now, four): (i64, Vec<i64>)| {
            let of_four = 10 * (4 * now - four.iter().sum::<i64>());
            round_half_to_even(of_four, 4)
        };
        Self { name, value, change, change_to_mean_tenths: now.zip(last_four).map(to_mean) }
    }
}

fn round_half_to_even(dividend: i64, divisor: i64) -> i64 {
    let (down, rest) = (dividend.div_euclid(divisor), 2 * dividend.rem_euclid(divisor));
    down + i64::from(rest > divisor || (rest == divisor && down % 2 != 0))
}

/// Pending links at the end of each period, as its last run counted them; none where none ran.
pub(crate) fn pending_by_period(periods: &[(Timestamp, Timestamp)], runs: &[RunRecord]) -> Vec<Option<u64>> {
    let pending = |(start, end): &(Timestamp, Timestamp)| {
        let within = runs.iter().filter(|run| *start <= run.started && run.started < *end);
        let last = within.max_by_key(|run| run.id)?;
        Some(last.links.get(&StateName::Pending).copied().unwrap_or(0))
    };
    periods.iter().map(pending).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(series: &[Option<i64>]) -> (Option<i64>, Option<i64>) {
        let figure = KeyFigure::compared(FigureName::Net, Amount::Count(0), series);
        (figure.change, figure.change_to_mean_tenths)
    }

    #[test]
    fn change_is_to_the_period_before_and_to_the_mean_of_four() {
        let known = |values: &[i64]| values.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(compared(&known(&[9, 1, 2, 3, 4, 9])), (Some(5), Some(65)));
        assert_eq!(compared(&known(&[4, 9])), (Some(5), None));
        assert_eq!(compared(&known(&[9])), (None, None));
        // 1 less than a mean of 1.25 is −0.25: half to even.
        assert_eq!(compared(&known(&[1, 1, 1, 2, 1])), (Some(-1), Some(-2)));
        assert_eq!(compared(&known(&[1, 1, 1, 0, 1])), (Some(1), Some(2)));
    }

    #[test]
    fn period_without_a_run_is_not_compared_with() {
        assert_eq!(compared(&[Some(1), Some(1), Some(1), None, Some(9)]), (None, None));
        assert_eq!(compared(&[Some(1), None, Some(1), Some(1), Some(9)]), (Some(8), None));
    }
}
