//! How waits and lives are spread: steps over days.

use crate::chart::scale::Scale;
use crate::chart::svg::{Anchor, Svg};
use crate::chart::{Chart, HEIGHT, WIDTH};
use crate::trends::{ApprovalTrend, SurvivalPoint, SurvivalTrend};
use crate::words::{DAY, count};

const LEFT: f64 = 52.0;
const RIGHT: f64 = WIDTH as f64 - 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = HEIGHT as f64 - 40.0;
/// Days that the wait curve shows: later approvals are few.
const WAIT_DAYS: f64 = 90.0;

/// Days between two marks of an axis.
const DAY_STEPS: [u16; 7] = [1, 2, 7, 15, 30, 60, 90];

/// The share approved by each day since sending; between the bounds of an interval the line slopes.
pub(super) fn waits(approval: &ApprovalTrend) -> Chart {
    let within = approval.within.iter().filter(|w| [7, 30, 90].contains(&w.days));
    let within = within.map(|w| format!("{} within {} days", w.percent, w.days));
    let words = format!(
        "Share of {} approved by days since sending: {}.",
        count(approval.sent, "link", "links"),
        within.collect::<Vec<_>>().join(", ")
    );
    Chart::new("wait-curve", "waits", "How long approval takes", &words, |svg| {
        let (x, y) = axes(svg, WAIT_DAYS, "days since sending");
        let mut points = vec![(x.at(0.0), y.at(0.0))];
        let mut share = 0.0;
        for point in &approval.curve {
            let [from, to] =
                [point.wait.at_least_seconds, point.wait.at_most_seconds].map(|s| s as f64 / DAY as f64);
            if to > WAIT_DAYS {
                break;
            }
            points.push((x.at(from), y.at(share)));
            share = point.percent.value();
            points.push((x.at(to), y.at(share)));
        }
        points.push((x.at(WAIT_DAYS), y.at(share)));
        svg.path("total", &points);
    })
}

/// The share still live at each age, within its bounds.
pub(super) fn survival(survival: &SurvivalTrend) -> Chart {
    let at = survival.at.iter().map(|p| format!("{} after {} days", p.percent, p.days));
    let shares = at.collect::<Vec<_>>().join(", ");
    let shares = if shares.is_empty() { "not known yet for 90 days".to_owned() } else { shares };
    let words = format!(
        "Share of {} still live by days since approval: {shares}.",
        count(survival.links, "link", "links")
    );
    let key = &[("total", "still live"), ("band", "95 % bounds")];
    Chart::new("survival-curve", "survival", "How long links stay", &words, |svg| {
        let last = survival.curve.iter().chain(&survival.at).map(|point| point.days).max().unwrap_or(1);
        let (x, y) = axes(svg, f64::from(last), "days since approval");
        let steps = |of: fn(&SurvivalPoint) -> f64| {
            let mut points = vec![(x.at(0.0), y.at(100.0))];
            for point in &survival.curve {
                let before = points[points.len() - 1].1;
                points.push((x.at(f64::from(point.days)), before));
                points.push((x.at(f64::from(point.days)), y.at(of(point))));
            }
            points.push((x.at(f64::from(last)), points[points.len() - 1].1));
            points
        };
        let (low, high) = (steps(|p| p.low.value()), steps(|p| p.high.value()));
        svg.area("band", &high.into_iter().chain(low.into_iter().rev()).collect::<Vec<_>>());
        svg.path("total", &steps(|p| p.percent.value()));
    })
    .with_key(key)
}

/// Per cent upwards, days to the right.
fn axes(svg: &mut Svg, days: f64, name: &str) -> (Scale, Scale) {
    let (x, y) = (Scale::new(0.0, days, LEFT, RIGHT), Scale::new(0.0, 100.0, BOTTOM, TOP));
    for percent in [0.0, 25.0, 50.0, 75.0, 100.0] {
        svg.line("grid", (LEFT, y.at(percent)), (RIGHT, y.at(percent)));
        svg.text(Anchor::End, LEFT - 6.0, y.at(percent) + 4.0, &format!("{percent} %"));
    }
    let step = DAY_STEPS.into_iter().find(|step| days / f64::from(*step) <= 8.0).unwrap_or(365);
    let marks = (0..).map(|n| f64::from(n * step)).take_while(|day| *day <= days);
    for day in marks {
        svg.text(Anchor::Middle, x.at(day), BOTTOM + 16.0, &day.to_string());
    }
    svg.text(Anchor::End, RIGHT, BOTTOM + 32.0, name);
    (x, y)
}
