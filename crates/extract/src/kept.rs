//! The beginning of a text that comes in chunks.

use crate::text::{decode_text, tidy};

/// The first bytes of a text, runs of white space as one space, however it was cut into chunks.
#[derive(Debug)]
pub(crate) struct Kept {
    text: String,
    most: usize,
}

impl Kept {
    /// Keeps at most this many bytes.
    pub(crate) const fn new(most: usize) -> Self {
        Self { text: String::new(), most }
    }

    /// Takes in a chunk. Once full, further ones cost nothing.
    pub(crate) fn push(&mut self, chunk: &str) {
        for c in chunk.chars() {
            if self.text.len() + char::MAX_LEN_UTF8 > self.most {
                return;
            }
            if !c.is_whitespace() {
                self.text.push(c);
            } else if !self.text.ends_with(' ') {
                self.text.push(' ');
            }
        }
    }

    /// As written, in lower case.
    pub(crate) fn lower(&self) -> String {
        self.text.to_lowercase()
    }

    /// As a reader sees it, in lower case.
    pub(crate) fn shown(&self) -> String {
        tidy(&decode_text(&self.text), self.most).to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_up_to_its_limit() {
        let kept = |text: &str| {
            let mut kept = Kept::new(8);
            kept.push(text);
            kept.text
        };
        assert_eq!(kept("abcdef"), "abcde");
        assert_eq!(kept("a \n\t b"), "a b");
        assert_eq!(kept("メメメ"), "メメ");
    }

    #[test]
    fn text_is_shown_with_references_decoded_and_in_lower_case() {
        let mut kept = Kept::new(100);
        kept.push("Just&nbsp;A&#32;&#x4d;oment");
        assert_eq!(kept.shown(), "just a moment");
        assert_eq!(kept.lower(), "just&nbsp;a&#32;&#x4d;oment");
    }
}
