//! Sitemaps and their indexes (sitemaps.org protocol 0.9): XML or a plain list, packed by gzip or not.
//!
//! They name what a site wants found, often with the day of the last change; not what it keeps to itself, and comments
//! and trackbacks move no date.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use quick_xml::Reader;
use quick_xml::events::Event;
use trackward_core::PageUrl;

use crate::guard;

/// Bytes of one sitemap, unpacked, as the protocol allows; the rest is not read.
pub const BYTES: u64 = 50 * 1024 * 1024;
/// Addresses of one sitemap, as the protocol allows; the rest is not read.
pub const ADDRESSES: usize = 50_000;
/// Longest text of one element, in bytes.
const TEXT: usize = 4_096;

/// What a sitemap says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages of its own host, in its order.
    pub pages: Vec<Listed>,
    /// Further sitemaps of its own host.
    pub sitemaps: Vec<Listed>,
    /// Addresses on other hosts, or that are none: left out, as the protocol asks.
    pub strangers: usize,
    /// Why it was not read to its end, in words.
    pub cut: Option<&'static str>,
}

/// An address, and when what is there was changed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The address.
    pub url: PageUrl,
    /// When, as the sitemap says.
    pub changed: Option<Timestamp>,
}

/// Reads the sitemap at an address, as far as its limits allow. Never fails: what does not read ends it.
pub fn read(body: &[u8], at: &PageUrl) -> Sitemap {
    let mut sitemap = Sitemap::default();
    if body.starts_with(&[0x1f, 0x8b]) {
        read_unpacked(BufReader::new(MultiGzDecoder::new(body).take(BYTES)), at, &mut sitemap);
    } else {
        read_unpacked(body.take(BYTES), at, &mut sitemap);
    }
    sitemap
}

fn read_unpacked(mut input: impl BufRead, at: &PageUrl, sitemap: &mut Sitemap) {
    let Ok(begin) = input.fill_buf() else {
        sitemap.cut = Some("it does not unpack");
        return;
    };
    let begin = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin);
    if begin.trim_ascii_start().starts_with(b"<") {
        read_xml(input, at, sitemap);
    } else {
        read_list(input, at, sitemap);
    }
}

impl Sitemap {
    fn is_full(&self) -> bool {
        self.pages.len() + self.sitemaps.len() + self.strangers >= ADDRESSES
    }

    fn add(&mut self, entry: &Entry, at: &PageUrl) {
        let url = at.join(entry.address.trim()).ok();
        let Some(url) = url.filter(|url| url.host_key() == at.host_key()) else {
            self.strangers += 1;
            return;
        };
        let listed = Listed { url, changed: moment(entry.changed.trim()) };
        if entry.is_sitemap { self.sitemaps.push(listed) } else { self.pages.push(listed) }
    }
}

/// One address a line.
fn read_list(input: impl BufRead, at: &PageUrl, sitemap: &mut Sitemap) {
    for line in input.split(b'\n') {
        if sitemap.is_full() {
            sitemap.cut = Some("it has too many addresses");
            return;
        }
        let Ok(line) = line else {
            sitemap.cut = Some("it does not unpack");
            return;
        };
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii();
        if !line.is_empty() {
            let address = String::from_utf8_lossy(&line[..line.len().min(TEXT)]).into_owned();
            sitemap.add(&Entry { address, ..Entry::default() }, at);
        }
    }
}

/// An entry as it is read.
#[derive(Debug, Default)]
struct Entry {
    is_sitemap: bool,
    address: String,
    changed: String,
}

fn read_xml(input: impl BufRead, at: &PageUrl, sitemap: &mut Sitemap) {
    let mut reader = Reader::from_reader(input);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let (mut buffer, mut open) = (Vec::new(), Vec::new());
    let mut entry = Entry::default();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return,
            Ok(Event::DocType(_)) => return sitemap.cut = Some("it has a document type"),
            Ok(Event::Start(tag)) => {
                open.push(Name::of(tag.local_name().as_ref()));
                if open.len() > guard::DEPTH {
                    return sitemap.cut = Some("its elements are too deep inside one another");
                }
            }
            Ok(Event::End(_)) => {
                if let Some(Name::Page | Name::Sitemap) = open.pop() {
                    if sitemap.is_full() {
                        return sitemap.cut = Some("it has too many addresses");
                    }
                    sitemap.add(&std::mem::take(&mut entry), at);
                }
            }
            Ok(Event::Text(text)) => entry.take(&open, &text),
            Ok(Event::CData(text)) => entry.take(&open, &text),
            Ok(Event::GeneralRef(name)) => {
                let one = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
                entry.take(&open, &one.or(known).unwrap_or_default());
            }
            Ok(_) => {}
            Err(_) => return sitemap.cut = Some("it is no XML from there on"),
        }
    }
}

/// The elements that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Page,
    Sitemap,
    Address,
    Changed,
    Other,
}

impl Name {
    fn of(name: &str) -> Self {
        match name {
            "url" => Self::Page,
            "sitemap" => Self::Sitemap,
            "loc" => Self::Address,
            "lastmod" => Self::Changed,
            _ => Self::Other,
        }
    }
}

