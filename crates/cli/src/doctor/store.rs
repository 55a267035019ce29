//! The store: who has it, whether it opens, what it takes, what lies about in it.

use std::path::Path;

use trackward_store::{Inspected, StoreError};

use crate::doctor::finding::{About, Finding};
use crate::doctor::known::Known;
use crate::failure;
use crate::output::{bytes, count};

const ABOUT: About = About::Store;

/// Bytes up to which a store is copied to be looked into: 1 GiB.
pub(crate) const LOOKED_INTO_BYTES: u64 = 1024 * 1024 * 1024;

/// Room that the next run needs in any case: 16 MiB.
const NEEDED_BYTES: u64 = 16 * 1024 * 1024;

/// What a look into a copy of the store came to.
#[derive(Debug)]
pub(crate) enum Opened {
    /// It was not looked into, and why.
    No(String),
    /// It does not open.
    Failed(StoreError),
    /// It opens; whether something had to be made anew for that.
    Yes { known: Box<Known>, was_mended: bool },
}

/// A folder that is not there.
pub(crate) fn missing(dir: &Path) -> Finding {
    Finding::note(ABOUT, format!("there is none yet in {}", dir.display()))
        .advise("`trackward add` or `trackward import` makes it")
}

/// A folder that cannot even be looked at.
pub(crate) fn unreadable(error: &StoreError) -> Finding {
    let advice = failure::advice(error).unwrap_or("mend what the message names");
    Finding::fault(ABOUT, failure::chain(error)).advise(advice)
}

/// What there is to say of a store.
pub(crate) fn findings(dir: &Path, inspected: &Inspected, opened: &Opened) -> Vec<Finding> {
    let mut findings = vec![open_or_not(dir, inspected, opened)];
    findings.extend(inspected.holder.as_ref().map(|holder| {
        Finding::note(ABOUT, format!("it is in use, by {holder}"))
            .advise("what it says here may be a moment old")
    }));
    findings.extend(opted_out(opened));
    findings.push(size(inspected, opened));
    findings.push(room(inspected));
    findings.extend(leftovers(inspected));
    findings.extend(owner(dir, inspected));
    findings
}

fn open_or_not(dir: &Path, inspected: &Inspected, opened: &Opened) -> Finding {
    let place = dir.display();
    match opened {
        Opened::No(why) => Finding::note(ABOUT, format!("{place} was not looked into: {why}"))
            .advise("`trackward store verify` reads all of it"),
        Opened::Failed(error) => Finding::fault(ABOUT, failure::chain(error))
            .advise(failure::advice(error).unwrap_or("`trackward store verify` says more")),
        // Caught in the middle of a write, a copy may have to be mended.
        Opened::Yes { was_mended: true, .. } if inspected.holder.is_none() => Finding::warning(
            ABOUT,
            format!("{place} is damaged: the next command makes it anew from what is whole"),
        )
        .advise("copy the folder first, then `trackward store rebuild`"),
        Opened::Yes { known, .. } => {
            let links = count(known.stats.all_links(), "link", "links");
            let what =
                format!("{place} opens, with {links} on {}", count(known.stats.pages, "page", "pages"));
            if inspected.is_sealed || inspected.holder.is_some() {
                return Finding::ok(ABOUT, what);
            }
            Finding::note(ABOUT, format!("{what}; no process closed it in order"))
                .advise("nothing: the next command checks it whole, which may take a while")
        }
    }
}

fn opted_out(opened: &Opened) -> Option<Finding> {
    let Opened::Yes { known, .. } = opened else { return None };
    let sites = known.opt_outs.iter().count() as u64;
    (sites > 0).then(|| {
        let asked = count(sites, "owner asked", "owners asked");
        Finding::note(ABOUT, format!("{asked} not to be visited"))
            .advise("`trackward optout --list` names them")
    })
}

fn size(inspected: &Inspected, opened: &Opened) -> Finding {
    let database = bytes(inspected.database_bytes);
    let journal = format!("{} of journal", bytes(inspected.journal_bytes));
    let Opened::Yes { known, .. } = opened else {
        return Finding::ok(ABOUT, format!("{database} of database, {journal}"));
    };
    let what = format!("{database} of database, {} of it in use, {journal}", bytes(known.stats.live_bytes));
    if known.is_worth_compacting {
        return Finding::note(ABOUT, what)
            .advise("`trackward store compact` gives room back; so does the end of a run");
    }
    Finding::ok(ABOUT, what)
}

