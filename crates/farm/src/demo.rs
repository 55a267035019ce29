//! The world of `trackward demo`: four weeks in the life of 28 watched pages on nine hosts.

mod stories;
mod story;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{EventName, LossReason, NewWatch};

use crate::demo::stories::Cast;
use crate::demo::story::Promise;
use crate::server::Farm;
use crate::world::World;

/// The world of the demo, what is watched in it, and what must come out.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The world; its script lasts [`Demo::LENGTH`].
    pub world: World,
    /// Every event that daily checks must lead to, and no other.
    pub expected: Vec<Expected>,
    start: Timestamp,
    promises: Vec<(&'static str, Promise)>,
}

/// An event that daily checks must lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The blog.
    pub blog: &'static str,
    /// The page as it is watched.
    pub path: &'static str,
    /// Where the link leads; for an event about the whole page, where the watched link leads.
    pub target: &'static str,
    /// What is reported.
    pub event: EventName,
    /// Why, for a removal.
    pub reason: Option<LossReason>,
    /// Not before this time after the start.
    pub from: SignedDuration,
    /// No later than this time after the start.
    pub by: SignedDuration,
}

impl Demo {
    /// How long the script lasts.
    pub const LENGTH: SignedDuration = SignedDuration::from_hours(28 * 24);

    /// The demo as it begins at `start`, when its watches are to be added.
    pub fn new(start: Timestamp) -> Self {
        let (mut world, mut expected, mut promises) = (World::new(start), Vec::new(), Vec::new());
        for Cast { mut blog, stories, mut acts } in stories::all() {
            let name = blog.name;
            for story in stories {
                expected.extend(story.outcomes.iter().map(|outcome| outcome.of(name, &story.promise)));
                promises.push((name, story.promise));
                acts.extend(story.acts);
                blog = blog.post(story.post);
            }
            world = world.blog(blog);
            world = acts.into_iter().fold(world, |world, (wait, act)| world.after(wait, name, act));
        }
        Self { world, expected, start, promises }
    }

    /// What to watch: sent trackbacks, promised links and an imported list, with addresses on `farm`.
    pub fn watches(&self, farm: &Farm) -> Vec<NewWatch> {
        let watch =
            |(blog, promise): &(&str, Promise)| promise.watch(farm.url(blog, promise.path), self.start);
        self.promises.iter().map(watch).collect()
    }
}

#[cfg(test)]
mod tests {
    use trackward_core::{PageUrl, Policy};

    use super::*;

    const MOMENT: SignedDuration = SignedDuration::from_secs(1);

    fn demo() -> Demo {
        Demo::new("2026-11-02T06:00:00Z".parse().unwrap())
    }

    /// The line of the page, sidebar left out, that links to the target; a redirect is followed.
    fn line(demo: &Demo, expected: &Expected, wait: SignedDuration) -> Option<String> {
        let answer = |path: &str| demo.world.answer(expected.blog, path, demo.start + wait);
        let mut answer_there = answer(expected.path)?;
        if let Some(to) = answer_there.header("location") {
            answer_there = answer(to)?;
        }
        let main = answer_there.body.split("<aside").next()?;
        main.lines().find(|line| line.contains(&format!("\"{}\"", expected.target))).map(str::to_owned)
    }

    #[test]
    fn world_shows_what_is_expected_of_it() {
        let demo = demo();
        for expected in &demo.expected {
            let before = line(&demo, expected, expected.from - MOMENT);
            let after = line(&demo, expected, expected.from);
            let shows = match expected.event {
                EventName::Verified => after.is_some(),
                EventName::Approved | EventName::Appeared | EventName::Restored => {
                    before.is_none() && after.is_some()
                }
                EventName::Removed => before.is_some() && after.is_none(),
                EventName::Weakened | EventName::Breached => {
                    before.is_some() && after.is_some() && before != after
                }
                EventName::Moved => before.is_some() && before == after,
                EventName::NotFound | EventName::NoAnswer => before.is_none() && after.is_none(),
                EventName::Unreadable => {
                    let robots = demo.world.answer(expected.blog, "/robots.txt", demo.start + expected.from);
                    robots.is_some_and(|robots| robots.body.ends_with("Disallow: /\n"))
                }
                _ => false,
            };
            assert!(shows, "{expected:?}\nbefore: {before:?}\nafter: {after:?}");
        }
    }

    #[test]
    fn everything_expected_settles_before_the_end() {
        for expected in demo().expected {
            assert!(expected.from < expected.by && expected.by <= Demo::LENGTH, "{expected:?}");
        }
    }

    #[test]
    fn what_waits_without_an_answer_is_not_given_up_before_the_end() {
        let demo = demo();
        for (blog, promise) in &demo.promises {
            let answered = demo.expected.iter().any(|e| e.blog == *blog && e.path == promise.path);
            let age = promise.watch(PageUrl::parse("http://h.example/").unwrap(), demo.start).sent;
            let age = age.map(|sent| (demo.start + Demo::LENGTH).duration_since(sent));
            let given_up = age.is_some_and(|age| age >= Policy::default().no_answer_after);
            assert!(answered || !given_up, "{blog}{}", promise.path);
        }
    }

    #[test]
    fn compost_entry_is_repeated_beside_the_one_that_waits_for_the_same_target() {
        let demo = demo();
        let answer = demo.world.answer("potting-shed", "/a-quiet-hedge/", demo.start + Demo::LENGTH);
        let page = answer.unwrap().body;
        let (main, sidebar) = page.split_once("<aside").unwrap();
        assert!(!main.contains("compost") && sidebar.contains("compost-that-does-not-smell"));
    }
}
