//! Erasing evidence: `trackward forget`, and what is older than the retention.

use serde_json::json;
use trackward_store::Erase;

use crate::args::ForgetArgs;
use crate::commands::select::select;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output::{self, count};

/// Erases the evidence of a page, a host or a link.
pub(crate) async fn forget(context: &Context, args: ForgetArgs) -> Result<Ending, Failure> {
    let what = match (args.url, args.host) {
        (Some(page), _) => Erase::Page(page),
        (None, Some(host)) => Erase::Host(host),
        (None, None) => Erase::Link(select(context, &args.link).await?.link.id),
    };
    let erased = context.store.erase(what).await?;
    if context.json {
        output::json(&json!({ "schema": "trackward.forget/1", "erased": erased }))?;
    } else if erased == 0 {
        output::line("nothing to erase: no text of it is kept")?;
    } else {
        output::line(format!("{} erased", count(erased, "text", "texts")))?;
    }
    Ok(Ending::Done)
}

/// Erases the evidence that is older than the configured retention.
pub(crate) async fn forget_expired(context: &Context) -> Result<(), Failure> {
    let retention = context.settings.retention.0;
    let limit = context.clock.now().saturating_sub(retention).expect("a length has no calendar units");
    let erased = context.store.erase(Erase::OlderThan(limit)).await?;
    if erased > 0 {
        tracing::info!(erased, "erased evidence older than the retention");
    }
    Ok(())
}
