//! The stories of the demo, blog by blog.

use jiff::SignedDuration;
use trackward_core::EventName::{
    Approved, Breached, Moved, NoAnswer, NotFound, Restored, Unreadable, Weakened,
};
use trackward_core::LossReason::{EntryRemoved, LinkRemoved, PageGone, PageMovedWithoutLink, SectionRemoved};

use crate::act::Act;
use crate::blog::{Blog, Theme};
use crate::demo::story::Story;
use crate::entry::Entry;
use crate::fault::Fault;
use crate::post::{BodyLink, Post};

const COMPOST: &str = "https://ours.example/notes/compost-that-does-not-smell";
const SNOW: &str = "https://ours.example/notes/sowing-in-january";
const SLUGS: &str = "https://ours.example/notes/a-truce-with-slugs";
const RYE: &str = "https://ours.example/notes/rye-for-beginners";
const SCALES: &str = "https://ours.example/notes/kitchen-scales-tested";
const SLEEPERS: &str = "https://ours.example/travel/sleeper-trains-in-winter";
const MENUS: &str = "https://ours.example/travel/dining-car-menus";
const READING: &str = "https://ours.example/essays/reading-aloud";
const PRESSES: &str = "https://ours.example/essays/small-presses-worth-knowing";
const TYPEWRITERS: &str = "https://ours.example/essays/typewriters";
const KNOTS: &str = "https://ours.example/sea/seven-knots";
const CHARTS: &str = "https://ours.example/sea/charts-without-fear";
const SEALS: &str = "https://ours.example/sea/seals-up-close";
const RADIO: &str = "https://ours.example/radio/listening-at-night";
const TEA: &str = "https://ours.example/notes/tea-on-a-mountain";
const DRAWING: &str = "https://ours.example/essays/drawing-without-a-ruler";

/// A blog, the stories of its watched pages, and what happens to its host.
pub(super) struct Cast {
    pub(super) blog: Blog,
    pub(super) stories: Vec<Story>,
    pub(super) acts: Vec<(SignedDuration, Act)>,
}

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

const fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

pub(super) fn all() -> Vec<Cast> {
    vec![
        potting_shed(),
        night_bread(),
        slow_rails(),
        paper_lanterns(),
        tide_tables(),
        hill_radio(),
        copper_kettle(),
        walled_garden(),
        steady_hand(),
    ]
}

/// Moderation: hours, days, never. The approved compost entry is repeated in the sidebar of the page that
/// waits for the same target, and must not count there.
fn potting_shed() -> Cast {
    Cast {
        blog: Blog::new("potting-shed", Theme::Classic).titled("The Potting Shed").with_etag(),
        stories: vec![
            Story::sent("/a-quiet-hedge/", "A quiet hedge", COMPOST, hours(6)),
            Story::sent("/sowing-under-snow/", "Sowing under snow", SNOW, days(3)).then(
                hours(101),
                Act::Approve("/sowing-under-snow/"),
                Approved,
            ),
            Story::known("/slugs-at-night/", "Slugs at night", SLUGS).loses(
                days(9),
                Act::Trash("/slugs-at-night/"),
                EntryRemoved,
            ),
            Story::sent("/why-your-compost-smells/", "Why your compost smells", COMPOST, days(1)).then(
                hours(30),
                Act::Approve("/why-your-compost-smells/"),
                Approved,
            ),
        ],
        acts: vec![],
    }
}

/// A removal that is taken back, and a trackback that is trashed unseen.
fn night_bread() -> Cast {
    Cast {
        blog: Blog::new("night-bread", Theme::Blocks).titled("Night Bread"),
        stories: vec![
            Story::sent("/the-first-rye/", "The first rye", RYE, hours(6)).then(
                hours(51),
                Act::Approve("/the-first-rye/"),
                Approved,
            ),
            Story::known("/cold-proof/", "Cold proof", RYE),
            Story::sent("/the-scale-lies/", "The scale lies", SCALES, hours(12))
                .then(days(3), Act::Approve("/the-scale-lies/"), Approved)
                .loses(days(10), Act::Trash("/the-scale-lies/"), EntryRemoved)
                .then(days(18), Act::Approve("/the-scale-lies/"), Restored),
            Story::sent("/a-crust-in-august/", "A crust in August", RYE, hours(20))
                .quietly(days(5), Act::Trash("/a-crust-in-august/")),
        ],
        acts: vec![],
    }
}

/// A list that goes, a pingback that nobody registered, a link that loses its worth.
fn slow_rails() -> Cast {
    let dining = Entry::pingback("menus", MENUS).named("Dining cars, remembered").approved();
    Cast {
        blog: Blog::new("slow-rails", Theme::Generic).titled("Slow Rails"),
        stories: vec![
            Story::known("/night-train-to-the-coast/", "Night train to the coast", SLEEPERS).loses(
                days(10),
                Act::HideList("/night-train-to-the-coast/"),
                SectionRemoved,
            ),
            Story::known("/the-last-dining-car/", "The last dining car", SLEEPERS).receives(days(7), dining),
            Story::sent("/sleeper-berths/", "Sleeper berths", SLEEPERS, days(1))
                .then(days(3), Act::Approve("/sleeper-berths/"), Approved)
                .then(days(16), Act::Rel { entry: "/sleeper-berths/", rel: "nofollow" }, Weakened),
        ],
        acts: vec![],
    }
}

