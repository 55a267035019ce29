//! Builders for the tables of this folder: one page, one target, whatever is seen on it.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "addresses written down here parse")]

use jiff::{SignedDuration, Timestamp};
use trackward_core::*;

pub(crate) fn start() -> Timestamp {
    "2026-11-16T06:00:00Z".parse().unwrap()
}

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

pub(crate) fn page() -> PageUrl {
    PageUrl::parse("https://host.example/post").unwrap()
}

pub(crate) fn target() -> Target {
    Target::parse("https://ours.example/a").unwrap()
}

/// A watched link in the given state; one that was live before remembers how it was seen.
pub(crate) fn link(state: LinkState) -> Link {
    let watch =
        NewWatch { kind: Some(Kind::Trackback), sent: Some(start()), ..NewWatch::new(page(), target()) };
    let Admission::New(link) = admit(&[], watch, start()) else { panic!("not new") };
    let was_seen = !matches!(
        state,
        LinkState::Imported { .. }
            | LinkState::Pending { .. }
            | LinkState::NotFound { .. }
            | LinkState::NoAnswer { .. }
            | LinkState::Rejected { .. }
    );
    let seen = was_seen.then(sighting);
    let attributes = seen.as_ref().map(|seen| seen.attributes.clone());
    Link { state, seen, attributes, ..link }
}

pub(crate) fn sighting() -> Sighting {
    let reference = reference();
    Sighting {
        at: start(),
        on: page(),
        url: reference.url.clone(),
        placement: reference.placement,
        placed_by: "step 2: trackback".into(),
        entry: reference.entry.clone(),
        container: reference.container.clone(),
        hidden: false,
        attributes: Attributes::of(&reference, RobotsMeta::default(), None, false),
    }
}

/// Our trackback in the list of the page.
pub(crate) fn reference() -> Reference {
    reference_to("https://ours.example/a", Placement::Ping)
}

pub(crate) fn reference_to(url: &str, placement: Placement) -> Reference {
    let url = PageUrl::parse(url).unwrap();
    Reference {
        matched: TargetMatch { target: Target::Page(url.clone()), how: How::Exact },
        href: url.to_string(),
        url,
        anchor: "Our blog".into(),
        rel: Rel::parse("external nofollow ugc"),
        placement,
        evidence: PlacementEvidence { step: 2, token: "trackback".into() },
        kind_hint: None,
        entry: Some("comment-7".into()),
        container: Some("commentlist".into()),
        hidden: false,
        context: "Trackback: Our blog".into(),
        entry_html: "<li id=\"comment-7\" class=\"trackback\">Trackback: Our blog</li>".into(),
        details: EntryDetails::default(),
        via_redirector: false,
        comment_page: None,
        count: 1,
    }
}

/// The page with its list and two entries of others, and with these references.
pub(crate) fn extraction(references: Vec<Reference>) -> Extraction {
    let ours = references.iter().filter_map(|reference| reference.entry.clone());
    let mut ids: Vec<String> = ["comment-3", "comment-5"].map(String::from).into_iter().chain(ours).collect();
    ids.dedup();
    let entries = ids.into_iter().map(|id| Entry { id, kind: None, href: None }).collect();
    Extraction {
        references,
        facts: PageFacts {
            html: true,
            charset: "utf-8".into(),
            title: Some("A post".into()),
            bytes: 10_000,
            text_chars: 4_000,
            ended: true,
            containers: vec!["commentlist".into()],
            entries,
            ..PageFacts::default()
        },
        warnings: Vec::new(),
        tree: TreeUse::Built,
    }
}

pub(crate) fn response(status: u16) -> Response {
    Response { status, headers: Headers::default(), body: vec![b'x'], ending: BodyEnd::Complete }
}

pub(crate) fn visited(at: Timestamp, end: VisitEnd) -> Visited {
    Visited::of(page(), at, end)
}

pub(crate) fn answered(at: Timestamp, status: u16, extraction: Option<Extraction>) -> Visited {
    visited(at, VisitEnd::Answered { response: response(status), extraction: extraction.map(Box::new) })
}

/// What one check comes back with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Present,
    Unchanged,
    Absent,
    Gone,
    Refused,
    ServerError,
    Unreachable,
    NoSuchHost,
    Disallowed,
    Blocked,
    Unusable,
    Doubtful,
}

impl Look {
    pub(crate) const ALL: [Self; 12] = [
        Self::Present,
        Self::Unchanged,
        Self::Absent,
        Self::Gone,
        Self::Refused,
        Self::ServerError,
        Self::Unreachable,
        Self::NoSuchHost,
        Self::Disallowed,
        Self::Blocked,
        Self::Unusable,
        Self::Doubtful,
    ];

    pub(crate) fn is_inconclusive(self) -> bool {
        !matches!(self, Self::Present | Self::Unchanged | Self::Absent | Self::Gone)
    }

    pub(crate) fn visited(self, at: Timestamp) -> Visited {
        match self {
            Self::Present => answered(at, 200, Some(extraction(vec![reference()]))),
            Self::Unchanged => Visited { conditional: true, ..answered(at, 304, None) },
            Self::Absent => answered(at, 200, Some(extraction(vec![]))),
            Self::Gone => answered(at, 404, None),
            Self::Refused => answered(at, 403, None),
            Self::ServerError => answered(at, 503, None),
            Self::Unreachable => visited(at, VisitEnd::Failed(Trouble::Timeout(TimeoutKind::Idle))),
            Self::NoSuchHost => visited(at, VisitEnd::Failed(Trouble::NoSuchHost)),
            Self::Disallowed => visited(at, VisitEnd::Disallowed("Disallow: /".into())),
            Self::Blocked => visited(at, VisitEnd::Failed(Trouble::Blocked("private".into()))),
            Self::Unusable => visited(at, VisitEnd::ParserFault("panicked".into())),
            Self::Doubtful => {
                let mut page = extraction(vec![]);
                page.facts.comment_pages =
                    vec![PageUrl::parse("https://host.example/post/comment-page-1/").unwrap()];
                answered(at, 200, Some(page))
            }
        }
    }
}

/// A page with its links, checked again and again with the real judge and reconcile.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) links: Vec<Link>,
    pub(crate) memory: PageMemory,
    pub(crate) events: Vec<Event>,
    pub(crate) policy: Policy,
}

impl Story {
    pub(crate) fn of(link: Link) -> Self {
        Self {
            links: vec![link],
            memory: PageMemory::default(),
            events: Vec::new(),
            policy: Policy::default(),
        }
    }

    /// A link that was seen live by a first check at [`start`].
    pub(crate) fn live() -> Self {
        let mut story = Self::of(link(LinkState::Imported { absent: None }));
        story.look(Look::Present, 0);
        story.events.clear();
        story
    }

    pub(crate) fn look(&mut self, look: Look, after_hours: i64) -> Vec<EventName> {
        self.check(look.visited(start() + hours(after_hours)))
    }

    pub(crate) fn check(&mut self, visited: Visited) -> Vec<EventName> {
        let seen = judge(visited, &self.memory, &self.links, &self.policy);
        let next = reconcile(&self.links, &self.memory, &seen, &self.policy, RunId(1));
        self.links = next.links.into_iter().chain(next.appeared).collect();
        self.memory = next.memory;
        let names = next.events.iter().map(|event| event.what.name()).collect();
        self.events.extend(next.events);
        names
    }

    pub(crate) fn state(&self) -> StateName {
        self.links[0].state.name()
    }
}
