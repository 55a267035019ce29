//! What can be typed.

use std::io::{Write, stderr};
use std::path::PathBuf;
use std::str::FromStr;

use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use trackward_core::{DateOrder, EventName, Fact, HostKey, PageUrl, StateName, Tags, Target, UrlError};
use trackward_fetch::Network;
use trackward_report::terminal_lines;

use crate::length::Length;

/// Watches the pages that link to you and tells which references were approved, removed, changed or newly
/// appeared.
#[derive(Debug, Parser)]
#[command(name = "trackward", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Begin with `trackward demo`, then `trackward init`.\n\n\
    Exit codes: 0 finished · 1 failed · 2 wrong usage or configuration · 10 what --fail-on names happened · \
    74 cannot write · 75 the store is in use")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// What was typed. Help, the version and mistakes are told here and end the process: what a mistake
    /// quotes is made safe to look at, and without passwords.
    pub(crate) fn read() -> Self {
        let mut error = match Self::try_parse() {
            Ok(cli) => return cli,
            Err(error) => error,
        };
        if let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidValue)
            && let Some((_, rest)) = typed.rsplit_once('@')
        {
            error.insert(ContextKind::InvalidValue, ContextValue::String(format!("…@{rest}")));
        }
        let words = error.render().to_string();
        let safe = terminal_lines(&words);
        if safe == words {
            error.exit(); // with colour on a terminal
        }
        // The exit code tells even where stderr cannot be written.
        let _ = write!(stderr(), "{safe}");
        std::process::exit(error.exit_code())
    }
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Configuration file; `trackward.toml` in the current directory by default
    #[arg(long, global = true, env = "TRACKWARD_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder of the store, in place of the configured one
    #[arg(long, global = true, env = "TRACKWARD_STORE", hide_env_values = true, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// Contact in the user agent, in place of the configured one
    #[arg(long, global = true, env = "TRACKWARD_CONTACT", hide_env_values = true, value_name = "URL|MAIL")]
    pub(crate) contact: Option<String>,
    /// Wait so long for a store that is in use
    #[arg(long, global = true, value_name = "TIME")]
    pub(crate) wait_lock: Option<Length>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How log lines are written to stderr
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write an annotated trackward.toml
    #[command(after_help = "Example:\n  trackward init")]
    Init,
    /// Watch one link
    #[command(after_help = "Example:\n  trackward add https://blog.example/post https://yours.example/page \
        --kind trackback --sent 2026-11-20")]
    Add(Box<AddArgs>),
    /// Watch the links of files: from Search Console, Ahrefs, Semrush, Majestic, Moz, Bing, or lists of your own
    #[command(after_help = "Examples:\n  trackward import links.csv --run\n  \
        trackward import ahrefs-backlinks.csv search-console.zip --dry-run\n  \
        trackward import outreach.xlsx --as pending --client North --campaign autumn\n\n\
        A list of your own names its columns in the first line: source,target and any of kind,sent,client,campaign,\n\
        owner,tags,cost,weight,note,agreed_rel,agreed_anchor,agreed_target,agreed_placement,deadline,guaranteed_until,\n\
        replaces. Other columns are kept as what the file claims. Rows that are not taken go to FILE.rejects.csv.\n\
        The same file may be imported again: nothing is counted twice. No file proves a loss.")]
    Import(Box<ImportArgs>),
    /// Check what is due, once: the cron command
    #[command(after_help = "Example:\n  trackward run --max-duration 50m --fail-on removed,weakened")]
    Run(RunArgs),
    /// Check what is due as it becomes due, until it is told to stop: the form of `run` for a service
    #[command(after_help = "Example:\n  trackward watch --log-format json\n\n\
        SIGTERM and Ctrl-C finish what is in flight and end it, once more stops at once; SIGHUP reads the \
        configuration again and lets other commands have the store.")]
    Watch(WatchArgs),
    /// Look for pages that nobody told of: on hosts that link to you, in their feeds and sitemaps, in your access logs
    #[command(
        after_help = "Examples:\n  trackward discover\n  trackward discover blog.example --budget 100\n\n\
        Robots.txt and the rest of every host hold as for checks. A page with references to you is watched from then on; \
        they are told as appeared, with where they were found. What is named replaces what [discover] says."
    )]
    Discover(DiscoverArgs),
    /// Show what the schedule makes of the coming week, and of twice the budget
    #[command(after_help = "Example:\n  trackward plan\n  trackward plan --fixed 24h")]
    Plan(PlanArgs),
    /// Look at one page now, without a store
    #[command(
        after_help = "Example:\n  trackward check https://blog.example/post --target https://yours.example/page\n\n\
        Without --target every link to another domain is shown."
    )]
    Check(CheckArgs),
    /// Show what a host's robots.txt allows us, and why, without a store
    #[command(after_help = "Example:\n  trackward robots https://blog.example/post")]
    Robots(RobotsArgs),
    /// List links
    #[command(
        after_help = "Examples:\n  trackward list --state lost --since 30d\n  trackward list --client North --csv > north.csv"
    )]
    List(ListArgs),
    /// Change what is said of links: client, campaign, owner, tags, cost, what was agreed
    #[command(after_help = "Examples:\n  trackward edit 3f9a 41c7 --client North --tags paid\n  \
        trackward edit https://blog.example/post https://yours.example/page --cost \"350 EUR\" --clear note")]
    Edit(Box<EditArgs>),
    /// Show everything known of one link: facts, history, why this state, next check
    #[command(
        after_help = "Example:\n  trackward show 3f9a\n  trackward show https://blog.example/post https://yours.example/page"
    )]
    Show(LinkArgs),
    /// Report on a period: a summary here, and files for people, spreadsheets and programs
    #[command(
        after_help = "Examples:\n  trackward report --last-week --out reports\n  trackward report --month 2026-11 \
        --client Acme --edition client --format html,pdf,xlsx"
    )]
    Report(ReportArgs),
    /// Stop watching a link, or take it up again
    #[command(after_help = "Example:\n  trackward archive 3f9a\n  trackward archive 3f9a --undo")]
    Archive(ArchiveArgs),
    /// Say that a link is there or gone, whatever was seen
    #[command(
        after_help = "Example:\n  trackward confirm 3f9a --present --by mia --note \"seen in a browser\""
    )]
    Confirm(ConfirmArgs),
    /// Erase the texts that were kept as evidence; states and history stay
    #[command(after_help = "Example:\n  trackward forget --url https://blog.example/post\n\n\
        A link that is still watched gets new evidence when something happens to it: `trackward archive` ends that.\n\
        Backups and reports made before still hold the texts.")]
    Forget(ForgetArgs),
    /// Never visit a site again, because its owner asked for that; or take it back, or list who did
    #[command(after_help = "Example:\n  trackward optout blog.example --by mia --note \"mail of 3 May\"\n  \
        trackward optout blog.example --undo --by mia --note \"call of 9 May\"\n  trackward optout --list\n\n\
        Nothing is requested of it from then on, not even its robots.txt. Its links keep their state. \
        A name with and without www is two hosts: --domain covers both.")]
    Optout(OptOutArgs),
    /// Check, mend, shrink, export or count the store
    #[command(after_help = "Example:\n  trackward store verify")]
    Store {
        #[command(subcommand)]
        command: StoreCommand,
    },
    /// Look for what could go wrong: configuration, store, clock, names, robots.txt, schedule; changes nothing
    #[command(after_help = "Example:\n  trackward doctor --offline\n\n\
        Exit codes: 0 no fault · 2 the configuration · 74 the store · 1 another fault")]
    Doctor(DoctorArgs),
    /// Write what completes commands in a shell to stdout
    #[command(
        after_help = "Example:\n  trackward completions bash > ~/.local/share/bash-completion/completions/trackward\n  \
        trackward completions zsh > ~/.zfunc/_trackward\n  \
        trackward completions fish > ~/.config/fish/completions/trackward.fish"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write man pages: that of trackward to stdout, or one a command into a folder
    #[command(after_help = "Example:\n  trackward man | man -l -\n  trackward man ~/.local/share/man/man1")]
    Man {
        /// Folder for the pages
        dir: Option<PathBuf>,
    },
    /// Show it all on a small blog farm on this machine: four weeks in seconds
    #[command(after_help = "Example:\n  trackward demo")]
    Demo(DemoArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// The page that holds the link, or should
    pub(crate) source: String,
    /// What it points to: a page, `https://host/path/*`, `//host` or a domain of yours
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
}

