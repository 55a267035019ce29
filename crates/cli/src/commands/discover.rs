//! `trackward discover`: looks for pages that nobody told of.

mod told;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use trackward_core::{Candidate, HostKey, PageUrl, RunScope, StateName, Unworthy};
use trackward_discover::{CRAWLS, Means, search};
use trackward_monitor::{ExploreRequest, Explored, Explorer, Progress};
use trackward_store::{Counted, LinkQuery};

use crate::args::{DiscoverArgs, Site};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output::{self, count};
use crate::progress::RunProgress;
use crate::signals;
use told::Told;

/// Time over which the budget of a day is counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Searches hosts, and looks at what the named files tell of.
pub(crate) async fn discover(context: &Context, args: &DiscoverArgs) -> Result<Ending, Failure> {
    if context.settings.sites.is_empty() && context.settings.monitor_settings().clients.is_empty() {
        let help = "say in trackward.toml what is yours: sites = [\"example.com\"]";
        return Err(Failure::usage("nothing is known to be yours, so no reference to it can be found", help));
    }
    let means = means(context, args)?;
    let budget = budget(context, args).await?;
    let settings = &context.settings.discover;
    let request = ExploreRequest {
        budget,
        pages_a_host: settings.pages_a_host.0 as usize,
        clicks: u8::try_from(settings.clicks.0).unwrap_or(u8::MAX),
        deny: settings.denied(),
        deadline: None,
        stop: signals::stop_token(),
    };
    let mut told = Told::read(context, args).await?;
    let candidates = std::mem::take(&mut told.candidates);
    let mut fronts = if means == Means::NONE { BTreeMap::new() } else { fronts(context, &args.host).await? };
    let named = of_candidates(&candidates).into_iter().filter(|(host, _)| !fronts.contains_key(host));
    let named = in_turn(context, named.collect());
    let fronts = in_turn(context, std::mem::take(&mut fronts));
    let monitor = context.monitor()?;
    let progress = RunProgress::new(&*context.clock);
    let (scout, orders) = Explorer::new();
    let searching = async {
        scout.note(candidates).await;
        let what_files_named = search(scout.clone(), named, Means::NONE);
        tokio::join!(search(scout, fronts, means), what_files_named);
    };
    let show = |page: &Progress<'_>| progress.show(page);
    let exploring = monitor.explore(request, orders, &show);
    let (explored, ()) = tokio::join!(exploring, searching);
    let explored = explored?;
    drop(progress);
    let counted = told.count_visits(context).await?;
    if context.json {
        output::json(&as_json(&explored, budget, counted.as_ref()))?;
    } else {
        told.notes.iter().try_for_each(output::line)?;
        tell(&explored, budget)?;
        tell_visits(counted.as_ref())?;
    }
    Ok(Ending::Done)
}

/// What hosts are searched by: what is named, else what is configured.
fn means(context: &Context, args: &DiscoverArgs) -> Result<Means, Failure> {
    let named = Means { crawl: args.crawl, feeds: args.feeds, sitemaps: args.sitemaps };
    if named.crawl && !CRAWLS {
        let help = "build it with the feature `spider`, or search by --feeds and --sitemaps";
        return Err(Failure::usage("this trackward was built without the crawl of hosts", help));
    }
    Ok(if args.names_sources() { named } else { context.settings.discover.means() })
}

/// Requests that may be made now.
async fn budget(context: &Context, args: &DiscoverArgs) -> Result<u64, Failure> {
    if let Some(budget) = args.budget {
        return Ok(budget);
    }
    let now = context.clock.now();
    let day = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    let runs = context.store.runs(day, now).await?;
    let searches = runs.iter().filter(|run| run.scope == RunScope::Discovery);
    let used: u64 = searches.map(|run| run.requests).sum();
    Ok(u64::from(context.settings.discover.budget_per_day.0).saturating_sub(used))
}

