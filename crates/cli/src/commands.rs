//! One module a command.

mod acts;
mod add;
mod check;
mod completions;
mod demo;
mod doctor;
mod forget;
mod import;
mod init;
mod list;
mod man;
mod report;
mod robots;
mod run;
mod select;
mod show;
mod store;

use crate::args::{Cli, Command};
use crate::context::Context;
use crate::failure::{Ending, Failure};

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
        Command::Add(args) => add::add(&Context::open(&global).await?, args).await,
        Command::Import(args) => import::import(&Context::open(&global).await?, &args).await,
        Command::Run(args) => {
            let context = Context::open(&global).await?;
            let ending = run::run(&context, &args).await?;
            if !args.dry_run {
                store::compact_after_run(context).await;
            }
            Ok(ending)
        }
        Command::List(args) => list::list(&Context::open(&global).await?, &args).await,
        Command::Show(args) => show::show(&Context::open(&global).await?, &args).await,
        Command::Report(args) => report::report(&Context::open(&global).await?, args).await,
        Command::Archive(args) => acts::archive(&Context::open(&global).await?, &args).await,
        Command::Forget(args) => forget::forget(&Context::open(&global).await?, args).await,
        Command::Store { command } => store::store(&global, &command).await,
        Command::Confirm(args) => acts::confirm(&Context::open(&global).await?, args).await,
    }
}
