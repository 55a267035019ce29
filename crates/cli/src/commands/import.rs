//! `trackward import`.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use trackward_core::{HostKey, LinkId, OptOuts};
use trackward_store::{AddOutcome, Added};

use crate::args::{ImportArgs, RunArgs};
use crate::commands::optout::{known, tell_unvisited};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::import::{self, Account, Choice, Chosen, Rules, TableAccount};
use crate::output;

/// Imports files; with `--run` their links are checked at once.
pub(crate) async fn import(context: &Context, args: &ImportArgs) -> Result<Ending, Failure> {
    let rules = Rules::new(context, args)?;
    let mut choice = Choice::default();
    for file in &args.files {
        let tables = import::open(file).await?;
        let (file, rules, yes) = (file.clone(), rules.clone(), args.yes);
        let of_file = tokio::task::spawn_blocking(move || import::choose(&file, tables, &rules, yes)).await;
        let of_file = of_file.map_err(|broken| Failure::failed(broken.to_string()))??;
        choice.chosen.extend(of_file.chosen);
        choice.left_out.extend(of_file.left_out);
    }
    let mut importer = Importer {
        context,
        rules,
        previewed: args.dry_run.then(HashSet::new),
        opt_outs: known(context).await?,
        unvisited: BTreeSet::new(),
    };
    let mut account = Account { tables: Vec::new(), left_out: choice.left_out, dry_run: args.dry_run };
    for table in choice.chosen {
        account.tables.push(importer.take(Arc::new(table)).await?);
    }
    tell_unvisited(importer.unvisited.into_iter(), &importer.opt_outs);
    if context.json {
        output::json(&account.to_json())?;
    } else {
        account.tell()?;
    }
    if account.is_refused() {
        return Ok(Ending::Usage);
    }
    if !args.run {
        return Ok(Ending::Done);
    }
    let run = RunArgs::default();
    let ending = super::run::run(context, &run).await?;
    super::report::baseline(context).await?;
    Ok(ending)
}

/// Gives the rows of tables to the store.
struct Importer<'a> {
    context: &'a Context,
    rules: Arc<Rules>,
    /// In a dry run, the links that would be new.
    previewed: Option<HashSet<LinkId>>,
    opt_outs: OptOuts,
    /// Hosts of the rows whose owners asked not to be visited.
    unvisited: BTreeSet<HostKey>,
}

impl Importer<'_> {
    async fn take(&mut self, table: Arc<Chosen>) -> Result<TableAccount, Failure> {
        let layout = &table.header.layout;
        let form = table.tables.tables()[table.at].form();
        let mut account = TableAccount::new(table.name(), layout, form);
        let mut rejects = import::Rejects::beside(&table.path, table.number, layout);
        let mut chunks = import::read(table.clone(), self.rules.clone(), self.context.settings.store.clone());
        while let Some(chunk) = chunks.recv().await {
            let chunk = chunk?;
            let hosts = chunk.watches.iter().map(|watch| watch.page.host_key());
            self.unvisited.extend(hosts.filter(|host| self.opt_outs.of(host).is_some()));
            for added in self.add(chunk.watches).await? {
                account.count(added.outcome);
            }
            for (row, reject) in chunk.rejects {
                if self.previewed.is_none() {
                    rejects.add(&row, &reject)?;
                }
                account.reject(reject);
            }
        }
        account.rejects_file = rejects.finish()?;
        if account.rows != table.rows {
            return Err(Failure::failed(format!("{} was changed while it was imported", table.name())));
        }
        Ok(account)
    }

    async fn add(&mut self, watches: Vec<trackward_core::NewWatch>) -> Result<Vec<Added>, Failure> {
        let Some(previewed) = &mut self.previewed else {
            return Ok(self.context.store.add(watches, self.context.clock.now()).await?);
        };
        let mut added = self.context.store.preview(watches, self.rules.now).await?;
        for added in &mut added {
            if added.outcome == AddOutcome::New && !previewed.insert(added.link) {
                added.outcome = AddOutcome::Unchanged;
            }
        }
        Ok(added)
    }
}
