//! Files that are not imported say what to export instead.

use super::*;

#[test]
fn exports_without_pages_name_the_one_to_use() {
    for (file, what, instead) in [
        ("ours.example-Top linking sites-2026-11-22.csv", "lists sites", "Latest links"),
        ("ours.example-Top target pages (external)-2026-11-22.csv", "linked from elsewhere", "Latest links"),
        ("ours.example-Top target pages (internal)-2026-11-22.csv", "linked from within", "Latest links"),
        ("ours.example-Top linking text-2026-11-22.csv", "link texts", "Latest links"),
        ("search-console-hebrew-sites.csv", "lists sites", "Latest links"),
        ("search-console-hebrew-pages.csv", "your own pages", "Latest links"),
        ("ours.example-refdomains-2026-11-22.csv", "lists domains", "open Backlinks"),
        ("moz-top-pages.csv", "your own pages", "Inbound Links"),
        ("bing-domains.csv", "lists domains", "Backlinks"),
        ("bing-anchors.csv", "link texts", "Backlinks"),
        ("domains.csv", "lists domains", "address of each page"),
        ("legacy.xls", "old XLS format", "XLSX or CSV"),
    ] {
        let bench = with(&[file]);
        let said = bench.run(&["import", file]);
        let told = said.stderr.replace(['\n', '│'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(said.code, 2, "{file}");
        assert!(told.contains(what) && told.contains(instead), "{file}: {told}");
        assert_eq!(bench.ok(&["list"]), "no links\n", "{file}");
    }
}

#[test]
fn table_that_is_only_guessed_is_not_imported_unless_that_is_said() {
    let bench = with(&["search-console-german.csv"]);
    let said = bench.run(&["import", "search-console-german.csv"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("Verlinkende Seite") && said.stderr.contains("--yes"), "{}", said.stderr);
}

#[test]
fn table_without_targets_needs_one_site_or_the_one_that_is_meant() {
    let bench = Bench::configured("sites = [\"ours.example\", \"other.example\"]\n");
    put(&bench, "addresses.txt");
    let said = bench.run(&["import", "addresses.txt"]);
    assert!(said.code == 2 && said.stderr.contains("--target"), "{}", said.stderr);
    assert_eq!(import(&bench, &["addresses.txt", "--target", "other.example"])["new"], 3);
}

#[test]
fn private_pages_and_links_of_a_site_to_itself_are_rejected() {
    let bench = with(&[]);
    bench.write(
        "links.csv",
        "source,target\nhttp://10.0.0.1/,https://ours.example/\nhttp://nas.local/,https://ours.example/\n\
         http://[::1]/,https://ours.example/\nhttps://www.ours.example/b,https://ours.example/a\n\
         https://a.example/,https://theirs.example/\n",
    );
    let said = import(&bench, &["links.csv"]);
    let why = &said["tables"][0]["rejected_by_reason"];
    assert_eq!((&why["private"], &why["self_link"], &why["not_ours"]), (&3.into(), &1.into(), &1.into()));
    assert_eq!(bench.run(&["import", "links.csv"]).code, 2, "no row was taken");
    assert_eq!(import(&bench, &["links.csv", "--competitor"])["new"], 1);
}

#[test]
fn fact_for_all_rows_that_cannot_be_read_is_refused_before_any_row() {
    let bench = with(&["addresses.txt"]);
    let said = bench.run(&["import", "addresses.txt", "--cost", "1.240"]);
    assert!(said.code == 2 && said.stderr.contains("two ways"), "{}", said.stderr);
    assert_eq!(bench.ok(&["list"]), "no links\n");
}
