//! Which rule decides: status, redirect, robots, transport and the health gate.

mod support;

use support::*;
use trackward_core::*;

fn rule_of(visited: Visited) -> Rule {
    let story = Story::live();
    judge(visited, &story.memory, &story.links, &story.policy).rule
}

/// A page without our link, with something about it changed.
fn page_with(edit: impl FnOnce(&mut Extraction, &mut Response)) -> Visited {
    let mut page = extraction(vec![]);
    let mut answer = response(200);
    edit(&mut page, &mut answer);
    visited(start() + hours(24), VisitEnd::Answered { response: answer, extraction: Some(Box::new(page)) })
}

#[test]
fn status_decides_by_the_table() {
    let rows = [
        (404, Rule::GoneStatus),
        (410, Rule::GoneStatus),
        (401, Rule::RefusedStatus),
        (403, Rule::RefusedStatus),
        (407, Rule::RefusedStatus),
        (429, Rule::AskedTooOften),
        (451, Rule::RefusedStatus),
        (500, Rule::ServerStatus),
        (503, Rule::ServerStatus),
        (599, Rule::ServerStatus),
        (304, Rule::Unasked304),
        (204, Rule::Empty),
        (206, Rule::OddStatus),
        (400, Rule::OddStatus),
        (418, Rule::OddStatus),
    ];
    for (status, rule) in rows {
        assert_eq!(rule_of(answered(start(), status, None)), rule, "{status}");
    }
}

#[test]
fn partial_content_nobody_asked_for_is_not_read_as_a_page() {
    let mut page = extraction(vec![]);
    page.facts.bytes = 10_000;
    assert_eq!(rule_of(answered(start(), 206, Some(page))).verdict(), Verdict::Unusable);
}

#[test]
fn healthy_page_without_the_link_is_readable() {
    assert_eq!(rule_of(page_with(|_, _| {})), Rule::Complete);
}

#[test]
fn page_cut_short_proves_no_absence() {
    for (cut, rule) in [
        (Cut::TooLarge, Rule::TooLarge),
        (Cut::Truncated, Rule::Truncated),
        (Cut::Stalled, Rule::Timeout),
        (Cut::Slow, Rule::Timeout),
        (Cut::Encoding("broken".into()), Rule::Encoding),
    ] {
        assert_eq!(rule_of(page_with(|_, answer| answer.ending = BodyEnd::Cut(cut))), rule);
    }
}

#[test]
fn link_seen_before_the_cut_counts_as_present() {
    let mut answer = response(200);
    answer.ending = BodyEnd::Cut(Cut::TooLarge);
    let extraction = Some(Box::new(extraction(vec![reference()])));
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    story.check(visited(start() + hours(25), VisitEnd::Answered { response: answer, extraction }));
    assert_eq!(story.state(), StateName::Live);
    assert_eq!(story.memory.last.map(|(_, rule)| rule), Some(Rule::LinksSeen));
}

#[test]
fn page_shrunk_below_40_percent_is_doubtful_and_at_40_percent_is_not() {
    assert_eq!(rule_of(page_with(|page, _| page.facts.bytes = 4_000)), Rule::Complete);
    assert_eq!(rule_of(page_with(|page, _| page.facts.bytes = 3_999)), Rule::Shrunk);
}

#[test]
fn one_landmark_is_enough_and_none_is_doubtful() {
    let other_title = |page: &mut Extraction| page.facts.title = Some("Another".into());
    assert_eq!(rule_of(page_with(|page, _| other_title(page))), Rule::Complete);
    let nothing_left = page_with(|page, _| {
        other_title(page);
        page.facts.containers.clear();
    });
    assert_eq!(rule_of(nothing_left), Rule::LandmarksGone);
}

#[test]
fn comments_on_further_pages_are_doubtful_only_for_links_among_comments() {
    let paginated = |page: &mut Extraction, _: &mut Response| {
        page.facts.comment_pages = vec![PageUrl::parse("https://host.example/post/comment-page-1/").unwrap()];
    };
    assert_eq!(rule_of(page_with(paginated)), Rule::CommentPages);
    let mut story = Story::live();
    story.links[0].seen.as_mut().unwrap().placement = Placement::Body;
    let seen = judge(page_with(paginated), &story.memory, &story.links, &story.policy);
    assert_eq!(seen.rule, Rule::Complete);
}

#[test]
fn comments_that_were_read_to_the_end_may_prove_an_absence() {
    let mut visited = page_with(|page, _| {
        page.facts.comment_pages = vec![PageUrl::parse("https://host.example/post/comment-page-1/").unwrap()];
    });
    visited.comments_read = true;
    assert_eq!(rule_of(visited), Rule::Complete);
}

