//! One module a command.

mod acts;
mod add;
mod check;
mod completions;
mod demo;
mod discover;
mod doctor;
mod edit;
mod forget;
mod import;
mod init;
mod list;
mod man;
pub(crate) mod optout;
mod plan;
mod report;
mod robots;
mod run;
mod select;
mod show;
mod store;
mod watch;

use crate::args::{Cli, Command, Global};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::settings::Settings;

/// Runs the command that was typed.
pub(crate) async fn dispatch(cli: Cli) -> Result<Ending, Failure> {
    let global = cli.global;
    match cli.command {
        Command::Init => init::init(&global),
        Command::Check(args) => check::check(&global, args).await,
        Command::Robots(args) => robots::robots(&global, args).await,
        Command::Doctor(args) => doctor::doctor(&global, &args).await,
        Command::Completions { shell } => completions::completions(shell),
        Command::Man { dir } => man::man(dir.as_deref()),
        Command::Demo(args) => demo::demo(&global, &args).await,
        Command::Store { command } => store::store(&global, &command).await,
        Command::Run(args) => {
            let settings = Settings::load(&global)?.with_interval(&args.interval);
            if let Some(next) = run::idle_until(&settings, &args) {
                return run::tell_idle(&global, next);
            }
            let context = Context::with(settings, &global).await?;
            let ending = run::run(&context, &args).await?;
            end_after_writing(context, ending, !args.dry_run).await
        }
        Command::Discover(args) => {
            let context = Context::open(&global).await?;
            let ending = discover::discover(&context, &args).await?;
            end_after_writing(context, ending, true).await
        }
        Command::Watch(args) => watch::watch(&global, args).await,
        Command::Plan(args) => {
            let settings = Settings::load(&global)?.with_interval(&args.interval);
            let context = Context::with(settings, &global).await?;
            let ending = plan::plan(&context).await?;
            context.ending(ending)
        }
        Command::Add(args) => over_store(&global, async |store| add::add(store, &args).await).await,
        Command::Import(args) => {
            let context = Context::open(&global).await?;
            let ending = import::import(&context, &args).await?;
            end_after_writing(context, ending, !args.dry_run).await
        }
        Command::List(args) => over_store(&global, async |store| list::list(store, &args).await).await,
        Command::Edit(args) => over_store(&global, async |store| edit::edit(store, &args).await).await,
        Command::Show(args) => over_store(&global, async |store| show::show(store, &args).await).await,
        Command::Report(args) => over_store(&global, async |store| report::report(store, args).await).await,
        Command::Archive(args) => over_store(&global, async |store| acts::archive(store, &args).await).await,
        Command::Forget(args) => over_store(&global, async |store| forget::forget(store, args).await).await,
        Command::Optout(args) => over_store(&global, async |store| optout::optout(store, args).await).await,
        Command::Confirm(args) => over_store(&global, async |store| acts::confirm(store, args).await).await,
    }
}

/// Runs a command over the store, which has to be read whole.
async fn over_store(
    global: &Global,
    command: impl AsyncFnOnce(&Context) -> Result<Ending, Failure>,
) -> Result<Ending, Failure> {
    let context = Context::open(global).await?;
    let ending = command(&context).await?;
    context.ending(ending)
}

/// Ends a command that may have written much: the database is compacted where that is worth it.
async fn end_after_writing(context: Context, ending: Ending, has_written: bool) -> Result<Ending, Failure> {
    let ending = context.ending(ending);
    if has_written {
        store::compact_where_worth_it(context).await;
    }
    ending
}
