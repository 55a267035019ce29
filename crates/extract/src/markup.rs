//! Markup as a stream: start tags, end tags and text, in one linear pass of bounded memory.

use std::cell::RefCell;
use std::collections::HashMap;

use lol_html::errors::RewritingError;
use lol_html::html_content::{Element, TextType};
use lol_html::{HandlerResult, HtmlRewriter, MemorySettings, Settings, doc_comments, doc_text, element};

use crate::repair::repaired;
use crate::text::decode_attribute;

/// Memory of one pass, in bytes.
pub(crate) const STREAM_MEMORY: usize = 16 * 1024 * 1024;
/// Steps one pass may spend on looking for the start tags of end tags.
///
/// `lol_html` looks through all open elements for each end tag, which is quadratic when very many stay open.
pub(crate) const STREAM_STEPS: usize = 200_000_000;
/// How much is read between two looks at what it cost, in bytes.
const PIECE_BYTES: usize = 4 * 1024;

const HTML_NAMESPACE: &str = "http://www.w3.org/1999/xhtml";
const SVG_NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// What reads a page tag by tag.
pub(crate) trait Reader {
    /// A start tag, and how many elements are open with it.
    fn start(&mut self, tag: &Tag<'_, '_, '_>, depth: usize);
    /// An end tag, lower case, and how many elements are open after it. It may match no start tag.
    fn end(&mut self, name: &str, depth: usize);
    /// Text, character references not decoded.
    fn text(&mut self, _text: &str, _kind: TextType) {}
    /// Whether enough was read.
    fn is_done(&self) -> bool {
        false
    }
}

/// A start tag.
pub(crate) struct Tag<'t, 'r, 'i> {
    element: &'t Element<'r, 'i>,
    /// Its name in lower case.
    pub(crate) name: &'t str,
}

impl Tag<'_, '_, '_> {
    /// The value of the first attribute of this name, decoded.
    pub(crate) fn attr(&self, name: &str) -> Option<String> {
        self.raw_attr(name).map(|raw| decode_attribute(&raw).into_owned())
    }

    /// The same as written: cheaper where it is only looked at.
    pub(crate) fn raw_attr(&self, name: &str) -> Option<String> {
        self.element.get_attribute(name)
    }

    /// How many attributes it has, doubles included.
    pub(crate) fn attribute_count(&self) -> usize {
        self.element.attributes().len()
    }

    /// Whether it is an HTML element, not one of SVG or `MathML`.
    pub(crate) fn is_html(&self) -> bool {
        self.element.namespace_uri() == HTML_NAMESPACE
    }

    /// Whether it is an SVG element.
    pub(crate) fn is_svg(&self) -> bool {
        self.element.namespace_uri() == SVG_NAMESPACE
    }

    /// Whether content follows: it is neither void nor closed in itself.
    pub(crate) fn has_content(&self) -> bool {
        self.element.can_have_content()
    }
}

/// How strictly markup is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Goes on where a tree builder might read the same bytes differently.
    Lenient,
    /// Stops there.
    Strict,
}

/// How a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// At the end of the text, or where the reader was done.
    Read,
    /// By the limit of this name.
    Stopped(&'static str),
}

/// Reads `text` to its end, or to a limit.
pub(crate) fn read(text: &str, strictness: Strictness, reader: &mut impl Reader) -> Ending {
    let text = &*repaired(text);
    let stream = RefCell::new(Stream { text, at: 0, open: OpenElements::default(), steps: 0, reader });
    let outcome = run(text, strictness, &stream);
    let mut stream = stream.into_inner();
    match outcome {
        Ok(()) => stream.end_tags_until(text.len()),
        Err(RewritingError::MemoryLimitExceeded(_)) => return Ending::Stopped("stream_memory"),
        Err(RewritingError::ParsingAmbiguity(_)) => return Ending::Stopped("ambiguous"),
        Err(RewritingError::ContentHandlerError(_)) if !stream.reader.is_done() => {
            return Ending::Stopped("stream_steps");
        }
        Err(RewritingError::ContentHandlerError(_)) => {}
    }
    Ending::Read
}

fn run<R: Reader>(
    text: &str,
    strictness: Strictness,
    stream: &RefCell<Stream<'_, R>>,
) -> Result<(), RewritingError> {
    let settings = Settings {
        element_content_handlers: vec![element!("*", |element| stream.borrow_mut().start(element))],
        document_content_handlers: vec![
            doc_text!(|chunk| {
                let place = chunk.source_location().bytes();
                stream.borrow_mut().text(chunk.as_str(), chunk.text_type(), place.start, place.end)
            }),
            doc_comments!(|comment| {
                let place = comment.source_location().bytes();
                stream.borrow_mut().step_over(place.start, place.end)
            }),
        ],
        memory_settings: MemorySettings {
            max_allowed_memory_usage: STREAM_MEMORY,
            ..MemorySettings::default()
        },
        strict: strictness == Strictness::Strict,
        ..Settings::new()
    };
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    let mut fed = 0;
    while fed < text.len() {
        let end = text.ceil_char_boundary(fed + PIECE_BYTES);
        let before = stream.borrow().open.depth();
        rewriter.write(&text.as_bytes()[fed..end])?;
        let charged = stream.borrow_mut().charge(&text[fed..end], before);
        charged.map_err(RewritingError::ContentHandlerError)?;
        fed = end;
    }
    rewriter.end()
}