#[test]
fn every_wall_has_its_rule_and_a_thin_sign_needs_a_thin_page() {
    for (class, rule) in [
        (SignatureClass::Challenge, Rule::Challenge),
        (SignatureClass::Login, Rule::LoginWall),
        (SignatureClass::Paywall, Rule::Paywall),
        (SignatureClass::Consent, Rule::ConsentWall),
        (SignatureClass::Region, Rule::RegionWall),
        (SignatureClass::Maintenance, Rule::Maintenance),
        (SignatureClass::ErrorText, Rule::ErrorText),
        (SignatureClass::Parked, Rule::Parked),
        (SignatureClass::Shell, Rule::Shell),
    ] {
        let with = |alone, text_chars, has_article| {
            rule_of(page_with(|page, _| {
                page.facts.signatures = vec![Signature { id: "row".into(), class, alone }];
                page.facts.text_chars = text_chars;
                page.facts.has_article = has_article;
            }))
        };
        assert!(!rule.verdict().is_conclusive(), "{rule}");
        assert_eq!(with(true, 9_000, true), rule);
        assert_eq!(with(false, Limits::THIN_TEXT_CHARS - 1, false), rule);
        assert_eq!(with(false, Limits::THIN_TEXT_CHARS, false), Rule::Complete);
        assert_eq!(with(false, 100, true), Rule::Complete);
    }
}

#[test]
fn our_link_on_the_page_outranks_every_signature_and_an_echo_does_not() {
    let wall = |placement| {
        let mut page = extraction(vec![reference_to("https://ours.example/a", placement)]);
        page.facts.signatures =
            vec![Signature { id: "row".into(), class: SignatureClass::Challenge, alone: true }];
        rule_of(answered(start() + hours(24), 200, Some(page)))
    };
    assert_eq!(wall(Placement::Ping), Rule::Complete);
    assert_eq!(wall(Placement::WidgetEcho), Rule::Challenge);
}

#[test]
fn soft_gone_needs_two_signs() {
    type Sign = fn(&mut PageFacts);
    let said: Sign = |facts| {
        let id = format!("not_found_{}", facts.signatures.len());
        facts.signatures.push(Signature { id, class: SignatureClass::SoftGone, alone: false });
    };
    let home: Sign = |facts| facts.canonical = Some(PageUrl::parse("https://host.example/").unwrap());
    let hidden: Sign = |facts| facts.robots.noindex = Some(Mechanism::Meta);
    let shrunk: Sign = |facts| facts.bytes = 3_999;
    let thin: Sign = |facts| facts.text_chars = 300;
    let rule = |signs: &[Sign]| {
        rule_of(page_with(|page, _| {
            std::iter::once(&thin).chain(signs).for_each(|sign| sign(&mut page.facts));
        }))
    };
    for second in [said, home, hidden, shrunk] {
        assert_eq!(rule(&[said, second]), Rule::SoftGone);
    }
    assert_eq!(rule(&[said]), Rule::Complete);
    assert_eq!(rule(&[home, hidden]), Rule::Complete);
    let article: Sign = |facts| facts.has_article = true;
    assert_eq!(rule(&[said, home, article]), Rule::Complete, "an article about pages that are not found");
    assert_eq!(Rule::SoftGone.verdict(), Verdict::Gone);
}

#[test]
fn page_is_not_gone_while_the_front_page_answers_the_same() {
    let mut visited = answered(start(), 404, None);
    visited.front_page_gone = true;
    assert_eq!(rule_of(visited).verdict(), Verdict::Refused);
}

#[test]
fn comments_drawn_by_a_script_or_counted_and_not_shown_prove_no_absence() {
    let emptied = |edit: fn(&mut PageFacts)| {
        rule_of(page_with(|page, _| {
            page.facts.entries.clear();
            edit(&mut page.facts);
        }))
    };
    assert_eq!(emptied(|facts| facts.script_comments = Some("disqus".into())), Rule::ScriptComments);
    let mut story = Story::live();
    story.memory.landmarks.as_mut().unwrap().entries = vec!["comment-7".into()];
    let counted = page_with(|page, _| {
        page.facts.entries.clear();
        page.facts.stated_entries = Some(3);
    });
    assert_eq!(judge(counted, &story.memory, &story.links, &story.policy).rule, Rule::CommentsHidden);
}

#[test]
fn odd_page_with_every_known_link_is_readable() {
    let mut page = extraction(vec![reference()]);
    page.facts.bytes = 100;
    page.facts.title = None;
    assert_eq!(rule_of(answered(start(), 200, Some(page))).verdict(), Verdict::Readable);
}

