//! Which host may be asked next: pure, one request a host at a time, heaviest host first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use trackward_core::HostKey;

/// A visit, by its number in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub u64);

/// Visits waiting for their hosts; no clock, no I/O.
///
/// A host is named at most once until its request was answered, and never before its rest is over. Of the
/// rested hosts the one with the most expected work goes first, so that the longest queue does not end last.
#[derive(Debug, Default)]
pub struct Frontier {
    hosts: BTreeMap<HostKey, Host>,
    rested: BTreeSet<(Reverse<u64>, HostKey)>,
    resting: BTreeSet<(Timestamp, HostKey)>,
}

#[derive(Debug)]
struct Host {
    free_at: Timestamp,
    asked: bool,
    request_ms: u64,
    queue: VecDeque<VisitId>,
}

impl Host {
    fn weight(&self) -> Reverse<u64> {
        Reverse(self.request_ms.saturating_mul(self.queue.len() as u64))
    }

    fn waits(&self) -> bool {
        !self.asked && !self.queue.is_empty()
    }
}

impl Frontier {
    /// Tells when a host is free, and what one request to it costs in milliseconds, rest included.
    ///
    /// Known hosts only ever become free later.
    pub fn know(&mut self, host: &HostKey, free_at: Timestamp, request_ms: u64) {
        self.change(host, |known| {
            known.free_at = known.free_at.max(free_at);
            known.request_ms = request_ms;
        });
    }

    /// A visit begins to wait for its host, behind the others.
    pub fn enqueue(&mut self, host: &HostKey, visit: VisitId) {
        self.change(host, |known| known.queue.push_back(visit));
    }

    /// A visit that is under way waits for its host, before the others: it is finished first.
    pub fn requeue(&mut self, host: &HostKey, visit: VisitId) {
        self.change(host, |known| known.queue.push_front(visit));
    }

    /// The host to ask now, and the visit to ask for. It counts as asked until [`Frontier::answered`].
    pub fn next(&mut self, now: Timestamp) -> Option<(HostKey, VisitId)> {
        while let Some((at, host)) = self.resting.first().cloned()
            && at <= now
        {
            self.resting.pop_first();
            self.rested.insert((self.hosts[&host].weight(), host));
        }
        let (_, host) = self.rested.pop_first()?;
        let known = self.hosts.get_mut(&host).expect("rested hosts are known");
        known.asked = true;
        let visit = known.queue.pop_front().expect("rested hosts have visits");
        Some((host, visit))
    }

    /// A request was answered: the host rests until `free_at`.
    pub fn answered(&mut self, host: &HostKey, free_at: Timestamp) {
        self.change(host, |known| {
            known.asked = false;
            known.free_at = known.free_at.max(free_at);
        });
    }

    /// Takes out all visits that wait for a host.
    pub fn take_waiting(&mut self, host: &HostKey) -> Vec<VisitId> {
        let mut taken = VecDeque::new();
        self.change(host, |known| taken = std::mem::take(&mut known.queue));
        taken.into()
    }

