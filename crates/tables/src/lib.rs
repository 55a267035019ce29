//! Files of rows: CSV and its kin in any encoding, JSON, gzip, zip and XLSX, as rows of text.
//!
//! [`Tables::open`] goes over the bytes of a file once: what container it is (by its first bytes, never by its
//! name), how large it is unpacked, and how its text is encoded and divided. [`Tables::each`] then hands over its
//! rows, one at a time, as often as wanted: memory does not grow with the file.
//!
//! A record that is broken costs its first line, never the file. Everything a file may be too much of is a named
//! limit ([`Limits`]).
//!
//! Deliberately absent: what columns mean (that is `trackward_core::import`), and paths from inside an archive:
//! the names of its members are labels.
//!
//! ```
//! use std::ops::ControlFlow;
//! use trackward_tables::{Record, Tables};
//! # let file = tempfile::NamedTempFile::new()?;
//! # std::fs::write(file.path(), "source;target\nhttps://a.example/;https://ours.example/\n")?;
//! let tables = Tables::open(file.path())?;
//! let mut rows = 0;
//! tables.each(0, &mut |record| {
//!     rows += u32::from(matches!(record, Record::Row(_)));
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(rows, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod container;
mod error;
mod json;
mod limits;
mod records;
mod separator;
mod sheet;
mod tables;
mod text;

pub use error::TableError;
pub use limits::Limits;
pub use records::Record;
pub use tables::{Table, Tables};
