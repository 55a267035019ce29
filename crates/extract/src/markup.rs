//! Markup as a stream: start tags, end tags and text, in one linear pass of bounded memory.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use lol_html::errors::RewritingError;
use lol_html::html_content::{Element, TextType};
use lol_html::{HandlerResult, HtmlRewriter, MemorySettings, Settings, doc_comments, doc_text, element};

use crate::text::decode_attribute;

/// Memory of one pass, in bytes.
pub(crate) const STREAM_MEMORY: usize = 16 * 1024 * 1024;
/// Steps one pass may spend on looking for the start tags of end tags.
///
/// `lol_html` looks through all open elements for each end tag, which is quadratic when very many stay open.
pub(crate) const STREAM_STEPS: usize = 100_000_000;
/// One start tag, in bytes: an image of 768 KiB in its `src` fits.
///
/// `lol_html` notes each attribute outside of its own account of memory, 48 bytes for two that were read.
pub(crate) const TAG_BYTES: usize = 1024 * 1024;
/// How much is read between two looks at what it cost, in bytes.
const PIECE_BYTES: usize = 4 * 1024;
/// How much at most is read of a token that goes on, in bytes.
///
/// After each piece `lol_html` goes over all attributes of an unfinished tag, so few pieces are better; in
/// a large one end tags could search for long before they are charged.
const LONG_PIECE_BYTES: usize = 32 * 1024;

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
    let stream =
        RefCell::new(Stream { text, at: 0, open: OpenElements::default(), steps: 0, limit: None, reader });
    let outcome = run(text, strictness, &stream);
    let mut stream = stream.into_inner();
    match outcome {
        Ok(()) => stream.end_tags_until(text.len()),
        Err(RewritingError::MemoryLimitExceeded(_)) => return Ending::Stopped("stream_memory"),
        Err(RewritingError::ParsingAmbiguity(_)) => return Ending::Stopped("ambiguous"),
        Err(RewritingError::ContentHandlerError(_)) => {
            return stream.limit.map_or(Ending::Read, Ending::Stopped);
        }
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
    // What was read comes out again as it is, but for a token that goes on.
    let passed = Cell::new(0);
    let mut rewriter = HtmlRewriter::new(settings, |out: &[u8]| passed.set(passed.get() + out.len()));
    let mut fed = 0;
    while fed < text.len() {
        let unfinished = fed - passed.get();
        let end = text.ceil_char_boundary(fed + unfinished.clamp(PIECE_BYTES, LONG_PIECE_BYTES));
        rewriter.write(&text.as_bytes()[fed..end])?;
        let charged = stream.borrow_mut().charge(&text[fed..end], &text[passed.get()..end]);
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
    /// The limit that ended the pass.
    limit: Option<&'static str>,
    reader: &'a mut R,
}

impl<R: Reader> Stream<'_, R> {
    fn start(&mut self, element: &Element<'_, '_>) -> HandlerResult {
        let place = element.source_location().bytes();
        self.step_over(place.start, place.end)?;
        if place.len() > TAG_BYTES {
            return self.stop("tag_bytes");
        }
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

    /// Charges for the end tags of a piece, each of which may have looked through all open elements, and for
    /// a token that goes on.
    fn charge(&mut self, piece: &str, unfinished: &str) -> HandlerResult {
        self.steps += piece.matches("</").count() * self.open.take_deepest();
        let is_start_tag = || unfinished.as_bytes()[1].is_ascii_alphabetic();
        if self.steps > STREAM_STEPS {
            self.stop("stream_steps")
        } else if unfinished.len() > TAG_BYTES && is_start_tag() {
            self.stop("tag_bytes")
        } else {
            Ok(())
        }
    }

    fn stop(&mut self, limit: &'static str) -> HandlerResult {
        self.limit = Some(limit);
        Err(limit.into())
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
    /// The most that were open at once since that was last asked.
    deepest: usize,
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
        self.deepest = self.deepest.max(self.stack.len());
    }

    /// The most that were open at once since this was last asked.
    fn take_deepest(&mut self) -> usize {
        std::mem::replace(&mut self.deepest, self.stack.len())
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

    fn ending(text: &str) -> Ending {
        read(text, Strictness::Lenient, &mut Record::default())
    }

    #[test]
    fn tag_is_read_up_to_its_limit_and_then_the_pass_stops() {
        for (start, end) in [("<p ", ">"), ("<p title='", "'>"), ("<p ", " title='>'>"), ("<p><p", ">")] {
            let tag = |bytes: usize| {
                let before = start.rfind('<').unwrap();
                let filling = bytes + before - start.len() - end.len();
                format!("é{start}{}{end}</p>", "a".repeat(filling))
            };
            assert_eq!(ending(&tag(TAG_BYTES)), Ending::Read, "{start}");
            assert_eq!(ending(&tag(TAG_BYTES + 1)), Ending::Stopped("tag_bytes"), "{start}");
            assert_eq!(ending(&tag(4 * TAG_BYTES)), Ending::Stopped("tag_bytes"), "{start}");
        }
    }

    #[test]
    fn all_else_may_be_long() {
        for (start, end) in [
            ("", ""),
            ("</p ", ">"),
            ("<!--", "-->"),
            ("<!doctype ", ">"),
            ("<?", ">"),
            ("<script>", "</script>"),
            ("<script><!--", "--></script>"),
            ("<textarea>", "</textarea>"),
            ("<plaintext>", ""),
            ("<svg><![CDATA[", "]]></svg>"),
        ] {
            let text = format!("{start}{}{end}", "a".repeat(2 * TAG_BYTES));
            assert_eq!(ending(&text), Ending::Read, "{start}");
        }
    }

    #[test]
    fn end_tags_are_charged_for_all_elements_they_may_look_through() {
        // All in one piece: as many open elements, then as many end tags, then nothing is open again.
        let block = format!("<div>{}{}</div>", "<i>".repeat(500), "</q>".repeat(500));
        let pages = STREAM_STEPS / (501 * 501);
        assert!(block.len() < PIECE_BYTES);
        let padded = block.clone() + &" ".repeat(PIECE_BYTES - block.len());
        assert_eq!(ending(&padded.repeat(pages)), Ending::Read);
        assert_eq!(ending(&padded.repeat(pages + 1)), Ending::Stopped("stream_steps"));
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
