//! What is done to a store as a whole.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use bench::{add, check_all, copy, database, durable, events, hour, is_whole, links, open, set_aside};
use jiff::civil::date;
use tempfile::TempDir;
use trackward_core::{Claim, HostKey, NewWatch, OptOut, RunScope};
use trackward_store::{LinkQuery, Maintenance, OpenOptions, SledStore, Store, StoreError, VisitCount};

async fn maintain(dir: &Path) -> Maintenance {
    Maintenance::begin(dir, OpenOptions::default()).await.unwrap()
}

async fn faults(dir: &Path) -> Vec<String> {
    maintain(dir).await.verify().await.unwrap().faults
}

/// A folder with a store of six links that went live and were lost, closed.
async fn with_history() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.begin_run(RunScope::All, hour(0)).await.unwrap();
    add(&store, 6).await.unwrap();
    claim(&store).await;
    check_all(&store, hour(1), true).await.unwrap();
    check_all(&store, hour(25), true).await.unwrap();
    dir
}

/// A vendor says something of the first link.
async fn claim(store: &SledStore) {
    let link = links(store).await.remove(0);
    let mut claim = Claim::new("ahrefs", "2026-11-05".parse().unwrap());
    claim.say("UR", "12");
    let watch = NewWatch { claim: Some(claim), ..NewWatch::new(link.page, link.target) };
    store.add(vec![watch], hour(0)).await.unwrap();
}

/// All that can be read, texts, claims and plans too.
async fn everything(dir: &Path) -> String {
    let store = open(dir).await;
    is_whole(&store).await;
    let mut all = format!("{} {:?}", durable(&store).await, store.next_due().await.unwrap());
    for link in links(&store).await {
        let claims = store.claims(link.id).await.unwrap();
        write!(all, "{claims:?}").unwrap();
    }
    for (_, event) in events(&store).await {
        let text = store.evidence(event.evidence.unwrap()).await.unwrap();
        all += &text.map_or("erased".into(), |text| text.text);
    }
    all
}

/// Changes the row whose key begins with `prefix`.
fn rewrite(dir: &Path, prefix: &[u8], change: impl FnOnce(&mut Vec<u8>)) {
    let db = database(dir);
    let (key, value) = db.scan_prefix(prefix).next().unwrap().unwrap();
    let mut value = value.to_vec();
    change(&mut value);
    db.insert(key, value).unwrap();
    db.flush().unwrap();
}

#[tokio::test]
async fn store_in_use_is_not_maintained() {
    let dir = with_history().await;
    let _held = open(dir.path()).await;
    let refused = Maintenance::begin(dir.path(), OpenOptions::default()).await.unwrap_err();
    assert!(refused.is_held(), "{refused}");
}

#[tokio::test]
async fn good_store_verifies_with_all_its_records_and_lines() {
    let dir = with_history().await;
    let verified = maintain(dir.path()).await.verify().await.unwrap();
    assert_eq!((verified.faults, verified.fault_count), (vec![], 0));
    // 6 links, pages and due times, and one's claims; 3 hosts; 12 events, each in the index; 12 texts, each in the index; a run;
    // layout, owner, place.
    assert_eq!(verified.records, 18 + 1 + 3 + 24 + 24 + 1 + 3);
    // A run, one addition, a commit a host and pass.
    assert_eq!(verified.lines, 1 + 1 + 6);
    assert_eq!(faults(tempfile::tempdir().unwrap().path()).await, [""; 0], "an empty one too");
}

type Damage = Box<dyn Fn(&Path)>;

#[tokio::test]
async fn each_kind_of_damage_is_named_and_rebuild_sets_it_right() {
    let removed = |prefix: &'static [u8]| {
        move |dir: &Path| {
            let db = database(dir);
            let key = db.scan_prefix(prefix).keys().next().unwrap().unwrap();
            db.remove(key).unwrap();
            db.flush().unwrap();
        }
    };
    let mut cases: Vec<(&str, Damage)> = vec![
        (
            "row 6b is of no known kind",
            Box::new(|dir| {
                let db = database(dir);
                db.insert(b"k", b"").unwrap();
                db.flush().unwrap();
            }),
        ),
        ("is not in the due index", Box::new(removed(b"d"))),
        ("is not in the event index", Box::new(removed(b"x"))),
        ("event 0000000000000001 is missing", Box::new(removed(b"e"))),
        ("names a link that is missing", Box::new(removed(b"l"))),
        ("is not on its page", Box::new(removed(b"p"))),
        ("has no host", Box::new(removed(b"h"))),
        ("the counters say", Box::new(removed(b"mc"))),
        ("of the journal is missing", Box::new(removed(b"r"))),
    ];
    for (prefix, name) in [
        (&b"l"[..], "link "),
        (b"p", "page "),
        (b"h", "host "),
        (b"d", "due index "),
        (b"e", "event "),
        (b"x", "event index "),
        (b"r", "run "),
        (b"mc", "counters "),
        (b"mo", "owner "),
    ] {
        cases
            .push((name, Box::new(move |dir| rewrite(dir, prefix, |value| *value.last_mut().unwrap() ^= 1))));
    }
    let whole = with_history().await;
    let before = everything(whole.path()).await;
    for (name, damage) in cases {
        let dir = tempfile::tempdir().unwrap();
        copy(whole.path(), dir.path());
        damage(dir.path());
        let named = faults(dir.path()).await;
        assert!(named.iter().any(|fault| fault.contains(name)), "{name}: {named:?}");
        let rebuilt = maintain(dir.path()).await.rebuild().await.unwrap();
        assert!(!rebuilt.journal && rebuilt.set_aside.len() == 1, "{name}: {rebuilt:?}");
        assert_eq!(faults(dir.path()).await, [""; 0], "{name}");
        let store = open(dir.path()).await;
        is_whole(&store).await;
        assert_eq!((links(&store).await.len(), events(&store).await.len()), (6, 12), "{name}");
    }
    assert_eq!(everything(whole.path()).await, before);
}