impl Entry {
    /// Takes in text where it belongs: an address of a picture inside an entry is none of its own.
    fn take(&mut self, open: &[Name], text: &str) {
        let [.., around, name] = open else { return };
        if !matches!(around, Name::Page | Name::Sitemap) {
            return;
        }
        self.is_sitemap = *around == Name::Sitemap;
        let into = match name {
            Name::Address => &mut self.address,
            Name::Changed => &mut self.changed,
            _ => return,
        };
        if into.len() + text.len() <= TEXT {
            into.push_str(text);
        }
    }
}

/// A date or an instant in the W3C profile of ISO 8601: from `2026` to `2026-11-25T08:30:00.5+01:00`.
fn moment(text: &str) -> Option<Timestamp> {
    let day = |text: &str| {
        let date: Date = text.parse().ok()?;
        date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    };
    match text.len() {
        4 => day(&format!("{text}-01-01")),
        7 => day(&format!("{text}-01")),
        10 => day(text),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn at() -> PageUrl {
        PageUrl::parse("https://host.example/sitemap.xml").unwrap()
    }

    fn paths(listed: &[Listed]) -> Vec<&str> {
        listed.iter().map(|listed| listed.url.as_url().path()).collect()
    }

    const PAGES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc>https://host.example/a?x=1&amp;y=2</loc><lastmod>2026-11-24</lastmod>
            <image:image><image:loc>https://host.example/picture.jpg</image:loc></image:image></url>
        <url><loc> <![CDATA[https://host.example/b]]> </loc><lastmod>2026-11-24T08:30:00+01:00</lastmod></url>
        <url><loc>https://other.example/c</loc></url></urlset>"#;

    #[test]
    fn pages_are_read_with_their_days() {
        let sitemap = read(PAGES.as_bytes(), &at());
        assert_eq!(sitemap.pages[0].url.as_str(), "https://host.example/a?x=1&y=2");
        let changed: Vec<_> = sitemap.pages.iter().map(|page| page.changed.unwrap().to_string()).collect();
        assert_eq!(changed, ["2026-11-24T00:00:00Z", "2026-11-24T07:30:00Z"]);
        assert_eq!((paths(&sitemap.pages).len(), sitemap.strangers, sitemap.cut), (2, 1, None));
    }

    #[test]
    fn index_names_further_sitemaps() {
        let index = "<sitemapindex><sitemap><loc>/posts.xml.gz</loc><lastmod>2026-11</lastmod></sitemap></sitemapindex>";
        let sitemap = read(index.as_bytes(), &at());
        assert_eq!((paths(&sitemap.sitemaps), sitemap.pages.len()), (vec!["/posts.xml.gz"], 0));
    }

    #[test]
    fn packed_ones_and_plain_lists_are_read_too() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(PAGES.as_bytes()).unwrap();
        assert_eq!(read(&packed.finish().unwrap(), &at()), read(PAGES.as_bytes(), &at()));
        let list = "\u{feff}https://host.example/a\r\n\n/b\nhttps://other.example/\n";
        let sitemap = read(list.as_bytes(), &at());
        assert_eq!((paths(&sitemap.pages), sitemap.strangers), (vec!["/a", "/b"], 1));
    }

    #[test]
    fn every_form_of_a_date_is_read() {
        for (text, instant) in [
            ("2026", "2026-01-01T00:00:00Z"),
            ("2026-11", "2026-11-01T00:00:00Z"),
            ("2026-11-24", "2026-11-24T00:00:00Z"),
            ("2026-11-24T08:30Z", "2026-11-24T08:30:00Z"),
            ("2026-11-24T08:30:15.5+01:00", "2026-11-24T07:30:15.5Z"),
        ] {
            assert_eq!(moment(text).map(|at| at.to_string()).as_deref(), Some(instant), "{text}");
        }
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn more_addresses_than_the_protocol_allows_are_left_out() {
        let list = "/a\n".repeat(ADDRESSES + 1);
        let sitemap = read(list.as_bytes(), &at());
        assert_eq!((sitemap.pages.len(), sitemap.cut), (ADDRESSES, Some("it has too many addresses")));
        let xml = format!("<urlset>{}</urlset>", "<url><loc>/a</loc></url>".repeat(ADDRESSES + 1));
        let sitemap = read(xml.as_bytes(), &at());
        assert_eq!((sitemap.pages.len(), sitemap.cut), (ADDRESSES, Some("it has too many addresses")));
    }

    #[test]
    fn bomb_of_gzip_is_read_to_the_limit_only() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        for _ in 0..60 {
            packed.write_all(&vec![b' '; 1024 * 1024]).unwrap();
        }
        packed.write_all(b"\n/beyond").unwrap();
        assert_eq!(read(&packed.finish().unwrap(), &at()).pages, []);
    }

    #[test]
    fn hostile_xml_ends_what_is_read() {
        let cut = |xml: &str| read(xml.as_bytes(), &at()).cut;
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><urlset><url><loc>&b;</loc></url></urlset>";
        assert_eq!(cut(bomb), Some("it has a document type"));
        assert_eq!(
            cut(&"<a>".repeat(guard::DEPTH + 1)),
            Some("its elements are too deep inside one another")
        );
        assert_eq!(read(b"<urlset><url><loc>/\xff\xfe</loc></url></urlset>", &at()).pages, []);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            read(&body, &at());
            read(&[b"<urlset><url><loc>", body.as_slice()].concat(), &at());
        }
    }
}
