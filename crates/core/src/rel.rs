//! The `rel` of a link.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Tokens of a `rel` attribute: lower case, sorted, no duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Rel(Vec<String>);

impl Rel {
    /// Splits on blanks and commas, as the attribute is written.
    pub fn parse(text: &str) -> Self {
        let mut tokens: Vec<String> = text
            .split(|c: char| c.is_ascii_whitespace() || c == ',')
            .filter(|token| !token.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        tokens.sort();
        tokens.dedup();
        Self(tokens)
    }

    /// Reads a rel as people say it: `follow` and `dofollow` are no tokens, they say that nothing discounts the link.
    pub fn from_words(text: &str) -> Self {
        let mut rel = Self::parse(text);
        rel.0.retain(|token| !matches!(token.as_str(), "follow" | "dofollow"));
        rel
    }

    /// The tokens as people say them: `follow` for none, as [`Rel::from_words`] reads them.
    pub fn in_words(&self) -> String {
        if self.is_empty() { "follow".to_owned() } else { self.to_string() }
    }

    /// Whether the token is there.
    pub fn has(&self, token: &str) -> bool {
        self.0.iter().any(|t| t == token)
    }

    /// The tokens in order.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is no token at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether search engines are asked not to follow: `nofollow`, `ugc` or `sponsored`.
    pub fn is_nofollow(&self) -> bool {
        self.discounts().next().is_some()
    }

    /// The tokens that change what a link is worth; all others change nothing.
    pub fn discounts(&self) -> impl Iterator<Item = &str> {
        self.tokens().filter(|t| matches!(*t, "nofollow" | "ugc" | "sponsored"))
    }
}

impl From<String> for Rel {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Rel> for String {
    fn from(rel: Rel) -> Self {
        rel.to_string()
    }
}

impl fmt::Display for Rel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_folded_sorted_and_unique() {
        assert_eq!(Rel::parse(" UGC,external  nofollow ugc").to_string(), "external nofollow ugc");
    }

    #[test]
    fn only_three_tokens_discount() {
        assert!(!Rel::parse("external noopener me").is_nofollow());
        assert_eq!(
            Rel::parse("external sponsored ugc").discounts().collect::<Vec<_>>(),
            ["sponsored", "ugc"]
        );
    }
}
