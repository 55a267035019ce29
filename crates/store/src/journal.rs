//! The journal: what must never be lost, as lines of JSON that are only ever added to.
//!
//! One line holds all that one commit changed of links, pages, events, runs and long rests of hosts, each as it
//! is afterwards (`docs/decisions/0009-journal-of-records.md`). A line counts whole or not at all, so replaying
//! is putting records back, in order, as often as one likes. Never in it: evidence texts, validators, robots.txt.

pub(crate) mod cold;
pub(crate) mod entry;
pub(crate) mod line;
pub(crate) mod reader;
pub(crate) mod replay;
pub(crate) mod segment;
pub(crate) mod writer;

pub(crate) use entry::Entry;
pub(crate) use line::Line;
pub(crate) use reader::{Reader, Token};
pub(crate) use segment::{Month, Position};
pub(crate) use writer::Journal;