/// What may be said of a link.
#[derive(Debug, Default, Args)]
pub(crate) struct FactArgs {
    /// trackback, pingback, webmention, comment or editorial
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// When it was sent or promised: a date, or a time such as 2026-11-20T15:00Z; it begins as pending
    #[arg(long, value_name = "DATE")]
    pub(crate) sent: Option<String>,
    /// The client it is made for
    #[arg(long)]
    pub(crate) client: Option<String>,
    /// The campaign it belongs to
    #[arg(long)]
    pub(crate) campaign: Option<String>,
    /// Who looks after it
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Tags, divided by commas
    #[arg(long)]
    pub(crate) tags: Option<String>,
    /// What it cost, such as 350 or "350.00 EUR"
    #[arg(long)]
    pub(crate) cost: Option<String>,
    /// Priority from 0.01 to 100; 1 is usual
    #[arg(long)]
    pub(crate) weight: Option<String>,
    /// A note
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// Agreed rel, such as sponsored, nofollow or follow
    #[arg(long, value_name = "REL")]
    pub(crate) agreed_rel: Option<String>,
    /// Agreed anchor text
    #[arg(long, value_name = "TEXT")]
    pub(crate) agreed_anchor: Option<String>,
    /// Agreed page of yours, where only a site is watched for
    #[arg(long, value_name = "URL")]
    pub(crate) agreed_target: Option<String>,
    /// Agreed place: body, comment, ping, author-bio, blogroll, navigation or related
    #[arg(long, value_name = "PLACE")]
    pub(crate) agreed_placement: Option<String>,
    /// Last day on which it is to go live
    #[arg(long, value_name = "DATE")]
    pub(crate) deadline: Option<String>,
    /// Last day on which it is to be there
    #[arg(long, value_name = "DATE")]
    pub(crate) guaranteed_until: Option<String>,
    /// The lost link that it makes up for: its id, or its page
    #[arg(long, value_name = "ID|URL")]
    pub(crate) replaces: Option<String>,
}

