//! `trackward check`: one page, now, without a store.

use std::sync::Arc;

use serde_json::{Value, json};
use trackward_core::{Reference, Warning};
use trackward_monitor::{Look, SystemClock, look};

use crate::args::{CheckArgs, Global};
use crate::commands::optout::known_without_store;
use crate::context::fetcher;
use crate::failure::{Ending, Failure};
use crate::output::{self, count, safe};
use crate::settings::Settings;

/// Looks at one page and says what is there, and which rule decided.
pub(crate) async fn check(global: &Global, args: CheckArgs) -> Result<Ending, Failure> {
    let settings = Settings::load_or_default(global)?;
    let fetch = fetcher(&settings, &args.allow_networks)?;
    let opt_outs = known_without_store(&settings).await?;
    let clock = Arc::new(SystemClock::new());
    let seen = look(fetch, clock, &settings.monitor_settings(), args.url, &args.target, opt_outs).await;
    if global.json {
        output::json(&as_json(&seen))?;
    } else {
        tell(&seen)?;
    }
    Ok(Ending::Done)
}

fn as_json(seen: &Look) -> Value {
    let observation = &seen.observation;
    json!({
        "schema": "trackward.check/1",
        "url": observation.page,
        "verdict": observation.verdict(),
        "rule": observation.rule,
        "because": observation.rule.in_words(),
        "detail": observation.detail,
        "chain": observation.chain,
        "final_url": observation.final_url,
        "robots": seen.robots.as_ref().map(|said| json!({ "allowed": said.allowed, "rule": said.rule })),
        "targets": seen.targets.iter().map(|(target, there)| json!({ "target": target, "seen": there })).collect::<Vec<_>>(),
        "references": observation.references.iter().map(reference_json).collect::<Vec<_>>(),
        "facts": seen.extraction.as_ref().map(|page| &page.facts),
        "warnings": observation.warnings,
    })
}

fn reference_json(reference: &Reference) -> Value {
    let mut value = json!(reference);
    value["placement"] = json!(reference.placement.to_string());
    value
}

fn tell(seen: &Look) -> std::io::Result<()> {
    let observation = &seen.observation;
    output::line(safe(&observation.page))?;
    output::line(format!("  {}: {}", observation.verdict(), observation.rule.in_words()))?;
    output::line(format!("  rule {}, {}", observation.rule, safe(&observation.detail)))?;
    for hop in &observation.chain {
        output::line(format!("  redirect {} from {}", hop.status, safe(&hop.from)))?;
    }
    if !observation.chain.is_empty() {
        output::line(format!("  final page {}", safe(&observation.final_url)))?;
    }
    if let Some(said) = &seen.robots {
        let word = if said.allowed { "allows" } else { "disallows" };
        output::line(format!("  robots.txt {word} it: {}", safe(&said.rule)))?;
    }
    for (target, there) in &seen.targets {
        let word = if *there { "is linked" } else { "not seen" };
        output::line(format!("  {} {word}", safe(target)))?;
    }
    let references = &observation.references;
    output::line(count(references.len() as u64, "reference", "references"))?;
    references.iter().try_for_each(tell_reference)?;
    observation.warnings.iter().try_for_each(tell_warning)
}

fn tell_reference(reference: &Reference) -> std::io::Result<()> {
    output::line(format!("- {}", safe(&reference.url)))?;
    output::line(format!("  stands in {} ({})", reference.placement, safe(&reference.evidence)))?;
    let rel = if reference.rel.is_empty() { "none".to_owned() } else { safe(&reference.rel) };
    output::line(format!("  anchor \"{}\", rel {rel}", safe(&reference.anchor)))?;
    if reference.hidden {
        output::line("  hidden from readers")?;
    }
    if !reference.context.is_empty() {
        output::line(format!("  \"{}\"", safe(&reference.context)))?;
    }
    Ok(())
}

fn tell_warning(warning: &Warning) -> std::io::Result<()> {
    output::line(format!("warning {}: {}", safe(&warning.code), safe(&warning.detail)))
}
