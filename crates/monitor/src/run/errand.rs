//! Visits that are no check of a watched page: a host's front page before much is believed lost, and our own pages
//! that links point to.

use std::collections::BTreeSet;

use trackward_core::{
    HostKey, Link, LinkState, PageMemory, PageUrl, Plan, TargetHealth, Verdict, Visited, judge,
};
use trackward_fetch::Purpose;
use trackward_store::DuePage;

use super::Run;
use super::explore::Look;
use crate::frontier::VisitId;
use crate::monitor::MonitorError;
use crate::settings::Limits;
use crate::visit::Visit;

/// Why a page is visited that is not due.
#[derive(Debug)]
pub(super) enum Errand {
    /// The control page of a host on which much is missing.
    Control(HostKey),
    /// A page of ours.
    Target,
    /// A page that nobody told us of, or a document that names such pages.
    Candidate(Box<Look>),
}

impl Run<'_> {
    /// Remembers the pages of ours that live links point to, each once a run.
    pub(super) fn note_targets(&mut self, links: &[Link]) {
        let live = links.iter().filter(|link| matches!(link.state, LinkState::Live { .. }));
        for page in live.filter_map(|link| link.seen.as_ref().map(|seen| seen.url.clone())) {
            if self.is_turn_of(&page) && self.targets.insert(page.clone()) {
                self.targets_to_ask.push(page);
            }
        }
    }

    /// Of very many pages each run asks for a part, another one each time.
    fn is_turn_of(&self, page: &PageUrl) -> bool {
        let parts = self.doubts.live().div_ceil(Limits::TARGETS).max(1);
        let part =
            page.as_str().bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        part % parts == self.record.id.0 % parts
    }

    /// Sends visits to the pages of ours that were noted.
    pub(super) async fn ask_targets(&mut self) -> Result<(), MonitorError> {
        for page in std::mem::take(&mut self.targets_to_ask) {
            self.send(Errand::Target, page, Purpose::Page).await?;
        }
        Ok(())
    }

    /// Sends visits to the front pages of hosts on which much would be told as lost; answers whether it sent any.
    pub(super) async fn ask_controls(&mut self) -> Result<bool, MonitorError> {
        let wanted: BTreeSet<PageUrl> = (self.removing.iter())
            .filter(|finished| self.wants_control(finished))
            .map(|finished| finished.page.url.front_page())
            .filter(|front| !self.controls.contains_key(&front.host_key()))
            .collect();
        for front in &wanted {
            self.controls.insert(front.host_key(), false);
            self.send(Errand::Control(front.host_key()), front.clone(), Purpose::Page).await?;
        }
        Ok(!wanted.is_empty())
    }

    pub(super) async fn send(
        &mut self,
        errand: Errand,
        url: PageUrl,
        purpose: Purpose,
    ) -> Result<(), MonitorError> {
        let (host, now) = (url.host_key(), self.now());
        self.hold(&host).await?;
        let page = DuePage { url, plan: Plan::added(now), memory: PageMemory::default(), links: Vec::new() };
        let id = self.open(Visit::new(page, self.access.clone(), &self.policy, now).read_as(purpose));
        self.errands.insert(id, errand);
        self.frontier.enqueue(&host, id);
        self.park(&host);
        Ok(())
    }

    /// Takes what an errand came to.
    pub(super) fn end_errand(&mut self, errand: Errand, id: VisitId, visited: Visited) {
        let judged = |visited| judge(visited, &PageMemory::default(), &[], &self.policy);
        match errand {
            Errand::Candidate(look) => return self.end_look(*look, id, visited),
            Errand::Control(host) => {
                let is_readable = judged(visited).verdict() == Verdict::Readable;
                self.controls.insert(host, is_readable);
            }
            Errand::Target => {
                let health = TargetHealth::of(&judged(visited));
                self.record.targets.extend(health);
            }
        }
        self.leave(id);
    }
}