impl FactArgs {
    /// The facts that were given.
    pub(crate) fn said(&self) -> Vec<(Fact, String)> {
        let text = |fact: &Fact| match fact {
            Fact::Kind => &self.kind,
            Fact::Sent => &self.sent,
            Fact::Client => &self.client,
            Fact::Campaign => &self.campaign,
            Fact::Owner => &self.owner,
            Fact::Tags => &self.tags,
            Fact::Cost => &self.cost,
            Fact::Weight => &self.weight,
            Fact::Note => &self.note,
            Fact::AgreedRel => &self.agreed_rel,
            Fact::AgreedAnchor => &self.agreed_anchor,
            Fact::AgreedTarget => &self.agreed_target,
            Fact::AgreedPlacement => &self.agreed_placement,
            Fact::Deadline => &self.deadline,
            Fact::GuaranteedUntil => &self.guaranteed_until,
            Fact::Replaces => &self.replaces,
        };
        Fact::ALL.iter().filter_map(|fact| text(fact).clone().map(|text| (*fact, text))).collect()
    }
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct ImportArgs {
    /// CSV, TSV, XLSX, JSON, or a zip or gzip of them
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Say what would become of each row, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Import a table whose columns are only guessed
    #[arg(long)]
    pub(crate) yes: bool,
    /// What the links are that were not sent on a day of their own
    #[arg(long = "as", value_enum, value_name = "STATE")]
    pub(crate) as_state: Option<As>,
    /// The page or site that is meant where a row names none; your only site by default
    #[arg(long)]
    pub(crate) target: Option<Target>,
    /// The order of dates such as 3/4/2026: dmy or mdy
    #[arg(long, value_name = "ORDER")]
    pub(crate) dates: Option<DateOrder>,
    /// Take links to sites that are not yours
    #[arg(long)]
    pub(crate) competitor: bool,
    /// Spread the first checks over a day, or over as many as `budget_per_day` takes for them
    #[arg(long, conflicts_with = "run")]
    pub(crate) spread: bool,
    /// Check the links at once and show the baseline
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) run: bool,
    #[command(flatten, next_help_heading = "For rows that do not say it themselves")]
    pub(crate) facts: FactArgs,
}

