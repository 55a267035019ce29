//! Text from the web stays text in every format.

use trackward_core::{AttributeChange, Effect, EventKind, Kind, LossReason, Placement, StateName};
use trackward_report::{Report, Style, html, terminal};

use crate::weeks::{Week, at, page_url, pending, quiet, sighting, unread};

const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><svg onload=alert(1)>",
    "</blockquote></table><iframe src=//evil.example>",
    "javascript:alert(1)",
    "data:text/html,<b>x",
    "{{ 7 * 7 }}{% include \"/etc/passwd\" %}",
    "<!-- --><![CDATA[ &lt;script&gt;",
    "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m",
    "moc.elpmaxe\u{202e}\u{2066}\u{200b}\u{feff}",
    "line\r\nbreak\u{2028}\u{85}",
];

/// A week in which every field that the web or a person fills holds the payload.
pub(crate) fn hostile(payload: &str) -> Week {
    hostile_at(&format!("https://evil.example/?q={payload}#{payload}"), payload)
}

/// The same, on a page of this address.
pub(crate) fn hostile_at(page: &str, payload: &str) -> Week {
    let mut week = quiet();
    let seen = || sighting(2, payload, payload, Placement::Body);
    let change = AttributeChange { attribute: payload.into(), before: payload.into(), after: payload.into() };
    let approved = EventKind::Approved { seen: seen(), sent: at(0), after: None };
    let removed = EventKind::Removed {
        reason: LossReason::LinkRemoved,
        seen: Some(seen()),
        live_since: at(-5),
        first_missed: at(1),
        misses: 3,
        strong: 0,
    };
    let altered = EventKind::Attributes { effect: Effect::Changed, changes: vec![change], first_seen: at(1) };
    let overruled = EventKind::Overruled {
        by: payload.into(),
        note: payload.into(),
        from: StateName::Lost,
        to: StateName::Live,
    };
    let moved = EventKind::Moved { to: page_url(page) };
    for what in [approved, removed, EventKind::Appeared { seen: seen() }, altered, moved, overruled] {
        week.tell(2, page, Kind::Comment, what, Some(payload));
    }
    for (_, event) in &mut week.events {
        event.campaign = Some(payload.to_owned());
    }
    week.links = vec![pending(page, 3), unread(page, 20)];
    for watched in &mut week.links {
        watched.link.campaign = Some(payload.to_owned());
    }
    week.links[1].memory.unreadable.as_mut().unwrap().detail = payload.into();
    week.scope.campaign = Some(payload.to_owned());
    week
}

fn reports() -> impl Iterator<Item = (&'static str, Report)> {
    PAYLOADS.iter().map(|payload| (*payload, hostile(payload).report()))
}

/// Every tag of a page, from `<` to `>`.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()).collect()
}

#[test]
fn payload_adds_no_tag_and_no_attribute_to_the_page() {
    let shape = |payload: &str| -> Vec<String> {
        let page = html(&hostile(payload).report());
        // Addresses differ by what they quote; all else must be as it is for harmless text.
        let tag = |tag: &str| tag.split(" href=\"").next().unwrap().to_owned();
        tags(&page).into_iter().map(tag).collect()
    };
    let harmless = shape("harmless");
    for payload in PAYLOADS {
        assert_eq!(shape(payload), harmless, "{payload:?}");
    }
}

#[test]
fn page_links_to_web_addresses_only_and_vouches_for_none() {
    for (payload, report) in reports() {
        let page = html(&report);
        for tag in tags(&page).into_iter().filter(|tag| tag.starts_with("a ")) {
            let (_, href) = tag.split_once("href=\"").unwrap();
            assert!(href.starts_with("https://") || href.starts_with("http://"), "{payload:?}: {tag}");
            let (_, after) = href.split_once('"').unwrap();
            assert_eq!(after, " rel=\"noopener noreferrer nofollow ugc\"", "{payload:?}");
        }
    }
}

#[test]
fn page_loads_nothing_and_runs_nothing() {
    let page = html(&hostile("<script>").report());
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    assert!(page.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")));
    for tag in tags(&page) {
        let name = tag.split([' ', '/']).next().unwrap();
        assert!(
            !["script", "link", "img", "iframe", "object", "embed", "form", "base"].contains(&name),
            "{tag}"
        );
        assert!(!tag.contains(" on"), "{tag}");
    }
}

#[test]
fn no_control_or_bidi_character_reaches_page_or_terminal() {
    for (payload, report) in reports() {
        for text in [html(&report), terminal(&report, Style::plain(100))] {
            let deceives =
                |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{2066}' | '\u{200f}'));
            assert_eq!(text.find(deceives), None, "{payload:?}");
        }
    }
}

#[test]
fn colour_on_a_terminal_comes_from_the_report_alone() {
    let colours = |payload: &str| {
        let text = terminal(&hostile(payload).report(), Style::coloured(100));
        text.matches('\u{1b}').count()
    };
    let harmless = colours("harmless");
    for payload in PAYLOADS {
        assert_eq!(colours(payload), harmless, "{payload:?}");
    }
}

#[test]
fn json_reads_back_every_payload_as_it_was() {
    for payload in PAYLOADS.iter().copied() {
        let read: serde_json::Value = serde_json::from_str(&hostile(payload).json()).unwrap();
        assert_eq!(read["header"]["campaign"], payload);
        assert_eq!(read["approved"][0]["anchor"], payload);
        assert_eq!(read["lost"][0]["links"][0]["evidence"]["text"], payload.lines().next().unwrap());
        assert_eq!(read["cannot_check"][0]["detail"], payload);
    }
}
