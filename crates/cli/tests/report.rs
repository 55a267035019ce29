//! `trackward report` as people use it: every file it writes, whom it is for, and how it ends.

#![expect(
    clippy::unwrap_used,
    reason = "clippy sees tests only in `#[test]` functions, not in their helpers"
)]

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use trackward_farm::World;

mod bench;

use bench::{Bench, OURS, blog};

async fn approved() -> Bench {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench.ok(&["run"]);
    bench
}

/// Names in a folder, without the part that tells the period.
fn endings(bench: &Bench, folder: &str) -> BTreeSet<String> {
    let names = fs::read_dir(bench.path(folder)).unwrap().map(|file| file.unwrap().file_name());
    names.map(|name| name.to_string_lossy().rsplit('Z').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_that_is_asked_for_is_written_and_told() {
    let bench = approved().await;
    let formats = "html,markdown,csv,xlsx,json";
    let said = bench.ok(&["report", "--since", "1d", "--format", formats, "--out", "out"]);
    assert_eq!(endings(&bench, "out"), ["-csv", ".html", ".json", ".md", ".xlsx"].map(str::to_owned).into());
    for ending in ["-csv", ".html", ".json", ".md", ".xlsx"] {
        assert!(said.lines().any(|line| line.starts_with("wrote out/") && line.ends_with(ending)), "{said}");
    }
    let folder = fs::read_dir(bench.path("out")).unwrap().map(|file| file.unwrap().path());
    let csv = folder.into_iter().find(|path| path.is_dir()).unwrap();
    let links = fs::read_to_string(csv.join("links.csv")).unwrap();
    assert!(
        links.starts_with("\u{feff}link_id,source,target,kind,sent,") && links.contains(",live,"),
        "{links}"
    );
    let approved = fs::read_to_string(csv.join("approved.csv")).unwrap();
    assert_eq!(approved.lines().count(), 2, "{approved}");
    let said: Value =
        serde_json::from_str(&bench.ok(&["report", "--since", "1d", "--format", "xlsx", "--json"])).unwrap();
    let file = said["files"][0].as_str().unwrap();
    assert!(std::path::Path::new(file).extension().is_some_and(|ending| ending == "xlsx"));
}

#[tokio::test(flavor = "multi_thread")]
async fn list_of_links_is_read_again_by_an_import_that_changes_nothing() {
    let bench = approved().await;
    bench.ok(&[
        "add",
        "https://other.example/post",
        OURS,
        "--owner",
        "mia",
        "--note",
        "=1+1 \"quoted\", twice",
    ]);
    bench.ok(&["report", "--since", "1d", "--format", "csv", "--raw", "--out", "out"]);
    let folder = fs::read_dir(bench.path("out")).unwrap().next().unwrap().unwrap().path();
    let before = bench.ok(&["list", "--json"]);
    let said = bench.ok(&["import", &folder.join("links.csv").display().to_string()]);
    assert!(said.contains("2  watched already") && said.contains("0  rejected"), "{said}");
    assert_eq!(bench.ok(&["list", "--json"]), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn report_ends_with_ten_when_what_is_named_happened_in_its_period() {
    let bench = approved().await;
    let code = |args: &[&str]| bench.run(&[&["report", "--format", "json"], args].concat()).code;
    assert_eq!(code(&["--since", "1d", "--fail-on", "removed,weakened"]), 0);
    assert_eq!(code(&["--since", "1d", "--fail-on", "removed,approved"]), 10);
    assert_eq!(code(&["--month", "2020-01", "--fail-on", "approved"]), 0);
    assert_eq!(code(&["--since", "1d", "--fail-on", "vanished"]), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_report_has_a_file_of_its_own_and_only_their_links() {
    let bench = approved().await;
    let report = |client: &str| {
        let args = ["report", "--since", "1d", "--edition", "client", "--client", client, "--format", "json"];
        bench.ok(&[&args[..], &["--out", client]].concat());
        let file = fs::read_dir(bench.path(client)).unwrap().next().unwrap().unwrap().path();
        assert!(file.display().to_string().ends_with("-client.json"));
        serde_json::from_str::<Value>(&fs::read_to_string(file).unwrap()).unwrap()
    };
    bench.ok(&["add", &bench.farm_url("/roses/"), OURS, "--client", "Acme"]);
    assert_eq!(report("Acme")["figures"]["live"], 1);
    assert_eq!(report("Other")["figures"]["live"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn brand_of_the_settings_is_checked_and_used() {
    let bench = Bench::configured("[report]\nname = \"Acme\"\nhide_product = true\naccent = \"#00aa55\"\n");
    let said = bench.ok(&["report", "--week", "2026-W47", "--format", "html", "--out", "out"]);
    let page = fs::read_to_string(bench.path("out/report-2026-W47.html")).unwrap();
    assert!(page.contains("Acme · link report") && !page.contains("trackward"), "{said}");
    for (settings, told) in [
        ("accent = \"green\"", "write it as #1d4f80"),
        ("logo = \"none.png\"", "cannot be read"),
        ("logo = \"trackward.toml\"", "neither PNG nor JPEG"),
        ("logo = \"/dev/zero\"", "larger than 256 KiB"),
    ] {
        bench.write("trackward.toml", &format!("[report]\n{settings}\n"));
        let said = bench.run(&["report", "--week", "2026-W47"]);
        assert!(said.code == 2 && said.stderr.contains(told), "{settings}: {}", said.stderr);
    }
}

#[test]
fn period_that_does_not_read_is_told_with_how_to_write_it() {
    let bench = Bench::configured("");
    for (args, told) in [
        (["--month", "November"], "write it as 2026-11"),
        (["--week", "47"], "write it as 2026-W47"),
        (["--since", "soon"], "write it as 7d"),
        (["--format", "docx"], "html, pdf, markdown, csv, xlsx, json"),
        (["--edition", "public"], "internal, client"),
    ] {
        let said = bench.command(&[&["report"], &args[..]].concat()).output().unwrap();
        let stderr = String::from_utf8(said.stderr).unwrap();
        assert!(said.status.code() == Some(2) && stderr.contains(told), "{args:?}: {stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pdf_is_printed_by_a_chromium_or_told_to_need_one() {
    let bench = Bench::configured("");
    let args = ["report", "--week", "2026-W47", "--format", "pdf", "--out", "out"];
    let without = bench.run_with(&args, &[("PATH", bench.path("nothing"))]);
    assert!(without.code == 2 && without.stderr.contains("install chromium"), "{}", without.stderr);
    let with = bench.run(&args);
    if with.code == 0 {
        assert!(fs::read(bench.path("out/trackward-2026-W47.pdf")).unwrap().starts_with(b"%PDF-"));
        return;
    }
    let required = std::env::var("TRACKWARD_REQUIRE_SERVICES").is_ok_and(|value| value == "1");
    assert!(!required && with.stderr.contains("install chromium"), "{}", with.stderr);
}
