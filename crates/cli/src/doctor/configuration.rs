//! The configuration: where it is, what it leaves out, what it opens and shuts.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use crate::args::Global;
use crate::doctor::finding::{About, Finding};
use crate::output::count;
use crate::settings::{FILE_NAME, NoSettings, Settings};

const ABOUT: About = About::Configuration;

/// Rest below which sites may take us for an attack.
const SHORT_REST: SignedDuration = SignedDuration::from_secs(1);

/// What there is to say of the configuration, read or not.
pub(crate) fn findings(global: &Global, read: &Result<Settings, NoSettings>) -> Vec<Finding> {
    let path = Settings::path(global);
    let settings = match read {
        Ok(settings) => settings,
        Err(none) => return vec![Finding::fault(ABOUT, none.in_a_line()).advise(none.advice())],
    };
    let place = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
    let mut findings = vec![Finding::ok(ABOUT, format!("read from {}", place.display()))];
    findings.extend(others_may_write(&path).then(|| {
        Finding::warning(ABOUT, format!("others than its owner may write {}", path.display()))
            .advise(format!("chmod go-w {}", path.display()))
    }));
    findings.extend(overrides(global));
    findings.push(contact(settings));
    findings.push(sites(settings));
    findings.extend(reach(settings));
    findings
}

/// The folder of the store, as far as it can be known: a configuration at fault may still name it.
pub(crate) fn store_folder(global: &Global, read: &Result<Settings, NoSettings>) -> PathBuf {
    if let Ok(settings) = read {
        return settings.store.clone();
    }
    if let Some(store) = &global.store {
        return store.clone();
    }
    let path = Settings::path(global);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let named = text.parse::<toml::Table>().ok();
    let named = named.as_ref().and_then(|table| table.get("store")?.as_str()).map(PathBuf::from);
    path.parent().unwrap_or(Path::new("")).join(named.unwrap_or_else(|| Settings::default().store))
}

#[cfg(unix)]
fn others_may_write(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|about| about.permissions().mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn others_may_write(_: &Path) -> bool {
    false
}

fn overrides(global: &Global) -> impl Iterator<Item = Finding> {
    let given = [
        (global.store.is_some(), "the store is named by --store or TRACKWARD_STORE"),
        (global.contact.is_some(), "the contact is named by --contact or TRACKWARD_CONTACT"),
    ];
    let given = given.into_iter().filter(|(is_given, _)| *is_given);
    given.map(|(_, what)| Finding::note(ABOUT, format!("{what}, not by {FILE_NAME}")))
}

fn contact(settings: &Settings) -> Finding {
    match settings.contact() {
        Some(contact) => Finding::ok(ABOUT, format!("each request names {contact} as the contact")),
        None => Finding::warning(ABOUT, "no contact is set, so no site but those on this machine is asked")
            .advise("set contact = \"https://…\" or \"you@…\""),
    }
}

fn sites(settings: &Settings) -> Finding {
    if settings.sites.is_empty() {
        return Finding::warning(
            ABOUT,
            "no sites of yours are named, so only links that were added are found",
        )
        .advise("set sites = [\"yours.example\"]");
    }
    let named: Vec<String> = settings.sites.iter().map(ToString::to_string).collect();
    Finding::ok(
        ABOUT,
        format!("{} yours: {}", count(named.len() as u64, "site is", "sites are"), named.join(", ")),
    )
}

/// What is opened and shut beside the public web, and rests that are short.
fn reach(settings: &Settings) -> Vec<Finding> {
    let list = |networks: &[trackward_fetch::Network]| {
        networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let mut findings = Vec::new();
    let fetch = &settings.fetch;
    if !fetch.allow_networks.is_empty() {
        let what = format!("allow_networks opens {}", list(&fetch.allow_networks));
        findings.push(Finding::note(ABOUT, what));
    }
    if !fetch.deny_addresses.is_empty() {
        let what = format!("deny_addresses shuts {}", list(&fetch.deny_addresses));
        findings.push(Finding::note(ABOUT, what));
    }
    if fetch.rest.0 < SHORT_REST {
        let what =
            format!("a site rests only {} between two requests, and may shut trackward out", fetch.rest);
        findings.push(Finding::warning(ABOUT, what).advise("raise `rest` in [fetch]"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::Cli;
    use crate::doctor::finding::Level;

    fn global(args: &[&str]) -> Global {
        Cli::try_parse_from([&["trackward", "init"], args].concat()).unwrap().global
    }

    fn of(text: &str) -> Vec<Finding> {
        let settings = Settings::parse(text, FILE_NAME).map_err(|fault| NoSettings::Fault(fault.into()));
        findings(&global(&["--config", "/nowhere/trackward.toml"]), &settings)
    }

    fn gravest(text: &str) -> Finding {
        of(text).into_iter().max_by_key(|finding| finding.level).unwrap()
    }

    const GOOD: &str = "contact = \"me@ours.example\"\nsites = [\"ours.example\"]\n";

    #[test]
    fn good_configuration_is_ok_in_every_line() {
        assert_eq!(gravest(GOOD).level, Level::Ok);
    }

    #[test]
    fn what_is_left_out_or_risky_is_a_warning_that_says_what_to_set() {
        for (text, word) in [
            ("sites = [\"ours.example\"]", "contact"),
            ("contact = \"me@ours.example\"", "sites"),
            (&format!("{GOOD}[fetch]\nrest = \"900ms\""), "rest"),
        ] {
            let finding = gravest(text);
            assert_eq!(finding.level, Level::Warning, "{finding:?}");
            assert!(finding.advice.unwrap().contains(word), "{text}");
        }
        assert_eq!(gravest(&format!("{GOOD}[fetch]\nrest = \"1s\"")).level, Level::Ok, "at the limit");
    }

    #[test]
    fn fault_names_file_and_line_and_opened_networks_are_shown() {
        let finding = gravest("contact = \"me@ours.example\"\n\nsitse = []\n");
        assert_eq!(finding.level, Level::Fault);
        assert!(finding.what.contains("trackward.toml, line 3: unknown field `sitse`"), "{finding:?}");
        let fetch =
            "[fetch]\nallow_networks = [\"10.0.0.0/8:8080\"]\ndeny_addresses = [\"203.0.113.0/24\"]\n";
        let said: Vec<String> =
            of(&format!("{GOOD}{fetch}")).into_iter().map(|finding| finding.what).collect();
        assert!(said.iter().any(|what| what.contains("opens 10.0.0.0/8:8080")), "{said:?}");
        assert!(said.iter().any(|what| what.contains("shuts 203.0.113.0/24")), "{said:?}");
    }

    #[test]
    fn store_of_a_configuration_at_fault_is_still_found() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE_NAME);
        let global = global(&["--config", file.to_str().unwrap()]);
        for (text, store) in [
            ("store = \"data\"\nsitse = []", "data"),
            ("store = 7", "trackward-store"),
            ("store = \"data", "trackward-store"),
        ] {
            std::fs::write(&file, text).unwrap();
            let read = Settings::read(&global);
            assert!(read.is_err());
            assert_eq!(store_folder(&global, &read), dir.path().join(store), "{text}");
        }
    }
}
