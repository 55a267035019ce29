//! The numbers of the report.

use serde::Serialize;
use trackward_core::EventName;

use crate::census::Census;
use crate::percent::Percent;
use crate::told::Told;

/// The numbers of the report: each is the sum of a section, or a count of links as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Live links now.
    pub live: u64,
    /// Links that were missed and not confirmed gone, now.
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
    /// What a person overruled.
    pub corrections: u64,
}

impl Figures {
    pub(crate) fn of(told: &Told, census: &Census) -> Self {
        let changes = |effect| count(&told.changed, |row| row.facts.effect == effect);
        let closed = |outcome| count(&told.no_answer, |row| row.facts.outcome == outcome);
        let first = |outcome| count(&told.first_looks, |row| row.facts.outcome == outcome);
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
            pending: census.pending.links.len() as u64,
            cannot_check_pages: census.cannot_check.len() as u64,
            cannot_check_links: census.cannot_check.iter().map(|page| page.links).sum(),
            readable_again: told.readable_again,
            verified: first(EventName::Verified),
            not_found: first(EventName::NotFound),
            to_verify: census.to_verify,
            corrections: told.corrections.len() as u64,
        }
    }
}

fn count<T>(rows: &[T], is_one: impl Fn(&T) -> bool) -> u64 {
    rows.iter().filter(|row| is_one(row)).count() as u64
}