#[test]
fn temporary_redirect_to_another_page_is_doubtful_and_a_permanent_one_is_judged() {
    let redirected = |status| {
        let mut visited = page_with(|page, _| page.facts.title = Some("Home".into()));
        visited.chain = vec![Hop { from: page(), status }];
        visited.final_url = PageUrl::parse("https://host.example/").unwrap();
        visited
    };
    assert_eq!(rule_of(redirected(302)), Rule::LedElsewhere);
    assert_eq!(rule_of(redirected(301)), Rule::Complete);
}

#[test]
fn redirect_to_another_spelling_is_the_same_page() {
    let mut visited = page_with(|_, _| {});
    visited.chain = vec![Hop { from: page(), status: 302 }];
    visited.final_url = PageUrl::parse("https://www.host.example/post/").unwrap();
    assert_eq!(rule_of(visited), Rule::Complete);
}

#[test]
fn tree_that_was_refused_proves_no_absence() {
    assert_eq!(
        rule_of(page_with(|page, _| page.tree = TreeUse::Refused("TREE_DEPTH".into()))),
        Rule::TreeRefused
    );
}

#[test]
fn empty_and_foreign_content_prove_no_absence() {
    assert_eq!(rule_of(page_with(|page, _| page.facts.text_chars = 0)), Rule::Empty);
    assert_eq!(rule_of(page_with(|page, _| page.facts.html = false)), Rule::NotHtml);
}

#[test]
fn shape_that_is_doubtful_three_times_over_seven_days_is_the_new_normal() {
    let redesigned = |days: i64| {
        let mut page = extraction(vec![]);
        page.facts.title = Some("New design".into());
        page.facts.containers = vec!["replies".into()];
        answered(start() + hours(24 * days), 200, Some(page))
    };
    let mut story = Story::live();
    for day in [1, 2, 7] {
        story.check(redesigned(day));
        assert_eq!(story.memory.last.map(|(_, rule)| rule), Some(Rule::LandmarksGone), "day {day}");
        assert_eq!(story.state(), StateName::Live);
    }
    story.check(redesigned(8));
    assert_eq!(story.memory.last.map(|(_, rule)| rule), Some(Rule::NewNormal));
    assert_eq!(story.state(), StateName::Missing);
}

#[test]
fn validators_are_sent_for_settled_pages_only_and_not_for_ever() {
    let mut answer = response(200);
    answer.headers = [("ETag", "\"a\"")].into_iter().collect();
    let mut story = Story::live();
    let extraction = Some(Box::new(extraction(vec![reference()])));
    story.check(visited(start(), VisitEnd::Answered { response: answer, extraction }));
    let send = |story: &Story, at| {
        story.memory.validators_to_send(&story.links, &story.policy, start() + hours(at)).is_some()
    };
    for n in 1..=4 {
        assert!(send(&story, n), "conditional check {n}");
        story.look(Look::Unchanged, n);
    }
    assert!(!send(&story, 5), "the fifth asks for the body");
    story.memory.validators.as_mut().unwrap().uses = 0;
    assert!(send(&story, 24 * 14) && !send(&story, 24 * 14 + 1), "body older than 14 days");
    story.links[0].state = LinkState::Pending { absences: 0, last_absent: None };
    assert!(!send(&story, 5), "a pending link is asked for without validators");
}

#[test]
fn validators_are_kept_of_complete_pages_where_they_can_be_sent_back() {
    let kept = |status, ending, etag: &str| {
        let headers = [("ETag", etag)].into_iter().collect();
        Validators::of(&Response { status, headers, body: Vec::new(), ending }, start()).and_then(|v| v.etag)
    };
    assert_eq!(kept(200, BodyEnd::Complete, "W/\"a b\"").as_deref(), Some("W/\"a b\""));
    assert_eq!(kept(200, BodyEnd::Cut(Cut::Truncated), "\"a\""), None);
    assert_eq!(kept(404, BodyEnd::Complete, "\"a\""), None);
    assert!(kept(200, BodyEnd::Complete, &"e".repeat(Limits::VALIDATOR_BYTES)).is_some());
    assert_eq!(kept(200, BodyEnd::Complete, &"e".repeat(Limits::VALIDATOR_BYTES + 1)), None);
    for odd in ["", "\"\u{7f}\"", "\"ü\"", "a\tb"] {
        assert_eq!(kept(200, BodyEnd::Complete, odd), None, "{odd:?}");
    }
}
