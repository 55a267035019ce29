//! `trackward robots`: what a host allows us, without a store.

use std::sync::Arc;

use serde_json::{Value, json};
use trackward_core::{PageUrl, RobotsAnswer, Rule};
use trackward_fetch::UserAgent;
use trackward_monitor::{RobotsLook, SystemClock, look_at_robots};

use crate::args::{Global, RobotsArgs};
use crate::commands::optout::known_without_store;
use crate::context::fetcher;
use crate::failure::{Ending, Failure};
use crate::output::{self, safe};
use crate::settings::Settings;

/// Asks for the robots.txt of a page's host and says what it means for that page.
pub(crate) async fn robots(global: &Global, args: RobotsArgs) -> Result<Ending, Failure> {
    let settings = Settings::load_or_default(global)?;
    let fetch = fetcher(&settings, &args.allow_networks)?;
    let clock = Arc::new(SystemClock::new());
    let opt_outs = known_without_store(&settings).await?;
    let seen = look_at_robots(fetch, clock, &settings.monitor_settings(), args.url.clone(), opt_outs).await;
    let Some(seen) = seen else {
        if global.json {
            output::json(&json!({
                "schema": "trackward.robots/1", "url": args.url, "allowed": false, "rule": Rule::OptedOut.in_words(),
            }))?;
        } else {
            output::line(format!(
                "{} was not asked: {}",
                safe(args.url.host_key()),
                Rule::OptedOut.in_words()
            ))?;
        }
        return Ok(Ending::Done);
    };
    if global.json {
        output::json(&as_json(&args.url, &seen))?;
    } else {
        tell(&args.url, &seen)?;
    }
    Ok(Ending::Done)
}

fn as_json(page: &PageUrl, seen: &RobotsLook) -> Value {
    json!({
        "schema": "trackward.robots/1",
        "url": page,
        "token": UserAgent::PRODUCT,
        "read_from": seen.read_from,
        "allowed": seen.decision.allowed,
        "rule": seen.decision.rule,
        "answer": seen.copy.answer,
        "closed_to_search": seen.closed_to_search,
        "rest_seconds": seen.rest.as_secs_f64(),
        "used_for_seconds": seen.copy.lifetime_s,
    })
}

fn tell(page: &PageUrl, seen: &RobotsLook) -> std::io::Result<()> {
    output::line(safe(&seen.read_from))?;
    let word = if seen.decision.allowed { "may" } else { "may not" };
    output::line(format!("  {} {word} look at {}", UserAgent::PRODUCT, safe(page)))?;
    output::line(format!("  because: {}", safe(&seen.decision.rule)))?;
    output::line(format!("  rest between two requests: {:#}", seen.rest))?;
    if seen.closed_to_search {
        output::line("  Google may not look at it: a link there is worth less")?;
    }
    let RobotsAnswer::Rules { lines, .. } = &seen.copy.answer else { return Ok(()) };
    output::line(match lines.len() {
        0 => "no rules for us".to_owned(),
        _ => "rules for us, the longest that matches decides:".to_owned(),
    })?;
    for line in lines {
        let name = if line.allow { "Allow" } else { "Disallow" };
        output::line(format!("- {name}: {}", safe(&line.pattern)))?;
    }
    Ok(())
}
