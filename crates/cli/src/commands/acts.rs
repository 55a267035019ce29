//! `trackward archive` and `trackward confirm`: what a person says of a link.

use serde_json::json;
use trackward_core::{Act, Deed};

use crate::args::{ArchiveArgs, ConfirmArgs, LinkArgs};
use crate::commands::select::select;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output;

/// Stops watching a link, or takes it up again.
pub(crate) async fn archive(context: &Context, args: &ArchiveArgs) -> Result<Ending, Failure> {
    let deed = match (args.declined, args.undo) {
        (true, _) => Deed::Reject,
        (false, true) => Deed::Resume,
        (false, false) => Deed::Archive,
    };
    act(context, &args.link, deed).await
}

/// Overrules what was seen.
pub(crate) async fn confirm(context: &Context, args: ConfirmArgs) -> Result<Ending, Failure> {
    let deed = Deed::Confirm { present: args.present, by: args.by, note: args.note };
    act(context, &args.link, deed).await
}

async fn act(context: &Context, args: &LinkArgs, deed: Deed) -> Result<Ending, Failure> {
    let link = select(context, &args.link).await?.link;
    let act = Act { link: link.id, deed, at: context.clock.now() };
    let amended = context.store.amend(vec![act]).await?;
    let now = amended.first().expect("one link for one act").state.name();
    if context.json {
        output::json(&json!({ "link_id": link.id, "before": link.state.name(), "state": now }))?;
    } else {
        output::line(format!("{}  {} -> {}", link.id.short(), link.state.name().in_words(), now.in_words()))?;
    }
    Ok(Ending::Done)
}
