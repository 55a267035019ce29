//! `trackward plan`.

use jiff::SignedDuration;
use trackward_core::{Ahead, Lateness};
use trackward_monitor::{Spending, Week};

use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output::{self, count};
use crate::{json, length};

/// Columns of the longest bar of the chart.
const BAR: u64 = 40;

/// Shows what the schedule makes of the coming week.
pub(crate) async fn plan(context: &Context) -> Result<Ending, Failure> {
    let week = context.monitor()?.week().await?;
    if context.json {
        output::json(&json::week(&week))?;
    } else {
        tell(context, &week)?;
    }
    Ok(Ending::Done)
}

fn tell(context: &Context, week: &Week) -> std::io::Result<()> {
    output::line(format!(
        "{} on {} watched; checks of the coming week, if nothing happens:",
        count(week.links, "link", "links"),
        count(week.pages, "page", "pages"),
    ))?;
    let most = week.ahead.days.into_iter().max().unwrap_or(0).max(1);
    let zone = &context.settings.zone.0;
    for (day, checks) in (0_i64..).zip(week.ahead.days) {
        let from =
            context.clock.now().saturating_add(SignedDuration::from_hours(24 * day)).unwrap_or_default();
        let from = from.to_zoned(zone.clone()).strftime("%a %d %b %H:%M");
        let bar = "█".repeat(usize::try_from((checks * BAR).div_ceil(most)).unwrap_or(0));
        output::line(format!("  from {from}  {checks:>8}  {bar}"))?;
    }
    for (host, checks) in &week.hosts {
        output::line(format!("  {checks:>8}  {}", output::safe(host)))?;
    }
    output::line(format!("no page waits longer than {}", length::in_words(week.longest)))?;
    match &week.spending {
        None => output::line("every page after the same time, as `every` or --fixed says"),
        Some(spending) => tell_spending(spending),
    }
}

fn tell_spending(spending: &Spending) -> std::io::Result<()> {
    let kind = if spending.is_limited { "at most" } else { "about" };
    output::line(format!("budget: {kind} {:.0} requests a day, everything counted", spending.per_day))?;
    output::line(format!(
        "price: a check is worth it where it tells of an event {} sooner, for a link of weight 1",
        days(spending.price.per_check())
    ))?;
    let told = |what: &str, of: fn(&Ahead) -> Lateness| {
        let now = of(&spending.steady).mean_days()?;
        let twice = of(&spending.twice).mean_days().filter(|_| spending.twice != spending.steady);
        let twice = twice.map(|twice| format!(", with twice the budget after {}", days(twice)));
        Some(format!("{what} after {} on average{}", days(now), twice.unwrap_or_default()))
    };
    let approvals = told("approvals are seen", |ahead| ahead.approvals);
    let removals = told("a link that is gone is missed first", |ahead| ahead.removals);
    for line in approvals.into_iter().chain(removals) {
        output::line(line)?;
    }
    if spending.twice == spending.steady {
        output::line("twice the budget would change nothing: no check is worth less than that")?;
    }
    Ok(())
}

/// A part of a day, or days, in words.
fn days(days: f64) -> String {
    length::in_words(SignedDuration::try_from_secs_f64(days * 86_400.0).unwrap_or(SignedDuration::MAX))
}
