//! Repair of what `lol_html` misreads: tags that end in a `=` without a value.

use std::borrow::Cow;

/// Elements whose content is text, not markup.
const TEXT_ELEMENTS: &[&str] = &[
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
];

/// The same text with a blank for the `=` of each tag such as `<script async=>`, which says the same.
///
/// Behind such a tag `lol_html` 2.9 takes the text of the element for markup, and what is written there for
/// links (`before_attribute_value_state` goes on to data). Places in the text stay what they are.
pub(crate) fn repaired(text: &str) -> Cow<'_, str> {
    let places = faults(text);
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for place in places {
        bytes[place] = b' ';
    }
    Cow::Owned(String::from_utf8(bytes).expect("one ASCII character stands for another"))
}

/// Where such a `=` stands.
fn faults(text: &str) -> Vec<usize> {
    let mut faults = Vec::new();
    let mut rest = 0;
    while let Some(tag) = text[rest..].find('<') {
        rest += tag + 1;
        if holds_text(&text.as_bytes()[rest..]) {
            let (length, fault) = attributes(&text.as_bytes()[rest..]);
            faults.extend(fault.map(|at| rest + at));
            rest = text.ceil_char_boundary(rest + length);
        }
    }
    faults
}

/// Whether a tag that begins so has attributes and is of an element that holds text.
fn holds_text(tag: &[u8]) -> bool {
    TEXT_ELEMENTS.iter().any(|name| {
        let start = tag.get(..name.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(name.as_bytes())
            && tag.get(name.len()).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/')
    })
}

/// How long a tag is up to its `>`, and where its last `=` stands, if no value follows it.
fn attributes(tag: &[u8]) -> (usize, Option<usize>) {
    let mut reading = Reading::Name;
    for (at, &byte) in tag.iter().enumerate() {
        reading = match (reading, byte) {
            (Reading::Quoted(quote), _) if byte == quote => Reading::Name,
            (Reading::Quoted(quote), _) => Reading::Quoted(quote),
            (Reading::Equals(equals), b'>') => return (at, Some(equals)),
            (_, b'>') => return (at, None),
            (Reading::Name, b'=') => Reading::Equals(at),
            (Reading::Equals(equals), _) if byte.is_ascii_whitespace() => Reading::Equals(equals),
            (Reading::Equals(_), b'"' | b'\'') => Reading::Quoted(byte),
            (Reading::Equals(_), _) => Reading::Value,
            (Reading::Value, _) if byte.is_ascii_whitespace() => Reading::Name,
            (same, _) => same,
        };
    }
    (tag.len(), None)
}

/// What stands at a place inside a tag.
#[derive(Clone, Copy)]
enum Reading {
    /// Names and what is between attributes.
    Name,
    /// A `=` stood there, and no value yet.
    Equals(usize),
    /// A value without quotes.
    Value,
    /// A value in these quotes.
    Quoted(u8),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_sign_without_a_value_at_the_end_of_a_tag_becomes_a_blank() {
        for (text, same) in [
            ("<script async=>x=>y</script>", "<script async >x=>y</script>"),
            ("é<TITLE\na='=>' b= >é=>", "é<TITLE\na='=>' b  >é=>"),
            ("<style/c=><iframe d=\"\" e\n=\n>", "<style/c ><iframe d=\"\" e\n \n>"),
        ] {
            assert_eq!(repaired(text), same);
        }
    }

    #[test]
    fn every_other_text_stays_as_it_is() {
        for text in [
            "<div a=>",
            "<script>x=></script>",
            "<iframe src=/?a=>",
            "<iframe src=\"/?a=>\">",
            "<scripts a=>",
            "<script a=",
            "<script a='=>é",
            "a=>b<",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
