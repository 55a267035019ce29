//! What the schedule keeps, and which due pages go first.

use jiff::Timestamp;
use trackward_core::{Class, Hazards, Lesson, PageId, PageUrl, Plan, Pricing, Schedule};

use crate::contract::{LeaseRequest, Result};
use crate::draft::{Draft, Stored};
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::{Due, HAZARDS, PRICING, PageRecord};

/// Pages brought forward at once: each changes four rows.
pub(crate) const PAGES_AT_ONCE: usize = RECORDS_AT_ONCE / 4;

/// See [`crate::Store::schedule`].
pub(crate) fn schedule(stored: Stored<'_>) -> Result<Schedule> {
    Ok(Schedule {
        hazards: stored.get::<Hazards>(HAZARDS)?.unwrap_or_default(),
        pricing: stored.get::<Pricing>(PRICING)?.unwrap_or_default(),
    })
}

impl Draft<'_> {
    /// Adds what a run taught. What was learned is only written when there is something new, since that is worth a
    /// line in the journal.
    pub(crate) fn learn(&mut self, lesson: &Lesson) -> Result<()> {
        if lesson.hazards != trackward_core::HazardDelta::default() {
            let mut hazards = self.get::<Hazards>(HAZARDS)?.unwrap_or_default();
            hazards += &lesson.hazards;
            self.put(HAZARDS, &hazards);
        }
        self.put(PRICING, &lesson.pricing);
        Ok(())
    }
}

/// See [`crate::Store::cut`]: two passes over what is due, so that memory does not grow with it.
pub(crate) fn cut(
    stored: Stored<'_>,
    request: &LeaseRequest,
    pages: u64,
) -> Result<Option<(Class, Timestamp)>> {
    let due = || {
        let rows = stored.scan::<Due>(&[], None);
        rows.take_while(|row| row.as_ref().map_or(true, |((at, _), _)| *at <= request.now))
    };
    let mut counts = CLASSES.map(|class| (class, 0));
    for row in due() {
        let (_, due) = row?;
        counts.iter_mut().filter(|(class, _)| *class == due.class).for_each(|(_, count)| *count += 1);
    }
    let mut left = pages;
    for (class, count) in counts {
        if count <= left {
            left -= count;
            continue;
        }
        // Of this class some are left, the first by due time; of those behind it none.
        let mut last = Timestamp::MIN;
        for row in due() {
            let ((at, _), due) = row?;
            if due.class == class {
                if left == 0 {
                    break;
                }
                (last, left) = (at, left - 1);
            }
        }
        return Ok(Some((class, last)));
    }
    Ok(None)
}

/// All classes, those that go first first.
const CLASSES: [Class; 3] = [Class::Confirm, Class::Signal, Class::Due];

/// See [`crate::Store::bring_forward`].
pub(crate) fn bring_forward(draft: &mut Draft<'_>, pages: Vec<(PageUrl, Plan)>) -> Result<()> {
    for (url, plan) in pages {
        let id = PageId::of(&url);
        let known = draft.get::<PageRecord>(id)?;
        let later = known.filter(|page| plan.at < page.plan.at && page.plan.at != Timestamp::MAX);
        if let Some(page) = later {
            draft.put_page(id, PageRecord { plan, ..page })?;
        }
    }
    Ok(())
}
