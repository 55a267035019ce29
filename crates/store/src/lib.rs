//! State behind one small trait: memory and sled, and the conformance suite both pass.
//!
//! [`Store`] is all that a crawler needs: lease hosts, commit observations. [`MemoryStore`] and
//! [`SledStore`] do the same on two tables: what a call means is written once, on keys and records
//! (`draft`, `books`, and a module a call), and a table only keeps bytes in order.
//!
//! What is done to a store as a whole (verify, rebuild, compact, export, import) is [`Maintenance`], no part of the
//! trait.
//!
//! Deliberately absent: what a link's states mean (that is `trackward_core`), a clock, and queues between
//! processes: one process holds a store at a time.
//!
//! ```
//! use trackward_core::{NewWatch, PageUrl, Target};
//! use trackward_store::{LinkQuery, MemoryStore, Store};
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let store = MemoryStore::new();
//! let page = PageUrl::parse("https://blog.example/post")?;
//! let watch = NewWatch::new(page, Target::parse("https://ours.example/launch")?);
//! store.add(vec![watch], "2026-11-16T06:00:00Z".parse()?).await?;
//! assert_eq!(store.links(LinkQuery::default()).await?.rows.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod acts;
mod admission;
mod books;
mod candidates;
mod carry;
mod check;
mod codec;
mod commit;
pub mod conformance;
mod contract;
mod directory;
mod draft;
mod erasure;
mod error;
mod folder;
#[cfg(test)]
mod golden;
mod hot;
mod inspection;
mod journal;
mod journaled;
mod key;
mod lease;
mod ledger;
mod local;
mod lock;
mod maintenance;
mod memory;
mod opening;
mod query;
mod record;
mod schedule;
mod scratch;
mod seal;
mod seeding;
mod sled_store;
mod sled_table;
mod sorter;
mod table;
#[cfg(test)]
mod torture;
mod visits;

pub use contract::*;
pub use error::StoreError;
pub use inspection::{Inspected, free_bytes, inspect};
pub use maintenance::{Compacted, Exported, Maintenance, Rebuilt, Stats, Verified};
pub use memory::MemoryStore;
pub use scratch::ScratchCopy;
pub use sled_store::{OpenOptions, SledStore};
pub use sorter::Sorter;
