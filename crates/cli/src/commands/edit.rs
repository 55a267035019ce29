//! `trackward edit`: what is said of links.

use serde_json::json;
use trackward_core::{Act, Calendar, Deed, Edit, EventKind, Fact, NewWatch};
use trackward_store::EventQuery;

use crate::args::EditArgs;
use crate::commands::select::select_all;
use crate::commands::show::describe;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output;

/// Changes what is said of links: all of them or none.
pub(crate) async fn edit(context: &Context, args: &EditArgs) -> Result<Ending, Failure> {
    let wrong = |wrong: String| Failure::usage(wrong, "see `trackward edit --help`");
    if args.clear.contains(&Fact::Sent) {
        return Err(wrong("what was sent stays sent: --sent gives another date".to_owned()));
    }
    let rows = select_all(context, &args.links).await?;
    let now = context.clock.now();
    let calendar = Calendar { zone: &context.settings.zone.0, now, order: None };
    let mut acts = Vec::new();
    for row in &rows {
        let mut said = NewWatch::new(row.link.page.clone(), row.link.target.clone());
        args.facts
            .said()
            .iter()
            .try_for_each(|(fact, text)| said.say(*fact, text, &calendar))
            .map_err(wrong)?;
        let untagged = args.untag.clone().unwrap_or_default();
        let edit = Edit { said, cleared: args.clear.clone(), untagged };
        acts.push(Act { link: row.link.id, deed: Deed::Edit(Box::new(edit)), at: now });
    }
    for link in context.store.amend(acts).await? {
        let query = EventQuery { link: Some(link.id), from: Some(now), ..EventQuery::default() };
        let events = context.store.events(query).await?.rows;
        let is_edit = |what: &EventKind| matches!(what, EventKind::Edited { .. });
        let Some((_, event)) = events.iter().rfind(|(_, event)| is_edit(&event.what)) else { continue };
        if context.json {
            output::json(&json!({ "link_id": link.id, "event": event }))?;
        } else {
            let told = describe(&event.what, &context.settings.zone.0);
            output::line(format!("{}  {}", link.id.short(), output::safe(told)))?;
        }
    }
    Ok(Ending::Done)
}
