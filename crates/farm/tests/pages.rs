//! What the pages of a world show at an instant, without HTTP.

#![expect(clippy::unwrap_used, reason = "helpers of tests, where a failure is to panic")]

use jiff::{SignedDuration, Timestamp};
use trackward_farm::{Act, Answer, Blog, BodyLink, Demo, Entry, Fault, Post, Theme, World};

const OURS: &str = "https://ours.example/roses";
const WITH_DISCUSSION: [Theme; 3] = [Theme::Classic, Theme::Blocks, Theme::Generic];

fn start() -> Timestamp {
    "2026-11-02T06:00:00Z".parse().unwrap()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// A blog with the posts `/mulch/` and, below it, `/roses/` with our held trackback as its newest entry.
fn world(theme: Theme) -> World {
    let roses = Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS));
    World::new(start()).blog(Blog::new("garden", theme).post(Post::new("/mulch/", "Mulch")).post(roses))
}

fn answer(world: &World, path: &str, hour: i64) -> Answer {
    world.answer("garden", path, start() + hours(hour)).expect("an answer")
}

fn page(world: &World, path: &str, hour: i64) -> String {
    let answer = answer(world, path, hour);
    assert_eq!(answer.status, 200, "{path} at hour {hour}");
    answer.body
}

/// The page without its sidebar, and the sidebar.
fn halves(page: &str) -> (&str, &str) {
    page.split_once("<aside").expect("a page with a sidebar")
}

#[test]
fn held_trackback_leaves_no_trace() {
    for theme in WITH_DISCUSSION {
        let never = World::new(start()).blog(
            Blog::new("garden", theme)
                .post(Post::new("/mulch/", "Mulch"))
                .post(Post::new("/roses/", "Roses")),
        );
        assert_eq!(page(&world(theme), "/roses/", 0), page(&never, "/roses/", 0), "{theme:?}");
    }
}

#[test]
fn approved_trackback_shows_from_that_instant_in_the_markup_of_its_theme() {
    let rows = [
        (
            Theme::Classic,
            "<li id=\"comment-10\" class=\"trackback even thread-even depth-1\">\n<div class=\"comment-body\">\n\
             Pingback: <a href=\"https://ours.example/roses\" class=\"url\" rel=\"ugc external nofollow\">",
        ),
        (
            Theme::Blocks,
            "<div class=\"wp-block-comment-author-name\">\
             <a href=\"https://ours.example/roses\" rel=\"external nofollow ugc\">",
        ),
        (
            Theme::Generic,
            "<div class=\"trackback\" id=\"ping-10\">\n<div class=\"trackback-header\">\
             <a href=\"https://ours.example/roses\">",
        ),
    ];
    for (theme, markup) in rows {
        let world = world(theme).after(hours(30), "garden", Act::Approve("ours"));
        assert!(!page(&world, "/roses/", 29).contains(OURS), "{theme:?}");
        assert!(page(&world, "/roses/", 30).contains(markup), "{theme:?}: {}", page(&world, "/roses/", 30));
    }
}

#[test]
fn trashed_trackback_leaves_the_page_as_it_was_with_its_neighbours() {
    for theme in WITH_DISCUSSION {
        let world = world(theme)
            .after(hours(1), "garden", Act::Approve("ours"))
            .after(hours(2), "garden", Act::Trash("ours"))
            .after(hours(3), "garden", Act::Approve("ours"));
        assert_eq!(page(&world, "/roses/", 2), page(&world, "/roses/", 0), "{theme:?}");
        assert!(page(&world, "/roses/", 2).contains("Bench &#38; Vice"), "{theme:?}");
        assert_eq!(page(&world, "/roses/", 3), page(&world, "/roses/", 1), "{theme:?}");
    }
}

#[test]
fn sidebar_of_every_page_repeats_an_approved_trackback_without_rel() {
    for theme in WITH_DISCUSSION {
        let world = world(theme).after(hours(1), "garden", Act::Approve("ours"));
        for path in ["/mulch/", "/", "/about/"] {
            let page = page(&world, path, 1);
            let (main, sidebar) = halves(&page);
            assert!(!main.contains(OURS), "{theme:?} {path}");
            let echo = sidebar.lines().find(|line| line.contains(OURS)).expect("an echo");
            assert!(!echo.contains("rel="), "{theme:?} {path}: {echo}");
        }
    }
}

