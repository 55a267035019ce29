//! What a page says of its discussion: how many entries there are, and whether a script draws them.

use lol_html::html_content::TextType;

use crate::kept::Kept;
use crate::marks::Marks;

/// Longest text that is looked at, in bytes: a count comes first.
const TEXT_BYTES: usize = 128;

/// Words for entries, in the languages of the systems we know.
#[rustfmt::skip]
const ENTRIES: &[&str] = &[
    "comment", "comments", "response", "responses", "reply", "replies", "reaction", "reactions",
    "thought on", "thoughts on", "mention", "mentions", "webmention", "webmentions",
    "trackback", "trackbacks", "pingback", "pingbacks",
    "kommentar", "kommentare", "antwort", "antworten", "gedanke zu", "gedanken zu",
    "commentaire", "commentaires", "réponse", "réponses", "réflexion sur", "réflexions sur",
    "rétrolien", "rétroliens",
    "comentario", "comentarios", "respuesta", "respuestas", "commento", "commenti", "reactie", "reacties",
    "コメント", "トラックバック", "ピンバック",
];

/// Words for one.
const ONE: &[&str] = &["one", "ein", "eine", "un", "une", "una", "uno", "één", "eén"];

/// Ids and class tokens of what loads a discussion by script.
#[rustfmt::skip]
const LOADERS: &[(&str, &str)] = &[
    ("disqus-thread", "disqus"),
    ("wpdiscuz", "wpdiscuz"),
    ("jetpack-lazy-comments", "jetpack"),
    ("isso-thread", "isso"),
    ("remark42", "remark42"),
    ("hyvor-talk-view", "hyvor"),
    ("discourse-comments", "discourse"),
    ("fb-comments", "facebook"),
    ("giscus", "giscus"),
    ("utterances", "utterances"),
];

/// Gathers what a page says of its discussion while it is read.
#[derive(Debug, Default)]
pub(crate) struct Discussion {
    stated: Option<u32>,
    loader: Option<&'static str>,
    open: Option<Open>,
}

/// An element whose text is looked at.
#[derive(Debug)]
struct Open {
    depth: usize,
    text: Kept,
}

impl Discussion {
    /// The largest number of entries that a heading or link states.
    pub(crate) fn stated(&self) -> Option<u32> {
        self.stated
    }

    /// What draws the discussion by script.
    pub(crate) fn loader(&self) -> Option<&'static str> {
        self.loader
    }

    /// Takes in a start tag outside of templates.
    pub(crate) fn start(&mut self, marks: &Marks<'_>, depth: usize) {
        if self.loader.is_none() && !marks.is_frame() {
            self.loader = marks.names().find_map(loader);
        }
        let is_label =
            matches!(marks.name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" | "a" | "button");
        if self.open.is_none() && (is_label || marks.name_in(&["comments-title"]).is_some()) {
            self.open = Some(Open { depth, text: Kept::new(TEXT_BYTES) });
        }
    }

    /// Takes in a chunk of text.
    pub(crate) fn text(&mut self, text: &str, kind: TextType) {
        if let Some(open) = &mut self.open
            && kind == TextType::Data
        {
            open.text.push(text);
        }
    }

    /// Takes in an end tag.
    pub(crate) fn end(&mut self, depth: usize) {
        if let Some(open) = self.open.take_if(|open| open.depth > depth) {
            let text = open.text.shown();
            self.stated = self.stated.max(stated(&text));
            if self.loader.is_none() && text.starts_with("load ") && text.ends_with("comments") {
                self.loader = Some("button");
            }
        }
    }
}

fn loader(name: &str) -> Option<&'static str> {
    let is_part =
        |known: &str| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    LOADERS.iter().find(|(known, _)| is_part(known)).map(|(_, loader)| *loader)
}

/// The number of entries that a lower-case text states: "3 responses", "One comment", "Trackbacks (2)".
fn stated(text: &str) -> Option<u32> {
    before_word(text).or_else(|| behind_word(text))
}

fn before_word(text: &str) -> Option<u32> {
    let (count, rest) = number(text).or_else(|| one(text))?;
    after_word(rest.trim_start_matches([' ', '件', 'の'])).map(|_| count)
}

fn behind_word(text: &str) -> Option<u32> {
    let rest = after_word(text)?.trim_start().strip_prefix(['(', ':', '（', '：'])?;
    number(rest.trim_start()).map(|(count, _)| count)
}

/// What follows a word for entries, if one stands first.
fn after_word(text: &str) -> Option<&str> {
    let rests = ENTRIES.iter().filter_map(|word| text.strip_prefix(word));
    rests.min_by_key(|rest| rest.len()).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// A number in digits, thousands separated or not, and what follows it.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(text.len());
    let digits: String = text[..end].chars().filter(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, &text[end..]))
}

/// The number one as a word, and what follows it.
fn one(text: &str) -> Option<(u32, &str)> {
    let (word, rest) = text.split_once(' ')?;
    ONE.contains(&word).then_some((1, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_entries_are_read_in_every_form() {
        for (text, count) in [
            ("3 responses to “hello”", 3),
            ("2 trackbacks", 2),
            ("one comment", 1),
            ("one thought on “hello”", 1),
            ("12 thoughts on “hello”", 12),
            ("1,234 comments", 1234),
            ("comments (3)", 3),
            ("trackbacks: 2", 2),
            ("ein kommentar", 1),
            ("3 gedanken zu „hallo“", 3),
            ("4 réponses à « bonjour »", 4),
            ("une réflexion sur « bonjour »", 1),
            ("2 comentarios", 2),
            ("3件のコメント", 3),
            ("トラックバック（2）", 2),
            ("0 comments", 0),
        ] {
            assert_eq!(stated(text), Some(count), "{text}");
        }
    }

    #[test]
    fn other_words_and_numbers_state_nothing() {
        for text in [
            "leave a reply",
            "comments",
            "3 ways to write",
            "one more comment",
            "2 thoughts",
            "3 commentators",
            "comments policy (2)",
            "trackbacks are closed",
            "99999999999 comments",
            "...",
            "",
        ] {
            assert_eq!(stated(text), None, "{text}");
        }
    }

    #[test]
    fn each_loader_is_known_by_its_name_and_no_other() {
        for (name, system) in LOADERS {
            assert_eq!(loader(name), Some(*system));
            assert_eq!(loader(&format!("{name}x")), None);
        }
        assert_eq!(loader("wpdiscuz-loading-bar"), Some("wpdiscuz"));
        assert_eq!(loader("jetpack-lazy-image"), None);
    }
}
