//! `trackward.toml`: file, then environment, then flags.

mod clients;
mod discover;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::Deserialize;
use trackward_core::{Cadence, Confirm, HostKey, Mode, Ours, Policy, Target};
use trackward_fetch::{AddressGate, FetchSettings, Network, UserAgent};
use trackward_monitor::MonitorSettings;
use trackward_report::{Brand, Colour, Logo, terminal_lines, terminal_text};

use crate::args::{Global, IntervalArgs};
use crate::failure::Failure;
use crate::length::Length;
use clients::Clients;
use discover::Discover;

/// The name that is looked for in the current directory.
pub(crate) const FILE_NAME: &str = "trackward.toml";

/// What `trackward init` writes: every setting with its default, explained.
pub(crate) const ANNOTATED: &str = include_str!("../../../config/trackward.toml");

/// Everything that can be configured; `config/trackward.toml` explains each.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Whom a host can write to: an address or a mail address.
    pub(crate) contact: Option<Contact>,
    /// What is ours.
    pub(crate) sites: Vec<Target>,
    /// Folder of the store.
    pub(crate) store: PathBuf,
    /// Zone in which days and weeks begin.
    pub(crate) zone: Zone,
    /// How long evidence is kept.
    pub(crate) retention: Length,
    pub(crate) fetch: Fetch,
    pub(crate) confirm: ConfirmLosses,
    pub(crate) schedule: Schedule,
    pub(crate) discover: Discover,
    pub(crate) report: Reports,
    /// Clients, and what is theirs.
    pub(crate) clients: Clients,
    /// What holds for single hosts.
    pub(crate) hosts: HostRules,
}

/// How hard and where it may ask.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Fetch {
    /// Least pause of a host between two requests.
    pub(crate) rest: Length,
    /// Requests under way at once, over all hosts.
    pub(crate) slots: Whole<1_000>,
    /// Requests a second, over all hosts.
    pub(crate) rate: Whole<10_000>,
    /// Requests a second to all hosts of one public network (/24, /48).
    pub(crate) network_rate: Whole<10_000>,
    /// Networks that may be contacted besides public ones.
    pub(crate) allow_networks: Vec<Network>,
    /// Networks that may not be contacted, whatever else is said.
    pub(crate) deny_addresses: Vec<Network>,
    /// Ports that may be contacted besides 80 and 443.
    pub(crate) ports: Vec<Whole<65_535>>,
}

/// What it takes to call a link lost.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConfirmLosses {
    /// What the misses must weigh; a miss on strong evidence counts twice.
    pub(crate) misses: Whole<100>,
    /// Least time from the first miss to the last.
    pub(crate) span: Length,
    /// The same when the whole page or host is concerned.
    pub(crate) long_span: Length,
}

/// How often pages are checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Schedule {
    /// Requests a day; none for one a link.
    pub(crate) budget_per_day: Option<Whole<1_000_000_000>>,
    /// Longest time between two checks of a page.
    pub(crate) max_delay: Length,
    /// Least time between two checks of a page.
    pub(crate) min_gap: Length,
    /// What knowing of a removal a day sooner is worth, in approvals.
    pub(crate) removal_value: Whole<1_000>,
    /// A fixed time between two checks of a page, in place of the schedule.
    pub(crate) every: Option<Length>,
    /// Whether pages of ours that live links point to are asked for too.
    pub(crate) own_pages: bool,
}

/// Where reports go, and how they present themselves.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reports {
    /// Folder of the report files.
    pub(crate) out: PathBuf,
    /// Whose reports they are.
    pub(crate) name: Option<String>,
    /// Their logo: a PNG or JPEG file.
    pub(crate) logo: Option<PathBuf>,
    /// Colour of titles.
    pub(crate) colour: Option<Paint>,
    /// Colour of links and lines.
    pub(crate) accent: Option<Paint>,
    /// What stands below.
    pub(crate) footer: Option<String>,
    /// Whether our own name stays out of every format.
    pub(crate) hide_product: bool,
}

/// A colour, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Paint(Colour);

impl TryFrom<String> for Paint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Colour::parse(&text).map(Self).map_err(|error| error.to_string())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            contact: None,
            sites: Vec::new(),
            store: "trackward-store".into(),
            zone: Zone(TimeZone::UTC),
            retention: Length(SignedDuration::from_hours(365 * 24)),
            fetch: Fetch::default(),
            confirm: ConfirmLosses::default(),
            schedule: Schedule::default(),
            discover: Discover::default(),
            report: Reports::default(),
            clients: Clients::default(),
            hosts: HostRules::default(),
        }
    }
}