#[tokio::test]
async fn rebuilding_a_good_store_keeps_texts_and_due_times_and_leaves_nothing_behind() {
    let dir = with_history().await;
    let before = everything(dir.path()).await;
    let rebuilt = maintain(dir.path()).await.rebuild().await.unwrap();
    assert_eq!((rebuilt.journal, rebuilt.set_aside), (false, vec![]));
    assert_eq!(everything(dir.path()).await, before);
    assert_eq!(set_aside(dir.path()), [""; 0]);
}

#[tokio::test]
async fn damaged_journal_is_named_and_written_anew_from_the_database() {
    let dir = with_history().await;
    let before = everything(dir.path()).await;
    let segment = dir.path().join("journal/2026-11.ndjson");
    let mut bytes = fs::read(&segment).unwrap();
    let last = bytes.len() - 20;
    for at in [300, last] {
        bytes[at] ^= 1;
    }
    fs::write(&segment, bytes).unwrap();
    let named = faults(dir.path()).await;
    assert!(
        named.iter().any(|fault| fault.contains("line 1 in 2026-11 is damaged")
            || fault.contains("line 2 in 2026-11 is damaged")),
        "{named:?}"
    );
    assert!(named.iter().any(|fault| fault.contains("last line of the journal")), "{named:?}");
    let rebuilt = maintain(dir.path()).await.rebuild().await.unwrap();
    assert!(rebuilt.journal, "{rebuilt:?}");
    assert_eq!(faults(dir.path()).await, [""; 0]);
    assert_eq!(everything(dir.path()).await, before);
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    is_whole(&open(dir.path()).await).await;
}

#[tokio::test]
async fn fault_that_was_verified_is_mended_by_the_next_opening() {
    let dir = with_history().await;
    rewrite(dir.path(), b"l", |value| value[5] ^= 1);
    assert!(!faults(dir.path()).await.is_empty());
    is_whole(&open(dir.path()).await).await;
    assert_eq!(set_aside(dir.path()), ["sled.broken-1"]);
}

#[tokio::test]
async fn compacted_store_says_the_same_in_less_space() {
    let dir = with_history().await;
    let store = open(dir.path()).await;
    add(&store, 300).await.unwrap();
    for day in 2..24 {
        check_all(&store, hour(24 * day), false).await.unwrap();
    }
    drop(store);
    let before = everything(dir.path()).await;
    let compacted = maintain(dir.path()).await.compact().await.unwrap();
    assert!(compacted.after < compacted.before, "{compacted:?}");
    assert_eq!(everything(dir.path()).await, before);
    assert_eq!(faults(dir.path()).await, [""; 0]);
    assert!(!open(dir.path()).await.is_worth_compacting().await.unwrap(), "small as it is");
}

#[tokio::test]
async fn compaction_that_was_broken_off_leaves_the_store_as_it_was() {
    let dir = with_history().await;
    let before = everything(dir.path()).await;
    let sled = dir.path().join("sled");
    // While the new database was written.
    fs::create_dir(dir.path().join("sled.new")).unwrap();
    assert_eq!(everything(dir.path()).await, before);
    assert!(!dir.path().join("sled.new").exists());
    // Between the two renames.
    fs::rename(&sled, dir.path().join("sled.old")).unwrap();
    assert_eq!(everything(dir.path()).await, before);
    // Before the old database was removed.
    copy(&sled, &dir.path().join("sled.old"));
    assert_eq!(everything(dir.path()).await, before);
    assert!(!dir.path().join("sled.old").exists());
}

#[tokio::test]
async fn export_reads_back_as_the_same_store_byte_for_byte() {
    let dir = with_history().await;
    let before = everything(dir.path()).await;
    let file = dir.path().join("all.ndjson");
    let exported = maintain(dir.path()).await.export(&file).await.unwrap();
    assert_eq!(exported.records, 6 + 6 + 3 + 1 + 12 + 12 + 1);
    let other = tempfile::tempdir().unwrap();
    let imported = maintain(other.path()).await.import(&file).await.unwrap();
    assert_eq!(imported, exported);
    assert_eq!(faults(other.path()).await, [""; 0]);
    assert_eq!(everything(other.path()).await, before);
    let again = other.path().join("again.ndjson");
    maintain(other.path()).await.export(&again).await.unwrap();
    assert_eq!(fs::read(again).unwrap(), fs::read(file).unwrap());
}

