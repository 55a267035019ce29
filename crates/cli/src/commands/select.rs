//! Finding the link that was meant.

use trackward_core::{PageUrl, Target, Watched, without_userinfo};
use trackward_store::LinkQuery;

use crate::context::Context;
use crate::failure::Failure;
use crate::output;

/// Characters of an id that name a link at least: a slip of the finger or an empty variable names none.
const LEAST_PREFIX: usize = 4;
/// Candidates that are named when several links match.
const NAMED: usize = 5;

/// The links that the words name: by the beginnings of their ids, or one by its source and target.
pub(crate) async fn select_all(context: &Context, words: &[String]) -> Result<Vec<Watched>, Failure> {
    let is_pair = words.len() == 2 && words.iter().any(|word| word.contains(['/', '.']));
    if is_pair {
        return Ok(vec![select(context, words).await?]);
    }
    let mut rows: Vec<Watched> = Vec::new();
    for word in words {
        let row = select(context, std::slice::from_ref(word)).await?;
        if rows.iter().all(|known| known.link.id != row.link.id) {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// The one link that the words name: the beginning of an id, or source and target.
pub(crate) async fn select(context: &Context, words: &[String]) -> Result<Watched, Failure> {
    let found = match words {
        [source, target] => by_addresses(context, source, target).await?,
        [word, ..] => by_id(context, word).await?,
        [] => Vec::new(),
    };
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Failure::usage(
            format!("no link is called '{}'", named(words)),
            "`trackward list` shows the ids; or give the source and the target",
        )),
        several => Err(Failure::usage(
            format!("{} names more than one link", named(words)),
            several.iter().take(NAMED).map(name).collect::<Vec<_>>().join("\n"),
        )),
    }
}

async fn by_id(context: &Context, prefix: &str) -> Result<Vec<Watched>, Failure> {
    if prefix.len() < LEAST_PREFIX {
        let message = format!("'{prefix}' is too short to name a link");
        return Err(Failure::usage(message, "give at least four characters of its id, or source and target"));
    }
    let query =
        LinkQuery { id_prefix: Some(prefix.to_lowercase()), limit: NAMED + 1, ..LinkQuery::default() };
    Ok(context.store.links(query).await?.rows)
}

async fn by_addresses(context: &Context, source: &str, target: &str) -> Result<Vec<Watched>, Failure> {
    let wrong = |error: trackward_core::UrlError| {
        Failure::usage(error.to_string(), "give the source, then the target")
    };
    let page = PageUrl::parse(source).map_err(wrong)?;
    let target = Target::parse(target).map_err(wrong)?;
    let query = LinkQuery { page: Some(page), ..LinkQuery::default() };
    let mut rows = context.store.links(query).await?.rows;
    rows.retain(|row| row.link.target.is_same(&target));
    Ok(rows)
}

fn named(words: &[String]) -> String {
    words.iter().map(|word| without_userinfo(word)).collect::<Vec<_>>().join(" ")
}

fn name(row: &Watched) -> String {
    let link = &row.link;
    let kind = link.kind.map_or("link", |kind| kind.as_str());
    output::safe(format!("{}  {kind}  {} -> {}", link.id.short(), link.page, link.target))
}
