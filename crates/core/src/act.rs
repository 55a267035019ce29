//! What a person may do to a link.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{AttributeChange, Event, EventKind};
use crate::fact::Fact;
use crate::ids::LinkId;
use crate::link::{Link, LinkState, LossReason, StateName};
use crate::tags::Tags;
use crate::watch::{NewWatch, update};

/// A person's act on one link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// The link.
    pub link: LinkId,
    /// What is done.
    pub deed: Deed,
    /// When.
    pub at: Timestamp,
}

/// What a person does to a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Deed {
    /// Says that the link is there, or gone, whatever was seen.
    Confirm {
        /// There or gone.
        present: bool,
        /// Who says so.
        by: String,
        /// Why.
        note: String,
    },
    /// Stops the watch.
    Archive,
    /// Says that the host declined, and stops the watch.
    Reject,
    /// Takes up the watch of an archived or rejected link again.
    Resume,
    /// Changes what is said of it.
    Edit(Box<Edit>),
}

/// What a person changes of what is said of a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// What is said now; its page and target do not matter. Tags are added.
    pub said: NewWatch,
    /// What is said no more.
    pub cleared: Vec<Fact>,
    /// Tags that are taken off.
    pub untagged: Tags,
}

/// A link after an act, with the event that records it.
#[derive(Debug, Clone, PartialEq)]
pub struct Amended {
    /// The link as it is now.
    pub link: Link,
    /// What is recorded.
    pub event: Event,
}

/// Why an act was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// No such link.
    #[error("no link has the id {0}")]
    NoSuchLink(LinkId),
    /// The act would change nothing.
    #[error("the link is already {state}", state = .0.in_words())]
    NoChange(StateName),
    /// The edit would change nothing.
    #[error("the link says so already")]
    SaidAlready,
    /// An archived or rejected link is taken up again before something is said of it.
    #[error("the link is {state}, take up its watch again first", state = .0.in_words())]
    NotWatched(StateName),
    /// Only archived and rejected links can be taken up again.
    #[error("the link is {state}, it is watched already", state = .0.in_words())]
    Watched(StateName),
}

/// Applies an act; the caller stores the link and the event together.
///
/// # Errors
/// When the act would change nothing.
pub fn amend(link: &Link, act: &Act) -> Result<Amended, ActError> {
    let from = link.state.name();
    let (state, what) = match &act.deed {
        Deed::Archive => (LinkState::Archived { since: act.at }, EventKind::Archived { from }),
        Deed::Reject => (LinkState::Rejected { since: act.at }, EventKind::Rejected),
        Deed::Resume if from.is_watched() => return Err(ActError::Watched(from)),
        Deed::Resume => (resumed(link), EventKind::Resumed),
        Deed::Confirm { .. } if !from.is_watched() => return Err(ActError::NotWatched(from)),
        Deed::Edit(edit) => return edited(link, edit, act.at),
        Deed::Confirm { present, by, note } => {
            let state = if *present { present_state(link, act.at) } else { gone_state(link, act.at) };
            let what = EventKind::Overruled { by: by.clone(), note: note.clone(), from, to: state.name() };
            (state, what)
        }
    };
    if state.name() == from {
        return Err(ActError::NoChange(from));
    }
    let mut amended = link.clone();
    amended.state = state;
    amended.version += 1;
    let event = Event::about(link, act.at, what);
    Ok(Amended { link: amended, event })
}

fn edited(link: &Link, edit: &Edit, at: Timestamp) -> Result<Amended, ActError> {
    let mut amended = link.clone();
    edit.cleared.iter().for_each(|fact| amended.clear(*fact));
    amended.tags.remove(&edit.untagged);
    update(&mut amended, edit.said.clone());
    let changes: Vec<AttributeChange> = (Fact::ALL.iter())
        .map(|fact| (fact, link.said(*fact), amended.said(*fact)))
        .filter(|(_, before, after)| before != after)
        .map(|(fact, before, after)| AttributeChange { attribute: fact.to_string(), before, after })
        .collect();
    if changes.is_empty() {
        return Err(ActError::SaidAlready);
    }
    amended.version += 1;
    let event = Event::about(&amended, at, EventKind::Edited { changes });
    Ok(Amended { link: amended, event })
}

fn present_state(link: &Link, at: Timestamp) -> LinkState {
    match link.state {
        LinkState::Missing { live_since, .. } => LinkState::Live { since: live_since },
        _ => LinkState::Live { since: at },
    }
}