/// What imported links are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum As {
    /// Sent or promised, not live yet
    Pending,
}

#[derive(Debug, Default, Args)]
pub(crate) struct RunArgs {
    /// Check everything that is watched, due or not
    #[arg(long, conflicts_with = "host")]
    pub(crate) all: bool,
    /// Check everything on this host, due or not; may be repeated
    #[arg(long)]
    pub(crate) host: Vec<HostKey>,
    /// Begin no request after this time; what is left is due next time
    #[arg(long, value_name = "TIME")]
    pub(crate) max_duration: Option<Length>,
    /// End with exit code 10 when one of these happened: approved, appeared, removed, weakened, unreadable, …
    #[arg(long, value_delimiter = ',', value_name = "EVENT")]
    pub(crate) fail_on: Vec<EventName>,
    /// Say what would be checked and how long it takes at least; ask nobody, change nothing
    #[arg(long, conflicts_with_all = ["fail_on", "max_duration"])]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) interval: IntervalArgs,
}

#[derive(Debug, Default, Args)]
pub(crate) struct DiscoverArgs {
    /// Hosts to search, by name or address; those of live and pending links by default
    #[arg(value_name = "HOST")]
    pub(crate) host: Vec<Site>,
    /// Follow the links of their pages
    #[arg(long)]
    pub(crate) crawl: bool,
    /// Read their feeds
    #[arg(long)]
    pub(crate) feeds: bool,
    /// Read their sitemaps
    #[arg(long)]
    pub(crate) sitemaps: bool,
    /// Read an access log of your own site for pages that send visitors; packed or not; may be repeated, oldest first
    #[arg(long, value_name = "FILE")]
    pub(crate) from_log: Vec<PathBuf>,
    /// Look at the pages of a list, one address a line; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Vec<PathBuf>,
    /// Look at the pages of an export of webmention.io; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) webmention_io: Vec<PathBuf>,
    /// Make so many requests at most, whatever was used today
    #[arg(long, value_name = "N")]
    pub(crate) budget: Option<u64>,
}

/// A host to search, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Site {
    /// By its name alone.
    Named(HostKey),
    /// By an address, of which the front page counts.
    At(PageUrl),
}

impl FromStr for Site {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.contains("://") {
            return PageUrl::parse(text).map(|page| Self::At(page.front_page()));
        }
        HostKey::parse(text).map(Self::Named)
    }
}

impl DiscoverArgs {
    /// Whether it was said where to look.
    pub(crate) fn names_sources(&self) -> bool {
        let has_files =
            [&self.from_log, &self.list, &self.webmention_io].iter().any(|files| !files.is_empty());
        self.crawl || self.feeds || self.sitemaps || has_files
    }
}

#[derive(Debug, Default, Args)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    pub(crate) interval: IntervalArgs,
}

#[derive(Debug, Default, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) interval: IntervalArgs,
}

