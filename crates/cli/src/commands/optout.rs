//! `trackward optout`: a site's owner asks not to be visited.

use serde_json::json;
use trackward_core::{HostKey, OptOut, OptOuts};
use trackward_store::{OpenOptions, ScratchCopy, SledStore, Store, StoreError, inspect};

use crate::args::OptOutArgs;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output::{self, safe};
use crate::settings::Settings;

/// Writes down what an owner asked for, or lists what holds.
pub(crate) async fn optout(context: &Context, args: OptOutArgs) -> Result<Ending, Failure> {
    let held = known(context).await?;
    let (Some(host), Some(by), Some(note)) = (args.host, args.by, args.note) else {
        return list(context, &held);
    };
    let host = if args.domain { domain_of(&host)? } else { host };
    if args.undo && held.of(&host).is_none_or(|wish| wish.host != host) {
        let advice = "`trackward optout --list` shows who did; one of a whole domain is taken back by the domain's name";
        return Err(Failure::usage(format!("{host} has not opted out"), advice));
    }
    // A wish of the whole domain is not narrowed by one that names the domain's own host.
    let of_domain = held.of(&host).is_some_and(|wish| wish.host == host && wish.whole_domain);
    let whole_domain = args.domain || of_domain;
    let at = context.clock.now();
    let wish = OptOut { host, whole_domain, withdrawn: args.undo, by, note, at };
    context.store.opt_out(wish.clone()).await?;
    if context.json {
        output::json(&json!({ "schema": "trackward.optout/1", "opt_out": wish }))?;
    } else if args.undo {
        output::line(format!(
            "{} may be visited again: its pages are looked at when they are due",
            told(&wish)
        ))?;
    } else {
        output::line(format!("{} is not visited any more: {CONSEQUENCE}", told(&wish)))?;
    }
    Ok(Ending::Done)
}

/// What follows for the links there.
const CONSEQUENCE: &str = "its links keep their state, and are told under can't check";

/// The wishes that hold, by the store that is open.
pub(crate) async fn known(context: &Context) -> Result<OptOuts, Failure> {
    Ok(context.store.opt_outs().await?.into_iter().collect())
}

/// The wishes that hold, for commands that need no store: where there is one it is read, or a copy of it while others
/// hold it. None may be asked of a host where that fails.
pub(crate) async fn known_without_store(settings: &Settings) -> Result<OptOuts, Failure> {
    if inspect(&settings.store)?.is_none() {
        return Ok(OptOuts::default());
    }
    let all = match SledStore::open(&settings.store, OpenOptions::default()).await {
        Err(error) if error.is_held() => of_copy(settings).await?,
        opened => opened?.opt_outs().await?,
    };
    Ok(all.into_iter().collect())
}

async fn of_copy(settings: &Settings) -> Result<Vec<OptOut>, StoreError> {
    let copy = ScratchCopy::make(&settings.store, &std::env::temp_dir())?;
    SledStore::open(copy.path(), OpenOptions::default()).await?.opt_outs().await
}

/// Says of pages that are watched though their owners opted out.
pub(crate) fn tell_unvisited<'a>(hosts: impl Iterator<Item = HostKey>, held: &'a OptOuts) {
    let mut told: Vec<&'a OptOut> = Vec::new();
    for wish in hosts.filter_map(|host| held.of(&host)) {
        if !told.contains(&wish) {
            tracing::warn!(host = %wish.host, "its owner asked not to be visited: links there are kept and not checked");
            told.push(wish);
        }
    }
}

fn domain_of(host: &HostKey) -> Result<HostKey, Failure> {
    HostKey::parse(host.domain().as_str())
        .map_err(|error| Failure::usage(error.to_string(), "name the host without --domain"))
}

fn list(context: &Context, held: &OptOuts) -> Result<Ending, Failure> {
    if context.json {
        output::json(
            &json!({ "schema": "trackward.optouts/1", "opt_outs": held.iter().collect::<Vec<_>>() }),
        )?;
        return Ok(Ending::Done);
    }
    if held.iter().next().is_none() {
        output::line("no site has opted out")?;
    }
    for wish in held.iter() {
        let day = wish.at.to_zoned(context.settings.zone.0.clone()).date();
        output::line(format!("{}  since {day}, by {}: {}", told(wish), safe(&wish.by), safe(&wish.note)))?;
    }
    Ok(Ending::Done)
}

fn told(wish: &OptOut) -> String {
    if wish.whole_domain { format!("{} with all its hosts", wish.host) } else { wish.host.to_string() }
}
