//! Path patterns: one spelling, and a match in linear time.

use std::fmt::Write;

use memchr::memmem;

/// A pattern as a URL spells it: everything that is not visible ASCII escaped, escapes in upper case.
///
/// Escapes of visible characters stay as written, as in Google's reference parser: `%62` is not `b`.
pub(super) fn normalise(pattern: &[u8]) -> String {
    let mut out = String::with_capacity(pattern.len());
    for byte in pattern {
        if byte.is_ascii_graphic() {
            out.push(char::from(*byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes every write");
        }
    }
    upper_case_escapes(&out)
}

/// A URL's path or a pattern with the hexadecimal digits of its escapes in upper case.
pub(super) fn upper_case_escapes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let is_escape = |hex: &&str| hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = rest.get(at + 1..at + 3).filter(is_escape).unwrap_or_default();
        out.push_str(&rest[..=at]);
        out.push_str(&digits.to_ascii_uppercase());
        rest = &rest[at + 1 + digits.len()..];
    }
    out.push_str(rest);
    out
}

/// Whether a pattern matches the beginning of a path, both normalised: `*` is any run of octets, a final
/// `$` the end of the path (RFC 9309, 2.2.3).
///
/// Each piece between stars is taken where it is found first, so there is nothing to go back to.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let (first, mut pieces) =
        pattern.split_once('*').map_or((pattern, None), |(first, rest)| (first, Some(rest)));
    let Some(mut path) = path.strip_prefix(first) else { return false };
    while let Some(rest) = pieces {
        let (piece, others) = rest.split_once('*').map_or((rest, None), |(piece, rest)| (piece, Some(rest)));
        if others.is_none() && to_the_end {
            return path.ends_with(piece);
        }
        let Some(at) = memmem::find(path.as_bytes(), piece.as_bytes()) else { return false };
        path = &path[at + piece.len()..];
        pieces = others;
    }
    !to_the_end || path.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::time::Instant;

    use super::*;

    #[test]
    fn patterns_match_as_the_rfc_says() {
        for (pattern, path, expected) in [
            ("/", "/", true),
            ("/fish", "/fishheads", true),
            ("/fish", "/Fish", false),
            ("/fish$", "/fish", true),
            ("/fish$", "/fish/", false),
            ("*.php$", "/a/b.php", true),
            ("*.php$", "/a/b.php?x", false),
            ("/*.gif*.gif$", "/a.gif", false),
            ("/a*b*c", "/a--b--c--", true),
            ("/a*b*c", "/a--c--b", false),
            ("/a**b", "/ab", true),
            ("/a*$", "/abc", true),
            ("/a$b", "/a$bc", true),
            ("*", "/", true),
            ("$", "/", false),
            ("/*a$", "/aba", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn spellings_of_one_path_are_one() {
        assert_eq!(normalise("/caf\u{e9}".as_bytes()), "/caf%C3%A9");
        assert_eq!(normalise(b"/caf%c3%a9"), "/caf%C3%A9");
        assert_eq!(normalise(b"/a b%"), "/a%20b%");
        assert_eq!(normalise(b"/100%zz%4"), "/100%zz%4");
    }

    /// Eight times the path takes not much more than eight times as long; with one step back a star it would
    /// take 64 times as long and more. Each try is shorter than a turn on a busy machine, and the best counts.
    #[test]
    fn time_to_match_grows_with_the_path_and_no_faster() {
        let least_time = |length: usize| {
            let path = format!("/{}", "a".repeat(length));
            let once = || {
                let began = Instant::now();
                assert!(!matches("/*a*aa*aaa*aab", &path));
                began.elapsed()
            };
            (0..200).map(|_| once()).min().unwrap()
        };
        let (short, long) = (least_time(8_000), least_time(64_000));
        assert!(long < short * 24, "{short:?} and {long:?}");
    }

    /// The textbook definition, exponential and obviously right.
    fn by_definition(pattern: &[u8], path: &[u8]) -> bool {
        match pattern {
            [] => true,
            [b'$'] => path.is_empty(),
            [b'*', rest @ ..] => (0..=path.len()).any(|n| by_definition(rest, &path[n..])),
            [byte, rest @ ..] => path.first() == Some(byte) && by_definition(rest, &path[1..]),
        }
    }

    proptest! {
        #[test]
        fn match_agrees_with_its_definition(pattern in "[ab*$]{0,8}", path in "[ab$]{0,8}") {
            prop_assert_eq!(matches(&pattern, &path), by_definition(pattern.as_bytes(), path.as_bytes()));
        }

        #[test]
        fn normalising_twice_is_normalising_once(path in proptest::collection::vec(any::<u8>(), 0..40)) {
            let once = normalise(&path);
            prop_assert_eq!(normalise(once.as_bytes()), once);
        }
    }
}
