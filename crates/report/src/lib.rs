//! Events and links to a weekly report: HTML, JSON and terminal. Knows no store.
//!
//! [`build`] is a pure function of facts: it reads no clock, no locale and no store, so the same facts
//! give the same bytes. Every format renders the same [`Report`].
//!
//! Deliberately absent: a store, user-supplied templates, scripts in the HTML.
//!
//! ```
//! use trackward_core::Period;
//! use trackward_report::{Input, Style, build, html, json, terminal};
//! let zone = jiff::tz::TimeZone::get("Europe/Berlin")?;
//! let period = Period::week("2026-W47", &zone)?;
//! let input = Input { period: &period, events: &[], runs: &[], evidence: &|_| None, campaign: None };
//! let report = build(&input, &mut std::iter::empty());
//! assert!(html(&report).contains("There was no run in this period"));
//! assert!(json(&report).contains("trackward.report/1"));
//! assert!(terminal(&report, Style::plain(80)).starts_with("Week 47, 2026"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod calendar;
mod cards;
mod cells;
mod census;
mod coverage;
mod escape;
mod figures;
mod html;
mod json;
mod percent;
mod report;
mod rows;
mod sections;
mod summary;
mod terminal;
mod told;
mod view;
mod words;

pub use build::{Input, build};
pub use coverage::{Completeness, Coverage, Unfinished};
pub use escape::{json_line, terminal_lines, terminal_text};
pub use figures::Figures;
pub use html::html;
pub use json::json;
pub use percent::Percent;
pub use report::{AgeBucket, Baseline, Header, Pending, Report, SeqRange};
pub use rows::{
    Approval, Change, Close, Correction, Find, FirstLook, Look, Loss, LossGroup, Proof, Return, Row, Subject,
    Unread, Wait, Waiting,
};
pub use terminal::{Style, terminal};
