//! What the host of a referrer is to us.

use std::collections::HashMap;
use std::sync::LazyLock;

use trackward_core::{Domain, PageUrl};

/// Suffix → kind, from the table beside this file.
static KNOWN: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let rows = include_str!("referrers.txt").lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| row.split_once(' ')).map(|(suffix, kind)| (suffix, kind.trim())).collect()
});

/// Ends of names that only a private network answers to (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`).
const PRIVATE: [&str; 5] = ["local", "localhost", "internal", "lan", "home.arpa"];

/// What the host of a referrer is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    /// One of our own hosts.
    Ours,
    /// A host where people publish pages: worth a look.
    Publisher,
    /// A host whose pages are not asked, with why.
    Passed(&'static str),
}

impl Party {
    /// Judges the host named by `authority` (host, port, perhaps userinfo).
    pub(crate) fn of(authority: &[u8], ours: &[Domain]) -> Self {
        let page = std::str::from_utf8(authority).ok().map(|text| format!("http://{text}/"));
        let Some(page) = page.and_then(|text| PageUrl::parse(&text).ok()) else {
            return Self::Passed("no address");
        };
        let host = page.host_key();
        let domain = host.domain();
        if ours.contains(&domain) {
            return Self::Ours;
        }
        if page.as_url().domain().is_none() || is_private(host.as_str()) {
            return Self::Passed("no public name");
        }
        match known(host.as_str(), domain.as_str()) {
            None | Some("page") => Self::Publisher,
            Some(kind) => Self::Passed(kind),
        }
    }
}

fn is_private(host: &str) -> bool {
    !host.contains('.')
        || PRIVATE.iter().any(|end| host.strip_suffix(end).is_some_and(|name| name.ends_with('.')))
}

fn known(host: &str, domain: &str) -> Option<&'static str> {
    let mut suffixes = std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, rest)| rest));
    let by_suffix = suffixes.find_map(|suffix| KNOWN.get(suffix));
    let any_ending = || KNOWN.get(format!("{}.*", domain.split('.').next()?).as_str());
    by_suffix.or_else(any_ending).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(authority: &str) -> Party {
        let ours = [PageUrl::parse("https://ours.com/").unwrap().domain()];
        Party::of(authority.as_bytes(), &ours)
    }

    #[test]
    fn hosts_are_known_by_their_longest_suffix() {
        let cases = [
            ("www.google.co.uk", Party::Passed("search")),
            ("GOOGLE.com:443", Party::Passed("search")),
            ("mail.google.com", Party::Passed("mail")),
            ("sites.google.com", Party::Publisher),
            ("notbing.com", Party::Publisher),
            ("l.facebook.com", Party::Passed("social")),
            ("google.example.org", Party::Publisher),
            ("blog.ours.com", Party::Ours),
            ("notours.com", Party::Publisher),
        ];
        for (host, expected) in cases {
            assert_eq!(party(host), expected, "{host}");
        }
    }

    #[test]
    fn a_host_that_nobody_outside_can_ask_is_passed() {
        for host in ["127.0.0.1:8080", "[::1]", "localhost", "wiki.corp.internal", "intranet", "nas.local"] {
            assert_eq!(party(host), Party::Passed("no public name"), "{host}");
        }
        assert_eq!(party("a b"), Party::Passed("no address"));
        assert_eq!(Party::of(b"\xff", &[]), Party::Passed("no address"));
    }

    #[test]
    fn every_row_of_the_table_has_a_known_kind() {
        assert!(KNOWN.len() > 50);
        for (suffix, kind) in KNOWN.iter() {
            let kinds = ["search", "mail", "chat", "social", "app", "reader", "ads", "page"];
            assert!(kinds.contains(kind), "{suffix} {kind}");
        }
    }
}
