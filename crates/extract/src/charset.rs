//! Bytes to text: which charset a page is in.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::markup::{self, Reader, Strictness, Tag};

/// How far into the page a declaration is looked for, in bytes.
///
/// Browsers look through 1,024 bytes and decode again when one comes later: the same result.
pub(crate) const DECLARATION_BYTES: usize = 16 * 1024;

/// A page as text.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// Its text; bytes that mean nothing in its charset are U+FFFD.
    pub(crate) text: Cow<'a, str>,
    /// The charset it was read in.
    pub(crate) charset: &'static Encoding,
    /// The charset the header names, where it was not believed.
    pub(crate) disbelieved: Option<&'static Encoding>,
}

/// Decodes a body: byte order mark, then header, then declaration, then valid UTF-8, then a charset of
/// Japan where the page is of there (`from_japan`, or by what it says itself), then windows-1252.
pub(crate) fn decode<'a>(body: &'a [u8], content_type: Option<&str>, from_japan: bool) -> Decoded<'a> {
    if let Some((charset, mark)) = Encoding::for_bom(body) {
        return in_charset(&body[mark..], charset);
    }
    let label = content_type.and_then(header_label);
    let Some(named) = label.and_then(known) else {
        let declared = Declaration::read(body);
        let is_japanese = from_japan || declared.is_japanese || label.is_some_and(names_japanese);
        return in_charset(body, declared.charset.unwrap_or_else(|| guess(body, is_japanese)));
    };
    let believed =
        if named == UTF_8 && std::str::from_utf8(body).is_err() { believe_declaration(body) } else { None };
    believed.unwrap_or_else(|| in_charset(body, named))
}

/// Many hosts send `charset=utf-8` with everything: a declaration that decodes clean is believed instead.
fn believe_declaration(body: &[u8]) -> Option<Decoded<'_>> {
    let declared = Declaration::read(body).charset.filter(|charset| *charset != UTF_8)?;
    let text = declared.decode_without_bom_handling_and_without_replacement(body)?;
    Some(Decoded { text, charset: declared, disbelieved: Some(UTF_8) })
}

fn in_charset<'a>(body: &'a [u8], charset: &'static Encoding) -> Decoded<'a> {
    let (text, _) = charset.decode_without_bom_handling(body);
    Decoded { text, charset, disbelieved: None }
}

fn guess(body: &[u8], is_japanese: bool) -> &'static Encoding {
    // ISO-2022-JP is ASCII with escapes, and so valid UTF-8 too.
    let has_escapes = body.windows(2).any(|two| two == b"\x1b$");
    match std::str::from_utf8(body) {
        Ok(_) if is_japanese && has_escapes => ISO_2022_JP,
        Ok(_) => UTF_8,
        Err(_) if is_japanese => fewest_errors(body, [EUC_JP, SHIFT_JIS, ISO_2022_JP]),
        Err(_) => WINDOWS_1252,
    }
}