impl Default for Fetch {
    fn default() -> Self {
        let monitor = MonitorSettings::default();
        Self {
            rest: Length(monitor.rest),
            slots: Whole(u32::try_from(monitor.slots).expect("the default is small")),
            rate: Whole(monitor.rate),
            network_rate: Whole(monitor.network_rate),
            allow_networks: Vec::new(),
            deny_addresses: Vec::new(),
            ports: Vec::new(),
        }
    }
}

impl Default for ConfirmLosses {
    fn default() -> Self {
        let confirm = Confirm::default();
        Self {
            misses: Whole(confirm.misses),
            span: Length(confirm.span),
            long_span: Length(confirm.long_span),
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        let cadence = Cadence::default();
        Self {
            budget_per_day: None,
            max_delay: Length(cadence.max_delay),
            min_gap: Length(cadence.min_gap),
            removal_value: Whole(Cadence::REMOVAL_VALUE),
            every: None,
            own_pages: MonitorSettings::default().own_pages,
        }
    }
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            out: "reports".into(),
            name: None,
            logo: None,
            colour: None,
            accent: None,
            footer: None,
            hide_product: false,
        }
    }
}

impl Settings {
    /// Reads the configuration a command runs with: the named file, or `trackward.toml` here.
    ///
    /// Relative paths in the file are relative to it; environment and flags win over the file.
    pub(crate) fn load(global: &Global) -> Result<Self, Failure> {
        Self::read(global).map_err(Failure::from)
    }

    /// As [`Settings::load`], for those who go on without.
    pub(crate) fn read(global: &Global) -> Result<Self, NoSettings> {
        let path = Self::path(global);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => return Err(NoSettings::Unread(path, error)),
        };
        let mut settings = Self::parse(&text, &path.display().to_string())
            .map_err(|fault| NoSettings::Fault(fault.into()))?;
        let base = path.parent().unwrap_or(Path::new(""));
        settings.store = base.join(&settings.store);
        settings.discover.set_base(base);
        settings.report.out = base.join(&settings.report.out);
        settings.report.logo = settings.report.logo.map(|logo| base.join(logo));
        settings.override_by(global)?;
        Ok(settings)
    }

    /// These settings with a fixed interval, where one was typed.
    pub(crate) fn with_interval(mut self, typed: &IntervalArgs) -> Self {
        self.schedule.every = typed.fixed.or(self.schedule.every);
        self
    }

    /// Where the configuration is looked for.
    pub(crate) fn path(global: &Global) -> PathBuf {
        global.config.clone().unwrap_or_else(|| FILE_NAME.into())
    }

    /// As [`Settings::load`]; without a file the defaults hold. For commands that need no store.
    pub(crate) fn load_or_default(global: &Global) -> Result<Self, Failure> {
        if global.config.is_some() || Path::new(FILE_NAME).exists() {
            return Self::load(global);
        }
        let mut settings = Self::default();
        settings.override_by(global)?;
        Ok(settings)
    }

    /// Reads the text of a configuration file.
    pub(crate) fn parse(text: &str, name: &str) -> Result<Self, ConfigFault> {
        toml::from_str(text).map_err(|error| ConfigFault::new(error.message(), text, name, error.span()))
    }

    fn override_by(&mut self, global: &Global) -> Result<(), NoSettings> {
        if let Some(store) = &global.store {
            self.store.clone_from(store);
        }
        if let Some(contact) = &global.contact {
            self.contact = Some(Contact::try_from(contact.clone()).map_err(NoSettings::Contact)?);
        }
        Ok(())
    }

    /// Whom a host can write to.
    pub(crate) fn contact(&self) -> Option<&str> {
        self.contact.as_ref().map(|contact| contact.0.as_str())
    }

    /// Which addresses may be contacted, by the networks and ports that were named.
    pub(crate) fn address_gate(&self, also_allow: &[Network]) -> AddressGate {
        let mut gate = AddressGate::default()
            .ports(self.fetch.ports.iter().filter_map(|port| u16::try_from(port.0).ok()));
        for network in self.fetch.allow_networks.iter().chain(also_allow) {
            gate = gate.allow(*network);
        }
        for network in &self.fetch.deny_addresses {
            gate = gate.deny(*network);
        }
        gate
    }

    /// What the fetcher runs with; without a contact only loopback hosts are asked.
    pub(crate) fn fetch_settings(&self, also_allow: &[Network]) -> FetchSettings {
        let contact = self.contact();
        let mut gate = self.address_gate(also_allow);
        if contact.is_none() {
            gate = gate.loopback_only();
        }
        let agent = UserAgent::new(contact).expect("a contact was checked when it was read");
        FetchSettings { agent, gate }
    }

    /// What is ours, and whose.
    pub(crate) fn ours(&self) -> Ours {
        Ours::new(self.sites.iter().cloned(), self.clients.of_core())
    }

    /// The target that is meant where none is named: the only one of a client, or the only site.
    pub(crate) fn only_target(&self, client: Option<&str>) -> Option<Target> {
        let of_client = |name| self.clients.0.iter().find(|own| own.name == name).map(|own| &own.targets);
        let targets = client.map_or(Some(&self.sites), of_client)?;
        match targets.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// How reports present themselves, about a client where one is named; the logo is read and decoded.
    pub(crate) fn brand(&self, client: Option<&str>) -> Result<Brand, Failure> {
        let Reports { name, logo, colour, accent, footer, hide_product, .. } = self.report.clone();
        let logo = logo.as_deref().map(read_logo).transpose()?;
        let colour_of = |paint: Option<Paint>| paint.map(|paint| paint.0);
        let client = client.and_then(|name| self.clients.brand_of(name)).map(str::to_owned);
        let (colour, accent) = (colour_of(colour), colour_of(accent));
        Ok(Brand { name, logo, colour, accent, footer, client, hide_product })
    }

    /// What the monitor runs with.
    pub(crate) fn monitor_settings(&self) -> MonitorSettings {
        let confirm = Confirm {
            misses: self.confirm.misses.0,
            span: self.confirm.span.0,
            long_span: self.confirm.long_span.0,
            ..Confirm::default()
        };
        MonitorSettings {
            sites: self.sites.clone(),
            clients: self.clients.of_core(),
            rest: self.fetch.rest.0,
            rests: self.hosts.each(|rule| rule.rest.map(|rest| rest.0)),
            ignore_robots: self.hosts.each(|rule| rule.ignore_robots.as_ref().map(|said| said.0.clone())),
            slots: self.fetch.slots.0 as usize,
            rate: self.fetch.rate.0,
            network_rate: self.fetch.network_rate.0,
            own_pages: self.schedule.own_pages,
            policy: Policy { confirm, ..Policy::default() },
            cadence: Cadence {
                mode: self.schedule.every.map_or(Mode::Expected, |every| Mode::Fixed(every.0)),
                max_delay: self.schedule.max_delay.0,
                min_gap: self.schedule.min_gap.0,
                budget_per_day: self.schedule.budget_per_day.map(|requests| requests.0.into()),
                removal_value: self.schedule.removal_value.0.into(),
            },
        }
    }
}