    /// When the next resting host with something to ask is free; none while a rested one waits for a slot.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        if self.rested.is_empty() { self.resting.first().map(|(at, _)| *at) } else { None }
    }

    /// Forgets a host that has nothing waiting; what is remembered of it lives in the store.
    pub fn forget(&mut self, host: &HostKey) {
        if self.hosts.get(host).is_some_and(|known| !known.asked && known.queue.is_empty()) {
            self.hosts.remove(host);
        }
    }

    /// Visits that wait for a host.
    pub fn waiting(&self) -> usize {
        self.hosts.values().map(|host| host.queue.len()).sum()
    }

    /// Takes the host out of both orders, changes it, and puts it back where it belongs.
    fn change(&mut self, host: &HostKey, edit: impl FnOnce(&mut Host)) {
        let known = self.hosts.entry(host.clone()).or_insert_with(|| Host {
            free_at: Timestamp::UNIX_EPOCH,
            asked: false,
            request_ms: 0,
            queue: VecDeque::new(),
        });
        self.rested.remove(&(known.weight(), host.clone()));
        self.resting.remove(&(known.free_at, host.clone()));
        edit(known);
        if known.waits() {
            self.resting.insert((known.free_at, host.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn host(name: &str) -> HostKey {
        HostKey::parse(name).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn frontier(hosts: &[(&str, usize)]) -> Frontier {
        let mut frontier = Frontier::default();
        let mut id = 0;
        for (name, visits) in hosts {
            frontier.know(&host(name), Timestamp::UNIX_EPOCH, 3_000);
            for _ in 0..*visits {
                id += 1;
                frontier.enqueue(&host(name), VisitId(id));
            }
        }
        frontier
    }

    #[test]
    fn host_that_was_asked_is_not_named_again_until_answered_and_rested() {
        let mut frontier = frontier(&[("a.example", 2)]);
        assert_eq!(frontier.next(at(0)), Some((host("a.example"), VisitId(1))));
        assert_eq!(frontier.next(at(100)), None);
        frontier.answered(&host("a.example"), at(103));
        assert_eq!(frontier.wakes_at(), Some(at(103)));
        assert_eq!(frontier.next(at(102)), None);
        assert_eq!(frontier.next(at(103)), Some((host("a.example"), VisitId(2))));
    }

    #[test]
    fn host_with_the_longest_queue_goes_first() {
        let mut frontier = frontier(&[("a.example", 1), ("b.example", 3), ("c.example", 2)]);
        let order: Vec<_> =
            std::iter::from_fn(|| frontier.next(at(0))).map(|(host, _)| host.to_string()).collect();
        assert_eq!(order, ["b.example", "c.example", "a.example"]);
    }

    #[test]
    fn visit_under_way_goes_before_new_ones() {
        let mut frontier = frontier(&[("a.example", 2)]);
        let (a, first) = frontier.next(at(0)).unwrap();
        frontier.requeue(&a, first);
        frontier.answered(&a, at(3));
        assert_eq!(frontier.next(at(3)), Some((a, first)));
    }

    #[test]
    fn visits_taken_out_no_longer_wait_and_the_host_is_not_named() {
        let mut frontier = frontier(&[("a.example", 2), ("b.example", 1)]);
        assert_eq!(frontier.take_waiting(&host("a.example")), [VisitId(1), VisitId(2)]);
        assert_eq!(frontier.next(at(0)), Some((host("b.example"), VisitId(3))));
        assert_eq!((frontier.next(at(0)), frontier.waiting()), (None, 0));
    }

    #[test]
    fn rest_only_ever_grows() {
        let mut frontier = frontier(&[("a.example", 1)]);
        frontier.know(&host("a.example"), at(60), 3_000);
        frontier.know(&host("a.example"), at(10), 3_000);
        assert_eq!(frontier.wakes_at(), Some(at(60)));
    }

    #[test]
    fn rested_host_without_a_slot_asks_for_no_wake_up() {
        let mut frontier = frontier(&[("a.example", 1), ("b.example", 1), ("c.example", 1)]);
        frontier.know(&host("c.example"), at(9), 3_000);
        assert!(frontier.next(at(0)).is_some());
        assert_eq!(frontier.wakes_at(), None, "b waits for a slot: a wake-up would only make the loop spin");
        assert!(frontier.next(at(0)).is_some());
        assert_eq!(frontier.wakes_at(), Some(at(9)));
    }

    #[test]
    fn makespan_of_one_heavy_host_and_many_light_ones_stays_near_the_bound() {
        let light: Vec<String> = (0..40).map(|n| format!("light{n}.example")).collect();
        let mut hosts: Vec<(&str, usize)> = light.iter().map(|name| (name.as_str(), 5)).collect();
        hosts.push(("heavy.example", 60));
        let mut frontier = frontier(&hosts);
        let (request, rest, slots) = (1, 3, 8);
        let mut now = at(0);
        let mut flying: Vec<(Timestamp, HostKey)> = Vec::new();
        loop {
            while flying.len() < slots
                && let Some((host, _)) = frontier.next(now)
            {
                flying.push((now + SignedDuration::from_secs(request), host));
            }
            let landing = flying.iter().map(|(at, _)| *at).min();
            let waking = if flying.len() < slots { frontier.wakes_at() } else { None };
            let Some(next) = [landing, waking].into_iter().flatten().min() else { break };
            now = next;
            flying.retain(|(at, host)| {
                let flies = *at > now;
                if !flies {
                    frontier.answered(host, *at + SignedDuration::from_secs(rest));
                }
                flies
            });
        }
        let longest_host = 60 * (request + rest) - rest;
        let makespan = now.duration_since(at(0)).as_secs();
        assert!(makespan * 100 <= longest_host * 105, "{makespan} s against {longest_host} s");
    }
}
