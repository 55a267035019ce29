//! Link lists from other tools and spreadsheets: their formats, and rows to watches.
//!
//! Pure: the edge reads files into rows. [`recognise`] finds the header and says what a table is, or refuses it
//! with the export to use instead; [`guess`] goes by what the columns hold. A [`Survey`] looks at all rows once,
//! then a [`Reader`] turns each into a [`crate::NewWatch`] with what its vendor claims, or a [`Reject`].

mod columns;
mod format;
mod guess;
mod layout;
mod reader;
mod row;
mod survey;
mod values;

pub use format::{Format, Refusal};
pub use guess::guess;
pub use layout::{Header, Layout, recognise};
pub use reader::{Reader, Reject, Terms, Why};
pub use row::Row;
pub use survey::Survey;
