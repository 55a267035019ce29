//! Mentions that webmention.io received for a site, from an export of its API.
//!
//! Both shapes of <https://github.com/aaronpk/webmention.io> (README, "API") are read: `links` of `/api/mentions` and the
//! jf2 feed's `children` of `/api/mentions.jf2`. It knows pages that told webmention.io of their link; it cannot know those that sent
//! nothing. Sources on brid.gy stand for posts of social networks. Mentions marked private are not read: their pages are
//! not for strangers.

use std::io::{self, Read};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use trackward_core::PageUrl;

use crate::unusable::Unusable;

/// Longest export that is read, in bytes.
pub const EXPORT_BYTES: u64 = 64 * 1024 * 1024;

/// One mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The page that mentions us.
    pub source: PageUrl,
    /// Our page, where the export names one.
    pub target: Option<PageUrl>,
    /// When webmention.io verified or received it.
    pub at: Option<Timestamp>,
}

/// What an export holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The mentions in their order.
    pub mentions: Vec<Mention>,
    /// Entries without a usable source, by their number.
    pub unusable: Unusable,
}

/// Why an export could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// Reading failed.
    #[error("the export cannot be read")]
    Read(#[source] io::Error),
    /// It is longer than [`EXPORT_BYTES`].
    #[error("the export is longer than {} MB, fetch it in pages (`per-page`, `page`)", EXPORT_BYTES / (1024 * 1024))]
    TooLong,
    /// It is not JSON, or of another shape.
    #[error("this is no export of webmention.io: expected JSON with a list `links` or `children`")]
    Shape(#[source] Option<serde_json::Error>),
}

#[derive(Deserialize)]
struct Export {
    #[serde(alias = "children")]
    links: Option<Vec<Value>>,
}

/// Reads an export.
///
/// # Errors
/// When the whole cannot be read; a bad entry is no error.
pub fn read(input: impl Read) -> Result<Mentions, ExportError> {
    let mut bytes = Vec::new();
    input.take(EXPORT_BYTES + 1).read_to_end(&mut bytes).map_err(ExportError::Read)?;
    if bytes.len() as u64 > EXPORT_BYTES {
        return Err(ExportError::TooLong);
    }
    let export: Export = serde_json::from_slice(&bytes).map_err(|error| ExportError::Shape(Some(error)))?;
    let mut found = Mentions::default();
    for (index, entry) in export.links.ok_or(ExportError::Shape(None))?.iter().enumerate() {
        match mention(entry) {
            Ok(mention) => found.mentions.push(mention),
            Err(why) => found.unusable.push(index + 1, why),
        }
    }
    Ok(found)
}

fn mention(entry: &Value) -> Result<Mention, String> {
    let either = |old: &str, jf2: &str| entry.get(jf2).or_else(|| entry.get(old));
    if either("private", "wm-private").and_then(Value::as_bool) == Some(true) {
        return Err("it is private".to_owned());
    }
    let text = |old, jf2| either(old, jf2).and_then(Value::as_str);
    let source = text("source", "wm-source").ok_or("it names no source")?;
    let source = PageUrl::parse(source).map_err(|error| error.to_string())?;
    let target = text("target", "wm-target").and_then(|target| PageUrl::parse(target).ok());
    let at = text("verified_date", "wm-received").and_then(|at| at.parse().ok());
    Ok(Mention { source, target, at })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(source: &str, target: &str, at: &str) -> Mention {
        let page = |text| PageUrl::parse(text).unwrap();
        Mention { source: page(source), target: Some(page(target)), at: Some(at.parse().unwrap()) }
    }

    #[test]
    fn links_of_the_api_are_read() {
        let export = r#"{"links": [{"source": "https://blog.net/p", "verified": true,
            "verified_date": "2013-04-25T17:09:33-07:00", "id": 900, "private": false, "data": {"author": {"name": "A"},
            "url": "https://blog.net/p"}, "activity": {"type": "link"}, "target": "https://ours.com/a"}]}"#;
        let expected = one("https://blog.net/p", "https://ours.com/a", "2013-04-26T00:09:33Z");
        assert_eq!(read(export.as_bytes()).unwrap().mentions, [expected]);
    }

    #[test]
    fn children_of_the_feed_are_read() {
        let export = r#"{"type": "feed", "name": "Webmentions", "children": [{"type": "entry", "url": "https://blog.net/x",
            "published": null, "wm-received": "2017-07-01T09:21:40Z", "wm-id": 1, "wm-source": "https://blog.net/p",
            "wm-target": "https://ours.com/a", "wm-property": "in-reply-to", "wm-private": false}]}"#;
        let expected = one("https://blog.net/p", "https://ours.com/a", "2017-07-01T09:21:40Z");
        assert_eq!(read(export.as_bytes()).unwrap().mentions, [expected]);
    }

    #[test]
    fn entries_without_a_usable_source_are_named() {
        let export = r#"{"links": [{"source": "javascript:x"}, 7, {"source": "https://a.net/", "private": true},
            {"source": "https://b.net/", "target": 3, "verified_date": "soon"}]}"#;
        let found = read(export.as_bytes()).unwrap();
        let source = PageUrl::parse("https://b.net/").unwrap();
        assert_eq!(found.mentions, [Mention { source, target: None, at: None }]);
        let expected = [
            (1, "'javascript:' is not an http or https address"),
            (2, "it names no source"),
            (3, "it is private"),
        ];
        assert_eq!(found.unusable.named, expected.map(|(number, why)| (number, why.to_owned())));
    }

    #[test]
    fn what_is_no_export_is_an_error_that_says_so() {
        for text in ["", "<html>", "{}", "[]", r#"{"links": 3}"#, r#"{"links": [], "children": []}"#] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("this is no export of webmention.io"), "{text}: {error}");
        }
    }

    #[test]
    fn an_endless_export_is_refused() {
        assert!(matches!(read(io::repeat(b' ')), Err(ExportError::TooLong)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(junk in "\\PC{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes[..]);
            let entry = serde_json::json!({ "links": [{ "source": junk, "target": junk, "verified_date": junk }] });
            prop_assert!(read(entry.to_string().as_bytes()).is_ok());
        }
    }
}
