//! Adding links to the watch.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::agreed::Agreed;
use crate::claim::Claim;
use crate::ids::LinkId;
use crate::kind::Kind;
use crate::link::{Link, LinkState, Origin};
use crate::money::Money;
use crate::page_url::PageUrl;
use crate::placement::PlacementClass;
use crate::tags::Tags;
use crate::target::Target;

/// A link that a person or a file asks to watch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewWatch {
    /// The source page.
    pub page: PageUrl,
    /// What it points to, or will.
    pub target: Target,
    /// How it came to be there.
    pub kind: Option<Kind>,
    /// When it was sent or promised; the link then begins as pending.
    pub sent: Option<Timestamp>,
    /// The client it is made for.
    pub client: Option<String>,
    /// The campaign it belongs to.
    pub campaign: Option<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// What a team sorts it by.
    pub tags: Tags,
    /// What it cost.
    pub cost: Option<Money>,
    /// Priority; 1 is usual.
    pub weight: Option<f32>,
    /// What was agreed with the host.
    pub agreed: Agreed,
    /// The link of ours that is meant, where it is known.
    pub link: Option<LinkId>,
    /// When its page is first checked, if that is new; none for at once.
    pub first_check: Option<Timestamp>,
    /// What a vendor says of it.
    pub claim: Option<Claim>,
}

impl NewWatch {
    /// A watch with nothing said but page and target.
    pub fn new(page: PageUrl, target: Target) -> Self {
        Self {
            page,
            target,
            kind: None,
            sent: None,
            client: None,
            campaign: None,
            owner: None,
            note: None,
            tags: Tags::default(),
            cost: None,
            weight: None,
            agreed: Agreed::default(),
            link: None,
            first_check: None,
            claim: None,
        }
    }
}

/// What became of a [`NewWatch`].
#[derive(Debug, Clone, PartialEq)]
pub enum Admission {
    /// A link that was not watched before.
    New(Link),
    /// A watched link with more or other facts.
    Updated(Link),
    /// Already watched, nothing new said.
    Unchanged(LinkId),
    /// A person archived this link; it stays so.
    Archived(LinkId),
}

/// Decides what becomes of a watch, given the links already known of its page.
///
/// One (page, target) is one link; a trackback and a comment to the same target are two, when both
/// kinds are named. A watch on a whole site is any link to it that is known. Facts that the watch leaves out are kept
/// as they are, tags are added; history is never touched.
pub fn admit(known: &[Link], watch: NewWatch, now: Timestamp) -> Admission {
    match known.iter().filter(|link| is_meant(link, &watch)).min_by_key(|link| preference(link, &watch)) {
        None => Admission::New(begin(watch, now)),
        Some(link) if matches!(link.state, LinkState::Archived { .. }) => Admission::Archived(link.id),
        Some(link) => {
            let mut updated = link.clone();
            update(&mut updated, watch);
            if updated == *link {
                return Admission::Unchanged(link.id);
            }
            updated.version += 1;
            Admission::Updated(updated)
        }
    }
}

/// The link that is named first, then those that are watched.
fn preference(link: &Link, watch: &NewWatch) -> (bool, bool) {
    (watch.link != Some(link.id), matches!(link.state, LinkState::Archived { .. }))
}

fn is_meant(link: &Link, watch: &NewWatch) -> bool {
    let family = |kind: Kind| kind.expected();
    let same_kind = match (link.kind, watch.kind) {
        (Some(ours), Some(asked)) => family(ours) == family(asked),
        _ => true,
    };
    let same_target = link.target.is_same(&watch.target) || is_fulfilled_by(&watch.target, &link.target);
    link.page.match_key() == watch.page.match_key() && same_target && same_kind
}

/// Whether a watch on a whole site is one on this page of it.
fn is_fulfilled_by(wide: &Target, target: &Target) -> bool {
    wide.page().is_none() && target.page().is_some_and(|page| wide.covers(page))
}

fn begin(watch: NewWatch, now: Timestamp) -> Link {
    let class = watch.kind.map_or(PlacementClass::Unknown, Kind::expected);
    let (origin, state) = match watch.sent {
        Some(sent) => (Origin::Sent(sent), LinkState::Pending { absences: 0, last_absent: None }),
        None => (Origin::Imported, LinkState::Imported { absent: None }),
    };
    Link {
        id: LinkId::mint(&watch.page, &watch.target, class),
        page: watch.page,
        target: watch.target,
        kind: watch.kind,
        origin,
        added: now,
        client: watch.client,
        campaign: watch.campaign,
        owner: watch.owner,
        note: watch.note,
        tags: watch.tags,
        cost: watch.cost,
        weight: watch.weight.unwrap_or(1.0),
        agreed: watch.agreed,
        version: 1,
        state,
        seen: None,
        attributes: None,
        shift: None,
        checked: None,
        undisplayed: None,
        flips: Vec::new(),
    }
}

