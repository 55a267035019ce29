//! What links cost, campaign by campaign, and what became of them.

use std::collections::BTreeMap;

use trackward_core::{Agreement, Costs, Currency, Link, LinkState};

use crate::rows::{MoneyRow, StillLive};
use crate::words::DAY;

/// Days of life that money is judged by: 3, 6 and 12 months.
const LIVED: [u16; 3] = [91, 182, 365];

/// Adds up agreed links by client, campaign and currency.
#[derive(Debug, Default)]
pub(crate) struct Purse {
    sums: BTreeMap<Account, Sum>,
}

/// Client, campaign and currency.
type Account = (Option<String>, Option<String>, Option<Currency>);

#[derive(Debug, Default)]
struct Sum {
    costs: Costs,
    agreed: u64,
    delivered: u64,
    live: u64,
    /// How many lived on for so long, of how many.
    lived: [(u64, u64); 3],
}

impl Purse {
    /// Adds a link that was agreed or paid; of its first life, how many seconds it was seen, and whether it was lost.
    pub(crate) fn add(&mut self, link: &Link, agreement: &Agreement, life: Option<(i64, bool)>) {
        let currency = link.cost.and_then(|cost| cost.currency());
        let sum = self.sums.entry((link.client.clone(), link.campaign.clone(), currency)).or_default();
        link.cost.iter().for_each(|cost| sum.costs.add(*cost));
        sum.agreed += 1;
        sum.delivered += u64::from(agreement.delivered);
        sum.live += u64::from(matches!(link.state, LinkState::Live { .. } | LinkState::Missing { .. }));
        let Some((seconds, lost)) = life else { return };
        for (days, (live, of)) in LIVED.into_iter().zip(&mut sum.lived) {
            let lived = seconds >= i64::from(days) * DAY;
            *live += u64::from(lived);
            *of += u64::from(lived || lost);
        }
    }

    /// The sums by client, campaign and currency.
    pub(crate) fn into_rows(self) -> Vec<MoneyRow> {
        let row = |((client, campaign, _), sum): (Account, Sum)| {
            let cost = sum.costs.sums().next();
            let still_live =
                LIVED.into_iter().zip(sum.lived).map(|(days, (live, of))| StillLive { days, live, of });
            MoneyRow {
                client,
                campaign,
                cost,
                agreed: sum.agreed,
                delivered: sum.delivered,
                live: sum.live,
                cost_per_live: cost.and_then(|cost| cost.per(sum.live)),
                still_live: still_live.collect(),
            }
        };
        self.sums.into_iter().map(row).collect()
    }
}
