//! The story of one watched page: what stands there, what was promised, what happens, what must come out.

use jiff::{SignedDuration, Timestamp};
use trackward_core::{Agreed, EventName, Kind, LossReason, NewWatch, PageUrl, Rel, Target};

use crate::act::Act;
use crate::demo::Expected;
use crate::entry::Entry;
use crate::post::{BodyLink, Post};

/// Time from a change to the usual check that sees it.
const SEEN: SignedDuration = SignedDuration::from_hours(2 * 24);
/// Time from a change to the second of two looks at least 20 hours apart.
const SEEN_TWICE: SignedDuration = SignedDuration::from_hours(4 * 24);
/// Time from a removal to its confirmation over 24 hours.
const CONFIRMED: SignedDuration = SignedDuration::from_hours(4 * 24);
/// Time from a removal to its confirmation over 72 hours.
const CONFIRMED_LONG: SignedDuration = SignedDuration::from_hours(6 * 24);
/// Time from 14 days without a look to the next try, at the longest distance between two.
const TRIED_AGAIN: SignedDuration = SignedDuration::from_hours(9 * 24);

/// The story of one watched page.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) post: Post,
    pub(super) promise: Promise,
    pub(super) acts: Vec<(SignedDuration, Act)>,
    pub(super) outcomes: Vec<Outcome>,
}

/// What is known of the link when the watch begins.
#[derive(Debug, Clone)]
pub(super) struct Promise {
    pub(super) path: &'static str,
    target: &'static str,
    kind: Kind,
    /// How long before the start it was sent.
    sent: Option<SignedDuration>,
    agreed: Agreed,
}

/// What must come out, counted from when it can first be seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    from: SignedDuration,
    event: EventName,
    reason: Option<LossReason>,
    target: &'static str,
}

impl Story {
    /// A trackback that was sent `ago` before the start and is held; its key is the path.
    pub(super) fn sent(
        path: &'static str,
        title: &'static str,
        target: &'static str,
        ago: SignedDuration,
    ) -> Self {
        let post = Post::new(path, title).entry(Entry::trackback(path, target));
        Self::new(post, target, Kind::Trackback, Some(ago))
    }

    /// A trackback that stands there and is imported; its key is the path.
    pub(super) fn known(path: &'static str, title: &'static str, target: &'static str) -> Self {
        let post = Post::new(path, title).entry(Entry::trackback(path, target).approved());
        Self::new(post, target, Kind::Trackback, None).leads_to(SignedDuration::ZERO, EventName::Verified)
    }

    /// An editorial link that stands there and is imported.
    pub(super) fn linked(path: &'static str, title: &'static str, link: BodyLink) -> Self {
        let post = Post::new(path, title).link(link);
        Self::new(post, link.href, Kind::Editorial, None).leads_to(SignedDuration::ZERO, EventName::Verified)
    }

    /// An editorial link that was promised `ago` before the start, or imported, and is not there.
    pub(super) fn unlinked(
        path: &'static str,
        title: &'static str,
        target: &'static str,
        ago: Option<SignedDuration>,
    ) -> Self {
        Self::new(Post::new(path, title), target, Kind::Editorial, ago)
    }

    fn new(post: Post, target: &'static str, kind: Kind, sent: Option<SignedDuration>) -> Self {
        let promise = Promise { path: post.path, target, kind, sent, agreed: Agreed::default() };
        Self { post, promise, acts: Vec::new(), outcomes: Vec::new() }
    }

    /// Agreed to be followed, with this anchor.
    pub(super) fn agreed(mut self, anchor: &'static str) -> Self {
        self.promise.agreed =
            Agreed { anchor: Some(anchor.to_owned()), rel: Some(Rel::default()), ..Agreed::default() };
        self
    }

    /// Something happens that nobody must hear of at once.
    pub(super) fn quietly(mut self, wait: SignedDuration, act: Act) -> Self {
        self.acts.push((wait, act));
        self
    }

    /// Something happens, and this must come out.
    pub(super) fn then(self, wait: SignedDuration, act: Act, event: EventName) -> Self {
        self.quietly(wait, act).leads_to(wait, event)
    }

    /// Something happens, and a removal for this reason must come out.
    pub(super) fn loses(self, wait: SignedDuration, act: Act, reason: LossReason) -> Self {
        let target = self.promise.target;
        let outcome = Outcome { from: wait, event: EventName::Removed, reason: Some(reason), target };
        self.quietly(wait, act).outcome(outcome)
    }

    /// The page receives an entry that nobody registered.
    pub(super) fn receives(self, wait: SignedDuration, entry: Entry) -> Self {
        let path = self.promise.path;
        let outcome = Outcome { from: wait, event: EventName::Appeared, reason: None, target: entry.url };
        self.quietly(wait, Act::Receive(path, entry)).outcome(outcome)
    }

    /// This must come out though nothing happened on the page itself at that time.
    pub(super) fn leads_to(self, from: SignedDuration, event: EventName) -> Self {
        let target = self.promise.target;
        self.outcome(Outcome { from, event, reason: None, target })
    }

    fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcomes.push(outcome);
        self
    }
}

impl Promise {
    /// The watch, with the page's address on the running farm.
    pub(super) fn watch(&self, page: PageUrl, start: Timestamp) -> NewWatch {
        let target = Target::parse(self.target).expect("targets of the demo are written right");
        let (campaign, owner) = match self.kind {
            Kind::Editorial => ("reading list", "jonas"),
            _ => ("autumn trackbacks", "mia"),
        };
        NewWatch {
            kind: Some(self.kind),
            sent: self.sent.map(|ago| start - ago),
            campaign: Some(campaign.to_owned()),
            owner: Some(owner.to_owned()),
            agreed: self.agreed.clone(),
            ..NewWatch::new(page, target)
        }
    }
}

impl Outcome {
    /// The outcome as it is expected of a promise on a blog.
    pub(super) fn of(&self, blog: &'static str, promise: &Promise) -> Expected {
        let Self { from, event, reason, target } = *self;
        Expected { blog, path: promise.path, target, event, reason, from, by: from + self.settles() }
    }

    /// How long daily checks take over it.
    fn settles(&self) -> SignedDuration {
        match (self.event, self.reason) {
            (EventName::Removed, Some(reason)) if reason.takes_long_span() => CONFIRMED_LONG,
            (EventName::Removed, _) => CONFIRMED,
            (EventName::Unreadable, _) => TRIED_AGAIN,
            (EventName::Verified | EventName::Approved | EventName::Appeared | EventName::Restored, _) => {
                SEEN
            }
            (EventName::NoAnswer, _) => SEEN,
            _ => SEEN_TWICE,
        }
    }
}