#[derive(Debug, Default, Clone, Args)]
pub(crate) struct IntervalArgs {
    /// Check every page after the same time, such as 24h, in place of the schedule
    #[arg(long, value_name = "TIME")]
    pub(crate) fixed: Option<Length>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The page
    pub(crate) url: PageUrl,
    /// What is yours; may be repeated
    #[arg(long)]
    pub(crate) target: Vec<Target>,
    /// Networks that may be contacted besides public ones, such as 127.0.0.0/8; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub(crate) allow_networks: Vec<Network>,
}

#[derive(Debug, Args)]
pub(crate) struct RobotsArgs {
    /// The page, or the host
    pub(crate) url: PageUrl,
    /// Networks that may be contacted besides public ones, such as 127.0.0.0/8; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub(crate) allow_networks: Vec<Network>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only these states, such as pending,live or lost
    #[arg(long, value_delimiter = ',', value_name = "STATE")]
    pub(crate) state: Vec<StateName>,
    /// Only this host
    #[arg(long)]
    pub(crate) host: Option<HostKey>,
    /// Only this client
    #[arg(long)]
    pub(crate) client: Option<String>,
    /// Only this campaign
    #[arg(long)]
    pub(crate) campaign: Option<String>,
    /// Only what this person looks after
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Only links with this tag
    #[arg(long)]
    pub(crate) tag: Option<String>,
    /// Only links added or changed since: a date, or a length such as 7d
    #[arg(long, value_name = "DATE|TIME")]
    pub(crate) since: Option<String>,
    /// CSV with all that is said of each link: `trackward import` reads it again
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// CSV for programs: text that a spreadsheet would take for a formula is not guarded
    #[arg(long, requires = "csv")]
    pub(crate) raw: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    /// The beginnings of links' ids, or one link's source and target
    #[arg(value_name = "LINK", required = true)]
    pub(crate) links: Vec<String>,
    /// Facts that are said no more, such as owner,note
    #[arg(long, value_delimiter = ',', value_name = "FACT")]
    pub(crate) clear: Vec<Fact>,
    /// Tags that are taken off, divided by commas; --tags adds
    #[arg(long, value_name = "TAGS")]
    pub(crate) untag: Option<Tags>,
    #[command(flatten, next_help_heading = "What is said now")]
    pub(crate) facts: FactArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// The beginning of a link's id, or its source and target
    #[arg(value_name = "LINK", num_args = 1..=2, required = true)]
    pub(crate) link: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// An ISO week such as 2026-W47; the running week by default
    #[arg(long, group = "period")]
    pub(crate) week: Option<String>,
    /// The last week that is over
    #[arg(long, group = "period")]
    pub(crate) last_week: bool,
    /// A month such as 2026-11
    #[arg(long, group = "period")]
    pub(crate) month: Option<String>,
    /// The time up to now, such as 7d
    #[arg(long, group = "period", value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// First day
    #[arg(long, group = "period", requires = "to", value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last day
    #[arg(long, requires = "from", value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Files to write; may name several
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Format::Html, Format::Json])]
    pub(crate) format: Vec<Format>,
    /// Folder for the files, in place of the configured one
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Only links made for this client
    #[arg(long, value_name = "NAME")]
    pub(crate) client: Option<String>,
    /// Only links of this campaign
    #[arg(long, value_name = "NAME")]
    pub(crate) campaign: Option<String>,
    /// Whom it is for; a client's report without --client is about links of no client
    #[arg(long, value_enum, default_value_t = ReportFor::Internal)]
    pub(crate) edition: ReportFor,
    /// Leave text in CSV files as it is, also where a spreadsheet could take it for a formula
    #[arg(long)]
    pub(crate) raw: bool,
    /// End with exit code 10 when one of these happened in the period: approved, removed, weakened, unreadable, …
    #[arg(long, value_delimiter = ',', value_name = "EVENT")]
    pub(crate) fail_on: Vec<EventName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Format {
    /// One self-contained file, for people
    Html,
    /// The same printed by an installed Chromium
    Pdf,
    /// Tables as GitHub shows them
    Markdown,
    /// A folder with a file a section, and links.csv with all links
    Csv,
    /// A workbook with a sheet a section, to sort and filter
    Xlsx,
    /// Schema `trackward.report/1`, for programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFor {
    /// The team: all of it
    Internal,
    /// A client: one page first; no owners, notes, costs, estimates and run numbers
    Client,
}

