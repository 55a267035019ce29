//! What vendors write into cells.

use crate::rel::Rel;

/// Yes or no as vendors write it; none where nothing is said.
pub(super) fn read_flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "yes" | "y" | "x" | "+" | "nofollow" | "ugc" | "sponsored" => Some(true),
        "false" | "0" | "no" | "n" | "-" | "follow" | "dofollow" => Some(false),
        _ => None,
    }
}

/// Whether a link is followed, in a column of that name: there the words themselves say so.
pub(super) fn read_follow(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "follow" | "dofollow" => Some(true),
        "nofollow" => Some(false),
        other => read_flag(other),
    }
}

/// A rel in words, where the text is one; `follow` and `dofollow` are an empty one.
pub(super) fn read_rel(text: &str) -> Option<Rel> {
    let tokens = Rel::parse(text);
    let is_known = |token: &str| {
        matches!(
            token,
            "follow" | "dofollow" | "nofollow" | "ugc" | "sponsored" | "noopener" | "noreferrer" | "external"
        )
    };
    if tokens.is_empty() || !tokens.tokens().all(is_known) {
        return None;
    }
    Some(Rel::from_words(text))
}

/// Whether a column for losses says that there was one: a date, a reason, or yes.
pub(super) fn is_loss(text: &str) -> bool {
    let says_no = ["no", "false", "0", "n", "-", "live", "active", "new", "none", "n/a"];
    !text.is_empty() && !says_no.contains(&text.to_lowercase().as_str())
}

/// Whether a column for states says that the link was lost.
pub(super) fn is_lost_state(text: &str) -> bool {
    let text = text.to_lowercase();
    ["lost", "removed", "deleted", "dead", "broken"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_unknown_and_no_no() {
        assert_eq!([read_flag(""), read_flag("+"), read_flag("FALSE")], [None, Some(true), Some(false)]);
        assert_eq!([read_flag("dofollow"), read_flag("nofollow")], [Some(false), Some(true)]);
        assert_eq!(
            [read_follow("dofollow"), read_follow("no"), read_follow("")],
            [Some(true), Some(false), None]
        );
    }

    #[test]
    fn only_words_of_rel_are_a_rel() {
        assert_eq!(read_rel("Dofollow"), Some(Rel::default()));
        assert_eq!(read_rel("nofollow ugc"), Some(Rel::parse("nofollow ugc")));
        assert_eq!([read_rel("text"), read_rel("")], [None, None]);
    }

    #[test]
    fn loss_is_a_date_a_reason_or_yes() {
        assert!(["2026-01-02", "yes", "404", "Link removed"].into_iter().all(is_loss));
        assert!(!["", "No", "false", "live"].into_iter().any(is_loss));
        assert!(is_lost_state("Lost (404)") && !is_lost_state("Live"));
    }
}
