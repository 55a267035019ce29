//! A small blog farm on loopback with moderated trackbacks and faults, for the demo and the scenario tests.
//!
//! A [`World`] is blogs and a script of what happens to them. What a blog answers at an instant is a pure
//! function of the two ([`World::answer`]); a [`Farm`] serves it over real HTTP, each blog on a host of its
//! own, and takes the time from a [`Clock`](trackward_core::Clock), so that months pass as fast as it jumps.
//!
//! Deliberately absent: receiving trackbacks, writing, sessions, TLS, anything that is not a GET.
//!
//! ```
//! use jiff::{SignedDuration, Timestamp};
//! use trackward_farm::{Act, Blog, Entry, Post, Theme, World};
//!
//! let start: Timestamp = "2026-11-02T06:00:00Z".parse()?;
//! let held = Entry::trackback("ours", "https://ours.example/roses");
//! let world = World::new(start)
//!     .blog(Blog::new("garden", Theme::Classic).post(Post::new("/roses/", "Roses").entry(held)))
//!     .after(SignedDuration::from_hours(30), "garden", Act::Approve("ours"));
//!
//! let page = |hours| world.answer("garden", "/roses/", start + SignedDuration::from_hours(hours));
//! assert!(!page(29).is_some_and(|answer| answer.body.contains("ours.example")));
//! assert!(page(30).is_some_and(|answer| answer.body.contains("ours.example")));
//! # Ok::<(), jiff::Error>(())
//! ```

mod act;
mod answer;
mod blog;
mod demo;
mod entry;
mod fault;
mod log;
mod page;
mod post;
mod prose;
mod server;
mod world;

pub use act::Act;
pub use answer::Answer;
pub use blog::{Blog, Theme};
pub use demo::{Demo, Expected};
pub use entry::Entry;
pub use fault::Fault;
pub use log::Asked;
pub use post::{BodyLink, Post};
pub use server::Farm;
pub use world::World;