#[derive(Debug, Args)]
pub(crate) struct ArchiveArgs {
    #[command(flatten)]
    pub(crate) link: LinkArgs,
    /// The site said no: the link counts as rejected
    #[arg(long)]
    pub(crate) declined: bool,
    /// Watch it again
    #[arg(long, conflicts_with = "declined")]
    pub(crate) undo: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConfirmArgs {
    #[command(flatten)]
    pub(crate) link: LinkArgs,
    /// It is there
    #[arg(long, group = "truth", required_unless_present = "gone")]
    pub(crate) present: bool,
    /// It is gone
    #[arg(long, group = "truth")]
    pub(crate) gone: bool,
    /// Who says so
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) by: String,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) note: String,
}

/// Whose evidence is erased: exactly one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ForgetArgs {
    /// All that was read on this page, however it is spelled, or on one that it led to
    #[arg(long)]
    pub(crate) url: Option<PageUrl>,
    /// All that was read on this host, or on a page that one of its pages led to
    #[arg(long)]
    pub(crate) host: Option<HostKey>,
    /// All that proves the history of this link: the beginning of its id, or its source and target
    #[arg(long, num_args = 1..=2)]
    pub(crate) link: Vec<String>,
}

/// Whose wish is written down, by whom; or the list of all.
#[derive(Debug, Args)]
pub(crate) struct OptOutArgs {
    /// The host
    #[arg(required_unless_present = "list")]
    pub(crate) host: Option<HostKey>,
    /// Who writes it down
    #[arg(long, value_name = "NAME", requires = "host", required_unless_present = "list",
        value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) by: Option<String>,
    /// How its owner said so
    #[arg(long, value_name = "TEXT", requires = "host", required_unless_present = "list",
        value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) note: Option<String>,
    /// All hosts of its registrable domain, not only this one
    #[arg(long, requires = "host")]
    pub(crate) domain: bool,
    /// Its owner took the wish back
    #[arg(long, requires = "host")]
    pub(crate) undo: bool,
    /// Show who opted out
    #[arg(long, conflicts_with = "host")]
    pub(crate) list: bool,
}

/// What is done to the store as a whole.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Check every record, index and number, and the journal against them; ends with 74 when something is wrong
    #[command(after_help = "Example:\n  trackward store verify --json")]
    Verify,
    /// Make the database anew from the journal, or a damaged journal from the database
    #[command(after_help = "Example:\n  trackward store rebuild\n\n\
        What was damaged is moved aside, beside the store's other files.")]
    Rebuild,
    /// Give back disk space; a run does so by itself when much is to be had
    #[command(after_help = "Example:\n  trackward store compact")]
    Compact,
    /// Write all records to a file, one JSON object a line
    #[command(after_help = "Example:\n  trackward store export everything.ndjson\n\n\
        The last line holds the number of records and a hash of all lines before. Texts kept as evidence are in it.")]
    Export {
        /// The file; replaced when all is written
        file: PathBuf,
    },
    /// Read what was exported into a store that is empty
    #[command(after_help = "Example:\n  trackward store import everything.ndjson --store new-folder")]
    Import {
        /// The file
        file: PathBuf,
    },
    /// Count records and bytes
    #[command(after_help = "Example:\n  trackward store stats")]
    Stats,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Ask neither name servers nor sites
    #[arg(long)]
    pub(crate) offline: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder for the demo's store and reports; made anew each time
    #[arg(long, value_name = "DIR", default_value = "trackward-demo")]
    pub(crate) out: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        let cli = Cli::command();
        let below = cli.get_subcommands().flat_map(clap::Command::get_subcommands);
        for command in cli.get_subcommands().chain(below) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{} has no example", command.get_name());
        }
    }
}
