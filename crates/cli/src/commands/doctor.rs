//! `trackward doctor`: gathers the facts, says what was found.

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::json;
use trackward_core::{Cadence, Clock, PageUrl};
use trackward_monitor::{MonitorSettings, SystemClock};
use trackward_store::{Inspected, ScratchCopy, StoreError, free_bytes, inspect};

use crate::args::{DoctorArgs, Global};
use crate::context::fetcher;
use crate::doctor::finding::{About, Finding, Level, ending};
use crate::doctor::known::{self, Known};
use crate::doctor::store::{LOOKED_INTO_BYTES, Opened};
use crate::doctor::{clock, configuration, names, robots, schedule, store, zone};
use crate::failure::{Ending, Failure};
use crate::output::{self, bytes, count, safe};
use crate::settings::Settings;

/// Looks for what could go wrong with the runs to come, and changes nothing.
pub(crate) async fn doctor(global: &Global, args: &DoctorArgs) -> Result<Ending, Failure> {
    let read = Settings::read(global);
    let time: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let folder = configuration::store_folder(global, &read);
    let settings = read.as_ref().cloned().unwrap_or_default();
    let ours = names::addresses_of(&settings.sites);
    let store = Store::look(&folder, &settings.monitor_settings(), &ours, &*time).await;

    let mut findings = configuration::findings(global, &read);
    findings.extend(store.findings(&folder));
    findings.extend(clock::findings(time.now(), store.known()));
    if let Some(known) = store.known() {
        findings.extend(schedule::findings(
            &known.runs,
            settings.schedule.every.map_or(Cadence::EVERY, |every| every.0),
            store.is_held(),
            time.now(),
        ));
    }
    findings.push(zone::findings(&settings.zone.0, &TimeZone::system(), time.now()));
    match is_silent(args, read.is_ok(), &settings) {
        Some(why) => {
            let what = format!("no name server and no site is asked: {why}");
            findings.push(Finding::note(About::Names, what));
        }
        None => findings.extend(outside(&settings, &store, ours.clone(), &time).await?),
    }
    tell(&findings, global.json)?;
    Ok(ending(&findings))
}

/// Why nothing outside of this machine is asked.
fn is_silent(args: &DoctorArgs, is_configured: bool, settings: &Settings) -> Option<&'static str> {
    if args.offline {
        return Some("--offline");
    }
    if !is_configured {
        return Some("mend the configuration first");
    }
    settings.contact().is_none().then_some("no contact is set")
}

/// What others say: name servers, and sites by their robots.txt.
async fn outside(
    settings: &Settings,
    store: &Store,
    ours: Vec<PageUrl>,
    time: &Arc<dyn Clock>,
) -> Result<Vec<Finding>, Failure> {
    let fetch = fetcher(settings, &[])?;
    let found = names::resolve(&fetch, names::sought(&ours, store.known())).await;
    let mut findings = names::findings(&found);
    let ours = if settings.schedule.own_pages { ours } else { Vec::new() };
    let subjects = robots::subjects(ours, store.known());
    let read = robots::from_before(subjects, store.may_ask(), &names::out_of_reach(&found), time.now());
    let opt_outs = store.known().map(|known| known.opt_outs.clone()).unwrap_or_default();
    let read = robots::ask(read, &fetch, time, &settings.monitor_settings(), &opt_outs).await;
    findings.extend(robots::findings(&read));
    Ok(findings)
}

/// What was seen of the store.
enum Store {
    Missing,
    Unreadable(StoreError),
    Seen(Inspected, Opened),
}

impl Store {
    async fn look(folder: &Path, settings: &MonitorSettings, ours: &[PageUrl], time: &dyn Clock) -> Self {
        match inspect(folder) {
            Ok(None) => Self::Missing,
            Err(error) => Self::Unreadable(error),
            Ok(Some(inspected)) => {
                let opened = look_into(folder, &inspected, settings, ours, time).await;
                Self::Seen(inspected, opened)
            }
        }
    }

    fn findings(&self, folder: &Path) -> Vec<Finding> {
        match self {
            Self::Missing => vec![store::missing(folder)],
            Self::Unreadable(error) => vec![store::unreadable(error)],
            Self::Seen(inspected, opened) => store::findings(folder, inspected, opened),
        }
    }

    fn known(&self) -> Option<&Known> {
        match self {
            Self::Seen(_, Opened::Yes { known, .. }) => Some(known),
            _ => None,
        }
    }

    fn is_held(&self) -> bool {
        matches!(self, Self::Seen(Inspected { holder: Some(_), .. }, _))
    }

    /// Whether sites may be asked: nobody else asks them now, and it is known which of them rest.
    fn may_ask(&self) -> Result<(), &'static str> {
        match self {
            _ if self.is_held() => Err("a run may be asking them now"),
            Self::Missing | Self::Seen(_, Opened::Yes { .. }) => Ok(()),
            _ => Err("the store does not say which of them rest"),
        }
    }
}

/// Opens a copy of the store, where there is room for one, and reads it.
async fn look_into(
    folder: &Path,
    inspected: &Inspected,
    settings: &MonitorSettings,
    ours: &[PageUrl],
    time: &dyn Clock,
) -> Opened {
    let within = std::env::temp_dir();
    let size = inspected.database_bytes.saturating_add(inspected.journal_bytes);
    if size > LOOKED_INTO_BYTES {
        return Opened::No(format!("it is larger than {}", bytes(LOOKED_INTO_BYTES)));
    }
    // Twice: it may have to be made anew.
    if free_bytes(&within).is_some_and(|free| free < size.saturating_mul(2)) {
        return Opened::No(format!("there is no room for a copy of it in {}", within.display()));
    }
    let copy = match ScratchCopy::make(folder, &within) {
        Ok(copy) => copy,
        Err(error) => return Opened::No(crate::failure::chain(&error)),
    };
    match known::read(copy.path(), settings.longest_plan(), ours, time.now()).await {
        Ok(known) => {
            Opened::Yes { known: Box::new(known), was_mended: copy.was_mended().unwrap_or_default() }
        }
        Err(error) => Opened::Failed(error),
    }
}

/// One line a finding, and how many there are of what is not as it should be.
fn tell(findings: &[Finding], json: bool) -> std::io::Result<()> {
    let faults = findings.iter().filter(|finding| finding.level == Level::Fault).count() as u64;
    let warnings = findings.iter().filter(|finding| finding.level == Level::Warning).count() as u64;
    if json {
        return output::json(&json!({
            "schema": "trackward.doctor/1",
            "faults": faults,
            "warnings": warnings,
            "findings": findings,
        }));
    }
    for finding in findings {
        let advice =
            finding.advice.as_ref().map_or_else(String::new, |advice| format!(" -> {}", safe(advice)));
        output::line(format!(
            "{:<7}  {:<13}  {}{advice}",
            finding.level,
            finding.about,
            safe(&finding.what)
        ))?;
    }
    output::line(match (faults, warnings) {
        (0, 0) => "nothing is wrong".to_owned(),
        _ => format!("{}, {}", count(faults, "fault", "faults"), count(warnings, "warning", "warnings")),
    })
}
