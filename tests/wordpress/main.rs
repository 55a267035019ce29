//! Real WordPress, real HTTP, simulated time: the whole life of a trackback in every theme of the kit.
//!
//! Needs the services that `.ci/run` installs. Without them the tests say so and pass, unless
//! `TRACKWARD_REQUIRE_SERVICES=1` asks that they fail.

mod delinked;
mod echoes;
mod feeds;
mod lives;
mod ours;
mod sent;
mod story;
mod wordpress;