/// Whether the disk has room for the next run, and for a second database while one is made anew.
fn room(inspected: &Inspected) -> Finding {
    let Some(free) = inspected.free_bytes else {
        return Finding::note(ABOUT, "how much room is left on its disk cannot be told here");
    };
    let what = format!("{} free on its disk", bytes(free));
    if free < NEEDED_BYTES {
        return Finding::fault(ABOUT, what).advise("make room: the next run would end with exit code 74");
    }
    if free < inspected.database_bytes.saturating_add(NEEDED_BYTES) {
        let what = format!("{what}, too little to compact or rebuild its database");
        return Finding::warning(ABOUT, what).advise("make room");
    }
    Finding::ok(ABOUT, what)
}

fn leftovers(inspected: &Inspected) -> Option<Finding> {
    let names: Vec<_> = inspected.aside.iter().map(|path| path.display().to_string()).collect();
    (!names.is_empty()).then(|| {
        Finding::note(ABOUT, format!("what was damaged is kept in {}", names.join(", ")))
            .advise("look at it, then remove it")
    })
}

fn owner(dir: &Path, inspected: &Inspected) -> Vec<Finding> {
    let mut findings = Vec::new();
    if inspected.is_exposed {
        let what = format!("others than its owner may look into {}", dir.display());
        findings.push(Finding::warning(ABOUT, what).advise(format!("chmod 700 {}", dir.display())));
    }
    if let [first, ..] = inspected.foreign.as_slice() {
        let n = count(inspected.foreign.len() as u64, "file or folder belongs", "files and folders belong");
        let what = format!("{n} to another user, {} for one", first.display());
        let advice =
            "run trackward as the user that owns the folder, this command too; chown -R mends a mixture";
        findings.push(Finding::warning(ABOUT, what).advise(advice));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    const MIB: u64 = 1024 * 1024;

    fn good() -> Inspected {
        Inspected {
            is_sealed: true,
            database_bytes: MIB,
            free_bytes: Some(100 * MIB),
            ..Inspected::default()
        }
    }

    fn opened() -> Opened {
        Opened::Yes { known: Box::default(), was_mended: false }
    }

    fn gravest(inspected: &Inspected, opened: &Opened) -> Finding {
        let findings = findings(Path::new("store"), inspected, opened);
        findings.into_iter().max_by_key(|finding| finding.level).unwrap()
    }

    #[test]
    fn good_store_is_ok_in_every_line() {
        assert_eq!(gravest(&good(), &opened()).level, Level::Ok);
    }

    #[test]
    fn damage_is_a_warning_where_the_next_command_mends_it_and_a_fault_where_none_can() {
        let mended = Opened::Yes { known: Box::default(), was_mended: true };
        let said = gravest(&good(), &mended);
        assert!(said.level == Level::Warning && said.advice.unwrap().contains("store rebuild"));
        let held = Inspected { holder: Some("process 7".to_owned()), ..good() };
        assert_eq!(gravest(&held, &mended).level, Level::Note, "a copy made during a run may be torn");
        let newer = StoreError::Newer { what: "the store".to_owned(), found: 9, known: 1 };
        let said = gravest(&good(), &Opened::Failed(newer));
        assert!(said.level == Level::Fault && said.what.contains("install a newer trackward"), "{said:?}");
    }

    #[test]
    fn room_is_a_fault_below_what_a_run_needs_and_a_warning_below_a_second_database() {
        let level = |free| gravest(&Inspected { free_bytes: Some(free), ..good() }, &opened()).level;
        assert_eq!(level(NEEDED_BYTES - 1), Level::Fault);
        assert_eq!(level(NEEDED_BYTES), Level::Warning);
        assert_eq!(level(NEEDED_BYTES + MIB - 1), Level::Warning);
        assert_eq!(level(NEEDED_BYTES + MIB), Level::Ok);
    }

    #[test]
    fn what_lies_about_and_what_others_may_reach_is_told_with_what_to_do() {
        let cases = [
            (Inspected { aside: vec!["store/sled.broken-1".into()], ..good() }, "remove it"),
            (Inspected { is_exposed: true, ..good() }, "chmod 700 store"),
            (Inspected { foreign: vec!["store/lock".into()], ..good() }, "chown"),
            (Inspected { is_sealed: false, ..good() }, "checks it whole"),
        ];
        for (inspected, word) in cases {
            let said = gravest(&inspected, &opened());
            assert!(said.level > Level::Ok && said.advice.as_ref().unwrap().contains(word), "{said:?}");
        }
        let large = Known { is_worth_compacting: true, ..Known::default() };
        let said = gravest(&good(), &Opened::Yes { known: Box::new(large), was_mended: false });
        assert!(said.advice.unwrap().contains("store compact"));
    }
}
