//! Identities that are minted once and never recomputed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::by_text::by_text;
use crate::page_url::PageUrl;
use crate::placement::PlacementClass;
use crate::target::Target;

fn hash64(parts: &[&str]) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut out = [0; 8];
    out.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    out
}

/// The hash of a page's host, then that of the page and what else tells an id apart. The host is part of
/// both: `www.h` and `h` are two hosts, and their links must differ in their first characters too.
fn join16(page: &PageUrl, parts: &[&str]) -> [u8; 16] {
    let (host, key) = (page.host_key(), page.match_key());
    let mut out = [0; 16];
    out[..8].copy_from_slice(&hash64(&[host.as_str()]));
    out[8..].copy_from_slice(&hash64(&[&[host.as_str(), key.as_str()], parts].concat()));
    out
}

/// A link for life: hash of its host, then hash of page, target and first placement class.
///
/// As text the second half stands first, so that a short prefix tells links of one host apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkId([u8; 16]);

impl LinkId {
    /// Mints the id of a new link.
    pub fn mint(page: &PageUrl, target: &Target, class: PlacementClass) -> Self {
        let target = match target {
            Target::Page(ours) => ours.match_key().as_str().to_owned(),
            wider => wider.to_string(),
        };
        Self(join16(page, &[&target, class.as_str()]))
    }

    /// Key bytes: all links of one host lie together.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// Reads key bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The first ten characters: enough to name a link in print.
    pub fn short(self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[8..].iter().chain(&self.0[..8]).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkId({self})")
    }
}

impl FromStr for LinkId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not a link id: 32 hex digits");
        if text.len() != 32 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut out = [0; 16];
        for (n, byte) in out.iter_mut().enumerate() {
            let at = (n + 8) % 16 * 2;
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(out))
    }
}

by_text!(LinkId, String);

/// A source page: hash of its host, then hash of its match key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PageId([u8; 16]);

impl PageId {
    /// The id of a page; spellings that share a match key on one host share it.
    pub fn of(page: &PageUrl) -> Self {
        Self(join16(page, &[]))
    }

    /// Key bytes: all pages of one host lie together.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// Reads key bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// A run, counted from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_id_reads_back_from_its_text() {
        let page = PageUrl::parse("https://host.example/post").unwrap();
        let target = Target::parse("https://ours.example/").unwrap();
        let id = LinkId::mint(&page, &target, PlacementClass::Ping);
        assert_eq!(id.to_string().parse::<LinkId>().unwrap(), id);
        assert_ne!(id, LinkId::mint(&page, &target, PlacementClass::Comment));
        assert!("zz".repeat(16).parse::<LinkId>().is_err());
    }

    #[test]
    fn spellings_of_a_page_share_its_id_and_hosts_lie_together() {
        let id = |text: &str| PageId::of(&PageUrl::parse(text).unwrap());
        assert_eq!(id("http://h.example/a/"), id("https://h.example/a?utm_source=x"));
        assert_eq!(id("https://h.example/a").to_bytes()[..8], id("https://h.example/b").to_bytes()[..8]);
    }
}
