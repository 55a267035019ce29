//! Events and links to a weekly report: HTML, Markdown, CSV, XLSX, JSON, terminal. Knows no store.
//!
//! [`build`] is a pure function of facts: it reads no clock, no locale and no store, so the same facts
//! give the same bytes. Every format renders the same [`Report`].
//!
//! Deliberately absent: a store, user-supplied templates, scripts in the HTML.
//!
//! ```
//! use std::iter::empty;
//! use trackward_core::{Hazards, Period};
//! use trackward_report::{Brand, Input, Scope, Style, build, html, terminal};
//! let zone = jiff::tz::TimeZone::get("Europe/Berlin")?;
//! let period = Period::week("2026-W47", &zone)?;
//! let (scope, brand, hazards) = (&Scope::default(), &Brand::default(), Hazards::default());
//! let input = Input { period: &period, runs: &[], evidence: &|_| None, hazards: &hazards, scope, brand };
//! let report = build(&input, &mut empty(), &mut empty());
//! assert!(html(&report).contains("There was no run in this period"));
//! assert!(terminal(&report, Style::plain(80)).starts_with("Week 47, 2026"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod actions;
mod brand;
mod build;
mod calendar;
mod cards;
mod census;
mod chart;
mod client_page;
mod coverage;
mod csv_files;
mod escape;
mod figures;
mod history;
mod hosts;
mod html;
mod json;
mod list;
mod markdown;
mod outlook;
mod percent;
mod purse;
mod records;
mod report;
mod rows;
mod scope;
mod sections;
mod stats;
mod summary;
mod table;
mod terminal;
mod told;
mod top;
mod trends;
mod view;
mod words;
mod xlsx;

pub use brand::{Brand, BrandError, Colour, Logo};
pub use build::{Input, build};
pub use coverage::{Completeness, Coverage, Unfinished};
pub use csv_files::{LinkList, csv, csv_names};
pub use escape::{json_line, terminal_lines, terminal_text};
pub use figures::{Amount, FigureName, Figures, KeyFigure};
pub use html::html;
pub use json::{json, json_schema};
pub use markdown::markdown;
pub use percent::Percent;
pub use records::Records;
pub use report::{AgeBucket, Baseline, Corrections, Edition, Header, Pending, Report, SeqRange};
pub use rows::{
    Action, Altered, Approval, Change, Close, Correction, Find, FirstLook, FoundBy, HostRow, Look, Loss,
    LossGroup, MoneyRow, OpenBreach, OwnPage, Proof, Rate, Return, Row, RunRow, StillLive, Subject, Unread,
    Wait, Waiting,
};
pub use scope::Scope;
pub use terminal::{Style, terminal};
pub use trends::{
    ApprovalTrend, PeriodCount, ReasonCount, RelCount, SurvivalPoint, SurvivalTrend, Trends, WaitPoint,
    WithinDays,
};
pub use xlsx::{XlsxError, xlsx};