/// Front pages of the hosts to be searched: those that were named, else those that link to us, or may.
async fn fronts(context: &Context, named: &[Site]) -> Result<BTreeMap<HostKey, PageUrl>, Failure> {
    let mut fronts = BTreeMap::new();
    for site in named {
        let front = front_of(context, site).await?;
        fronts.insert(front.host_key(), front);
    }
    if named.is_empty() {
        let mut query =
            LinkQuery { states: vec![StateName::Live, StateName::Pending], ..LinkQuery::default() };
        loop {
            let page = context.store.links(query.clone()).await?;
            for row in page.rows {
                let front = row.link.page.front_page();
                fronts.entry(front.host_key()).or_insert(front);
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
    }
    Ok(fronts)
}

/// Front pages of the hosts of candidates.
fn of_candidates(candidates: &[Candidate]) -> BTreeMap<HostKey, PageUrl> {
    candidates.iter().map(|candidate| (candidate.page.host_key(), candidate.page.front_page())).collect()
}

/// Hosts in the order of a day: each day another one, so that all have their turn where the budget is short.
fn in_turn(context: &Context, fronts: BTreeMap<HostKey, PageUrl>) -> Vec<PageUrl> {
    let day = context.clock.now().as_second().div_euclid(DAY.as_secs());
    let mut fronts: Vec<PageUrl> = fronts.into_values().collect();
    fronts.sort_by_cached_key(|front| turn(front, day));
    fronts
}

/// The front page of a host that was named: where we know a page of it, at the same address.
async fn front_of(context: &Context, site: &Site) -> Result<PageUrl, Failure> {
    let host = match site {
        Site::At(front) => return Ok(front.clone()),
        Site::Named(host) => host,
    };
    let known = LinkQuery { host: Some(host.clone()), limit: 1, ..LinkQuery::default() };
    if let Some(row) = context.store.links(known).await?.rows.pop() {
        return Ok(row.link.page.front_page());
    }
    PageUrl::parse(&format!("https://{host}/"))
        .map_err(|error| Failure::usage(format!("{host}: {error}"), "name a host as it stands in an address"))
}

fn turn(front: &PageUrl, day: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (day, front.as_str()).hash(&mut hasher);
    hasher.finish()
}

/// The summary of a search: what was looked at, what was found, what is left.
fn tell(explored: &Explored, budget: u64) -> std::io::Result<()> {
    let run = &explored.run;
    output::line(format!(
        "run {}: {} and {} on {} looked at with {} of {budget}",
        run.id,
        count(explored.looked, "page", "pages"),
        count(explored.documents, "feed or sitemap", "feeds and sitemaps"),
        count(run.hosts, "site", "sites"),
        count(run.requests, "request", "requests"),
    ))?;
    output::line(match explored.links {
        0 => "no new reference was found".to_owned(),
        links => format!(
            "{} appeared on {}, watched from now on",
            count(links, "reference", "references"),
            count(explored.found, "page", "pages"),
        ),
    })?;
    let named = &explored.named;
    output::line(format!(
        "addresses: {} new · {} known before · {} of pages that are watched already",
        named.new, named.known, explored.watched
    ))?;
    let refused: Vec<String> = (explored.refused.iter())
        .map(|(why, n)| format!("{n} {}", words_of(why)))
        .chain((named.refused > 0).then(|| format!("{} beyond what is kept of a site", named.refused)))
        .collect();
    if !refused.is_empty() {
        output::line(format!("not looked at: {}", refused.join(" · ")))?;
    }
    if explored.put_off > 0 {
        output::line(format!(
            "{} put off: a later search goes on there",
            count(explored.put_off, "look was", "looks were")
        ))?;
    }
    if explored.grew_too_fast {
        output::line("it ended early: the list of watched links would have grown too fast; run it again")?;
    }
    Ok(())
}

/// Why addresses are not looked at, in words.
fn words_of(why: &str) -> &str {
    match why.parse::<Unworthy>() {
        Ok(Unworthy::File) => "that are no pages",
        Ok(Unworthy::Machinery) => "of forms, feeds and the like",
        Ok(Unworthy::Calendar) => "of calendars",
        Ok(Unworthy::Deep) => "with too long a path",
        Ok(Unworthy::Repeats) => "that repeat themselves",
        Ok(Unworthy::Parameters) => "with too many parameters",
        Err(_) => "denied in trackward.toml",
    }
}

fn tell_visits(counted: Option<&Counted>) -> std::io::Result<()> {
    match counted {
        None => Ok(()),
        Some(counted) if counted.counted_before => output::line("visits: all were counted before"),
        Some(counted) => output::line(format!(
            "visits: {} by {} · {} of pages that hold no link of yours",
            counted.visits,
            count(counted.links, "link", "links"),
            count(counted.unmatched, "pair", "pairs"),
        )),
    }
}

fn as_json(explored: &Explored, budget: u64, counted: Option<&Counted>) -> Value {
    json!({
        "schema": "trackward.discover/1",
        "run": explored.run.id,
        "budget": budget,
        "requests": explored.run.requests,
        "pages": explored.looked,
        "documents": explored.documents,
        "hosts": explored.run.hosts,
        "verdicts": explored.run.verdicts,
        "pages_found": explored.found,
        "links_found": explored.links,
        "pages_watched_before": explored.watched,
        "addresses_new": explored.named.new,
        "addresses_known": explored.named.known,
        "addresses_beyond_limit": explored.named.refused,
        "refused": explored.refused,
        "put_off": explored.put_off,
        "grew_too_fast": explored.grew_too_fast,
        "visits": counted.map(|counted| json!({
            "counted": counted.visits,
            "links": counted.links,
            "unmatched_pairs": counted.unmatched,
            "counted_before": counted.counted_before,
        })),
    })
}
