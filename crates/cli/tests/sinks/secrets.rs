//! A password that stands in an address is read, and never stored, logged, shown or reported.

use std::fs;
use std::path::Path;

use crate::bench::{Bench, Said};
use crate::raw::RawSite;
use crate::{SETTINGS, post};

const SECRET: &str = "pl4nted";
const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";

/// A host that holds the password in its redirects and in the links of its post.
fn site() -> RawSite {
    RawSite::start(|address| {
        let to = |location: String| format!("302 Found\r\nLocation: {location}");
        vec![
            (
                "/post",
                HTML.to_owned(),
                post("Roses", &format!("https://me:{SECRET}@ours.example/roses"), "us"),
            ),
            ("/ftp", to(format!("ftp://me:{SECRET}@host.example/")), String::new()),
            ("/broken", to(format!("http://me:{SECRET}@:99999/")), String::new()),
            ("/moved", to(format!("http://me:{SECRET}@{address}/post")), String::new()),
        ]
    })
}

fn all_bytes_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        bytes.extend(if entry.is_dir() { all_bytes_below(&entry) } else { fs::read(&entry).unwrap() });
    }
    bytes
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Runs a command and looks for the password in all it says.
fn run(bench: &Bench, args: &[&str], code: i32) -> Said {
    let said = bench.run_with(args, &[("TRACKWARD_LOG", "trace".to_owned())]);
    assert_eq!(said.code, code, "{args:?}: {}", said.stderr);
    for line in said.stdout.lines().chain(said.stderr.lines()) {
        assert!(!line.contains(SECRET), "{args:?}: {line}");
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn password_in_an_address_reaches_no_store_log_list_or_report() {
    let (bench, site) = (Bench::configured(SETTINGS), site());
    let with_password = |path: &str| site.url(path).replace("http://", &format!("http://me:{SECRET}@"));
    let ours = format!("https://me:{SECRET}@ours.example/roses");
    run(&bench, &["add", &with_password("/post"), &ours, "--kind", "pingback", "--sent", "2026-01-01"], 0);
    let rows = ["/ftp", "/broken", "/moved"].map(|path| format!("{},{ours}\n", with_password(path))).concat();
    let wrong =
        format!("ftp://me:{SECRET}@h.example/,{ours}\nme:{SECRET}@h.example,{ours}\nme@{SECRET},{ours}\n");
    bench.write("links.csv", &format!("source,target\n{rows}{wrong}"));
    let imported = run(&bench, &["import", "links.csv"], 0).stdout;
    assert!(imported.contains("3  new") && imported.contains("3  rejected"), "{imported}");
    run(&bench, &["import", "links.csv", "--json"], 0);
    for command in [&["run"][..], &["run", "--all", "--json", "--log-format", "json"]] {
        run(&bench, command, 0);
    }
    let listed = run(&bench, &["list"], 0).stdout;
    assert!(listed.contains("live") && listed.contains(&site.url("/moved")), "{listed}");
    for path in ["/post", "/ftp", "/broken", "/moved"] {
        for form in [&[][..], &["--json"]] {
            let shown = run(&bench, &[&["show", &with_password(path), &ours], form].concat(), 0).stdout;
            assert!(shown.contains("http://"), "{shown}");
            run(&bench, &[&["check", &with_password(path)], form].concat(), 0);
        }
    }
    let checked = run(&bench, &["check", &site.url("/post"), "--json"], 0).stdout;
    assert!(checked.contains("\"href\":\"https://ours.example/roses\""), "the href is passed on: {checked}");
    let shown = run(&bench, &["show", &site.url("/post"), "https://ours.example/roses"], 0).stdout;
    assert!(shown.contains("<a href=\"https://ours.example/roses\""), "the markup is kept: {shown}");
    run(&bench, &["list", "--json"], 0);
    run(&bench, &["report", "--since", "1d"], 0);
    let files = all_bytes_below(&bench.dir.path().join("reports"));
    assert!(holds(&files, "/post") && !holds(&files, SECRET), "a report holds the password");
    let store = all_bytes_below(&bench.dir.path().join("trackward-store"));
    assert!(holds(&store, &site.url("/post")) && !holds(&store, SECRET), "the store holds the password");
}

#[test]
fn password_in_a_contact_is_refused_and_never_shown() {
    for contact in [&format!("https://me:{SECRET}@h.example/bot"), &format!("me:{SECRET}@h.example")] {
        let bench =
            Bench::configured(&format!("{SETTINGS}# x\n").replace("https://ours.example/bot", contact));
        let said = run(&bench, &["list"], 2);
        assert!(said.stderr.contains("user name or password"), "{}", said.stderr);
        let said = run(&bench, &["doctor"], 2);
        assert!(said.stdout.contains("user name or password"), "{}", said.stdout);
        let bench = Bench::configured("");
        let said = run(&bench, &["list", "--contact", contact], 2);
        assert!(said.stderr.contains("user name or password"), "{}", said.stderr);
        for args in [&["list"][..], &["list", "--help"]] {
            let said = bench.run_with(args, &[("TRACKWARD_CONTACT", contact.clone())]);
            assert!(!said.stdout.contains(SECRET) && !said.stderr.contains(SECRET), "{args:?}: {said:?}");
        }
    }
}

#[test]
fn password_in_a_mistyped_address_is_not_repeated() {
    let bench = Bench::configured("");
    for wrong in ["ftp://me:pl4nted@h.example/", "me:pl4nted@h.example", "https://me:pl4nted@:99999/"] {
        run(&bench, &["check", wrong], 2);
        run(&bench, &["add", wrong, "ours.example"], 2);
        run(&bench, &["forget", "--url", wrong], 2);
    }
    run(&bench, &["show", "https://me:pl4nted@h.example/", "ours.example"], 2);
}