#[test]
fn sidebar_repeats_comments_only_where_they_are_one_list_with_trackbacks() {
    for (theme, repeats) in [(Theme::Classic, true), (Theme::Blocks, true), (Theme::Generic, false)] {
        let page = page(&world(theme), "/", 0);
        assert_eq!(halves(&page).1.contains("https://okafor.example/"), repeats, "{theme:?}");
    }
}

#[test]
fn hidden_list_takes_the_comments_with_it_only_where_they_are_one_list() {
    for (theme, comments_stay) in [(Theme::Classic, false), (Theme::Blocks, false), (Theme::Generic, true)] {
        let world = world(theme).after(hours(1), "garden", Act::Approve("ours")).after(
            hours(2),
            "garden",
            Act::HideList("/roses/"),
        );
        let (before, after) = (page(&world, "/roses/", 1), page(&world, "/roses/", 2));
        let (main, _) = halves(&after);
        assert!(!main.contains(OURS) && !main.contains("trackback"), "{theme:?}");
        assert_eq!(main.contains("id=\"comments\""), comments_stay, "{theme:?}");
        assert!(after.len() * 2 > before.len(), "{theme:?}: an edit, not a page that shrank");
    }
}

#[test]
fn entry_received_later_shows_its_own_rel_and_name_escaped() {
    for theme in WITH_DISCUSSION {
        let comment = Entry::comment("new", OURS).named("<b>Tom</b>").rel("").approved();
        let world = world(theme).after(hours(1), "garden", Act::Receive("/roses/", comment));
        let page = page(&world, "/roses/", 1);
        let (main, _) = halves(&page);
        let line = main.lines().find(|line| line.contains(OURS)).expect("our comment");
        assert!(!line.contains("rel=") && line.contains("&#60;b&#62;Tom"), "{theme:?}: {line}");
    }
}

#[test]
fn changed_rel_of_an_entry_shows() {
    let world = world(Theme::Generic).after(hours(1), "garden", Act::Approve("ours")).after(
        hours(2),
        "garden",
        Act::Rel { entry: "ours", rel: "nofollow" },
    );
    assert!(!page(&world, "/roses/", 1).contains("href=\"https://ours.example/roses\" rel="));
    assert!(page(&world, "/roses/", 2).contains("href=\"https://ours.example/roses\" rel=\"nofollow\""));
}

#[test]
fn editorial_link_is_set_changed_and_taken_out() {
    let link = BodyLink::new(OURS, "on roses");
    let world = world(Theme::Editorial)
        .after(hours(1), "garden", Act::Link("/roses/", link))
        .after(hours(2), "garden", Act::Link("/roses/", link.rel("sponsored")))
        .after(hours(3), "garden", Act::Unlink { path: "/roses/", href: OURS });
    let link_at = |hour| {
        let page = page(&world, "/roses/", hour);
        page.lines().find(|line| line.contains(OURS)).map(str::to_owned)
    };
    assert_eq!(link_at(0), None);
    assert!(link_at(1).is_some_and(|line| line.contains("roses\">on roses</a>")));
    assert!(link_at(2).is_some_and(|line| line.contains("roses\" rel=\"sponsored\">on roses</a>")));
    assert_eq!(link_at(3), None);
}

#[test]
fn post_asks_not_to_be_indexed_from_that_instant() {
    let world = world(Theme::Classic).after(hours(1), "garden", Act::Noindex("/roses/"));
    assert!(!page(&world, "/roses/", 0).contains("noindex"));
    assert!(page(&world, "/roses/", 1).contains("<meta name=\"robots\" content=\"noindex, follow\">"));
    assert!(!page(&world, "/mulch/", 1).contains("noindex"));
}

#[test]
fn deleted_post_answers_404_with_a_page_that_still_echoes_others() {
    let world = world(Theme::Classic).after(hours(1), "garden", Act::Delete("/mulch/"));
    let gone = answer(&world, "/mulch/", 1);
    assert_eq!(gone.status, 404);
    assert!(gone.body.contains("Page not found") && gone.body.contains("id=\"recentcomments\""));
    assert_eq!(answer(&world, "/never/", 0).status, 404);
}

