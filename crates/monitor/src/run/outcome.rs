//! What a finished visit comes to: a verdict, states, events, the next check.

use jiff::Timestamp;
use trackward_core::{
    EventName, HostGuard, HostKey, Observation, Reconciled, Visited, judge, plan, reconcile,
};
use trackward_store::{CheckedPage, DuePage};

use super::Run;
use crate::frontier::VisitId;
use crate::leased::{LeasedHost, doubt_the_host};
use crate::progress::Progress;
use crate::settings::Limits;
use crate::tally::count_page;

/// A page that was judged and is not written down yet.
pub(super) struct Finished {
    pub(super) page: DuePage,
    seen: Observation,
    /// Whether nothing was wrong with the host that served it until now.
    host_was_fine: bool,
    /// When the hosts that the page needs are free again.
    free_at: Timestamp,
}

impl Run<'_> {
    /// Judges a finished visit and draws states and events from it.
    ///
    /// Removals wait until the run knows whether it can trust itself.
    pub(super) fn end(&mut self, id: VisitId, visited: Visited) {
        if let Some(errand) = self.errands.remove(&id) {
            return self.end_errand(errand, id, visited);
        }
        let visit = self.leave(id);
        let (asked, hosts) = (visit.has_asked(), visit.hosts());
        let page = visit.page;
        let seen = judge(visited, &page.memory, &page.links, &self.policy);
        let served_by = self.in_hand(&seen.final_url.host_key());
        let host_was_fine = served_by.state.down.is_none();
        if asked && !seen.rule.asked_nothing() {
            served_by.state.observe(seen.rule, &seen.detail, seen.at);
        }
        let free_at = hosts.iter().map(|host| self.hosts[host].state.free_at).max().unwrap_or(seen.at);
        let next = reconcile(&page.links, &page.memory, &seen, &self.policy, self.record.id);
        self.guards.entry(page.url.host_key()).or_default().count(&page.links, &next.links);
        let finished = Finished { page, seen, host_was_fine, free_at };
        if next.events.iter().any(|event| event.what.name() == EventName::Removed) {
            self.in_hand(&finished.page.url.host_key()).removing += 1;
            self.removing.push(finished);
            if self.removing.len() >= Limits::REMOVING_PAGES {
                self.decide_removals();
            }
        } else {
            self.note(finished, next);
        }
    }

    /// Whether much of a host is missing in this run.
    pub(super) fn is_host_wide(&self, host: &HostKey) -> bool {
        self.guards.get(host).is_some_and(HostGuard::is_host_wide)
    }

    /// Whether a removal needs the host's front page to read well: much of the host, or of all hosts, is missing.
    pub(super) fn wants_control(&self, finished: &Finished) -> bool {
        self.doubts.is_believed() || self.is_host_wide(&finished.page.url.host_key())
    }

    /// Takes up the removals that waited: a run that distrusts itself confirms none, nor does a host whose control
    /// page does not read well.
    pub(super) fn decide_removals(&mut self) {
        for mut finished in std::mem::take(&mut self.removing) {
            let host = finished.page.url.host_key();
            self.in_hand(&host).removing -= 1;
            if self.is_host_wide(&host) {
                finished.page.links.iter_mut().for_each(doubt_the_host);
            }
            let control = self.controls.get(&host).copied().unwrap_or(false);
            let in_doubt = self.doubts.hold().is_some() || (self.wants_control(&finished) && !control);
            let policy = if in_doubt { &self.distrustful } else { &self.policy };
            let page = &finished.page;
            let next = reconcile(&page.links, &page.memory, &finished.seen, policy, self.record.id);
            self.note(finished, next);
        }
    }

    /// Tells what a page came to, counts it, and keeps it for the next commit.
    fn note(&mut self, finished: Finished, mut next: Reconciled) {
        next.assign_clients(&self.ours);
        let Finished { page, seen, host_was_fine, free_at } = finished;
        let home = page.url.host_key();
        let host = &mut self.hosts.get_mut(&home).expect("hosts of visits are in hand").state.schedule;
        if host.lost_lately(seen.at) {
            next.links.iter_mut().for_each(doubt_the_host);
        }
        self.timetable.cap(host, &page.url);
        self.timetable.learn(&page.links, &next.links, host, seen.at);
        self.signals.note(&home, &next);
        let all: Vec<_> = next.links.iter().chain(&next.appeared).cloned().collect();
        let plan = plan(&all, &next.memory, host, &self.timetable.terms(&self.policy), free_at, seen.at);
        count_page(&mut self.record, &seen, &page.links, &all, &next.events);
        (self.progress)(&Progress {
            page: &page.url,
            observation: &seen,
            events: &next.events,
            checked: self.record.pages,
            waiting: self.visits.len() as u64,
        });
        if self.monitor.settings.own_pages {
            self.note_targets(&all);
        }
        if host_was_fine {
            self.doubts.guard.count(&home, &page.memory, seen.verdict(), &page.links, &all);
        }
        let changed = next.links.into_iter().zip(&page.links).filter(|(now, was)| now != *was);
        let checked = CheckedPage {
            is_new: false,
            links: changed.map(|(link, _)| link).collect(),
            url: page.url,
            memory: next.memory,
            plan,
            appeared: next.appeared,
            events: next.events,
            evidence: next.evidence,
        };
        let leased = self.in_hand(&home);
        leased.checked.push(checked);
        self.unwritten_since.get_or_insert(seen.at);
    }

    pub(super) fn in_hand(&mut self, host: &HostKey) -> &mut LeasedHost {
        self.hosts.get_mut(host).expect("hosts of visits are in hand")
    }
}
