//! What files tell of pages that may refer to us: access logs, lists, exports of webmention.io.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use jiff::civil::Date;
use trackward_core::{Candidate, Domain, Form, HostKey, PageUrl, Source, Target};
use trackward_discover::{Unusable, access_log, list, webmention_io};
use trackward_store::{Counted, VisitCount};

use crate::args::DiscoverArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{count, safe};

/// Sites without a page that a log names, whose front pages are looked at: those with most visits.
const HOSTS: usize = 1_000;

/// What files told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Pages to be looked at.
    pub(super) candidates: Vec<Candidate>,
    /// Visits that are counted for links once all looks are done.
    visits: Option<VisitCount>,
    /// What there is to say of each file.
    pub(super) notes: Vec<String>,
}

impl Told {
    /// Reads the files that were named; else the logs that are configured.
    pub(super) async fn read(context: &Context, args: &DiscoverArgs) -> Result<Self, Failure> {
        let mut told = Self::default();
        let logs = if args.names_sources() { &args.from_log } else { &context.settings.discover.logs };
        if !logs.is_empty() {
            told.read_logs(context, logs).await?;
        }
        for path in &args.list {
            let read = list::read(open(path)?).map_err(|error| unread(path, &error))?;
            told.note_unusable(path, &read.unusable);
            told.take(read.pages, Source::List);
        }
        for path in &args.webmention_io {
            let read = webmention_io::read(open(path)?).map_err(|error| unread(path, &error))?;
            told.note_unusable(path, &read.unusable);
            let sources = read.mentions.into_iter().map(|mention| mention.source);
            told.take(sources.collect(), Source::WebmentionIo);
        }
        Ok(told)
    }

    async fn read_logs(&mut self, context: &Context, logs: &[std::path::PathBuf]) -> Result<(), Failure> {
        let settings = &context.settings;
        let targets = settings
            .sites
            .iter()
            .cloned()
            .chain(settings.monitor_settings().clients.into_iter().flat_map(|client| client.targets));
        let ours: Vec<HostKey> = targets.filter_map(|target| host_of(&target)).collect();
        let domains: Vec<Domain> = ours.iter().map(HostKey::domain).collect();
        let site = ours.first().and_then(|host| PageUrl::parse(&format!("https://{host}/")).ok());
        let Some(site) = site else {
            let help = "name the site whose log it is first: sites = [\"example.com\"]";
            return Err(Failure::usage("no site is configured that a log may be of", help));
        };
        let after = context.store.counted_until(&site.host_key()).await?;
        let mut visits: BTreeMap<(PageUrl, PageUrl), BTreeMap<Date, u64>> = BTreeMap::new();
        let mut until = None;
        for path in logs {
            let (file, origin, domains) = (open(path)?, site.clone(), domains.clone());
            let read = tokio::task::spawn_blocking(move || access_log::read(file, &origin, &domains, after));
            let read = read.await.map_err(|fault| Failure::failed(fault.to_string()))?;
            let read = read.map_err(|error| unread(path, &error))?;
            self.notes.push(of_log(path, &read));
            let pages = read.candidates().into_iter().map(|(page, _)| page).collect();
            self.take(pages, Source::AccessLog);
            let mut hosts: Vec<_> = read.hosts.iter().collect();
            hosts.sort_by_key(|(_, visits)| std::cmp::Reverse(**visits));
            let fronts = hosts.into_iter().take(HOSTS);
            let fronts = fronts.filter_map(|(host, _)| PageUrl::parse(&format!("https://{host}/")).ok());
            self.take(fronts.collect(), Source::AccessLog);
            until = until.max(read.until);
            for (pair, weeks) in read.visits {
                let known = visits.entry(pair).or_default();
                for (week, n) in weeks {
                    *known.entry(week).or_default() += n;
                }
            }
        }
        self.visits = until.map(|until| VisitCount {
            site: site.host_key(),
            until,
            visits: visits.into_iter().map(|((from, to), weeks)| (from, to, weeks)).collect(),
        });
        Ok(())
    }

    fn take(&mut self, pages: Vec<PageUrl>, source: Source) {
        let candidate = |page| Candidate::new(page, Form::Page, source, None);
        self.candidates.extend(pages.into_iter().map(candidate));
    }

    fn note_unusable(&mut self, path: &Path, unusable: &Unusable) {
        if let Some((at, what)) = unusable.named.first() {
            self.notes.push(format!(
                "{}: {} left out, the first is entry {at}: {}",
                path.display(),
                count(unusable.count, "entry is", "entries are"),
                safe(what)
            ));
        }
    }

    /// Counts the visits that logs told of for all links that are known by now.
    pub(super) async fn count_visits(&mut self, context: &Context) -> Result<Option<Counted>, Failure> {
        match self.visits.take() {
            Some(visits) => Ok(Some(context.store.count_visits(visits).await?)),
            None => Ok(None),
        }
    }
}

fn of_log(path: &Path, read: &access_log::Referrals) -> String {
    let skipped: u64 = read.skipped.values().sum();
    let visits: u64 = read.visits.values().flat_map(BTreeMap::values).sum();
    format!(
        "{}: {} · {} from {} · {} passed · {} broken",
        path.display(),
        count(read.lines, "line", "lines"),
        count(visits, "visit", "visits"),
        count(read.candidates().len() as u64, "page", "pages"),
        skipped,
        read.broken
    )
}

/// The host of what is ours.
fn host_of(target: &Target) -> Option<HostKey> {
    let text = target.to_string();
    HostKey::parse(text.trim_start_matches("//").trim_end_matches('*')).ok()
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| unread(path, &error))
}

fn unread(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{} cannot be read: {error}", path.display()), "name a readable file of that kind")
}