/// Reads a logo; no more of the file than a logo may have.
fn read_logo(path: &Path) -> Result<Logo, Failure> {
    let wrong = |why: String| {
        Failure::usage(format!("{}: {why}", path.display()), "name another with `logo`, or none, in [report]")
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let read = file.take(Logo::BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| wrong(format!("cannot be read: {error}")))?;
    Logo::read(bytes).map_err(|error| wrong(error.to_string()))
}

/// Why there are no settings to run with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoSettings {
    /// The file cannot be read.
    #[error("{}", unread(.0, .1))]
    Unread(PathBuf, std::io::Error),
    /// Something in the file is wrong.
    #[error(transparent)]
    Fault(Box<ConfigFault>),
    /// The contact that the environment or the flags give is none.
    #[error("{0}")]
    Contact(String),
}

fn unread(path: &Path, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no configuration file {}", path.display()),
        _ => format!("cannot read {}: {error}", path.display()),
    }
}

impl NoSettings {
    /// What is wrong, with its place in the file.
    pub(crate) fn in_a_line(&self) -> String {
        match self {
            Self::Fault(fault) => fault.in_a_line(),
            other => other.to_string(),
        }
    }

    /// What to do about it.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Unread(_, error) if error.kind() == std::io::ErrorKind::NotFound => {
                "write one with `trackward init`, or name yours with --config FILE"
            }
            Self::Unread(..) => "name a readable file with --config FILE",
            Self::Fault(_) => ConfigFault::ADVICE,
            Self::Contact(_) => "give --contact or TRACKWARD_CONTACT so",
        }
    }
}

impl From<NoSettings> for Failure {
    fn from(none: NoSettings) -> Self {
        let advice = none.advice();
        match none {
            NoSettings::Fault(fault) => Self::configuration(*fault),
            other => Self::usage(other.to_string(), advice),
        }
    }
}

/// A fault in a configuration file, with its place.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(help("{}", Self::ADVICE))]
pub(crate) struct ConfigFault {
    message: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label("here")]
    span: Option<SourceSpan>,
}

