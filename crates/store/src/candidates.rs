//! What discovery knows of: addresses that were looked at, and those still to be.

use std::collections::BTreeMap;

use trackward_core::{Candidate, HostKey, Limits};

use crate::contract::{Noted, Result};
use crate::draft::{Draft, Readable, Stored, skip_damaged};
use crate::key::HostId;

/// Candidates written at once.
pub(crate) const CANDIDATES_AT_ONCE: usize = 1_000;

/// See [`crate::Store::candidates`].
pub(crate) fn candidates(stored: Stored<'_>, host: &HostKey) -> Result<Readable<Vec<Candidate>>> {
    let (mut answer, mut skipped) = (Vec::new(), Vec::new());
    for row in stored.records::<Candidate>(&HostId::of(host).0, None) {
        answer.extend(skip_damaged(row?.1, &mut skipped)?);
    }
    Ok(Readable { answer, skipped })
}

/// See [`crate::Store::note`].
pub(crate) fn note(draft: &mut Draft<'_>, named: Vec<Candidate>) -> Result<Noted> {
    let mut noted = Noted::default();
    let mut room: BTreeMap<[u8; 8], usize> = BTreeMap::new();
    for candidate in named {
        let key = candidate.key();
        if let Some(mut known) = draft.get::<Candidate>(key)? {
            noted.known += 1;
            if known.rename(&candidate) {
                draft.put(key, &known);
            }
            continue;
        }
        let host = HostId::of(&candidate.page.host_key()).0;
        let left = match room.get_mut(&host) {
            Some(left) => left,
            None => room.entry(host).or_insert(room_for(draft.stored, host)),
        };
        if *left == 0 {
            noted.refused += 1;
            continue;
        }
        *left -= 1;
        noted.new += 1;
        draft.put(key, &candidate);
    }
    Ok(noted)
}

/// How many more candidates of a host are kept.
fn room_for(stored: Stored<'_>, host: [u8; 8]) -> usize {
    let known = stored.records::<Candidate>(&host, None).take(Limits::CANDIDATES_A_HOST);
    Limits::CANDIDATES_A_HOST - known.count()
}
