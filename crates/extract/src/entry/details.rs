//! What an entry says of itself: title, excerpt, name of the blog, date, in the markup of each system.

use std::ops::Range;

use trackward_core::{EntryDetails, Limits};

use super::EntryNode;
use crate::outline::Outline;
use crate::placement::words;
use crate::text::tidy;

/// Name of the sender's blog or of the author, the most exact first: the others say more than the name.
const NAMES: &[&str] = &["fn", "wp-block-comment-author-name", "p-author", "comment-author", "vcard"];
/// Title of the sender's page.
const TITLES: &[&str] = &["p-name", "trackback-title"];
/// The quoted text.
const EXCERPTS: &[&str] = &[
    "wp-block-comment-content",
    "comment-content",
    "trackback-content",
    "e-content",
    "p-content",
    "p-summary",
    "comment-text",
];
/// The date.
const DATES: &[&str] = &["dt-published", "published", "wp-block-comment-date", "commentmetadata"];
/// What stands before the date in lists without markup.
const DATE_LABEL: &str = "tracked on";
/// What Movable Type links after an excerpt.
const READ_MORE: &[&str] = &["[Read More]", "Read More"];
/// What stands between a title and the name of its blog.
const FROM: &str = "from ";

/// What the entry around a link says of itself, where its markup tells the parts apart.
pub(crate) fn details(outline: &Outline<'_>, entry: &EntryNode, link: usize) -> EntryDetails {
    let reading = Reading { outline, entry, link };
    let quote = reading.quote();
    let title_end = quote.as_ref().and_then(|quote| reading.bold_start(quote));
    let excerpt = quote.as_ref().map(|quote| title_end.unwrap_or(quote.start)..quote.end);
    let bold = title_end.zip(quote).map(|(end, quote)| &reading.outline.text[quote.start..end]);
    EntryDetails {
        title: reading.title().or(bold).and_then(|text| kept(text, Limits::ANCHOR_CHARS)),
        excerpt: excerpt.and_then(|text| kept(without_more(&outline.text[text]), Limits::CONTEXT_CHARS)),
        blog_name: reading.blog_name().and_then(|text| kept(text, Limits::ANCHOR_CHARS)),
        date: reading.date().and_then(|text| kept(text, Limits::ANCHOR_CHARS)),
    }
}

fn kept(text: &str, most: usize) -> Option<String> {
    Some(tidy(text, most)).filter(|text| !text.is_empty())
}

/// The parts of an entry that its markup tells apart, and its text line by line.
#[derive(Debug)]
pub(super) struct Parts {
    /// Names the blog or author.
    name: Option<usize>,
    title: Option<usize>,
    excerpt: Option<usize>,
    date: Option<usize>,
    time: Option<usize>,
    /// What is set in `strong`.
    bold: Vec<usize>,
    /// The text between two breaks, whether those are blocks or `br`.
    lines: Vec<Range<usize>>,
}

impl Parts {
    /// The parts of an entry with these elements `inside` and this `text`.
    pub(super) fn new(outline: &Outline<'_>, inside: &Range<usize>, text: &Range<usize>) -> Self {
        let element = |node: usize| outline.nodes[node].element;
        let part = |classes: &[&str]| {
            let has = |node: usize, class: &str| element(node).classes().any(|c| c == class);
            classes.iter().find_map(|class| inside.clone().find(|&node| has(node, class)))
        };
        let named = |name: &'static str| inside.clone().filter(move |&node| element(node).name() == name);
        Self {
            name: part(NAMES).or_else(|| named("cite").next()),
            title: part(TITLES),
            excerpt: part(EXCERPTS),
            date: part(DATES),
            time: named("time").next(),
            bold: named("strong").collect(),
            lines: lines(outline, inside, text),
        }
    }
}

fn lines(outline: &Outline<'_>, inside: &Range<usize>, text: &Range<usize>) -> Vec<Range<usize>> {
    let mut breaks = vec![text.start, text.end];
    for node in inside.clone().filter(|&node| outline.is_block(node)) {
        let block = &outline.nodes[node].text;
        breaks.extend([block.start, block.end].into_iter().filter(|&at| at < text.end));
    }
    breaks.sort_unstable();
    let lines = breaks.windows(2).map(|pair| pair[0]..pair[1]);
    lines.filter(|line| !outline.text[line.clone()].trim().is_empty()).collect()
}

/// An entry read for one link in it.
struct Reading<'a> {
    outline: &'a Outline<'a>,
    entry: &'a EntryNode,
    link: usize,
}

impl<'a> Reading<'a> {
    /// The link's line before and after the link.
    fn line(&self) -> (&'a str, &'a str) {
        let anchor = &self.outline.nodes[self.link].text;
        let text = |range: Range<usize>| self.outline.text.get(range).unwrap_or_default().trim();
        let line = self.entry.parts.lines.iter().find(|line| line.contains(&anchor.start));
        line.map_or(("", ""), |line| (text(line.start..anchor.start), text(anchor.end..line.end)))
    }

