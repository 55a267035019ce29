//! A page reads the same in its own charset and as UTF-8.

use encoding_rs::{Encoding, UTF_8};
use trackward_core::{Extraction, Headers};

use super::extract::read;
use super::input::message;

/// Checks an input of header fields, an empty line and a body.
pub fn check(input: &[u8]) {
    let (headers, body) = message(input);
    let own = read(&headers, body);
    if !own.facts.html {
        return;
    }
    let (text, ..) = charset_of(&own).decode(body);
    // The mark at its beginning decides before all else, and is no part of the text.
    let marked = format!("\u{feff}{text}");
    let utf_8 = read(&with_html_type(&headers), marked.as_bytes());
    assert_eq!(charset_of(&utf_8), UTF_8);
    assert_eq!(without_charset(utf_8), without_charset(own));
}

fn charset_of(read: &Extraction) -> &'static Encoding {
    Encoding::for_label(read.facts.charset.as_bytes()).expect("a charset that browsers know")
}

/// The same fields but the content type, which may have told HTML only by leaving it to the body.
fn with_html_type(headers: &Headers) -> Headers {
    let others = ["link", "refresh", "x-robots-tag"];
    let field = |name| headers.all(name).map(move |value| (name, value));
    others.into_iter().flat_map(field).chain([("content-type", "text/html")]).collect()
}

/// The size counts bytes, and so differs too.
fn without_charset(mut read: Extraction) -> Extraction {
    read.facts.charset.clear();
    read.facts.bytes = 0;
    read.warnings.retain(|warning| !warning.code.starts_with("charset"));
    read
}