#[tokio::test]
async fn export_that_was_changed_or_cut_anywhere_is_refused_and_nothing_is_there() {
    let dir = with_history().await;
    let file = dir.path().join("all.ndjson");
    maintain(dir.path()).await.export(&file).await.unwrap();
    let whole = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let swapped = whole.replacen("host1.example", "host2.example", 1);
    let short = whole.replacen(&format!("{}\n", lines[3]), "", 1);
    let more = format!("{whole}{}\n", lines[3]);
    let headless = lines[1..].join("\n");
    for (n, bad) in [swapped, short, more, headless, whole[..whole.len() / 2].to_owned(), String::new()]
        .iter()
        .enumerate()
    {
        fs::write(&file, bad).unwrap();
        let other = tempfile::tempdir().unwrap();
        let refused = maintain(other.path()).await.import(&file).await.unwrap_err();
        assert!(matches!(refused, StoreError::Import { .. }), "{n}: {refused}");
        assert!(links(&open(other.path()).await).await.is_empty(), "{n}");
    }
}

#[tokio::test]
async fn import_into_a_store_that_is_not_empty_is_refused() {
    let dir = with_history().await;
    let file = dir.path().join("all.ndjson");
    let store = maintain(dir.path()).await;
    store.export(&file).await.unwrap();
    let refused = store.import(&file).await.unwrap_err().to_string();
    assert!(refused.contains("not empty"), "{refused}");
}

#[tokio::test]
async fn stats_count_records_lines_and_bytes() {
    let dir = with_history().await;
    let stats = maintain(dir.path()).await.stats().await.unwrap();
    assert_eq!((stats.all_links(), stats.pages, stats.hosts, stats.events, stats.runs), (6, 6, 3, 12, 1));
    assert_eq!((stats.evidence, stats.journal_lines, stats.journal_months), (12, 8, 1));
    assert_eq!(stats.journal_bytes, bench::journal(dir.path()).len() as u64);
    assert!(stats.live_bytes > 5_000 && stats.live_bytes < stats.sled_bytes, "{stats:?}");
}

/// What becomes of a store's folder when its database is lost, or its journal, or when it is moved by export and import.
async fn after(lost: &str, dir: &Path, other: &Path) -> PathBuf {
    if lost.is_empty() {
        let file = other.join("all.ndjson");
        maintain(dir).await.export(&file).await.unwrap();
        maintain(&other.join("new")).await.import(&file).await.unwrap();
        return other.join("new");
    }
    fs::remove_dir_all(dir.join(lost)).unwrap();
    dir.to_owned()
}

#[tokio::test]
async fn opt_out_outlives_a_lost_database_a_lost_journal_and_a_move() {
    let wish = |host: &str, withdrawn| {
        let (by, note) = ("mia".to_owned(), "by mail".to_owned());
        OptOut { host: HostKey::parse(host).unwrap(), whole_domain: false, withdrawn, by, note, at: hour(2) }
    };
    for lost in ["sled", "journal", ""] {
        let dir = with_history().await;
        let store = open(dir.path()).await;
        for said in [wish("a.example", false), wish("b.example", false), wish("b.example", true)] {
            store.opt_out(said).await.unwrap();
        }
        let said = store.opt_outs().await.unwrap();
        drop(store);
        let other = tempfile::tempdir().unwrap();
        let kept = after(lost, dir.path(), other.path()).await;
        assert_eq!(open(&kept).await.opt_outs().await.unwrap(), said, "without {lost}");
        assert_eq!(faults(&kept).await, [""; 0], "without {lost}");
    }
}

#[tokio::test]
async fn visits_outlive_a_lost_database_a_lost_journal_and_a_move() {
    for lost in ["sled", "journal", ""] {
        let dir = with_history().await;
        let store = open(dir.path()).await;
        let watched = store.links(LinkQuery::default()).await.unwrap().rows;
        let (link, site) = (watched[0].link.clone(), HostKey::parse("ours.example").unwrap());
        let target = link.target.page().unwrap().clone();
        for (until, visits) in [(2, 300), (3, 5)] {
            let days = BTreeMap::from([(date(2026, 11, 26), visits)]);
            let visits = vec![(link.page.clone(), target.clone(), days)];
            let count = VisitCount { site: site.clone(), until: hour(until), visits };
            store.count_visits(count).await.unwrap();
        }
        drop(store);
        let other = tempfile::tempdir().unwrap();
        let kept = after(lost, dir.path(), other.path()).await;
        let store = open(&kept).await;
        let visits: Vec<_> = store.visits(link.id).await.unwrap().latest().collect();
        assert_eq!(visits, [(date(2026, 11, 23), 305)], "without {lost}");
        assert_eq!(store.counted_until(&site).await.unwrap(), Some(hour(3)), "without {lost}");
        drop(store);
        assert_eq!(faults(&kept).await, [""; 0], "without {lost}");
    }
}
