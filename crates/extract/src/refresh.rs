//! Refreshes: `meta http-equiv=refresh` and the `Refresh` header.

/// Reads the content of a refresh: seconds, and the address where one is named.
pub(crate) fn parse(content: &str) -> Option<(u32, Option<&str>)> {
    let content = content.trim_start();
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let after = content[digits..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if digits == 0 && !content.starts_with('.') {
        return None;
    }
    let seconds = if digits == 0 { 0 } else { content[..digits].parse().unwrap_or(u32::MAX) };
    let is_separator = |c: char| c == ';' || c == ',' || c.is_ascii_whitespace();
    if !after.is_empty() && !after.starts_with(is_separator) {
        return None;
    }
    let address = strip_url_word(after.trim_start_matches(is_separator));
    let address = unquote(address).trim();
    Some((seconds, (!address.is_empty()).then_some(address)))
}

/// Drops `url =` in any case; the word is optional.
fn strip_url_word(text: &str) -> &str {
    let word = text.get(..3).filter(|word| word.eq_ignore_ascii_case("url"));
    word.and_then(|word| text[word.len()..].trim_start().strip_prefix('=')).map_or(text, str::trim_start)
}

fn unquote(text: &str) -> &str {
    let quote = |c: &char| matches!(c, '"' | '\'');
    match text.chars().next().filter(quote) {
        Some(mark) => text[1..].split(mark).next().unwrap_or_default(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_is_read_in_the_forms_browsers_read() {
        for (content, expected) in [
            ("0;url=https://a.example/", Some((0, Some("https://a.example/")))),
            ("5; URL='https://a.example/'", Some((5, Some("https://a.example/")))),
            ("3,url = \"/next\" ignored", Some((3, Some("/next")))),
            ("2.5 /next", Some((2, Some("/next")))),
            (".5;/next", Some((0, Some("/next")))),
            ("30", Some((30, None))),
            ("99999999999;/x", Some((u32::MAX, Some("/x")))),
            ("", None),
            ("soon;url=/x", None),
            ("5x;url=/x", None),
        ] {
            assert_eq!(parse(content), expected, "{content}");
        }
    }
}
