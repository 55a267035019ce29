//! Resolvers that say what a test wants.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hickory_resolver::Hosts;
use trackward_core::Trouble;

use super::{Names, Resolver};
use crate::gate::AddressGate;

/// Answers in the order of its script, then that there is no such host.
pub(crate) struct Script {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Script {
    pub(crate) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let addresses = |answer: &&[&str]| answer.iter().map(|ip| ip.parse().unwrap()).collect();
        let answers = Mutex::new(answers.iter().map(addresses).collect());
        Arc::new(Self { answers, asked: AtomicUsize::new(0) })
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Resolver for Script {
    async fn lookup(&self, _: &str) -> Result<Vec<IpAddr>, Trouble> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.answers.lock().unwrap().pop_front().ok_or(Trouble::NoSuchHost)
    }
}

/// Never answers.
#[derive(Default)]
pub(crate) struct Silence {
    asked: AtomicUsize,
}

impl Silence {
    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Resolver for Silence {
    async fn lookup(&self, _: &str) -> Result<Vec<IpAddr>, Trouble> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }
}

/// Names of no hosts file, as this resolver answers them.
#[expect(private_bounds, reason = "only the resolvers above are handed over")]
pub(crate) fn names(resolver: Arc<impl Resolver + 'static>, gate: Arc<AddressGate>) -> Names {
    Names::of(Hosts::default(), resolver, gate)
}
