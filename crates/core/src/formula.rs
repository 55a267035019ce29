//! Text that a spreadsheet would take for a formula: guarded on the way out, and as it was on the way in.

use std::borrow::Cow;

/// Text that no spreadsheet evaluates: where its first visible character could begin a formula, `'` comes before it.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if could_be_evaluated(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`guarded`] was given.
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| could_be_evaluated(rest)).unwrap_or(text)
}

/// Whether a text is guarded: it could be evaluated, or reads like one that is guarded already.
fn could_be_evaluated(text: &str) -> bool {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let invisible =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let bare = text.trim_start_matches('\'');
    bare.starts_with(['\t', '\r']) || bare.trim_start_matches(invisible).starts_with(begins)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_that_could_be_evaluated_is_guarded_and_other_text_is_not() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "  =1",
            "\u{200b}=1",
            "\u{feff}-1",
            "＝1",
            "－2",
            "'=1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "a=b", "https://h.example/?a=-1", "1", "ä", "'tis"] {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), text);
        }
    }

    proptest! {
        #[test]
        fn guard_is_taken_off_again(text in "['=+@ a\t-]{0,6}") {
            let there = guarded(&text);
            prop_assert_eq!(unguarded(&there), text.as_str());
        }
    }
}