fn gone_state(link: &Link, at: Timestamp) -> LinkState {
    let live_since = match link.state {
        LinkState::Live { since } => since,
        LinkState::Missing { live_since, .. } => live_since,
        _ => link.added,
    };
    match link.seen {
        Some(_) => LinkState::Lost { since: at, live_since, reason: LossReason::SaidByPerson },
        None => LinkState::NotFound { since: at },
    }
}

/// An archived link begins again as what it was promised or known to be.
fn resumed(link: &Link) -> LinkState {
    match (&link.seen, link.sent()) {
        (None, Some(_)) => LinkState::Pending { absences: 0, last_absent: None },
        _ => LinkState::Imported { absent: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Admission, NewWatch, PageUrl, Target, admit};

    fn now() -> Timestamp {
        "2026-11-16T06:00:00Z".parse().unwrap()
    }

    fn link(state: LinkState) -> Link {
        let page = PageUrl::parse("https://host.example/post").unwrap();
        let watch = NewWatch::new(page, Target::parse("https://ours.example/a").unwrap());
        match admit(&[], watch, now()) {
            Admission::New(link) => Link { state, ..link },
            other => panic!("{other:?}"),
        }
    }

    fn act(link: &Link, deed: Deed) -> Result<Amended, ActError> {
        amend(link, &Act { link: link.id, deed, at: now() })
    }

    fn confirm(present: bool) -> Deed {
        Deed::Confirm { present, by: "mia".into(), note: "looked by hand".into() }
    }

    #[test]
    fn person_overrules_a_loss_and_the_event_names_both_states() {
        let lost = link(LinkState::Lost { since: now(), live_since: now(), reason: LossReason::PageGone });
        let amended = act(&lost, confirm(true)).unwrap();
        assert_eq!(amended.link.state.name(), StateName::Live);
        assert!(matches!(
            amended.event.what,
            EventKind::Overruled { from: StateName::Lost, to: StateName::Live, .. }
        ));
    }

    #[test]
    fn person_says_gone_of_a_link_never_seen_and_it_is_not_found() {
        let imported = link(LinkState::Imported { absent: None });
        assert_eq!(act(&imported, confirm(false)).unwrap().link.state.name(), StateName::NotFound);
    }

    #[test]
    fn edit_says_clears_and_takes_off_tags_and_the_event_names_each_change() {
        let mut before = link(LinkState::Imported { absent: None });
        before.owner = Some("mia".into());
        before.note = Some("call them".into());
        before.tags = Tags::parse("paid, seo").unwrap();
        let said = NewWatch {
            client: Some("North".into()),
            tags: Tags::parse("guest").unwrap(),
            ..NewWatch::new(before.page.clone(), before.target.clone())
        };
        let edit = Edit { said, cleared: vec![Fact::Owner], untagged: Tags::parse("seo, unknown").unwrap() };
        let amended = act(&before, Deed::Edit(Box::new(edit.clone()))).unwrap();
        assert_eq!((amended.link.owner.as_deref(), amended.link.client.as_deref()), (None, Some("North")));
        assert_eq!(amended.link.note.as_deref(), Some("call them"));
        let EventKind::Edited { changes } = &amended.event.what else { panic!() };
        let told: Vec<_> =
            changes.iter().map(|c| (c.attribute.as_str(), c.before.as_str(), c.after.as_str())).collect();
        assert_eq!(
            told,
            [("client", "", "North"), ("owner", "mia", ""), ("tags", "paid, seo", "guest, paid")]
        );
        assert_eq!(amended.event.client.as_deref(), Some("North"));
        assert_eq!(act(&amended.link, Deed::Edit(Box::new(edit))), Err(ActError::SaidAlready));
    }

    #[test]
    fn act_that_changes_nothing_is_refused() {
        let live = link(LinkState::Live { since: now() });
        assert_eq!(act(&live, confirm(true)), Err(ActError::NoChange(StateName::Live)));
        assert_eq!(act(&live, Deed::Resume), Err(ActError::Watched(StateName::Live)));
        let archived = link(LinkState::Archived { since: now() });
        assert_eq!(act(&archived, confirm(false)), Err(ActError::NotWatched(StateName::Archived)));
        assert!(act(&archived, Deed::Resume).is_ok());
    }
}
