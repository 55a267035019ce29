//! Words that name pings and comments in labels and headings, in the languages they were read in.

/// Words that mean a received ping wherever they stand.
const PING_WORDS: &[&str] = &[
    "trackback",
    "pingback",
    "linkback",
    "rétrolien",
    "retroenlace",
    "トラックバック",
    "트랙백",
    "핑백",
    "трекбек",
    "引用通知",
    "zpětný odkaz",
];

/// Words that mean one only as a label, before a colon.
const LABEL_WORDS: &[&str] = &["ping", "mention", "mentions", "mentioned", "notification"];

/// Words that name the comments of a page.
const COMMENT_WORDS: &[&str] = &[
    "comment",
    "response",
    "repl",
    "respond",
    "discussion",
    "kommentar",
    "comentario",
    "コメント",
    "댓글",
    "комментар",
    "评论",
];

/// Longest text a label can stand in, in characters.
const LABEL_CHARS: usize = 60;

/// The ping word a heading or id names, where it names pings only: "Comments and trackbacks" says nothing.
pub(crate) fn names_pings(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    if names_comments(&text) { None } else { PING_WORDS.iter().copied().find(|word| text.contains(word)) }
}

/// Whether a heading or id, in lower case, names comments.
pub(crate) fn names_comments(text: &str) -> bool {
    COMMENT_WORDS.iter().any(|word| text.contains(word))
}

/// The label an entry begins with, such as `Pingback:`.
pub(crate) fn opening_label(text: &str) -> Option<&'static str> {
    let start: String = text.trim_start().chars().take(LABEL_CHARS).flat_map(char::to_lowercase).collect();
    let strong = PING_WORDS.iter().find(|word| start.strip_prefix(**word).is_some_and(ends_word));
    let plain = || LABEL_WORDS.iter().find(|word| start.strip_prefix(**word).is_some_and(starts_with_colon));
    strong.or_else(plain).copied()
}

/// The label right before a link, such as `Trackback by`.
pub(crate) fn closing_label(before: &str) -> Option<&'static str> {
    let tail: Vec<char> = before.trim_end().chars().rev().take(LABEL_CHARS).collect();
    let tail: String = tail.into_iter().rev().flat_map(char::to_lowercase).collect();
    let label = ["by", "from", ":", "："].iter().find_map(|end| tail.strip_suffix(end))?.trim_end();
    PING_WORDS.iter().copied().find(|word| label.ends_with(word))
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
        assert!(closing_label("Nice. Trackback by ").is_some());
        assert!(closing_label("Comment by ").is_none());
    }
}