    fn anchor(&self) -> &'a str {
        self.outline.shown(self.link)
    }

    fn is_in(&self, node: usize, around: usize) -> bool {
        (around..self.outline.nodes[around].end).contains(&node)
    }

    /// The name itself: what is linked, where the element says more, as in `By NAME on DATE`.
    fn name_text(&self, part: usize) -> &'a str {
        let mut inside = self.outline.inside(part).take_while(|node| self.entry.inside.contains(node));
        let linked = inside.find(|&node| self.outline.nodes[node].element.name() == "a");
        self.outline.shown(linked.unwrap_or(part))
    }

    /// `title from blog`, as lists of the first systems write it, or a title of its own class, or the link
    /// itself where another element names the blog.
    fn title(&self) -> Option<&'a str> {
        if self.line().1.starts_with(FROM) {
            return Some(self.anchor());
        }
        let name = self.entry.parts.name;
        let is_of_name =
            |node: usize| name.is_some_and(|name| self.is_in(node, name) || self.is_in(name, node));
        if let Some(own) = self.entry.parts.title.filter(|&title| !is_of_name(title)) {
            return Some(self.outline.shown(own));
        }
        let is_quoted = self.entry.parts.excerpt.is_some_and(|excerpt| self.is_in(self.link, excerpt));
        let is_beside_name = name.is_some() && !is_of_name(self.link);
        let is_dated = self.entry.parts.time.is_some_and(|time| self.is_in(time, self.link));
        let is_title = is_beside_name || self.is_headed();
        (is_title && !is_quoted && !is_dated).then(|| self.anchor())
    }

    /// Whether the link stands alone in a heading of its entry.
    fn is_headed(&self) -> bool {
        let mut around =
            self.outline.ancestors(self.link).take_while(|node| self.entry.inside.contains(node));
        let in_heading = around.any(|node| {
            matches!(self.outline.nodes[node].element.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
        });
        in_heading && self.line().0.trim_start_matches('»').is_empty()
    }

    /// What follows `from`, or is linked after a label such as `Pingback:`, or has a class of its own.
    fn blog_name(&self) -> Option<&'a str> {
        let (before, after) = self.line();
        if let Some(name) = after.strip_prefix(FROM) {
            return Some(name);
        }
        if words::closing_label(before).is_some() {
            return Some(self.anchor());
        }
        self.entry.parts.name.map(|part| self.name_text(part))
    }

    fn date(&self) -> Option<&'a str> {
        if let Some(time) = self.entry.parts.time {
            let written = self.outline.nodes[time].element.attr("datetime");
            return written.or_else(|| Some(self.outline.text_of(time)));
        }
        let labelled = || {
            self.entry.parts.lines.iter().find_map(|line| after_date_label(&self.outline.text[line.clone()]))
        };
        self.entry.parts.date.map(|part| self.outline.text_of(part)).or_else(labelled)
    }

    /// The quoted text: of a class of its own up to a date in it, or the first line after the link that is
    /// no date.
    fn quote(&self) -> Option<Range<usize>> {
        if let Some(part) = self.entry.parts.excerpt {
            let part = &self.outline.nodes[part].text;
            let mut inner =
                self.entry.parts.lines.iter().filter(|line| line.start > part.start && line.end <= part.end);
            let date = inner.find(|line| self.is_date(line));
            return Some(part.start..date.map_or(part.end, |date| date.start));
        }
        let link_end = self.outline.nodes[self.link].text.end;
        let mut lines =
            self.entry.parts.lines.iter().filter(|line| line.start >= link_end && !self.is_date(line));
        let first = lines.next()?;
        // A title alone in its line is not yet the quote.
        let rest = self.bold_start(first).and_then(|end| self.outline.text.get(end..first.end));
        let is_title = rest.is_some_and(|rest| rest.trim().is_empty());
        let last = if is_title { lines.next().unwrap_or(first) } else { first };
        Some(first.start..last.end)
    }

    fn is_date(&self, line: &Range<usize>) -> bool {
        let is_in_date =
            self.entry.parts.date.is_some_and(|date| self.outline.nodes[date].text.contains(&line.start));
        is_in_date || after_date_label(&self.outline.text[line.clone()]).is_some()
    }

    /// Where the bold title ends that a text begins with, as WordPress writes trackbacks.
    fn bold_start(&self, text: &Range<usize>) -> Option<usize> {
        let strong = self.entry.parts.bold.iter().copied().find(|&node| {
            let bold = &self.outline.nodes[node].text;
            bold.start == text.start && !bold.is_empty()
        })?;
        Some(self.outline.nodes[strong].text.end)
    }
}

fn without_more(excerpt: &str) -> &str {
    let excerpt = excerpt.trim_end();
    READ_MORE.iter().find_map(|more| excerpt.strip_suffix(more)).unwrap_or(excerpt)
}

fn after_date_label(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let label = line.get(..DATE_LABEL.len())?;
    label.eq_ignore_ascii_case(DATE_LABEL).then(|| line[DATE_LABEL.len()..].trim_start_matches(':'))
}
