//! A page as it came back, with what is known of it.

use trackward_core::{Headers, PageUrl, Target};

/// A page as it came back, with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The final address, after redirects.
    pub url: &'a PageUrl,
    /// Header fields of the answer.
    pub headers: &'a Headers,
    /// The body, content encodings undone, as far as it was read.
    pub body: &'a [u8],
    /// Whether the body was read to its end.
    pub complete: bool,
    /// Targets of the links known to be on the page: if one is not found, the tree is wanted.
    pub known: &'a [Target],
}

impl Page<'_> {
    /// Whether it is HTML by its content type, or by its beginning where none is given.
    pub(crate) fn is_html(&self) -> bool {
        match self.headers.get("content-type").map(media_type) {
            Some(kind) if kind.contains('/') => kind == "text/html" || kind == "application/xhtml+xml",
            _ => begins_like_html(self.body),
        }
    }

    /// Whether its host is under `.jp`.
    pub(crate) fn is_from_japan(&self) -> bool {
        self.url.host_key().as_str().rsplit('.').next() == Some("jp")
    }
}

fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// As browsers sniff (WHATWG MIME Sniffing, 7.1): white space, then one of few openings.
fn begins_like_html(body: &[u8]) -> bool {
    const OPENINGS: &[&str] = &[
        "<!doctype html",
        "<!--",
        "<html",
        "<head",
        "<script",
        "<iframe",
        "<h1",
        "<div",
        "<font",
        "<table",
        "<a",
        "<style",
        "<title",
        "<b",
        "<body",
        "<br",
        "<p",
    ];
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    OPENINGS.iter().any(|opening| {
        let start = body.get(..opening.len()).unwrap_or_default();
        let next = body.get(opening.len()).copied();
        let ends = *opening == "<!--" || next.is_none_or(|byte| byte == b'>' || byte.is_ascii_whitespace());
        start.eq_ignore_ascii_case(opening.as_bytes()) && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_told_by_content_type_and_by_its_beginning_only_without_one() {
        let url = PageUrl::parse("https://host.example/").unwrap();
        for (content_type, body, html) in [
            (Some("text/html; charset=utf-8"), "", true),
            (Some("Application/XHTML+XML"), "", true),
            (Some("application/json"), "<html>", false),
            (Some("text/plain"), "<html>", false),
            (Some("html"), " <!DOCTYPE html>", true),
            (None, "\u{feff}\n<html lang=en>", true),
            (None, "<!-- x --><p>", true),
            (None, "<rss>", false),
            (None, "%PDF-1.7", false),
            (None, "", false),
        ] {
            let headers: Headers = content_type.map(|value| ("content-type", value)).into_iter().collect();
            let page =
                Page { url: &url, headers: &headers, body: body.as_bytes(), complete: true, known: &[] };
            assert_eq!(page.is_html(), html, "{content_type:?} {body}");
        }
    }
}
