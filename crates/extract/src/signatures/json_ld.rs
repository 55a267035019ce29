//! The one fact that is read from JSON-LD: whether it says `false` to a key.

/// Whether lower-cased JSON has `"key": false`, or one of the ways in which schema.org allows to say so.
///
/// Inside a string of JSON every quote is escaped, so a text that merely speaks of the key has no such key.
pub(super) fn denies(json: &str, key: &str) -> bool {
    json.match_indices(key).any(|(at, _)| {
        json[..at].ends_with('"') && json[at + key.len()..].strip_prefix('"').is_some_and(is_false)
    })
}

/// Whether what follows a key says `false`.
fn is_false(rest: &str) -> bool {
    let value = rest.trim_start().strip_prefix(':').unwrap_or_default().trim_start();
    let value = value.strip_prefix('"').unwrap_or(value);
    let schema = ["https://schema.org/", "http://schema.org/"];
    let value = schema.iter().find_map(|prefix| value.strip_prefix(prefix)).unwrap_or(value);
    value.starts_with("false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_denied_in_every_spelling_of_false() {
        for json in [
            r#"{"free":false}"#,
            r#"{ "free" : "false" }"#,
            r#"{"free":"http://schema.org/false"}"#,
            r#"{"free":"https://schema.org/false"}"#,
            r#"{"free":true,"part":{"free":false}}"#,
        ] {
            assert!(denies(json, "free"), "{json}");
        }
    }

    #[test]
    fn key_is_not_denied_by_true_or_by_words_about_it() {
        for json in [
            r#"{"free":true}"#,
            r#"{"free":"http://schema.org/true"}"#,
            r#"{"text":"say \"free\":false there"}"#,
            r#"{"text":"free: false"}"#,
            r#"{"list":["free",false]}"#,
            r#"{"carefree":false}"#,
            r#""free"#,
        ] {
            assert!(!denies(json, "free"), "{json}");
        }
    }
}