/// A pass in progress.
///
/// `lol_html` reports only end tags that match an open element. Whatever lies between two reported tokens
/// is therefore read here: it can only be end tags.
struct Stream<'a, R> {
    text: &'a str,
    /// Where the last token ended.
    at: usize,
    open: OpenElements,
    /// What was spent of [`STREAM_STEPS`], by estimate.
    steps: usize,
    reader: &'a mut R,
}

impl<R: Reader> Stream<'_, R> {
    fn start(&mut self, element: &Element<'_, '_>) -> HandlerResult {
        let place = element.source_location().bytes();
        self.step_over(place.start, place.end)?;
        let name = element.tag_name();
        let tag = Tag { element, name: &name };
        if tag.has_content() {
            self.open.push(&name);
        }
        self.reader.start(&tag, self.open.depth());
        self.go_on()
    }

    fn text(&mut self, text: &str, kind: TextType, start: usize, end: usize) -> HandlerResult {
        self.step_over(start, end)?;
        self.reader.text(text, kind);
        Ok(())
    }

    fn step_over(&mut self, start: usize, end: usize) -> HandlerResult {
        self.end_tags_until(start);
        self.at = self.at.max(end);
        self.go_on()
    }

    fn go_on(&self) -> HandlerResult {
        // For `lol_html` a pass that ends early is an error of a handler.
        if self.reader.is_done() { Err("enough was read".into()) } else { Ok(()) }
    }

    /// Charges for the end tags of a piece: each may have looked through all open elements.
    fn charge(&mut self, piece: &str, depth_before: usize) -> HandlerResult {
        self.steps += piece.matches("</").count() * depth_before.max(self.open.depth());
        if self.steps > STREAM_STEPS { Err("too many steps".into()) } else { Ok(()) }
    }

    fn end_tags_until(&mut self, start: usize) {
        let between = self.text.get(self.at..start).unwrap_or_default();
        for name in EndTags(between) {
            let name = name.to_ascii_lowercase();
            self.open.pop_to(&name);
            self.reader.end(&name, self.open.depth());
        }
    }
}

/// Names of the end tags in a piece of markup that holds nothing else but a doctype or CDATA marks.
struct EndTags<'a>(&'a str);

impl<'a> Iterator for EndTags<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let (tag, rest) = self.0.split_once('>')?;
            self.0 = rest;
            if let Some(inner) = tag.strip_prefix("</") {
                return inner.split(|c: char| c.is_ascii_whitespace() || c == '/').next();
            }
        }
    }
}

/// The elements `lol_html` holds open.
#[derive(Default)]
struct OpenElements {
    ids: HashMap<String, usize>,
    /// For each name, where in the stack it stands.
    places: Vec<Vec<usize>>,
    stack: Vec<usize>,
}

impl OpenElements {
    fn depth(&self) -> usize {
        self.stack.len()
    }

    fn push(&mut self, name: &str) {
        let id = if let Some(&id) = self.ids.get(name) {
            id
        } else {
            let id = self.places.len();
            self.ids.insert(name.to_owned(), id);
            self.places.push(Vec::new());
            id
        };
        self.places[id].push(self.stack.len());
        self.stack.push(id);
    }

    fn pop_to(&mut self, name: &str) {
        let place = self.ids.get(name).and_then(|&id| self.places[id].last().copied());
        if let Some(place) = place {
            for id in self.stack.drain(place..) {
                self.places[id].pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// Everything that was read, as one line.
    #[derive(Default)]
    struct Record(String);

    impl Reader for Record {
        fn start(&mut self, tag: &Tag<'_, '_, '_>, depth: usize) {
            let href = tag.attr("href");
            write!(self.0, "<{} {href:?} {depth}>", tag.name).unwrap();
        }

        fn end(&mut self, name: &str, depth: usize) {
            write!(self.0, "</{name} {depth}>").unwrap();
        }

        fn text(&mut self, text: &str, _kind: TextType) {
            self.0 += text;
        }
    }

    fn record(text: &str) -> String {
        let mut record = Record::default();
        assert_eq!(read(text, Strictness::Lenient, &mut record), Ending::Read);
        record.0
    }

    #[test]
    fn end_tags_are_reported_whether_or_not_they_match() {
        assert_eq!(
            record("<div></p><template></div></template ></B x='>'><svg><![CDATA[</x>]]></svg>t</body"),
            "<div None 1></p 1><template None 2></div 0></template 0></b 0><svg None 1></x></svg 0>t"
        );
    }

    #[test]
    fn borders_of_pieces_change_nothing() {
        let page =
            "é<a title='</b>' href=https://ours.example/é>ü</a><!-- </i> --></i></p\n><script></b></script>";
        let whole = record(page);
        for padding in PIECE_BYTES - page.len() - 2..PIECE_BYTES + 2 {
            let padded = record(&("x".repeat(padding) + page));
            assert_eq!(padded.trim_start_matches('x'), whole, "after {padding} bytes");
        }
    }
}
