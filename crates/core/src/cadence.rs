//! When a page is checked next, and why (`docs/schedule.md`).
//!
//! Each link awaits one event: approval, removal, return. How likely it is just now, its hazard, is learned by age
//! ([`Hazards`]) and by host ([`HostMemory`]). One number, the [`Price`] of a check, makes what all pages ask for
//! meet the budget; [`plan`] then spaces the checks of a page so that they tell of events soonest for that price.
//! Misses are confirmed, and pages in trouble tried again, apart from that.

mod age;
mod ahead;
mod backoff;
mod budget;
mod confirm;
mod density;
mod hazard;
mod host_memory;
mod interest;
mod learn;
mod outlook;
mod plan;
mod price;
mod reason;
mod rhythm;
mod schedule;
mod settings;
mod signal;

pub use ahead::{Ahead, Lateness};
pub use budget::Budget;
pub use confirm::{control_for, wants_control};
pub use density::density;
pub use hazard::{HazardDelta, Hazards};
pub use host_memory::{HostCounts, HostMemory};
pub use interest::Stake;
pub use learn::learn;
pub use plan::{Plan, Terms, plan};
pub use price::{Price, Turnover, Utilisation};
pub use reason::{Awaited, Class, Expected, Reason};
pub use rhythm::RunRhythm;
pub use schedule::{Lesson, Pricing, Sample, Schedule};
pub use settings::{Cadence, Mode};
pub use signal::{Signal, is_worth_a_check};
