//! What XML of strangers may be like before a parser gets it.

use memchr::memmem;

/// Elements inside one another.
pub(crate) const DEPTH: usize = 64;
/// Tags, comments and the like.
pub(crate) const EVENTS: usize = 200_000;
/// Attributes of one element.
pub(crate) const ATTRIBUTES: usize = 256;

/// Looks an XML document over, in any encoding that holds ASCII: no document type (so no entities of its own), not
/// too deep, not too many tags, not too many attributes on one.
///
/// # Errors
/// What is against it, in words.
pub(crate) fn look_over(xml: &[u8]) -> Result<(), &'static str> {
    let (mut at, mut depth, mut events) = (0, 0_usize, 0);
    while let Some(open) = memchr::memchr(b'<', &xml[at..]) {
        let tag = &xml[at + open..];
        events += 1;
        if events > EVENTS {
            return Err("it has too many tags");
        }
        let end = if tag.starts_with(b"<!--") {
            after(tag, b"-->")
        } else if tag.starts_with(b"<![CDATA[") {
            after(tag, b"]]>")
        } else if tag.starts_with(b"<?") {
            after(tag, b"?>")
        } else if tag.starts_with(b"<!") {
            return Err("it has a document type");
        } else {
            let end = after(tag, b">");
            let inside = &tag[..end];
            if inside.starts_with(b"</") {
                depth = depth.saturating_sub(1);
            } else if !inside.ends_with(b"/>") {
                depth += 1;
            }
            if memchr::memchr_iter(b'=', inside)
                .filter(|equals| inside[equals + 1..].starts_with(b"\""))
                .count()
                > ATTRIBUTES
            {
                return Err("an element has too many attributes");
            }
            end
        };
        if depth > DEPTH {
            return Err("its elements are too deep inside one another");
        }
        at += open + end;
    }
    Ok(())
}

/// Where the first `end` in `text` ends.
fn after(text: &[u8], end: &[u8]) -> usize {
    memmem::find(text, end).map_or(text.len(), |at| at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_documents_pass() {
        let xml = b"<?xml version=\"1.0\"?><!-- a --><rss a=\"1\"><item><![CDATA[<b><b>]]></item><x/></rss>";
        assert_eq!(look_over(xml), Ok(()));
        assert_eq!(look_over(b"no xml at all"), Ok(()));
        assert_eq!(look_over(b"<cut off"), Ok(()));
    }

    #[test]
    fn each_limit_holds_to_the_last_one_allowed() {
        let deep = |n| "<a>".repeat(n);
        assert_eq!(look_over(deep(DEPTH).as_bytes()), Ok(()));
        assert!(look_over(deep(DEPTH + 1).as_bytes()).is_err());
        let many = |n| "<a/>".repeat(n);
        assert_eq!(look_over(many(EVENTS).as_bytes()), Ok(()));
        assert!(look_over(many(EVENTS + 1).as_bytes()).is_err());
        let wide = |n| format!("<a{}>", " x=\"1\"".repeat(n));
        assert_eq!(look_over(wide(ATTRIBUTES).as_bytes()), Ok(()));
        assert!(look_over(wide(ATTRIBUTES + 1).as_bytes()).is_err());
    }

    #[test]
    fn entities_of_its_own_are_refused() {
        let bomb =
            b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>";
        assert_eq!(look_over(bomb), Err("it has a document type"));
    }
}
