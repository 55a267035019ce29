//! Text from the web, made safe to look at.

use std::borrow::Cow;
use std::fmt::Write;

/// Makes text safe for a terminal or a log line: control, bidi and zero-width characters are spelt out
/// as `\u{1b}`, so that nothing can move the cursor, hide, or change the order of what is read.
///
/// Line breaks and tabs are control characters too: the answer is always one line.
pub fn terminal_text(text: &str) -> String {
    spell_out(text, deceives).into_owned()
}

/// As [`terminal_text`], for text of several lines: line breaks stay.
pub fn terminal_lines(text: &str) -> String {
    spell_out(text, |c| c != '\n' && deceives(c)).into_owned()
}

/// JSON on one line, made as safe to look at as [`terminal_text`] makes text: it holds the same value.
pub fn json_line(json: &str) -> String {
    let mut shown = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if deceives(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The part of [`terminal_text`] that HTML needs before its own escaping: control and bidi characters.
/// Zero-width joiners stay, since several scripts and emoji are written with them.
pub(crate) fn shown_in_html(text: &str) -> Cow<'_, str> {
    spell_out(text, |c| c.is_control() || is_bidi_control(c))
}

fn spell_out(text: &str, unsafe_to_show: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&unsafe_to_show) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if unsafe_to_show(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn deceives(c: char) -> bool {
    c.is_control() || is_bidi_control(c) || is_invisible(c)
}

/// Characters that change the order of others (Unicode Standard Annex 9, 2).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that take no room, or break a line without being control characters.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any text, with many of the characters that matter.
    fn hostile() -> impl Strategy<Value = String> {
        let special = "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2066}-\u{2069}\u{feff}\u{e0001}\"'<&{}]";
        prop::collection::vec(prop_oneof![special, any::<char>().prop_map(String::from)], 0..24)
            .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn terminal_is_given_one_line_of_printable_characters(text in hostile()) {
            let shown = terminal_text(&text);
            prop_assert!(!shown.contains(deceives), "{shown:?}");
            prop_assert!(!shown.contains(char::is_control), "{shown:?}");
            prop_assert_eq!(terminal_text(&shown), shown.clone(), "what is safe stays");
            let lines: Vec<_> = text.split('\n').map(terminal_text).collect();
            prop_assert_eq!(terminal_lines(&text), lines.join("\n"));
        }

        #[test]
        fn reader_of_a_json_line_gets_the_text_back(text in hostile()) {
            let line = json_line(&serde_json::json!({ &text: text }).to_string());
            prop_assert!(!line.contains(deceives), "{line:?}");
            let read: serde_json::Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(read, serde_json::json!({ &text: text }));
        }
    }

    #[test]
    fn plain_text_of_any_script_stays_as_it_is() {
        for text in ["Tür — 日本語 \\ [31m", "שלום", "👍🏽"] {
            assert_eq!(terminal_text(text), text);
        }
    }

    #[test]
    fn every_deceiving_character_is_spelt_out() {
        for (raw, shown) in [
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\u{7f}b", "a\\u{7f}b"),
            ("a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("\u{2028}", "\\u{2028}"),
        ] {
            assert_eq!(terminal_text(raw), shown);
        }
    }

    #[test]
    fn joiners_stay_in_html_and_bidi_controls_do_not() {
        assert_eq!(shown_in_html("می\u{200c}خواهم"), "می\u{200c}خواهم");
        assert_eq!(shown_in_html("a\u{202e}b\u{1}"), "a\\u{202e}b\\u{1}");
    }
}