#[test]
fn moved_post_redirects_to_itself_and_replaced_post_to_another() {
    let world = world(Theme::Classic)
        .after(hours(1), "garden", Act::Approve("ours"))
        .after(hours(2), "garden", Act::Move { path: "/roses/", to: "/old-roses/" })
        .after(hours(3), "garden", Act::Replace { path: "/old-roses/", to: "/mulch/" });
    let redirect = |path, hour| {
        let answer = answer(&world, path, hour);
        (answer.status, answer.header("location").unwrap_or_default().to_owned())
    };
    assert_eq!(redirect("/roses/", 2), (301, "/old-roses/".to_owned()));
    assert!(halves(&page(&world, "/old-roses/", 2)).0.contains(OURS));
    assert_eq!(redirect("/old-roses/", 3), (301, "/mulch/".to_owned()));
    assert!(!page(&world, "/mulch/", 3).contains(OURS));
}

#[test]
fn post_that_moves_back_is_served_at_its_first_address() {
    let world = world(Theme::Classic)
        .after(hours(1), "garden", Act::Move { path: "/roses/", to: "/old-roses/" })
        .after(hours(2), "garden", Act::Move { path: "/old-roses/", to: "/roses/" });
    assert_eq!(page(&world, "/roses/", 2), page(&world, "/roses/", 0));
    assert_eq!(answer(&world, "/old-roses/", 2).status, 301);
}

#[test]
fn broken_host_answers_everything_alike_until_it_heals() {
    let rows = [
        (Fault::Unavailable { retry_after: 600 }, Some((503, Some("600")))),
        (Fault::RateLimited { retry_after: 60 }, Some((429, Some("60")))),
        (Fault::NotFound, Some((404, None))),
        (Fault::Challenge, Some((200, None))),
        (Fault::Reset, None),
    ];
    for (fault, expected) in rows {
        let world = world(Theme::Classic).outage(hours(1), hours(2), "garden", fault);
        for path in ["/roses/", "/robots.txt"] {
            let answer = world.answer("garden", path, start() + hours(1));
            let seen = answer.as_ref().map(|answer| (answer.status, answer.header("retry-after")));
            assert_eq!(seen, expected, "{fault:?} {path}");
        }
        assert_eq!(page(&world, "/roses/", 2), page(&world, "/roses/", 0), "{fault:?}");
    }
}

#[test]
fn robots_text_changes_at_its_instant() {
    let all = "User-agent: *\nDisallow: /\n";
    let world = world(Theme::Classic).after(hours(1), "garden", Act::Robots(all));
    assert!(page(&world, "/robots.txt", 0).contains("Disallow: /wp-admin/"));
    assert_eq!(page(&world, "/robots.txt", 1), all);
}

#[test]
fn acts_happen_in_the_order_of_time_whatever_the_order_written() {
    let world = world(Theme::Classic).after(hours(2), "garden", Act::Trash("ours")).after(
        hours(1),
        "garden",
        Act::Approve("ours"),
    );
    assert!(page(&world, "/roses/", 1).contains(OURS));
    assert!(!page(&world, "/roses/", 2).contains(OURS));
}

#[test]
fn lone_post_has_no_discussion_until_its_first_entry() {
    let roses = Post::new("/roses/", "Roses").alone().entry(Entry::pingback("ours", OURS));
    let world = World::new(start()).blog(Blog::new("garden", Theme::Classic).post(roses)).after(
        hours(1),
        "garden",
        Act::Approve("ours"),
    );
    assert!(!page(&world, "/roses/", 0).contains("comment"));
    assert!(page(&world, "/roses/", 1).contains("class=\"pingback even"));
}

#[test]
fn every_page_of_the_demo_closes_its_elements_in_order() {
    let demo = Demo::new(start());
    for expected in &demo.expected {
        let answer = demo.world.answer(expected.blog, expected.path, start()).expect("an answer");
        assert_eq!(unclosed(&answer.body), Vec::<&str>::new(), "{}{}", expected.blog, expected.path);
    }
}

/// Elements left open, or the first closed out of order.
fn unclosed(page: &str) -> Vec<&str> {
    let mut open = Vec::new();
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split(['>', ' ']).next()) {
        match tag.strip_prefix('/') {
            Some(name) if open.last() == Some(&name) => drop(open.pop()),
            Some(name) => return vec![name],
            None if matches!(tag, "!doctype" | "meta" | "link") => {}
            None => open.push(tag),
        }
    }
    open
}
