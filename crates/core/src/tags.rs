//! Words that a team sorts its links by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// Tags: sorted, no duplicates, no empty ones, no commas or semicolons inside; at most [`Limits::TAGS`] of at
/// most [`Limits::TAG_CHARS`] characters each.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Tags(Vec<String>);

/// Why tags were not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TagsError {
    /// More than [`Limits::TAGS`].
    #[error("more than {max} tags", max = Limits::TAGS)]
    TooMany,
    /// One is longer than [`Limits::TAG_CHARS`].
    #[error("a tag is longer than {max} characters", max = Limits::TAG_CHARS)]
    TooLong,
}

impl Tags {
    /// Reads tags divided by commas or semicolons.
    ///
    /// # Errors
    /// When there are too many, or one is too long.
    pub fn parse(text: &str) -> Result<Self, TagsError> {
        let tags = text.split([',', ';']).map(str::trim).filter(|tag| !tag.is_empty());
        let mut tags: Vec<String> = tags.map(str::to_owned).collect();
        if tags.iter().any(|tag| tag.chars().count() > Limits::TAG_CHARS) {
            return Err(TagsError::TooLong);
        }
        tags.sort();
        tags.dedup();
        if tags.len() > Limits::TAGS { Err(TagsError::TooMany) } else { Ok(Self(tags)) }
    }

    /// Adds tags; those for which there is no room are left out.
    pub fn add(&mut self, more: Self) {
        for tag in more.0 {
            if let (Err(at), true) = (self.0.binary_search(&tag), self.0.len() < Limits::TAGS) {
                self.0.insert(at, tag);
            }
        }
    }

    /// Takes tags off; those that are not there do not matter.
    pub fn remove(&mut self, others: &Self) {
        self.0.retain(|tag| !others.has(tag));
    }

    /// Whether the tag is there.
    pub fn has(&self, tag: &str) -> bool {
        self.0.binary_search_by(|own| own.as_str().cmp(tag)).is_ok()
    }

    /// The tags in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::str::FromStr for Tags {
    type Err = TagsError;

    fn from_str(text: &str) -> Result<Self, TagsError> {
        Self::parse(text)
    }
}

impl TryFrom<Vec<String>> for Tags {
    type Error = TagsError;

    fn try_from(tags: Vec<String>) -> Result<Self, TagsError> {
        Self::parse(&tags.join(","))
    }
}

impl From<Tags> for Vec<String> {
    fn from(tags: Tags) -> Self {
        tags.0
    }
}

impl fmt::Display for Tags {
    /// Divided by commas, as [`Tags::parse`] reads them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_sorted_and_unique_and_read_back_from_their_text() {
        let tags = Tags::parse(" seo; guest post,seo,, paid").unwrap();
        assert_eq!(tags.to_string(), "guest post, paid, seo");
        assert_eq!(Tags::parse(&tags.to_string()).unwrap(), tags);
        assert!(tags.has("paid") && !tags.has("guest"));
    }

    #[test]
    fn tags_are_refused_one_above_the_limit_and_added_up_to_it() {
        let many = |n: usize| (0..n).map(|n| format!("t{n:03}")).collect::<Vec<_>>().join(",");
        let mut full = Tags::parse(&many(Limits::TAGS)).unwrap();
        assert_eq!(Tags::parse(&many(Limits::TAGS + 1)), Err(TagsError::TooMany));
        full.add(Tags::parse("t000,zz").unwrap());
        assert!(full.iter().count() == Limits::TAGS && !full.has("zz"));
        assert!(Tags::parse(&"x".repeat(Limits::TAG_CHARS)).is_ok());
        assert_eq!(Tags::parse(&"x".repeat(Limits::TAG_CHARS + 1)), Err(TagsError::TooLong));
    }
}
