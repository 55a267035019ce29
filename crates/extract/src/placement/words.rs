//! Words that name pings and comments in labels and headings, in the languages they were read in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use trackward_core::Kind;

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("a test reads the table"));

/// Words by language.
type Words = BTreeMap<String, Vec<String>>;

#[derive(Debug, Deserialize)]
struct Table {
    trackback: Words,
    pingback: Words,
    linkback: Words,
    label: Words,
    comment: Words,
    #[cfg(test)]
    unverified: Words,
}

impl Table {
    /// Words that mean a received ping wherever they stand.
    fn pings(&'static self) -> impl Iterator<Item = Word> {
        let of = |words, kind| each(words).map(move |text| Word { text, kind });
        of(&self.trackback, Some(Kind::Trackback))
            .chain(of(&self.pingback, Some(Kind::Pingback)))
            .chain(of(&self.linkback, None))
    }

    /// Words that mean one only before a colon.
    fn labels(&'static self) -> impl Iterator<Item = Word> {
        each(&self.label).map(|text| Word { text, kind: None })
    }
}

fn each(words: &'static Words) -> impl Iterator<Item = &'static str> {
    words.values().flatten().map(String::as_str)
}

/// A word that names received pings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word in lower case.
    pub(crate) text: &'static str,
    /// The kind it names.
    pub(crate) kind: Option<Kind>,
}

/// Longest text a label can stand in, in characters.
const LABEL_CHARS: usize = 60;

/// The ping word a heading or id names, where it names pings only: "Comments and trackbacks" says nothing.
pub(crate) fn names_pings(text: &str) -> Option<Word> {
    let text = text.to_lowercase();
    if names_comments(&text) { None } else { TABLE.pings().find(|word| text.contains(word.text)) }
}

/// Whether a heading or id, in lower case, names comments.
pub(crate) fn names_comments(text: &str) -> bool {
    each(&TABLE.comment).any(|word| text.contains(word))
}

/// The label an entry begins with, such as `Pingback:`.
pub(crate) fn opening_label(text: &str) -> Option<Word> {
    let start: String = text.trim_start().chars().take(LABEL_CHARS).flat_map(char::to_lowercase).collect();
    let strong = TABLE.pings().find(|word| start.strip_prefix(word.text).is_some_and(ends_word));
    let plain = || TABLE.labels().find(|word| start.strip_prefix(word.text).is_some_and(starts_with_colon));
    strong.or_else(plain)
}

/// The label right before a link, such as `Trackback by`.
pub(crate) fn closing_label(before: &str) -> Option<Word> {
    let tail: Vec<char> = before.trim_end().chars().rev().take(LABEL_CHARS).collect();
    let tail: String = tail.into_iter().rev().flat_map(char::to_lowercase).collect();
    let bare = tail.trim_end_matches([':', '：']).trim_end();
    let label = ["by", "from"].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare).trim_end();
    if label.len() == tail.len() {
        return None; // only a word of the text
    }
    TABLE.pings().find(|word| label.ends_with(word.text))
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(char::is_alphanumeric) || rest.starts_with('s')
}

fn starts_with_colon(rest: &str) -> bool {
    rest.trim_start().starts_with([':', '：'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ping_word_names_a_section_and_opens_an_entry_with_its_kind() {
        for word in TABLE.pings() {
            assert_eq!(names_pings(&format!("2 {}", word.text.to_uppercase())), Some(word));
            assert_eq!(opening_label(&format!("{} : A blog", word.text)), Some(word));
            assert_eq!(closing_label(&format!("Nice. {}: ", word.text)), Some(word));
        }
    }

    #[test]
    fn each_plain_word_is_a_label_only_with_its_colon() {
        for word in TABLE.labels() {
            assert!(opening_label(&format!("{}: A blog", word.text)).is_some(), "{}", word.text);
            assert_eq!(opening_label(&format!("{} A blog", word.text)), None);
            assert_eq!(names_pings(word.text), None);
        }
    }

    #[test]
    fn each_comment_word_ends_a_section_of_pings() {
        for word in each(&TABLE.comment) {
            assert!(names_comments(word), "{word}");
            assert_eq!(names_pings(&format!("{word}, trackback")), None);
        }
    }

    #[test]
    fn unverified_words_are_not_used() {
        for word in each(&TABLE.unverified) {
            assert_eq!(
                (names_pings(word), opening_label(&format!("{word}: A blog"))),
                (None, None),
                "{word}"
            );
        }
    }

    #[test]
    fn headings_name_pings_only_without_comments() {
        for (text, names) in [
            ("2 Trackbacks", true),
            ("Pingbacks & Trackbacks", true),
            ("トラックバック (3)", true),
            ("Comments and trackbacks", false),
            ("4 Responses", false),
            ("Shipping", false),
        ] {
            assert_eq!(names_pings(text).is_some(), names, "{text}");
        }
    }

    #[test]
    fn labels_open_an_entry_or_stand_before_its_link() {
        for (text, opens) in [
            ("Pingback: A blog", true),
            ("Trackback from A blog", true),
            ("Ping : A blog", true),
            ("Mentioned in my talk", false),
            ("pingbacked", false),
            ("I sent a trackback", false),
        ] {
            assert_eq!(opening_label(text).is_some(), opens, "{text}");
        }
        for (before, labels) in [
            ("Nice. Trackback by ", true),
            ("Trackback from:", true),
            ("Pingback :", true),
            ("Comment by ", false),
            ("I sent a trackback ", false),
        ] {
            assert_eq!(closing_label(before).is_some(), labels, "{before}");
        }
    }
}
