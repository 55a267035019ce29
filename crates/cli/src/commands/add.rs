//! `trackward add`.

use serde_json::json;
use trackward_store::AddOutcome;

use crate::args::AddArgs;
use crate::commands::optout::{known, tell_unvisited};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output;
use crate::watch_input::read_watch;

/// Watches one link.
pub(crate) async fn add(context: &Context, args: AddArgs) -> Result<Ending, Failure> {
    let watch =
        read_watch(&args.source, &args.target, &args.facts, &context.settings.zone.0, context.clock.now())
            .map_err(|wrong| Failure::usage(wrong, "see `trackward add --help`"))?;
    let host = watch.page.host_key();
    let added = context.store.add(vec![watch], context.clock.now()).await?;
    let added = added.first().expect("one answer for one watch");
    if context.json {
        output::json(&json!({ "link_id": added.link, "outcome": in_words(added.outcome) }))?;
    } else {
        output::line(format!("{}  {}", added.link.short(), in_words(added.outcome)))?;
    }
    tell_unvisited(std::iter::once(host), &known(context).await?);
    Ok(Ending::Done)
}

/// What became of a watch, for people.
pub(crate) fn in_words(outcome: AddOutcome) -> &'static str {
    match outcome {
        AddOutcome::New => "new",
        AddOutcome::Updated => "updated",
        AddOutcome::Unchanged => "watched already",
        AddOutcome::Archived => "archived before, left so",
    }
}
