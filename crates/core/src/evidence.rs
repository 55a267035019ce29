//! What proves a transition, kept apart from events so that it can be erased.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::page_url::PageUrl;

/// The text that proves a transition: the surroundings of our link, as read.
///
/// It may hold names and words of other people, so it lives in a store of its own with a retention;
/// events carry only its hash (`docs/states.md`, personal data).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The page it was read on.
    pub page: PageUrl,
    /// When it was read.
    pub at: Timestamp,
    /// The text, control characters dropped.
    pub text: String,
}

impl Evidence {
    /// What events carry in its place.
    pub fn hash(&self) -> EvidenceHash {
        let mut hasher = blake3::Hasher::new();
        for part in [self.page.as_str(), &self.at.to_string(), &self.text] {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        let mut out = [0; 16];
        out.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        EvidenceHash(out)
    }
}

/// 128 bits of the blake3 hash of an [`Evidence`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EvidenceHash([u8; 16]);

impl EvidenceHash {
    /// Key bytes.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for EvidenceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EvidenceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EvidenceHash({self})")
    }
}
