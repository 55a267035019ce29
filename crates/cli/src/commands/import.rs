//! `trackward import`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::SignedDuration;
use trackward_core::{HostKey, LinkId, OptOuts, PageUrl};
use trackward_monitor::follow_claims;
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
    // As many pages as rows, at most.
    let spread = rules.spread(choice.chosen.iter().map(|table| table.rows).sum());
    let mut importer = Importer {
        context,
        rules,
        spread,
        forward: 0,
        previewed: args.dry_run.then(HashSet::new),
        opt_outs: known(context).await?,
        unvisited: BTreeSet::new(),
    };
    let mut tables = Vec::new();
    for table in choice.chosen {
        tables.push(importer.take(Arc::new(table)).await?);
    }
    let (left_out, forward) = (choice.left_out, importer.forward);
    let account = Account { tables, left_out, spread, forward, dry_run: args.dry_run };
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
    /// The time over which first checks are spread.
    spread: Option<SignedDuration>,
    /// Pages that were brought forward.
    forward: u64,
    /// In a dry run, the links that would be new.
    previewed: Option<HashSet<LinkId>>,
    opt_outs: OptOuts,
    /// Hosts of the rows whose owners asked not to be visited.
    unvisited: BTreeSet<HostKey>,
}

impl Importer<'_> {
    async fn take(&mut self, table: Arc<Chosen>) -> Result<TableAccount, Failure> {
        let layout = &table.header.layout;
        let mut account = TableAccount::new(table.name(), layout, &table.tables.tables()[table.at]);
        let mut rejects = import::Rejects::beside(&table.path, table.number, layout);
        let folder = self.context.settings.store.clone();
        let mut chunks = import::read(table.clone(), self.rules.clone(), self.spread, folder);
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
            let pages: Vec<PageUrl> = watches.iter().map(|watch| watch.page.clone()).collect();
            let added = self.context.store.add(watches, self.context.clock.now()).await?;
            self.follow_claims(pages, &added).await?;
            return Ok(added);
        };
        let mut added = self.context.store.preview(watches, self.rules.now).await?;
        for added in &mut added {
            if added.outcome == AddOutcome::New && !previewed.insert(added.link) {
                added.outcome = AddOutcome::Unchanged;
            }
        }
        Ok(added)
    }

    /// Brings the checks of pages forward on which links are claimed to be lost, where they are worth it.
    async fn follow_claims(&mut self, pages: Vec<PageUrl>, added: &[Added]) -> Result<(), Failure> {
        let mut lost: BTreeMap<PageUrl, BTreeSet<LinkId>> = BTreeMap::new();
        for (page, added) in pages.into_iter().zip(added).filter(|(_, added)| added.claimed_lost) {
            lost.entry(page).or_default().insert(added.link);
        }
        let (context, now) = (self.context, self.context.clock.now());
        let settings = context.settings.monitor_settings();
        self.forward += follow_claims(&*context.store, &settings, lost, now).await?;
        Ok(())
    }
}