impl ConfigFault {
    /// What to do about it.
    const ADVICE: &'static str =
        "`trackward init` in an empty folder writes a file with every setting explained";

    /// The file, the line and the fault, without the text around it.
    fn in_a_line(&self) -> String {
        let message = self.message.lines().collect::<Vec<_>>().join(" ");
        let name = self.source_code.name();
        let before = self.span.and_then(|span| self.source_code.inner().get(..span.offset()));
        match before {
            Some(before) => format!("{name}, line {}: {message}", before.matches('\n').count() + 1),
            None => format!("{name}: {message}"),
        }
    }

    /// What is shown of the file is safe to look at, and holds no password.
    fn new(message: &str, text: &str, name: &str, place: Option<Range<usize>>) -> Self {
        let masked = masked(text);
        let length = |part: Range<usize>| masked.get(part).map_or(0, |part| terminal_lines(part).len());
        Self {
            message: terminal_lines(message),
            source_code: NamedSource::new(terminal_text(name), terminal_lines(&masked)).with_language("toml"),
            span: place.map(|place| (length(0..place.start), length(place)).into()),
        }
    }
}

/// The same bytes of plain text, with `*` for what may be a user name and password of an address.
fn masked(text: &str) -> String {
    let text = text.replace("\r\n", " \n").replace('\t', " ");
    text.split_inclusive(['"', '\'', '\n']).map(masked_word).collect()
}

fn masked_word(word: &str) -> String {
    let start = word.find("://").map_or(0, |at| at + "://".len());
    let end = word[start..].find(['/', '\\', '?', '#']).map_or(word.len(), |at| start + at);
    match word[start..end].rfind('@').map(|at| start + at) {
        Some(at) if word[..at].contains(':') => {
            format!("{}{}{}", &word[..start], "*".repeat(at - start), &word[at..])
        }
        _ => word.to_owned(),
    }
}

/// A whole number from 1 to `MOST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
pub(crate) struct Whole<const MOST: u32>(pub(crate) u32);

impl<const MOST: u32> TryFrom<toml::Value> for Whole<MOST> {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
        let within = number.filter(|number| (1..=MOST).contains(number));
        within.map(Self).ok_or_else(|| format!("'{value}' is not a whole number from 1 to {MOST}"))
    }
}

/// What holds for single hosts, each named once.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "Vec<HostRule>")]
pub(crate) struct HostRules(BTreeMap<HostKey, HostRule>);

/// What holds for one host.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostRule {
    /// The host, without a port.
    host: HostKey,
    /// Its least pause between two requests, in place of that of all hosts.
    rest: Option<Length>,
    /// The written permission not to obey its robots.txt.
    ignore_robots: Option<Permission>,
}

impl HostRules {
    /// What the rules say of one matter, by host.
    fn each<T>(&self, of: impl Fn(&HostRule) -> Option<T>) -> BTreeMap<HostKey, T> {
        self.0.iter().filter_map(|(host, rule)| Some((host.clone(), of(rule)?))).collect()
    }
}

/// What an owner permitted in writing: when, who, where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Permission(String);

impl TryFrom<String> for Permission {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WRONG: &str =
            "say who permitted it and when, as in \"written permission: mail of J. Doe, 2026-11-03\"";
        if text.trim().is_empty() { Err(WRONG) } else { Ok(Self(text)) }
    }
}

impl TryFrom<Vec<HostRule>> for HostRules {
    type Error = String;

    fn try_from(rules: Vec<HostRule>) -> Result<Self, String> {
        let mut named = BTreeMap::new();
        for rule in rules {
            if rule.rest.is_none() && rule.ignore_robots.is_none() {
                return Err(format!("nothing is said of {}, write its rest or ignore_robots", rule.host));
            }
            if let Some(twice) = named.insert(rule.host.clone(), rule) {
                return Err(format!("{} is named twice, write one [[hosts]] for it", twice.host));
            }
        }
        Ok(Self(named))
    }
}

/// Whom a host can write to, checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Contact(String);

impl TryFrom<String> for Contact {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        UserAgent::new(Some(&text)).map(|_| Self(text)).map_err(|error| error.to_string())
    }
}

