//! Addresses as written, without the user name and password that may stand before their host.

use std::borrow::Cow;
use std::ops::Range;

use url::Url;

/// An address as written, without user name and password; all else stays as it is.
///
/// The host ends as in the URL standard, so that nothing a browser takes for a password stays. An address
/// without `@` is never changed.
pub fn without_userinfo(text: &str) -> Cow<'_, str> {
    if !text.contains('@') {
        return Cow::Borrowed(text);
    }
    // Tabs and line breaks anywhere in an address count for nothing.
    let mut text: String = text.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    // Where nothing is left of a host, what follows its slashes is read as one.
    while let Some(userinfo) = userinfo(&text) {
        text.replace_range(userinfo, "");
    }
    Cow::Owned(text)
}

/// Where a user name and password stand, with the `@` that ends them.
fn userinfo(text: &str) -> Option<Range<usize>> {
    let (start, ends) = host_start(text)?;
    let end = text[start..].find(ends).map_or(text.len(), |end| start + end);
    text[start..end].rfind('@').map(|at| start..start + at + 1)
}

/// Where the part of an address begins that may hold a user name, a password and a host, and what ends it.
fn host_start(text: &str) -> Option<(usize, &'static [char])> {
    let name = text.trim_start_matches(|c: char| c <= ' ');
    let colon = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    let scheme = colon.filter(|&at| at > 0 && name[at..].starts_with(':')).map(|at| &name[..at]);
    let after = scheme.map_or(name, |scheme| &name[scheme.len() + 1..]);
    let host = after.trim_start_matches(['/', '\\']);
    let slashes = after.len() - host.len();
    // `https:user@host` is read as `https://user@host`; other schemes and relative addresses need slashes, and
    // to other schemes a backslash is a letter like any other.
    let (least, ends): (_, &[char]) = match scheme.map(str::to_ascii_lowercase).as_deref() {
        Some("http" | "https" | "ftp" | "ws" | "wss") => (0, &['/', '\\', '?', '#']),
        Some(_) => (2, &['/', '?', '#']),
        None => (2, &['/', '\\', '?', '#']),
    };
    (slashes >= least).then(|| (text.len() - host.len(), ends))
}

/// An address for an error message, in quotes: scheme, host and path where it has them, else its scheme;
/// no text at all when it does not parse and might hold a password.
pub(crate) fn named(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) => named_url(&url),
        Err(_) if text.contains('@') => "this".to_owned(),
        Err(_) => format!("'{text}'"),
    }
}

/// As [`named`].
pub(crate) fn named_url(url: &Url) -> String {
    match url.host_str() {
        Some(host) => format!("'{}://{host}{}'", url.scheme(), url.path()),
        None => format!("'{}:'", url.scheme()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn user_name_and_password_are_left_out_in_every_spelling() {
        for (written, kept) in [
            ("https://user:pw@ours.example/a", "https://ours.example/a"),
            ("https://user@ours.example", "https://ours.example"),
            ("https://a@b:c@ours.example/", "https://ours.example/"),
            ("HTTPS:\\\\user:pw@ours.example\\a", "HTTPS:\\\\ours.example\\a"),
            ("//user:pw@ours.example/?q=a@b", "//ours.example/?q=a@b"),
            (" https:user:pw@ours.example/a", " https:ours.example/a"),
            ("ht\ntps:/\t/us\ner:pw@ours.example/a", "https://ours.example/a"),
            ("ftp://user:pw@ours.example/", "ftp://ours.example/"),
            ("http:@/user@ours.example/", "http:/ours.example/"),
            ("irc://user:pw@ours.example/", "irc://ours.example/"),
        ] {
            assert_eq!(without_userinfo(written), kept);
        }
    }

    #[test]
    fn other_addresses_stay_as_written() {
        for text in [
            "https://ours.example/@me",
            "/@me",
            "@me",
            "mailto:me@ours.example",
            "?mail=me@ours.example",
            "https://ours.example/?a=//b@c",
            "a b\tc",
        ] {
            assert_eq!(without_userinfo(text), text);
        }
    }

    #[test]
    fn error_names_an_address_by_scheme_host_and_path() {
        assert_eq!(named("ftp://user:pw@h.example:21/a?token=x#y"), "'ftp://h.example/a'");
        assert_eq!(named("user:pw@h.example"), "'user:'");
        assert_eq!(named("user@h.example/pw"), "this");
        assert_eq!(named("blog.example/post"), "'blog.example/post'");
    }

    proptest! {
        #[test]
        fn nothing_a_url_parser_takes_for_a_password_stays(
            text in "[ \t]?(https?|ftp|x)?:?[/\\\\\t]{0,3}[a-z@:%./?#\\\\\n]{0,20}"
        ) {
            let page = Url::parse("https://page.example/").unwrap();
            let kept = without_userinfo(&text).into_owned();
            for url in [Url::parse(&kept), page.join(&kept)].into_iter().flatten() {
                prop_assert_eq!((url.username(), url.password()), ("", None), "{:?} of {:?}", kept, text);
            }
            if let (Ok(before), Ok(after)) = (Url::parse(&text), Url::parse(&kept)) {
                prop_assert_eq!(before.host_str(), after.host_str());
            }
        }
    }
}
