//! What the shell is given: completions and man pages.

mod bench;

use bench::Bench;

const SECRETS: [(&str, &str); 3] = [
    ("TRACKWARD_CONTACT", "https://planted.example/contact"),
    ("TRACKWARD_STORE", "/planted/store"),
    ("TRACKWARD_CONFIG", "/planted/trackward.toml"),
];

/// Runs a command where the environment says what must not get into the output.
fn ok(bench: &Bench, args: &[&str]) -> String {
    let said = bench.run_with(args, &SECRETS.map(|(name, value)| (name, value.to_owned())));
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{args:?}");
    assert!(!said.stdout.contains("planted"), "{args:?} tells what this machine is set to");
    said.stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shell_is_given_every_command() {
    let bench = Bench::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = ok(&bench, &["completions", shell]);
        for word in ["doctor", "dry-run", "completions", "verify"] {
            assert!(script.contains(word), "{shell} is not given {word}");
        }
    }
    let said = bench.run(&["completions", "tcsh"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("bash"), "the shells are named: {}", said.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn man_page_goes_to_stdout_or_one_a_command_into_a_folder() {
    let bench = Bench::empty();
    let page = ok(&bench, &["man"]);
    assert!(page.contains(".TH trackward 1") && page.contains("trackward\\-run"), "{page}");
    let told = ok(&bench, &["man", "pages/man1"]);
    for name in ["trackward.1", "trackward-run.1", "trackward-store-verify.1"] {
        let text = std::fs::read_to_string(bench.path(&format!("pages/man1/{name}"))).unwrap();
        assert!(text.contains(".SH SYNOPSIS") && !text.contains("planted"), "{name}");
        assert!(told.contains(name), "{told}");
    }
    let run = std::fs::read_to_string(bench.path("pages/man1/trackward-run.1")).unwrap();
    assert!(run.contains("Example") && run.contains("fail\\-on"), "{run}");
    assert_eq!(ok(&bench, &["man", "pages/man1"]), told, "writing them again is no mistake");
}

#[test]
fn folder_for_pages_that_cannot_be_written_ends_with_74() {
    let bench = Bench::configured("");
    let said = bench.run(&["man", "trackward.toml"]);
    assert_eq!(said.code, 74);
    assert!(said.stderr.contains("cannot write"), "{}", said.stderr);
}