/// Editorial links: taken out, weakened, set as promised, against what was agreed, never there.
fn paper_lanterns() -> Cast {
    let letters = BodyLink::new(READING, "a defence of reading aloud");
    let typewriters = BodyLink::new(TYPEWRITERS, "a shelf of typewriters");
    Cast {
        blog: Blog::new("paper-lanterns", Theme::Editorial).titled("Paper Lanterns").with_etag(),
        stories: vec![
            Story::linked(
                "/on-reading-aloud/",
                "On reading aloud",
                BodyLink::new(READING, "an essay on reading aloud"),
            )
            .loses(
                days(8),
                Act::Unlink { path: "/on-reading-aloud/", href: READING },
                LinkRemoved,
            ),
            Story::linked("/letters-kept/", "Letters kept", letters).then(
                days(11),
                Act::Link("/letters-kept/", letters.rel("nofollow")),
                Weakened,
            ),
            Story::unlinked("/small-presses/", "Small presses", PRESSES, Some(days(2))).then(
                days(5),
                Act::Link("/small-presses/", BodyLink::new(PRESSES, "small presses worth knowing")),
                Approved,
            ),
            Story::linked("/the-typewriter-shelf/", "The typewriter shelf", typewriters)
                .agreed(typewriters.anchor)
                .then(days(13), Act::Link("/the-typewriter-shelf/", typewriters.rel("sponsored")), Breached),
            Story::unlinked("/in-the-margins/", "In the margins", READING, None)
                .leads_to(SignedDuration::ZERO, NotFound),
        ],
        acts: vec![],
    }
}

/// Posts that are deleted, replaced and moved.
fn tide_tables() -> Cast {
    Cast {
        blog: Blog::new("tide-tables", Theme::Classic)
            .titled("Tide Tables")
            .post(Post::new("/links-we-liked/", "Links we liked")),
        stories: vec![
            Story::known("/harbour-seals/", "Harbour seals", SEALS).loses(
                days(6),
                Act::Delete("/harbour-seals/"),
                PageGone,
            ),
            Story::known("/knots-for-beginners/", "Knots for beginners", KNOTS).loses(
                days(9),
                Act::Replace { path: "/knots-for-beginners/", to: "/links-we-liked/" },
                PageMovedWithoutLink,
            ),
            Story::known("/reading-a-chart/", "Reading a chart", CHARTS).then(
                days(12),
                Act::Move { path: "/reading-a-chart/", to: "/how-to-read-a-chart/" },
                Moved,
            ),
        ],
        acts: vec![],
    }
}

/// Thirty hours of 503 and a day of broken connections, which remove nothing; an approval in the midst of
/// them is seen when they are over.
fn hill_radio() -> Cast {
    let (fails, breaks, heals) = (days(10), hours(10 * 24 + 30), hours(11 * 24 + 30));
    Cast {
        blog: Blog::new("hill-radio", Theme::Blocks).titled("Hill Radio").with_etag(),
        stories: vec![
            Story::known("/aerials-in-the-rain/", "Aerials in the rain", RADIO),
            Story::sent("/valve-sets/", "Valve sets", RADIO, days(5))
                .quietly(days(11), Act::Approve("/valve-sets/"))
                .leads_to(heals, Approved),
            Story::known("/numbers-after-midnight/", "Numbers after midnight", RADIO),
        ],
        acts: vec![
            (fails, Act::Break(Fault::Unavailable { retry_after: 3_600 })),
            (breaks, Act::Break(Fault::Reset)),
            (heals, Act::Heal),
        ],
    }
}

/// A day on which everything is said to be gone, later twelve hours of 429: neither removes anything. One
/// trackback waits for so long that it is given up, and is then approved after all.
fn copper_kettle() -> Cast {
    Cast {
        blog: Blog::new("copper-kettle", Theme::Generic).titled("The Copper Kettle"),
        stories: vec![
            Story::known("/tea-at-altitude/", "Tea at altitude", TEA),
            Story::sent("/a-kettle-for-two/", "A kettle for two", TEA, days(20))
                .leads_to(days(10), NoAnswer)
                .then(days(24), Act::Approve("/a-kettle-for-two/"), Approved),
        ],
        acts: vec![
            (days(14), Act::Break(Fault::NotFound)),
            (days(15), Act::Heal),
            (days(20), Act::Break(Fault::RateLimited { retry_after: 6 * 3_600 })),
            (hours(20 * 24 + 12), Act::Heal),
        ],
    }
}

/// A host that asks robots to stay away: nothing is lost, nothing can be checked.
fn walled_garden() -> Cast {
    let shut = days(2);
    Cast {
        blog: Blog::new("walled-garden", Theme::Classic).titled("The Walled Garden"),
        stories: vec![
            Story::known("/the-gate/", "The gate", SNOW).leads_to(shut + days(14), Unreadable),
            Story::sent("/the-inner-wall/", "The inner wall", SLUGS, days(1))
                .leads_to(shut + days(14), Unreadable),
        ],
        acts: vec![(shut, Act::Robots("User-agent: *\nDisallow: /\n"))],
    }
}

/// A host where all is well.
fn steady_hand() -> Cast {
    Cast {
        blog: Blog::new("steady-hand", Theme::Editorial).titled("A Steady Hand"),
        stories: vec![
            Story::linked(
                "/a-line-without-a-ruler/",
                "A line without a ruler",
                BodyLink::new(DRAWING, "drawing without a ruler"),
            ),
            Story::linked(
                "/ink-and-patience/",
                "Ink and patience",
                BodyLink::new(DRAWING, "the essay that started it"),
            ),
        ],
        acts: vec![],
    }
}