/// Takes over what a watch says, and keeps what it does not say.
pub(crate) fn update(link: &mut Link, watch: NewWatch) {
    fn set<T>(old: &mut Option<T>, new: Option<T>) {
        if new.is_some() {
            *old = new;
        }
    }
    set(&mut link.kind, watch.kind);
    set(&mut link.client, watch.client);
    set(&mut link.campaign, watch.campaign);
    set(&mut link.owner, watch.owner);
    set(&mut link.note, watch.note);
    set(&mut link.cost, watch.cost);
    link.tags.add(watch.tags);
    link.agreed.update(watch.agreed);
    link.weight = watch.weight.unwrap_or(link.weight);
    let unchecked = link.seen.is_none() && matches!(link.state, LinkState::Imported { .. });
    if let Some(sent) = watch.sent
        && (unchecked || matches!(link.state, LinkState::Pending { .. }))
    {
        link.origin = Origin::Sent(sent);
        if unchecked {
            link.state = LinkState::Pending { absences: 0, last_absent: None };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-16T06:00:00Z".parse().unwrap()
    }

    fn watch() -> NewWatch {
        let page = PageUrl::parse("https://host.example/post").unwrap();
        NewWatch::new(page, Target::parse("https://ours.example/a").unwrap())
    }

    fn new(watch: NewWatch) -> Link {
        match admit(&[], watch, now()) {
            Admission::New(link) => link,
            other => panic!("expected a new link, got {other:?}"),
        }
    }

    #[test]
    fn sent_watch_begins_pending_and_others_imported() {
        assert_eq!(new(watch()).state, LinkState::Imported { absent: None });
        let sent = NewWatch { sent: Some(now()), ..watch() };
        assert_eq!(new(sent).state, LinkState::Pending { absences: 0, last_absent: None });
    }

    #[test]
    fn same_watch_twice_changes_nothing() {
        let link = new(watch());
        let again =
            NewWatch { page: PageUrl::parse("http://host.example/post/?utm_source=x").unwrap(), ..watch() };
        assert_eq!(admit(std::slice::from_ref(&link), again, now()), Admission::Unchanged(link.id));
    }

    #[test]
    fn second_watch_adds_facts_and_keeps_what_it_does_not_say() {
        let link = new(NewWatch { owner: Some("mia".into()), ..watch() });
        let more = NewWatch { campaign: Some("autumn".into()), ..watch() };
        let Admission::Updated(updated) = admit(std::slice::from_ref(&link), more, now()) else {
            panic!("not updated")
        };
        assert_eq!((updated.owner.as_deref(), updated.campaign.as_deref()), (Some("mia"), Some("autumn")));
        assert_eq!((updated.id, updated.version), (link.id, link.version + 1));
    }

    #[test]
    fn watch_on_a_whole_site_is_the_link_to_it_that_is_known() {
        let mut link = new(watch());
        let wide = || NewWatch { target: Target::parse("ours.example").unwrap(), ..watch() };
        assert_eq!(admit(std::slice::from_ref(&link), wide(), now()), Admission::Unchanged(link.id));
        let mut absorbed = new(wide());
        absorbed.state = LinkState::Archived { since: now() };
        let known = [absorbed, link.clone()];
        assert_eq!(admit(&known, wide(), now()), Admission::Unchanged(link.id));
        link.target = Target::parse("https://other.example/").unwrap();
        assert!(matches!(admit(&[link], wide(), now()), Admission::New(_)));
    }

    #[test]
    fn link_that_is_named_by_its_id_is_meant() {
        let first = new(watch());
        let second =
            Link { id: LinkId::mint(&first.page, &first.target, PlacementClass::Ping), ..first.clone() };
        let named = NewWatch { link: Some(second.id), owner: Some("mia".into()), ..watch() };
        let Admission::Updated(updated) = admit(&[first, second.clone()], named, now()) else { panic!() };
        assert_eq!(updated.id, second.id);
    }

    #[test]
    fn trackback_and_comment_to_one_target_are_two_links() {
        let trackback = new(NewWatch { kind: Some(Kind::Trackback), ..watch() });
        let known = [trackback.clone()];
        let comment = NewWatch { kind: Some(Kind::Comment), ..watch() };
        assert!(matches!(admit(&known, comment, now()), Admission::New(link) if link.id != trackback.id));
        let pingback = NewWatch { kind: Some(Kind::Pingback), ..watch() };
        assert!(matches!(admit(&known, pingback, now()), Admission::Updated(_)));
    }

    #[test]
    fn archived_link_stays_archived_on_import() {
        let mut link = new(watch());
        link.state = LinkState::Archived { since: now() };
        let known = [link.clone()];
        assert_eq!(
            admit(&known, NewWatch { owner: Some("x".into()), ..watch() }, now()),
            Admission::Archived(link.id)
        );
    }
}
