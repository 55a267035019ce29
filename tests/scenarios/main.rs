//! Whole runs against the blog farm: real HTTP over loopback, simulated time.

#![cfg(test)]

mod crawl;
mod demo;
mod discovery;
mod moderation;
mod politeness;
mod quarter;
mod reach;
mod reporting;
mod restart;
mod schedule;
mod trouble;
mod weekly_report;
