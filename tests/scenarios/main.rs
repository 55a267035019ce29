//! Whole runs against the blog farm: real HTTP over loopback, simulated time.

mod demo;
mod moderation;
mod politeness;
mod restart;
mod trouble;
mod weekly_report;
