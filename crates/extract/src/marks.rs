//! What an element is called: its name, its id and its class tokens, in one spelling.

use std::borrow::Cow;

/// What an element is called.
#[derive(Debug, Clone)]
pub(crate) struct Marks<'a> {
    /// Element name in lower case.
    pub(crate) name: &'a str,
    id: Option<Cow<'a, str>>,
    tokens: Vec<Cow<'a, str>>,
}

impl<'a> Marks<'a> {
    /// Reads them off the attributes as written.
    pub(crate) fn new(name: &'a str, id: Option<&'a str>, class: Option<&'a str>) -> Self {
        Self {
            name,
            id: id.map(|id| fold(id.trim())),
            tokens: class.unwrap_or_default().split_ascii_whitespace().map(fold).collect(),
        }
    }

    /// The id, in the spelling of tokens.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The class tokens.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(AsRef::as_ref)
    }

    /// Class tokens and id: what themes name an element by.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tokens().chain(self.id())
    }

    /// The first class token that is in the list.
    pub(crate) fn token_in(&self, list: &[&'static str]) -> Option<&'static str> {
        first_in(self.tokens(), list)
    }

    /// The first class token, or else the id, that is in the list.
    pub(crate) fn name_in(&self, list: &[&'static str]) -> Option<&'static str> {
        first_in(self.names(), list)
    }

    /// Whether the element is the frame of the whole page, whose names say nothing of a single link.
    pub(crate) fn is_frame(&self) -> bool {
        matches!(self.name, "html" | "body" | "main")
    }
}

fn first_in<'n>(mut names: impl Iterator<Item = &'n str>, list: &[&'static str]) -> Option<&'static str> {
    names.find_map(|name| list.iter().copied().find(|known| *known == name))
}

/// Lower case, with `-` for `_` and before each capital that follows a small letter.
fn fold(token: &str) -> Cow<'_, str> {
    if !token.bytes().any(|b| b.is_ascii_uppercase() || b == b'_') {
        return Cow::Borrowed(token);
    }
    let mut out = String::with_capacity(token.len() + 4);
    let mut after_small = false;
    for c in token.chars() {
        if after_small && c.is_ascii_uppercase() {
            out.push('-');
        }
        after_small = c.is_ascii_lowercase();
        out.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one_token() {
        for (written, token) in [
            ("trackbackList", "trackback-list"),
            ("serendipity_section_trackbacks", "serendipity-section-trackbacks"),
            ("bComment", "b-comment"),
            ("TRACKBACK", "trackback"),
            ("comment-body", "comment-body"),
        ] {
            assert_eq!(fold(written), token);
        }
    }
}
