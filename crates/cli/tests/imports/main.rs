//! Files of other tools, imported by the binary: what each is taken for, and what becomes of its rows.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../bench/mod.rs"]
mod bench;

mod ledger;
mod refused;

use std::fs;
use std::path::Path;

use bench::Bench;
use serde_json::Value;

/// Puts a file of the fixtures into the folder of the bench.
fn put(bench: &Bench, file: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imports/files").join(file);
    fs::copy(from, bench.dir.path().join(file)).unwrap();
}

fn with(files: &[&str]) -> Bench {
    let bench = Bench::configured("sites = [\"ours.example\"]\n");
    for file in files {
        put(&bench, file);
    }
    bench
}

fn import(bench: &Bench, args: &[&str]) -> Value {
    let said = bench.run(&[&["import", "--json"], args].concat());
    serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{args:?}: {}", said.stderr))
}

fn show(bench: &Bench, source: &str, target: &str) -> Value {
    serde_json::from_str(&bench.ok(&["show", source, target, "--json"])).unwrap()
}

const ROSES: &str = "https://garden.example/roses";
const REVIEW: &str = "https://blog.example/review";
const A: &str = "https://ours.example/a";

/// A fixture that is imported: with what flags, what it is taken for, how it is read, new and rejected rows.
type Good = (&'static str, &'static [&'static str], &'static str, &'static str, u64, u64);

const GOOD: &[Good] = &[
    (
        "ours.example-Latest links-2026-11-22.csv",
        &[],
        "Google Search Console, links",
        "UTF-8, divided by commas",
        3,
        1,
    ),
    ("search-console-hebrew.csv", &[], "Google Search Console, links", "UTF-8, divided by semicolons", 2, 0),
    (
        "search-console-german.csv",
        &["--yes"],
        "a table whose columns are known by what they hold",
        "UTF-8, divided by semicolons",
        2,
        0,
    ),
    ("ours.example-backlinks-2026-11-22.csv", &[], "Ahrefs, backlinks", "UTF-16LE, divided by tabs", 2, 0),
    (
        "ours.example-broken-backlinks-2026-11-22.csv",
        &[],
        "Ahrefs, backlinks",
        "UTF-16LE, divided by tabs",
        1,
        0,
    ),
    ("link-intersect-2026-11-22.csv", &[], "Ahrefs, link intersect", "UTF-16LE, divided by tabs", 2, 1),
    ("ahrefs-older.csv", &[], "Ahrefs, backlinks", "UTF-8, divided by commas", 1, 0),
    ("ahrefs-api.csv", &[], "Ahrefs API, backlinks", "UTF-8, divided by commas", 2, 0),
    ("ahrefs-api.json", &[], "Ahrefs API, backlinks", "UTF-8, JSON", 2, 2),
    ("semrush-backlinks.csv", &[], "Semrush, backlinks", "UTF-8, divided by commas", 2, 0),
    ("semrush-older.csv", &[], "Semrush, backlinks", "UTF-8, divided by commas", 1, 0),
    ("semrush-api.csv", &[], "Semrush, backlinks", "UTF-8, divided by semicolons", 1, 0),
    ("majestic.csv", &[], "Majestic, backlinks", "UTF-8, divided by commas", 3, 3),
    ("majestic-api.csv", &[], "Majestic, backlinks", "UTF-8, divided by commas", 2, 0),
    ("moz-open-site-explorer.csv", &[], "Moz, inbound links", "UTF-8, divided by commas", 1, 0),
    ("moz-inbound.csv", &[], "Moz, inbound links", "UTF-8, divided by commas", 2, 0),
    ("bing-pages.csv", &[], "Bing Webmaster Tools, backlinks", "UTF-8, divided by commas", 1, 0),
    ("outreach.csv", &[], "a spreadsheet with columns known by name", "UTF-8, divided by commas", 2, 1),
    ("outreach.xlsx", &[], "a spreadsheet with columns known by name", "a sheet", 2, 1),
    ("addresses.txt", &[], "a list of addresses, one a line", "UTF-8, one column", 3, 0),
    (
        "ours.example-Latest links-2026-11-23.csv.gz",
        &[],
        "Google Search Console, links",
        "UTF-8, divided by commas",
        3,
        1,
    ),
];

#[test]
fn every_format_is_known_by_its_header_and_its_numbers_add_up() {
    for (file, flags, format, form, new, rejected) in GOOD {
        let bench = with(&[file]);
        let args = [*flags, &[file]].concat();
        let previewed = import(&bench, &[&["--dry-run"], args.as_slice()].concat());
        assert_eq!(bench.ok(&["list"]), "no links\n", "{file}: a dry run changes nothing");
        let said = import(&bench, &args);
        let table = &said["tables"][0];
        assert_eq!((&table["format"], &table["form"]), (&(*format).into(), &(*form).into()), "{file}");
        assert_eq!(
            (&said["new"], &said["rejected"]),
            (&(*new).into(), &(*rejected).into()),
            "{file}: {said}"
        );
        for said in [&previewed, &said, &import(&bench, &args)] {
            let of = |name: &str| said[name].as_u64().unwrap();
            let sum = of("new") + of("updated") + of("unchanged") + of("rejected");
            assert_eq!(of("rows"), sum + said["skipped"]["archived"].as_u64().unwrap(), "{file}: {said}");
        }
        for name in ["rows", "new", "updated", "unchanged", "rejected"] {
            assert_eq!(previewed[name], said[name], "{file}: {name} of the dry run");
        }
        let again = import(&bench, &args);
        assert_eq!((&again["new"], &again["updated"]), (&0.into(), &0.into()), "{file}: {again}");
        let rejects = bench.dir.path().join(format!("{file}.rejects.csv"));
        assert_eq!(rejects.exists(), *rejected > 0, "{file}");
    }
}

#[test]
fn archive_of_five_tables_is_taken_table_by_table_and_no_name_in_it_is_a_path() {
    let bench = with(&["ours.example-Links-2026-11-22.zip"]);
    let said = import(&bench, &["ours.example-Links-2026-11-22.zip"]);
    let names: Vec<_> = said["tables"].as_array().unwrap().iter().map(|table| &table["table"]).collect();
    assert_eq!(
        names,
        [
            "ours.example-Links-2026-11-22.zip, Latest links.csv",
            "ours.example-Links-2026-11-22.zip, ../../More sample links.csv"
        ]
    );
    assert_eq!((&said["new"], said["left_out"].as_array().unwrap().len()), (&4.into(), 3));
    let beside = fs::read_dir(bench.dir.path()).unwrap().map(|file| file.unwrap().file_name());
    let mut beside: Vec<String> = beside.map(|name| name.into_string().unwrap()).collect();
    beside.sort();
    assert_eq!(
        beside,
        [
            "ours.example-Links-2026-11-22.zip",
            "ours.example-Links-2026-11-22.zip.rejects.csv",
            "trackward-store",
            "trackward.toml"
        ]
    );
}

#[test]
fn vendors_words_are_shown_as_claims_of_the_day_of_their_file() {
    let bench = with(&["ours.example-backlinks-2026-11-22.csv", "semrush-backlinks.csv"]);
    bench.ok(&["import", "ours.example-backlinks-2026-11-22.csv", "semrush-backlinks.csv"]);
    let shown = show(&bench, REVIEW, A);
    let claims = shown["claims"].as_array().unwrap();
    let ahrefs = claims.iter().find(|claim| claim["vendor"] == "ahrefs").unwrap();
    assert_eq!(ahrefs["day"], "2026-11-22");
    let fields = &ahrefs["fields"];
    assert_eq!((&fields["lost"], &fields["rel"]), (&"2026-11-18 00:00:00".into(), &"follow".into()));
    assert_eq!(fields["anchor"], "=HYPERLINK(\"x\")", "text that looks like a formula is text");
    let semrush = claims.iter().find(|claim| claim["vendor"] == "semrush").unwrap();
    assert_eq!(semrush["fields"]["lost"], "true");
    assert_eq!(shown["state"], "imported", "no file proves a loss");
    assert!(
        !bench.ok(&["show", ROSES, A, "--json"]).contains("Mia"),
        "names and words of others are not kept"
    );
}

#[test]
fn sheet_gives_dates_and_numbers_by_their_type_in_either_epoch() {
    for file in ["outreach.xlsx", "outreach-1904.xlsx"] {
        let bench = with(&[file]);
        bench.ok(&["import", file]);
        let shown = show(&bench, ROSES, A);
        assert_eq!(
            (&shown["sent"], &shown["cost"]),
            (&"2026-11-11T00:00:00Z".into(), &"350.50".into()),
            "{file}"
        );
        assert_eq!(shown["state"], "pending");
    }
}

#[test]
fn list_of_ones_own_gives_its_facts_and_the_rest_as_claims() {
    let bench = with(&["outreach.csv"]);
    bench.ok(&["import", "outreach.csv"]);
    let shown = show(&bench, ROSES, A);
    for (name, value) in [
        ("kind", "editorial"),
        ("sent", "2026-11-13T00:00:00Z"),
        ("client", "North"),
        ("campaign", "autumn"),
        ("owner", "mia"),
        ("cost", "350.00 EUR"),
        ("note", "=no formula"),
        ("agreed_rel", "sponsored"),
        ("agreed_placement", "body"),
        ("deadline", "2026-11-30"),
        ("guaranteed_until", "2027-11-30"),
        ("replaces", "https://old.example/gone"),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert_eq!((&shown["weight"], &shown["tags"][1]), (&2.0.into(), &"paid".into()));
    assert_eq!(shown["claims"][0]["fields"]["Contact mail"], "ed@garden.example");
}

#[test]
fn rejects_are_mended_and_imported_alone() {
    let bench = with(&["outreach.csv"]);
    bench.ok(&["import", "outreach.csv"]);
    let rejects = fs::read_to_string(bench.dir.path().join("outreach.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("guestbook") && rejects.contains("is not one of"), "{rejects}");
    bench.write("mended.csv", &rejects.replace(",guestbook,", ",comment,"));
    assert_eq!(import(&bench, &["mended.csv"])["new"], 1);
    assert_eq!(show(&bench, "https://nobody.example/", A)["kind"], "comment");
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_read_as_is_said() {
    let bench = with(&["ambiguous-dates.csv"]);
    let said = bench.run(&["import", "ambiguous-dates.csv"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("--dates dmy"), "{}", said.stderr);
    bench.ok(&["import", "ambiguous-dates.csv", "--dates", "mdy"]);
    assert_eq!(show(&bench, ROSES, A)["sent"], "2026-03-04T00:00:00Z");
}

#[test]
fn links_enter_as_pending_and_their_first_checks_are_spread_when_that_is_said() {
    let bench = with(&["addresses.txt"]);
    bench.ok(&["import", "addresses.txt", "--as", "pending", "--spread", "--campaign", "autumn"]);
    let listed = bench.ok(&["list", "--state", "pending", "--campaign", "autumn", "--json"]);
    let links: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(links.len(), 3);
    let mut due: Vec<_> = links.iter().map(|link| link["next_check"].as_str().unwrap()).collect();
    due.dedup();
    assert_eq!(due.len(), 3, "not all at once: {due:?}");
}

#[test]
fn first_checks_are_spread_so_that_the_budget_holds() {
    let bench = Bench::configured("sites = [\"ours.example\"]\n[schedule]\nbudget_per_day = 10\n");
    let rows = (0..200).map(|n| format!("https://host{n}.example/,https://ours.example/a\n"));
    bench.write("links.csv", &format!("source,target\n{}", rows.collect::<String>()));
    let told = bench.ok(&["import", "links.csv", "--spread"]);
    assert!(told.contains("first checks are spread over 20 days"), "{told}");
    let listed = bench.ok(&["list", "--json"]);
    let links = listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let due = |link: &Value| link["next_check"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let mut due: Vec<_> = links.map(|link| due(&link)).collect();
    due.sort();
    for days in due.windows(31) {
        let between = days[30].duration_since(days[0]);
        assert!(between > jiff::SignedDuration::from_hours(24), "30 in a day: {between:#}");
    }
    let over = due[199].duration_since(due[0]).as_hours() / 24;
    assert!((18..=20).contains(&over), "{over} days");
}

#[tokio::test(flavor = "multi_thread")]
async fn live_link_that_a_vendor_calls_lost_is_checked_sooner_and_stays_live() {
    let bench = Bench::with_farm(|start| trackward_farm::World::new(start).blog(bench::blog())).await;
    bench.add_trackback();
    bench.ok(&["run"]);
    let page = bench.farm_url("/roses/");
    bench.write("lost.csv", &format!("Source url,Target url,Lost link\n{page},{},2026-11-20\n", bench::OURS));
    let before = show(&bench, &page, bench::OURS);
    assert_eq!(import(&bench, &["lost.csv", "--dry-run"])["checked_sooner"], 0);
    assert_eq!(show(&bench, &page, bench::OURS), before);
    let told = bench.ok(&["import", "lost.csv"]);
    assert!(told.contains("1 page is checked sooner: a link there is claimed to be lost"), "{told}");
    let after = show(&bench, &page, bench::OURS);
    assert_eq!((&after["state"], &after["history"]), (&"live".into(), &before["history"]));
    assert!(after["next_check_because"].as_str().unwrap().contains("an imported list says"), "{after}");
    assert_eq!(import(&bench, &["lost.csv"])["checked_sooner"], 0);
}

#[test]
fn malformed_file_ends_with_its_rejects() {
    let bench = with(&[]);
    let rows = |n: u32| format!("\"broken {n}\nhttps://a.example/{n},https://ours.example/,x\n,,,,,,\u{0}\n");
    let text: String =
        std::iter::once("source,target,note\n".to_owned()).chain((0..3_000).map(rows)).collect();
    bench.write("broken.csv", &text);
    let said = import(&bench, &["broken.csv"]);
    let rows = said["rows"].as_u64().unwrap();
    assert_eq!(said["new"].as_u64().unwrap() + said["rejected"].as_u64().unwrap(), rows, "{rows}");
    assert!(said["rejected"].as_u64().unwrap() >= 3_000);
}
