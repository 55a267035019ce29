//! `trackward add`.

use serde_json::json;
use trackward_core::{Calendar, NewWatch, PageUrl, Target};

use crate::args::AddArgs;
use crate::commands::optout::{known, tell_unvisited};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::import::in_words;
use crate::output;

/// Watches one link.
pub(crate) async fn add(context: &Context, args: &AddArgs) -> Result<Ending, Failure> {
    let watch = read(context, args).map_err(|wrong| Failure::usage(wrong, "see `trackward add --help`"))?;
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

fn read(context: &Context, args: &AddArgs) -> Result<NewWatch, String> {
    let page = PageUrl::parse(&args.source).map_err(|error| format!("source: {error}"))?;
    let target = Target::parse(&args.target).map_err(|error| format!("target: {error}"))?;
    let ours = context.settings.ours();
    if ours.is_self_link(&page, &target) {
        let told = "source and target are the same site: a link of a site to itself is not watched";
        return Err(told.to_owned());
    }
    let mut watch = NewWatch::new(page, target);
    let calendar = Calendar { zone: &context.settings.zone.0, now: context.clock.now(), order: None };
    args.facts.said().iter().try_for_each(|(fact, text)| watch.say(*fact, text, &calendar))?;
    watch.client = watch.client.or_else(|| ours.client_of(&watch.target).map(str::to_owned));
    Ok(watch)
}
