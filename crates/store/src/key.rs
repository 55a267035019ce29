//! Keys: fixed-width, big-endian, so that the order of the bytes is the order of what they mean.

use jiff::Timestamp;
use trackward_core::{EventSeq, HostKey, LinkId, PageId, RunId};

/// A part of a key, always of the same width.
pub(crate) trait Key: Copy {
    /// Adds its bytes.
    fn write(self, out: &mut Vec<u8>);
    /// Takes its bytes off the front.
    fn read(bytes: &mut &[u8]) -> Option<Self>;
}

/// A host: the hash that begins the ids of all its pages and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HostId(pub(crate) [u8; 8]);

impl HostId {
    /// The id of a host, as `trackward_core` hashes it into page and link ids.
    pub(crate) fn of(host: &HostKey) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(host.as_str().len() as u64).to_be_bytes());
        hasher.update(host.as_str().as_bytes());
        let mut id = [0; 8];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        Self(id)
    }

    /// The host of a page.
    pub(crate) fn of_page(page: PageId) -> Self {
        let mut id = [0; 8];
        id.copy_from_slice(&page.to_bytes()[..8]);
        Self(id)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*head)
}

impl<const N: usize> Key for [u8; N] {
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        take(bytes)
    }
}

impl Key for u64 {
    fn write(self, out: &mut Vec<u8>) {
        self.to_be_bytes().write(out);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        take(bytes).map(Self::from_be_bytes)
    }
}

/// Microseconds, shifted so that instants before 1970 come first.
impl Key for Timestamp {
    fn write(self, out: &mut Vec<u8>) {
        (self.as_microsecond().cast_unsigned() ^ (1 << 63)).write(out);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Self::from_microsecond((u64::read(bytes)? ^ (1 << 63)).cast_signed()).ok()
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    fn write(self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::read(bytes)?, B::read(bytes)?))
    }
}

/// Keys that are a newtype around another key.
macro_rules! newtype_keys {
    ($($type:ty: $into:expr, $from:expr;)+) => {$(
        impl Key for $type {
            fn write(self, out: &mut Vec<u8>) {
                $into(self).write(out);
            }

            fn read(bytes: &mut &[u8]) -> Option<Self> {
                Key::read(bytes).map($from)
            }
        }
    )+};
}

newtype_keys! {
    LinkId: LinkId::to_bytes, LinkId::from_bytes;
    PageId: PageId::to_bytes, PageId::from_bytes;
    HostId: |id: HostId| id.0, HostId;
    EventSeq: |seq: EventSeq| seq.0, EventSeq;
    RunId: |run: RunId| run.0, RunId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use trackward_core::PageUrl;

    #[test]
    fn host_id_begins_the_ids_of_its_pages() {
        for text in ["https://www.host.example/post", "http://127.0.0.1:8080/", "https://[2001:db8::1]/x"] {
            let page = PageUrl::parse(text).unwrap();
            assert_eq!(HostId::of(&page.host_key()), HostId::of_page(PageId::of(&page)), "{text}");
        }
    }

    #[test]
    fn earlier_instant_has_the_smaller_key() {
        let key = |at: Timestamp| {
            let mut out = Vec::new();
            at.write(&mut out);
            out
        };
        let instants = ["-000044-03-15T12:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"]
            .map(|text| text.parse::<Timestamp>().unwrap());
        assert!(instants.map(key).is_sorted());
        assert!(key(instants[2]) < key(Timestamp::MAX));
        for at in instants {
            assert_eq!(Timestamp::read(&mut key(at).as_slice()), Some(at));
        }
    }
}
