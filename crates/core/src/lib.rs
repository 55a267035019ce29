//! The domain of trackward, pure: what a page, a reference and a link are, what one check saw, and what follows.
//!
//! One check runs through this crate twice: [`judge`] turns what came back from the web into an
//! [`Observation`], [`reconcile`] turns observations into new link states and [`Event`]s. Nothing here
//! reads a clock, opens a socket or touches a file, so every promise can be tested as a table.
//!
//! Deliberately absent: tokio, an HTTP client, HTML parsing, storage.
//!
//! ```
//! use trackward_core::{PageUrl, Target, TargetSet};
//! let ours: TargetSet = [Target::parse("example.com")?].into_iter().collect();
//! let link = PageUrl::parse("https://www.example.com/post/?utm_source=x")?;
//! assert!(ours.find(&link).is_some());
//! # Ok::<(), trackward_core::UrlError>(())
//! ```

mod act;
mod agreed;
mod attributes;
mod by_text;
mod cadence;
mod claim;
mod clock;
mod date;
mod discovery;
mod disguise;
mod event;
mod evidence;
mod extraction;
mod fact;
mod fetched;
mod formula;
mod guards;
mod host;
mod ids;
pub mod import;
mod judge;
mod kind;
mod limits;
mod link;
mod listing;
mod matching;
mod memory;
mod money;
mod names;
mod observation;
mod opt_out;
mod ours;
mod page_url;
mod period;
mod placement;
mod policy;
mod reconcile;
mod rel;
mod rule;
mod run;
mod sight;
mod tags;
mod target;
mod target_health;
mod userinfo;
mod visits;
mod watch;

pub use act::{Act, ActError, Amended, Deed, Edit, amend};
pub use agreed::{Agreed, Agreement, Breach, Replaced};
pub use cadence::{
    Ahead, Awaited, Budget, Cadence, Class, Expected, HazardDelta, Hazards, HostCounts, HostMemory, Lateness,
    Lesson, Mode, Plan, Price, Pricing, Reason, RunRhythm, Sample, Schedule, Signal, Stake, Terms, Turnover,
    Utilisation, control_for, density, is_worth_a_check, learn, plan, wants_control,
};
pub use claim::{Claim, Claims, Heard};
pub use clock::{Clock, Hold, Holds};
pub use date::{DateOrder, Moment, read_moment};
pub use discovery::{
    Candidate, Form, Provenance, Source, Unworthy, is_at_home, is_listing, open_candidates, worth_a_look,
};
pub use event::{AttributeChange, Basis, Effect, Event, EventKind, EventName, EventSeq};
pub use evidence::{Evidence, EvidenceHash};
pub use extraction::{
    Entry, EntryDetails, Extraction, Mechanism, PageFacts, PlacementEvidence, Reference, Refresh, RobotsMeta,
    Signature, SignatureClass, TreeUse, Warning, WordPressFacts,
};
pub use fact::{Calendar, Fact};
pub use fetched::{BodyEnd, Cut, Fetched, Headers, Response, TimeoutKind, Trouble};
pub use formula::{guarded, unguarded};
pub use guards::{HostGuard, RunGuard};
pub use host::{Down, HostState, RobotsAnswer, RobotsCopy, RobotsLine};
pub use ids::{LinkId, PageId, RunId};
pub use judge::{VisitEnd, Visited, judge, missing_links};
pub use kind::Kind;
pub use limits::Limits;
pub use link::{Attributes, Link, LinkState, LossReason, Missed, Origin, Sighting, StateName, Watched};
pub use matching::{Match, match_references};
pub use memory::{Doubt, Landmarks, PageMemory, Unreadable, Validators};
pub use money::{Costs, Currency, Money, MoneyError};
pub use observation::{Hop, Observation, Said, Testimony};
pub use opt_out::{OptOut, OptOuts};
pub use ours::{Client, Ours};
pub use page_url::{Domain, HostKey, MatchKey, PageUrl, UrlError};
pub use period::{Period, PeriodError};
pub use placement::{CommentPart, Placement, PlacementClass};
pub use policy::{Confirm, Policy};
pub use reconcile::{Reconciled, discover, reconcile};
pub use rel::Rel;
pub use rule::{Rule, Verdict};
pub use run::{RunRecord, RunScope};
pub use tags::{Tags, TagsError};
pub use target::{How, Target, TargetMatch, TargetSet};
pub use target_health::{TargetFault, TargetHealth};
pub use userinfo::without_userinfo;
pub use visits::Visits;
pub use watch::{Admission, NewWatch, admit};
