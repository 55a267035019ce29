//! The `Link` header (RFC 8288): addresses, and what they are to the page.

/// The links of one header value: address and `rel`, both as written.
pub(crate) fn links(value: &str) -> impl Iterator<Item = (&str, &str)> {
    // Each link begins with `<`: in the parameters of another it can only stand between quotes.
    value.split('<').skip(1).filter_map(|link| {
        let (address, parameters) = link.split_once('>')?;
        let rel = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("rel").then(|| value.trim_matches([' ', '\t', ',', '"']))
        })?;
        Some((address, rel))
    })
}

/// Whether a `rel` has a token, in any case.
pub(crate) fn has_rel(rel: &str, token: &str) -> bool {
    rel.split_ascii_whitespace().any(|other| other.eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_in_every_form() {
        for (value, expected) in [
            ("</a>; rel=next", vec![("/a", "next")]),
            ("</a>; title=x; REL=\"next prev\" , </b>;rel=up", vec![("/a", "next prev"), ("/b", "up")]),
            ("</a>; title=x", vec![]),
            ("/a; rel=next", vec![]),
            ("</a; rel=next", vec![]),
        ] {
            assert_eq!(links(value).collect::<Vec<_>>(), expected, "{value}");
        }
        assert!(has_rel("Next prev", "next") && !has_rel("next-page", "next"));
    }
}
