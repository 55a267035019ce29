//! Checks that what was seen elsewhere brings forward: after a loss, and while a link is missing, those of the host's
//! other links.

use std::collections::{BTreeMap, BTreeSet};

use trackward_core::{
    EventName, HostKey, Link, LinkState, PageId, PageUrl, Plan, Reason, Reconciled, Signal, StateName,
    Watched, control_for, is_worth_a_check, wants_control,
};
use trackward_store::LinkQuery;

use super::Run;
use crate::monitor::MonitorError;
use crate::settings::Limits;

/// What happened on hosts that their other links are to be looked at for.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Hosts on which a loss was confirmed.
    lost_on: BTreeSet<HostKey>,
    /// Links that were missed, by host: it is to be seen whether it still shows others.
    missing: BTreeMap<HostKey, Vec<Link>>,
}

impl Signals {
    /// Takes in what a check of a page came to.
    pub(super) fn note(&mut self, home: &HostKey, next: &Reconciled) {
        if next.events.iter().any(|event| event.what.name() == EventName::Removed) {
            self.lost_on.insert(home.clone());
        }
        let suspects = next.links.iter().filter(|link| match &link.state {
            LinkState::Missing { missed, .. } => wants_control(missed),
            _ => false,
        });
        let suspects: Vec<Link> = suspects.cloned().collect();
        if !suspects.is_empty() {
            self.missing.entry(home.clone()).or_default().extend(suspects);
        }
    }
}

impl Run<'_> {
    /// Brings forward what the signals so far make worth a check.
    pub(super) async fn follow_signals(&mut self) -> Result<(), MonitorError> {
        let signals = std::mem::take(&mut self.signals);
        if !self.is_scheduled() {
            return Ok(());
        }
        for host in &signals.lost_on {
            let pages = self.worth_a_check(self.live_on(host).await?);
            self.bring_forward(pages, Signal::Sibling).await?;
        }
        for (host, missing) in &signals.missing {
            let rows = self.live_on(host).await?.into_values().flatten();
            let siblings: Vec<Link> = rows.map(|row| row.link).collect();
            let controls = missing.iter().filter_map(|link| control_for(link, &siblings));
            let controls: BTreeMap<PageId, PageUrl> =
                controls.map(|link| (PageId::of(&link.page), link.page.clone())).collect();
            self.bring_forward(controls.into_values().collect(), Signal::Control).await?;
        }
        Ok(())
    }

    /// Live links on a host, some of very many, that were not looked at in this run, by page.
    async fn live_on(&self, host: &HostKey) -> Result<BTreeMap<PageId, Vec<Watched>>, MonitorError> {
        let mut pages: BTreeMap<PageId, Vec<Watched>> = BTreeMap::new();
        let query = LinkQuery {
            host: Some(host.clone()),
            states: vec![StateName::Live],
            limit: Limits::SIBLINGS,
            ..LinkQuery::default()
        };
        for row in self.monitor.store.links(query).await?.rows {
            if row.memory.last.is_none_or(|(at, _)| at < self.record.started) {
                pages.entry(PageId::of(&row.link.page)).or_default().push(row);
            }
        }
        Ok(pages)
    }

    /// Pages of these that are worth a check now, since a loss nearby makes it likely that they lost their links too.
    fn worth_a_check(&self, pages: BTreeMap<PageId, Vec<Watched>>) -> Vec<PageUrl> {
        let (terms, now) = (self.timetable.terms(&self.policy), self.now());
        let share = terms.hazards.sibling_share();
        let worth = pages.into_values().filter_map(|rows| {
            let due = rows.first()?.plan.at;
            let page = rows.first()?.link.page.clone();
            let links: Vec<Link> = rows.into_iter().map(|row| row.link).collect();
            is_worth_a_check(share, &links, &terms, due, now).then_some(page)
        });
        worth.collect()
    }

    async fn bring_forward(&self, pages: Vec<PageUrl>, signal: Signal) -> Result<(), MonitorError> {
        if !pages.is_empty() {
            let plan = Plan { at: self.now(), reason: Reason::Signal(signal) };
            let pages = pages.into_iter().map(|page| (page, plan.clone())).collect();
            self.monitor.store.bring_forward(pages).await?;
        }
        Ok(())
    }
}
