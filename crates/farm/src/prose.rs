//! The words of the farm: paragraphs, and what other people wrote below them.

use crate::entry::Entry;

/// The name our trackbacks carry.
pub(crate) const OUR_NAME: &str = "Field Notes";
/// What our trackbacks say.
pub(crate) const OUR_EXCERPT: &str =
    "[…] a good answer to this came last week, and it changed how I go about it myself […]";

const PARAGRAPHS: [&str; 12] = [
    "I put this off for most of a year, partly because every book says something different and partly \
     because the weather kept offering better excuses. Then a wet Sunday took the last of them away, and by \
     the evening I had learned more than in all the months of reading before it.",
    "The first attempt went the way first attempts go. Nothing was badly wrong, but nothing was quite right \
     either, and I spent the following week explaining to visitors that it was supposed to look like that. \
     They were kind enough to nod, and one of them even asked for a photograph.",
    "What surprised me most was how little of it depends on equipment. My neighbour has done the same thing \
     for thirty years with two tools and a bucket, and when I asked her about the third tool that everybody \
     recommends, she said she uses it to hold the shed door open.",
    "If you only take one thing from this page, let it be patience. The second day always looks worse than \
     the first, the third looks worse still, and then at some point you stop looking, come back a week \
     later, and find that it sorted itself out while nobody was watching.",
    "Several readers wrote in after the last post to say that it cannot be done in a small flat. It can. It \
     takes a little more planning and a tolerant household, and you will want to measure the stairs before \
     rather than after, but I know of at least three people who manage it on a fourth floor.",
    "There is a long tradition of doing this in autumn, and an equally long one of insisting that spring is \
     the only proper time. Having tried both I can report that the difference is mostly in what you wear. \
     Autumn is quieter, and the light in the late afternoon makes up for the mud.",
    "I keep a notebook for these things, a cheap one, because in a good one I never write anything down. \
     Looking through it now I see the same mistake recorded four times in four years, each time with the \
     same underlined resolution next to it. The fifth entry is going to be different.",
    "The numbers are less important than they look. I weighed and measured everything for a month, drew a \
     chart, hung it on the wall, and found that the best result of all came on the day I had mislaid the \
     scales and worked by eye. The chart is still there. It covers a damp patch.",
    "Much has been written about the cost, most of it by people who sell something. My own bill for the whole \
     season came to less than a pair of decent boots, and half of that was for a part which I broke myself \
     by standing on it. Secondhand is fine, borrowed is better.",
    "On the way home I stopped at the old bridge, where the river makes a sound that I have been trying to \
     describe for years. A man with a dog told me that it is only the gravel moving. I prefer not to know, \
     but I am passing it on for those who do.",
    "A word on failure, since nobody likes to mention it. Roughly one in five goes wrong for no reason that I \
     can find. I used to blame the water, then the season, then myself. These days I simply start one more \
     than I need, and give the spare away when it turns out well.",
    "Thank you for all the letters. I read every one of them, usually on the slow train, and I answer those \
     with a question in them first. If yours had no question and you are still waiting, put one in, and it \
     will move up the pile at once.",
];

/// Paragraphs of one post.
const PARAGRAPHS_A_POST: usize = 4;

/// The paragraphs of a post: always the same for one path.
pub(crate) fn paragraphs(path: &str) -> impl Iterator<Item = &'static str> {
    let first = path.bytes().map(usize::from).sum::<usize>();
    PARAGRAPHS.iter().copied().cycle().skip(first % PARAGRAPHS.len()).take(PARAGRAPHS_A_POST)
}

const PINGS: [(&str, &str, &str); 5] = [
    (
        "Low Tide Letters",
        "https://lowtide.example/2026/a-reply/",
        "[…] has been through the same and writes about it well […]",
    ),
    (
        "The Second Shelf",
        "https://secondshelf.example/reading/week-41",
        "[…] my favourite piece of the week, and not only for the bucket […]",
    ),
    (
        "Mostly Weather",
        "https://mostlyweather.example/notes/881.html",
        "[…] agrees that autumn is the better season, for other reasons […]",
    ),
    (
        "Bench & Vice",
        "https://benchandvice.example/blog/borrowed-tools",
        "[…] on borrowing instead of buying, with a sensible word about boots […]",
    ),
    (
        "Postcards from Elm Row",
        "https://elmrow.example/postcards/17/",
        "[…] the only honest account of the third day that I have read […]",
    ),
];

const COMMENTS: [(&str, &str, &str); 6] = [
    (
        "Maren",
        "https://maren.example/",
        "Mine looked dreadful on the third day too. Very glad I found this before throwing it out.",
    ),
    (
        "T. Okafor",
        "https://okafor.example/about",
        "I would add: label everything. You think you will remember, and you will not.",
    ),
    (
        "Ilse",
        "https://windyhill.example/",
        "The man with the dog is right about the gravel, I am sorry to say.",
    ),
    (
        "quietgeorge",
        "https://quietgeorge.example/blog",
        "Fourth floor, no lift, eleven years now. It can be done.",
    ),
    ("Noor", "https://noorwrites.example/", "Could you post the chart? The one over the damp patch?"),
    (
        "Old Pell",
        "https://pellandson.example/",
        "In my day we did it in spring and complained. Nothing has changed.",
    ),
];

/// What other people left below the `nth` post of a blog; a blog's own pingback among them now and then.
pub(crate) fn neighbours(nth: usize) -> Vec<Entry> {
    let (ping, comment) = (PINGS[nth % PINGS.len()], COMMENTS[nth % COMMENTS.len()]);
    let next_comment = COMMENTS[(nth + 1) % COMMENTS.len()];
    let next_ping = PINGS[(nth + 2) % PINGS.len()];
    let mut entries = vec![
        written(Entry::comment("", comment.1), comment),
        written(Entry::trackback("", ping.1), ping),
        written(Entry::comment("", next_comment.1), next_comment),
        written(Entry::pingback("", next_ping.1), next_ping),
    ];
    if nth % 3 == 1 {
        let own = ("Earlier on this blog", "/about/", "[…] as promised the other day […]");
        entries.push(written(Entry::pingback("", own.1), own).rel("ugc"));
    }
    entries
}

fn written(entry: Entry, (name, _, text): (&'static str, &'static str, &'static str)) -> Entry {
    Entry { name, text, ..entry }.approved()
}
