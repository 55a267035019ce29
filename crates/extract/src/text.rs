//! Text as it is kept: character references decoded, white space collapsed, length cut.

use std::borrow::Cow;

use scraper::Html;

/// The value of an attribute as the standard reads it.
///
/// `lol_html` hands values over as written, so `https://t&#97;rget.example/` would not be recognised.
/// What needs decoding goes through html5ever, which knows the rules of references in attributes.
pub(crate) fn decode_attribute(raw: &str) -> Cow<'_, str> {
    if !raw.contains(['&', '\0']) {
        return Cow::Borrowed(raw);
    }
    let html = Html::parse_fragment(&format!("<i title=\"{}\">", raw.replace('"', "&quot;")));
    let decoded =
        html.root_element().child_elements().next().and_then(|i| i.attr("title").map(str::to_owned));
    Cow::Owned(decoded.unwrap_or_default())
}

/// Text between tags as the standard reads it.
pub(crate) fn decode_text(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let html = Html::parse_fragment(&format!("<i>{}", raw.replace('<', "&lt;")));
    Cow::Owned(html.root_element().text().collect())
}

/// Collapses white space, drops control characters, trims, and keeps at most `most` characters.
///
/// What is beyond them costs nothing.
pub(crate) fn tidy(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut kept = 0;
    for c in text.chars() {
        if kept == most {
            break;
        }
        let before = out.len();
        push_tidy_char(&mut out, c);
        kept += usize::from(out.len() > before);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Appends text as a browser would show it: a run of white space is one space, and none stands first or
/// after another.
pub(crate) fn push_tidy(out: &mut String, text: &str) {
    text.chars().for_each(|c| push_tidy_char(out, c));
}

fn push_tidy_char(out: &mut String, c: char) {
    if c.is_whitespace() {
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    } else if !c.is_control() {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_references_are_decoded_as_the_standard_says() {
        for (raw, decoded) in [
            ("https://t&#97;rget.example/", "https://target.example/"),
            ("https://t&#x61;rget.example/", "https://target.example/"),
            ("/?a=1&amp;b=2", "/?a=1&b=2"),
            ("/?a=1&copy=2", "/?a=1&copy=2"), // in attributes a reference without `;` before `=` is text
            ("say \"hi\" &amp; go", "say \"hi\" & go"),
            ("nul\0here", "nul\u{fffd}here"),
        ] {
            assert_eq!(decode_attribute(raw), decoded, "{raw}");
        }
    }

    #[test]
    fn text_references_are_decoded_and_markup_stays_text() {
        assert_eq!(decode_text("Fish &amp; chips &#8211; 1 < 2"), "Fish & chips \u{2013} 1 < 2");
    }

    #[test]
    fn tidy_text_has_single_spaces_no_controls_and_at_most_its_length() {
        assert_eq!(tidy(" a\u{1}\n\t b  c ", 10), "a b c");
        assert_eq!(tidy("abcde", 5), "abcde");
        assert_eq!(tidy("abcdef", 5), "abcde");
    }
}