/// A time zone by its IANA name, checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Zone(pub(crate) TimeZone);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        TimeZone::get(&name)
            .map(Self)
            .map_err(|_| format!("'{name}' is not a time zone, write it as Europe/Berlin or UTC"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotated_example_states_the_defaults() {
        assert_eq!(Settings::parse(ANNOTATED, FILE_NAME).unwrap(), Settings::default());
    }

    #[test]
    fn annotated_example_names_every_setting() {
        let names = [
            "contact",
            "sites",
            "store",
            "zone",
            "retention",
            "rest",
            "slots",
            "rate",
            "network_rate",
            "allow_networks",
            "deny_addresses",
            "ports",
            "misses",
            "span",
            "long_span",
            "budget_per_day",
            "max_delay",
            "min_gap",
            "removal_value",
            "every",
            "own_pages",
            "out",
            "name",
            "logo",
            "colour",
            "accent",
            "footer",
            "hide_product",
            "host",
            "name",
            "targets",
            "brand",
            "ignore_robots",
        ];
        for name in names {
            let states_it = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{name} ="));
            assert!(ANNOTATED.lines().any(states_it), "{name} is missing");
        }
    }

    #[test]
    fn host_has_a_rest_of_its_own_and_is_named_once() {
        let rule = |host: &str, rest: &str| format!("[[hosts]]\nhost = \"{host}\"\nrest = \"{rest}\"\n");
        let parse = |rules: &[String]| Settings::parse(&rules.concat(), FILE_NAME);
        let settings = parse(&[rule("Slow.example", "30s"), rule("ours.example", "0s")]).unwrap();
        let rests: Vec<_> = settings.monitor_settings().rests.into_iter().collect();
        let expected = [("ours.example", 0), ("slow.example", 30)];
        assert_eq!(rests, expected.map(|(h, s)| (HostKey::parse(h).unwrap(), SignedDuration::from_secs(s))));
        let twice = parse(&[rule("a.example", "1s"), rule("a.example.", "2s")]).unwrap_err();
        assert!(twice.to_string().contains("a.example is named twice"), "{twice}");
    }

    #[test]
    fn robots_are_overridden_per_host_and_only_with_the_permission_noted() {
        let parse =
            |said: &str| Settings::parse(&format!("[[hosts]]\nhost = \"a.example\"\n{said}\n"), FILE_NAME);
        let settings = parse("ignore_robots = \"written permission: mail of 3 May\"").unwrap();
        let overridden: Vec<_> = settings.monitor_settings().ignore_robots.into_iter().collect();
        let host = HostKey::parse("a.example").unwrap();
        assert_eq!(overridden, [(host, "written permission: mail of 3 May".to_owned())]);
        for wrong in ["ignore_robots = \" \"", "ignore_robots = true"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse("ignore_robots = \"\"").unwrap_err().to_string().contains("say who permitted it"));
        assert!(Settings::parse("[fetch]\nignore_robots = \"all of them\"\n", FILE_NAME).is_err());
    }

    #[test]
    fn fault_keeps_its_place_in_a_file_that_is_shown_masked_and_escaped() {
        let text = "# \u{202e}\u{200b}\t\"https://user:s\u{e9}cret@h.example\"\r\nrest = \"\u{2066}soon\"\n";
        let fault = Settings::parse(&format!("[fetch]\n{text}"), "\u{1b}[31m.toml").unwrap_err();
        let shown = fault.source_code.inner();
        assert_eq!(
            *shown,
            "[fetch]\n# \\u{202e}\\u{200b} \"https://************@h.example\" \nrest = \"\\u{2066}soon\"\n"
        );
        let span = fault.span.unwrap();
        assert_eq!(shown[span.offset()..span.offset() + span.len()], *"\"\\u{2066}soon\"");
        assert_eq!(fault.source_code.name(), "\\u{1b}[31m.toml");
    }

    #[test]
    fn mail_addresses_and_plain_addresses_are_shown_as_they_are() {
        for text in ["contact = \"me@h.example\"\n", "\"https://h.example/@me\" # me@h.example\n"] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn faults_show_their_place() {
        let place = |text: &str| {
            let fault = Settings::parse(text, FILE_NAME).unwrap_err();
            let span = fault.span.expect("every fault has a place");
            (fault.to_string(), text[span.offset()..span.offset() + span.len()].to_owned())
        };
        let (message, at) = place("contcat = \"me@example.com\"\n");
        assert!(
            message.contains("contcat") && message.contains("contact") && at == "contcat",
            "{message} at {at}"
        );
        let (message, at) = place("[fetch]\nrest = \"soon\"\n");
        assert!(message.contains("write it as 3s") && at.contains("soon"), "{message} at {at}");
        let (message, _) = place("zone = \"Berlin\"\n");
        assert!(message.contains("Europe/Berlin"), "{message}");
        let (message, _) = place("contact = \"nobody\"\n");
        assert!(message.contains("nobody"), "{message}");
        assert!(Settings::parse("sites = [\"example.com\"\nstore = 1", FILE_NAME).is_err());
    }
}
