//! Text from the web, from files and from arguments moves no cursor and forges no line.

use serde_json::Value;

use crate::bench::{Bench, Said};
use crate::raw::RawSite;
use crate::{SETTINGS, post};

const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{7f}moc\u{202e}\u{2066}\u{200b}\u{feff}";
const OURS: &str = "https://ours.example/roses";

fn deceives(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A host with the text in title, anchor and excerpt of its post, and in its redirects.
fn site() -> RawSite {
    RawSite::start(|_| {
        let html = format!("200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: {HOSTILE}x");
        let tame = "200 OK\r\nContent-Type: text/html; charset=utf-8".to_owned();
        let to = |location: &str| format!("302 Found\r\nLocation: {location}");
        vec![
            ("/post", tame, post(HOSTILE, OURS, HOSTILE)),
            ("/server", html, post(HOSTILE, OURS, HOSTILE)),
            ("/escape", to(&format!("http://{HOSTILE}")), String::new()),
            ("/bidi", to("http://\u{202e}moc\u{200b}.example\u{2066}:99999/"), String::new()),
            ("/scheme", to("ftp://h.example/\u{202e}moc"), String::new()),
        ]
    })
}

/// Runs a command and looks for characters that deceive in all it says.
fn run(bench: &Bench, args: &[&str]) -> Said {
    let said = bench.run_with(args, &[("TRACKWARD_LOG", "trace".to_owned())]);
    for text in [&said.stdout, &said.stderr] {
        let at = text.find(deceives);
        assert_eq!(
            at,
            None,
            "{args:?}: {:?}",
            at.map(|at| &text[text.floor_char_boundary(at.saturating_sub(80))..])
        );
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn no_control_bidi_or_zero_width_character_reaches_stdout_or_stderr() {
    let (bench, site) = (Bench::configured(SETTINGS), site());
    let paths = ["/post", "/server", "/escape", "/bidi", "/scheme"];
    let row = |path| format!("{},{OURS},pingback,2026-01-01,\"{HOSTILE}\",\"{HOSTILE}\"\n", site.url(path));
    let rows = paths.map(row).concat();
    let wrong = format!("\"{HOSTILE}\",{OURS},{HOSTILE},{HOSTILE},,\n");
    bench.write("links.csv", &format!("source,target,kind,sent,campaign,{HOSTILE}\n{rows}{wrong}"));
    assert!(run(&bench, &["import", "links.csv"]).stdout.contains("5  new"));
    run(&bench, &["import", "links.csv", "--json"]);
    let ran = run(&bench, &["run"]);
    assert!(ran.stdout.contains("1 approved") || ran.stdout.contains("2 approved"), "{}", ran.stdout);
    for path in paths {
        for form in [&[][..], &["--json"]] {
            run(&bench, &[&["show", &site.url(path), OURS], form].concat());
            run(&bench, &[&["check", &site.url(path)], form].concat());
        }
    }
    let shown = run(&bench, &["show", &site.url("/post"), OURS]).stdout;
    assert!(shown.contains("\\u{202e}"), "the text is shown, spelt out: {shown}");
    for args in
        [&["list"][..], &["report", "--since", "1d"], &["report", "--since", "1d", "--campaign", HOSTILE]]
    {
        assert_eq!(run(&bench, args).code, 0, "{args:?}");
    }
    run(&bench, &["list", "--campaign", HOSTILE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_json_logs_and_lists_parses() {
    let (bench, site) = (Bench::configured(SETTINGS), site());
    for path in ["/post", "/escape", "/bidi"] {
        let add =
            ["add", &site.url(path), OURS, "--sent", "2026-01-01", "--campaign", "\"\n\u{1b}}{\u{202e}"];
        assert_eq!(bench.run(&add).code, 0);
    }
    let trace = [("TRACKWARD_LOG", "trace".to_owned())];
    let logs = bench.run_with(&["run", "--json", "--log-format", "json"], &trace);
    assert_eq!(logs.code, 0, "{}", logs.stderr);
    let listed = bench.run(&["list", "--json"]).stdout;
    assert_eq!(listed.lines().count(), 3);
    assert!(logs.stderr.lines().count() > 10, "{}", logs.stderr);
    for line in listed.lines().chain(logs.stderr.lines()).chain(logs.stdout.lines()) {
        let read: Result<Value, _> = serde_json::from_str(line);
        assert!(read.is_ok() && !line.contains(deceives), "{line:?}");
    }
    let first: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    assert_eq!(first["campaign"], "\"\n\u{1b}}{\u{202e}", "the value is the one that was given");
}

#[test]
fn what_an_error_quotes_is_spelt_out() {
    let bench = Bench::configured("");
    bench.write(&format!("{}.csv", "\u{1b}[31m"), "nothing\n");
    let configured = [
        "zone = \"\\u001b[31m\\u202e\"\n",
        "# \u{202e}\u{200b}\u{2066}\nzone = \"\u{202e}\u{200b}\"\n",
        "zone = \"\u{1b}[31m\"\n",
        "[fetch]\nrest = \"\u{feff}\u{9b}\"\n",
        "contact = \"\u{9b}31m\u{202e}\"\n",
    ];
    for (n, text) in configured.iter().enumerate() {
        let name = format!("{n}.toml");
        bench.write(&name, text);
        assert_eq!(run(&bench, &["list", "--config", &name]).code, 2, "{text:?}");
    }
    for args in [
        &["list", "--config", "\u{1b}[31m.toml"][..],
        &["list", "--since", HOSTILE],
        &["list", "--host", HOSTILE],
        &["list", "--contact", HOSTILE],
        &["show", HOSTILE],
        &["check", HOSTILE],
        &["add", HOSTILE, OURS],
        &["add", "https://h.example/", OURS, "--kind", HOSTILE],
        &["import", "\u{1b}[31m.csv"],
        &["import", "\u{9b}\u{202e}.csv"],
        &["run", "--host", "h.example", "--fail-on", HOSTILE],
        &[HOSTILE],
    ] {
        assert_eq!(run(&bench, args).code, 2, "{args:?}");
    }
}