/// The first of those charsets in which the fewest bytes mean nothing.
fn fewest_errors(body: &[u8], charsets: [&'static Encoding; 3]) -> &'static Encoding {
    let errors = |charset: &&'static Encoding| {
        charset.decode_without_bom_handling(body).0.matches(char::REPLACEMENT_CHARACTER).count()
    };
    charsets.into_iter().min_by_key(errors).unwrap_or(WINDOWS_1252)
}

/// The charset label of a `Content-Type`.
fn header_label(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The charset of a label; an unknown one is passed over, so UTF-7 is never used.
fn known(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// Whether a label, though unknown, is of a charset of Japan, such as `sjis-win`.
fn names_japanese(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    ["jis", "eucjp", "euc-jp", "2022-jp", "cp932"].iter().any(|part| label.contains(part))
}

fn xml_label(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    value.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
}

/// What the page itself says of its charset.
#[derive(Default)]
struct Declaration {
    /// The first one that is known.
    charset: Option<&'static Encoding>,
    /// Whether its language or a label speaks for Japan.
    is_japanese: bool,
}

impl Declaration {
    fn read(body: &[u8]) -> Self {
        let start = &body[..body.len().min(DECLARATION_BYTES)];
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(start);
        let mut declaration = Self::default();
        declaration.label(xml_label(&text));
        markup::read(&text, Strictness::Lenient, &mut declaration);
        // What could be read as ASCII so far is not UTF-16, whatever it says.
        let is_wide = declaration.charset.is_some_and(|charset| charset == UTF_16LE || charset == UTF_16BE);
        Self { charset: if is_wide { Some(UTF_8) } else { declaration.charset }, ..declaration }
    }

    fn label(&mut self, label: Option<&str>) {
        self.charset = self.charset.or_else(|| label.and_then(known));
        self.is_japanese |= label.is_some_and(names_japanese);
    }
}

impl Reader for Declaration {
    fn start(&mut self, tag: &Tag<'_, '_, '_>, _depth: usize) {
        match tag.name {
            "html" => {
                let language = tag.attr("lang").unwrap_or_default().to_ascii_lowercase();
                self.is_japanese |= language == "ja" || language.starts_with("ja-");
            }
            "meta" => {
                let is_type =
                    || tag.attr("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-type"));
                match tag.attr("charset") {
                    Some(label) => self.label(Some(&label)),
                    None if is_type() => self.label(tag.attr("content").as_deref().and_then(header_label)),
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, _name: &str, _depth: usize) {}

    fn is_done(&self) -> bool {
        self.charset.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charset(body: &[u8], header: Option<&str>) -> &'static str {
        decode(body, header, false).charset.name()
    }

    #[test]
    fn sources_of_the_charset_rank_as_browsers_rank_them() {
        let koi = b"<meta charset=koi8-r>\xf0".as_slice();
        for (body, header, expected) in [
            (b"\xef\xbb\xbfx".as_slice(), Some("text/html; charset=koi8-r"), "UTF-8"),
            (b"\xff\xfex\0", None, "UTF-16LE"),
            (koi, Some("text/html; charset=\"ISO-8859-1\""), "windows-1252"),
            (koi, Some("text/html"), "KOI8-R"),
            (koi, Some("text/html; charset=nonsense"), "KOI8-R"),
            (koi, Some("text/html; charset=utf-7"), "KOI8-R"),
            (b"<?xml version='1.0' encoding='euc-jp'?><p>", None, "EUC-JP"),
            (b"<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'>", None, "Shift_JIS"),
            (b"<meta charset=utf-16>", None, "UTF-8"),
            (b"<!-- <meta charset=koi8-r> --><p>plain", None, "UTF-8"),
            ("gr\u{fc}n".as_bytes(), None, "UTF-8"),
            (b"gr\xfcn", None, "windows-1252"),
        ] {
            assert_eq!(charset(body, header), expected, "{:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn page_of_japan_without_a_charset_is_read_in_the_one_with_the_fewest_errors() {
        let text = "トラックバック、引用と漢字。";
        for charset in [EUC_JP, SHIFT_JIS, ISO_2022_JP] {
            let (bytes, ..) = charset.encode(text);
            for (opening, label) in [
                ("<html lang=ja>", None),
                ("<html lang='JA-jp'>", Some("text/html")),
                ("<meta charset=sjis-win>", None),
                ("", Some("text/html; charset=eucJP-ms")),
            ] {
                let page = [opening.as_bytes(), &bytes].concat();
                let decoded = decode(&page, label, false);
                assert_eq!(decoded.charset, charset, "{opening} {label:?}");
                assert!(decoded.text.ends_with(text));
            }
            assert_eq!(decode(&bytes, None, true).charset, charset);
            assert_ne!(decode(&bytes, None, false).charset, charset);
        }
        assert_eq!(decode(text.as_bytes(), None, true).charset, UTF_8);
    }

    #[test]
    fn declaration_is_read_to_its_limit_and_not_beyond() {
        let page =
            |padding: usize| format!("{}<meta charset=koi8-r>\u{e4}", " ".repeat(padding)).into_bytes();
        let meta = "<meta charset=koi8-r>".len();
        assert_eq!(charset(&page(DECLARATION_BYTES - meta), None), "KOI8-R");
        assert_eq!(charset(&page(DECLARATION_BYTES - meta + 1), None), "UTF-8");
    }

    #[test]
    fn header_that_is_wrong_gives_way_to_a_declaration_that_fits() {
        let page = b"<meta charset=iso-8859-1>gr\xfcn";
        let decoded = decode(page, Some("text/html; charset=utf-8"), false);
        assert_eq!(decoded.charset, WINDOWS_1252);
        assert_eq!(decoded.disbelieved, Some(UTF_8));
        assert!(decoded.text.ends_with("gr\u{fc}n"));
    }

    #[test]
    fn bytes_that_mean_nothing_never_fail() {
        let decoded = decode(b"a\xffb", Some("text/html; charset=utf-8"), false);
        assert_eq!(decoded.text, "a\u{fffd}b");
    }
}
