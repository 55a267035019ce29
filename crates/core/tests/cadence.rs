//! What the schedule promises of a single plan, of the price, of learning and of the budget (`docs/schedule.md`).

mod support;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use support::*;
use trackward_core::*;

/// A world in which nothing was learned, with the schedule by expectation.
struct Scene {
    policy: Policy,
    cadence: Cadence,
    hazards: Hazards,
    host: HostMemory,
    price: Price,
    rhythm: RunRhythm,
}

impl Scene {
    fn new() -> Self {
        Self {
            policy: Policy::default(),
            cadence: Cadence { mode: Mode::Expected, ..Cadence::default() },
            hazards: Hazards::default(),
            host: HostMemory::default(),
            price: Price::default(),
            rhythm: RunRhythm::Service,
        }
    }

    fn terms(&self) -> Terms<'_> {
        Terms {
            policy: &self.policy,
            cadence: &self.cadence,
            hazards: &self.hazards,
            price: self.price,
            rhythm: self.rhythm,
            longest: self.cadence.max_delay,
        }
    }

    fn plan(&self, links: &[Link], memory: &PageMemory, now: Timestamp) -> Plan {
        plan(links, memory, &self.host, &self.terms(), now, now)
    }

    /// The wait after a good check at `now`.
    fn wait(&self, links: &[Link], now: Timestamp) -> SignedDuration {
        self.plan(links, &checked(now), now).at.duration_since(now)
    }

    fn stakes(&self, pages: &[Vec<Link>], now: Timestamp) -> Vec<Stake> {
        pages.iter().map(|links| Stake::of(links, &self.host, &self.hazards, &self.cadence, now)).collect()
    }

    /// Settles the price for pages with a budget.
    fn settle(&mut self, pages: &[Vec<Link>], budget: f64, now: Timestamp) {
        let stakes = self.stakes(pages, now);
        self.price = self.price.settle(&stakes, budget, &self.terms(), 200);
    }
}

/// The memory of a page that was read at `now`.
fn checked(now: Timestamp) -> PageMemory {
    PageMemory {
        checks: 1,
        last: Some((now, Rule::Complete)),
        conclusive_at: Some(now),
        ..PageMemory::default()
    }
}

fn at(hours: f64) -> Timestamp {
    start() + SignedDuration::from_secs_f64(hours * 3_600.0)
}

fn pending() -> Link {
    link(LinkState::Pending { absences: 1, last_absent: Some(start()) })
}

fn live() -> Link {
    link(LinkState::Live { since: start() })
}

fn lost() -> Link {
    link(LinkState::Lost { since: start(), live_since: start(), reason: LossReason::LinkRemoved })
}

fn missing(checks: u32, strong: u32, first: f64, last: f64) -> Link {
    let missed = Missed {
        first: at(first),
        last: at(last),
        run: RunId(1),
        checks,
        strong,
        unconditional: true,
        host_wide: false,
        reason: LossReason::LinkRemoved,
    };
    link(LinkState::Missing { live_since: start(), missed })
}

/// Links of every kind and age that can be planned by expectation.
fn links() -> impl Strategy<Value = Vec<Link>> {
    let one = (0..4_u8, -1.0..3.0_f32).prop_map(|(kind, weight)| {
        let state = match kind {
            0 => return Link { weight: 10_f32.powf(weight), ..pending() },
            1 => return Link { weight: 10_f32.powf(weight), ..live() },
            2 => return Link { weight: 10_f32.powf(weight), ..lost() },
            _ => LinkState::NotFound { since: start() },
        };
        link(state)
    });
    prop::collection::vec(one, 1..6)
}

fn price_of(exponent: f64) -> Price {
    serde_json::from_value(serde_json::json!(10_f64.powf(exponent))).expect("a price is a number")
}

#[test]
fn link_sent_an_hour_ago_is_checked_soon_and_one_that_stood_for_a_year_is_not() {
    let scene = Scene::new();
    assert!(scene.wait(&[pending()], at(1.0)) < hours(1));
    assert!(scene.wait(&[live()], at(24.0 * 365.0)) > hours(24));
}

#[test]
fn page_never_checked_is_due_at_once() {
    let scene = Scene::new();
    let plan = scene.plan(&[pending()], &PageMemory::default(), at(5.0));
    assert_eq!(plan, Plan::added(at(5.0)));
}

#[test]
fn link_that_was_not_found_waits_for_the_longest() {
    let scene = Scene::new();
    let wait = scene.wait(&[link(LinkState::NotFound { since: start() })], at(5.0));
    assert!(wait > hours(5 * 24) && wait <= scene.cadence.max_delay, "{wait}");
}

#[test]
fn links_of_one_page_add_up() {
    let scene = Scene::new();
    let now = at(24.0 * 20.0);
    let one = scene.wait(&[pending()], now);
    assert!(scene.wait(&[pending(), live()], now) < one);
}

#[test]
fn weight_that_is_no_number_counts_as_one() {
    let scene = Scene::new();
    let (odd, usual) = (Link { weight: f32::NAN, ..live() }, live());
    assert_eq!(scene.wait(&[odd], at(9.0)), scene.wait(&[usual], at(9.0)));
}

#[test]
fn first_miss_is_looked_at_after_20_minutes_then_at_the_end_of_the_span_then_every_6_hours() {
    let scene = Scene::new();
    let due = |link: Link, now: f64| scene.plan(&[link], &checked(at(now)), at(now)).at;
    assert_eq!(due(missing(1, 0, 0.0, 0.0), 0.0), at(1.0 / 3.0));
    assert_eq!(due(missing(2, 0, 0.0, 0.5), 0.5), at(24.0));
    assert_eq!(due(missing(2, 0, 0.0, 24.0), 24.0), at(30.0));
}

#[test]
fn span_of_three_days_ends_with_the_run_of_the_third_day() {
    let daily = RunRhythm::Every { period: hours(24), last: at(24.0) };
    let scene = Scene { rhythm: daily, ..Scene::new() };
    let mut link = missing(2, 0, 0.5, 24.5);
    if let LinkState::Missing { missed, .. } = &mut link.state {
        missed.host_wide = true;
    }
    let plan = scene.plan(&[link], &checked(at(24.5)), at(24.5));
    assert!(plan.at <= at(72.0), "due by the run of the third day, not after it: {}", plan.at);
}

#[test]
fn missing_link_wants_a_control_at_its_second_miss_unless_the_evidence_is_strong() {
    let wants = |checks, strong| match missing(checks, strong, 0.0, 1.0).state {
        LinkState::Missing { missed, .. } => wants_control(&missed),
        _ => false,
    };
    assert!(!wants(1, 0) && wants(2, 0) && !wants(2, 1) && !wants(3, 0));
}

#[test]
fn control_is_the_live_link_of_another_page_seen_longest_ago() {
    let on = |path: &str, hours: f64| {
        let page = PageUrl::parse(&format!("https://host.example/{path}")).unwrap();
        let seen = live().seen.map(|seen| Sighting { at: at(hours), ..seen });
        Link { page, seen, ..live() }
    };
    let siblings = [on("post", 0.0), on("late", 9.0), on("early", 2.0), Link { ..pending() }];
    let control = control_for(&missing(2, 0, 0.0, 1.0), &siblings);
    assert_eq!(control, Some(&siblings[2]));
    assert_eq!(control_for(&live(), &siblings[..1]), None, "its own page is no control");
}

#[test]
fn check_is_left_to_the_run_nearest_to_its_best_time() {
    let daily = RunRhythm::Every { period: hours(24), last: start() };
    let scene = Scene { rhythm: daily, ..Scene::new() };
    let plan = scene.plan(&[pending()], &checked(at(0.5)), at(0.5));
    assert_eq!(plan.at, at(22.5), "an hour and a half before tomorrow's run");
    assert!(plan.reason.to_string().contains("next check with the run in 22 h"), "{}", plan.reason);
}

#[test]
fn fixed_interval_follows_the_runs_where_their_rhythm_is_known() {
    let mut scene = Scene::new();
    scene.cadence.mode = Mode::Fixed(hours(24));
    let due = |scene: &Scene| scene.plan(&[pending()], &checked(at(0.5)), at(0.5)).at;
    assert_eq!(due(&scene), at(23.5), "an hour early where it is not");
    scene.rhythm = RunRhythm::Every { period: hours(6), last: start() };
    assert_eq!(due(&scene), at(24.0 - 6.0 / 16.0));
}

#[test]
fn host_that_may_not_be_asked_more_is_asked_less() {
    let mut scene = Scene::new();
    let now = at(24.0 * 3.0);
    let pages: Vec<_> = (0..50).map(|_| vec![pending()]).collect();
    let stakes = scene.stakes(&pages, now);
    let cap = 20.0;
    assert!(scene.price.demand(&stakes, &scene.terms()) > cap);
    let least = scene.price.settle(&stakes, cap, &scene.terms(), 50);
    scene.host.least_price = Some(least);
    let price = scene.host.price(scene.price);
    assert!(price.demand(&stakes, &scene.terms()) <= cap * 1.001);
    let sooner = plan(&pages[0], &checked(now), &HostMemory::default(), &scene.terms(), now, now);
    assert!(scene.plan(&pages[0], &checked(now), now).at > sooner.at);
}

#[test]
fn reasons_read_as_people_say_them() {
    let scene = Scene::new();
    let told = |links: &[Link], now: f64| scene.plan(links, &checked(at(now)), at(now)).reason.to_string();
    let words = [
        told(&[pending()], 3.0),
        told(&[live()], 24.0 * 400.0),
        told(&[lost()], 24.0 * 3.0),
        told(&[link(LinkState::NotFound { since: start() })], 24.0),
        told(&[live(), live(), pending()], 24.0),
    ];
    assert_eq!(
        words,
        [
            "pending for 3 h; hosts like this approve in 17 h; next check in 1.4 h; 5.5 checks a day of your \
             budget",
            "live for 400 d; 9.4 % of links like this are lost in a year; next check in 38 h; 0.64 checks a day \
             of your budget",
            "lost for 3 d; 15 % of links like this are back in a month; next check in 8.3 h; 2.4 checks a day of \
             your budget",
            "not found so far; next check in 5.9 d, the longest wait; 0.17 checks a day of your budget",
            "pending for 24 h; hosts like this approve in 17 h; 2 more links on the page; next check in 2.6 h; \
             5.1 checks a day of your budget",
        ]
    );
}

#[test]
fn classes_go_before_due_times_and_due_times_before_weights() {
    let plan = |hours: f64, reason: Reason| Plan { at: at(hours), reason }.order();
    let mut order = [
        plan(1.0, Reason::Usual),
        plan(0.0, Reason::Usual),
        plan(3.0, Reason::Signal(Signal::Sibling)),
        plan(9.0, Reason::Confirm { misses: 2 }),
        plan(5.0, Reason::SecondLook),
    ];
    order.sort();
    let hours: Vec<i64> = order.iter().map(|(_, due)| due.duration_since(start()).as_hours()).collect();
    assert_eq!(hours, [5, 9, 3, 0, 1]);
}

#[test]
fn signals_bring_checks_forward_and_never_put_them_off() {
    let plan = Plan { at: at(5.0), reason: Reason::Usual };
    let sooner = plan.brought_forward(Signal::Claim, at(1.0)).unwrap();
    assert_eq!((sooner.at, sooner.reason.class()), (at(1.0), Class::Signal));
    assert_eq!(plan.brought_forward(Signal::Claim, at(5.0)), None);
}

#[test]
fn siblings_are_worth_a_check_only_while_their_next_is_far_off() {
    let scene = Scene::new();
    let worth = |hours| is_worth_a_check(0.2, &[live()], &scene.terms(), at(hours), at(0.0));
    assert!(worth(24.0));
    assert!(!worth(0.03));
    let pending = is_worth_a_check(0.2, &[pending()], &scene.terms(), at(24.0), at(0.0));
    assert!(!pending, "there is nothing to lose on it");
}

/// How many requests a budget allows at an instant.
fn take(budget: &mut Budget, now: Timestamp) -> u32 {
    let mut taken = 0;
    while budget.allows(now) {
        budget.spend(1);
        taken += 1;
    }
    taken
}

#[test]
fn budget_is_never_exceeded_and_saves_half_an_hour_as_a_service_and_a_day_for_runs() {
    for (rhythm, saved) in [(RunRhythm::Service, 50), (RunRhythm::Unknown, 2_400)] {
        let mut budget = Budget::new(2_400.0, rhythm, at(0.0));
        assert_eq!(take(&mut budget, at(0.0)), saved, "full at the start");
        assert_eq!(take(&mut budget, at(0.25)), 25);
        assert_eq!(take(&mut budget, at(500.0)), saved, "no more is saved up");
        assert!(budget.allows_at() > at(500.0) && budget.allows_at() <= at(500.02));
    }
}

#[test]
fn small_budget_saves_up_20_requests() {
    assert_eq!(take(&mut Budget::new(1.0, RunRhythm::Service, at(0.0)), at(0.0)), 20);
}

#[test]
fn check_of_many_requests_is_made_up_for() {
    let mut budget = Budget::new(24.0, RunRhythm::Service, at(0.0));
    take(&mut budget, at(0.0));
    budget.spend(2);
    assert!(!budget.allows(at(2.9)));
    assert_eq!(budget.allows_at(), at(3.0));
    assert!(budget.allows(at(3.0)));
}

#[test]
fn budget_that_is_lowered_keeps_no_more_than_it_may_save() {
    let mut budget = Budget::new(2_400.0, RunRhythm::Unknown, at(0.0));
    budget.change(48.0, RunRhythm::Unknown, at(0.0));
    assert_eq!(take(&mut budget, at(0.0)), 48);
}

#[test]
fn budget_of_nothing_allows_nothing_once_used_and_a_clock_set_back_no_more() {
    let mut budget = Budget::new(0.0, RunRhythm::Service, at(0.0));
    take(&mut budget, at(0.0));
    assert!(!budget.allows(at(1e6)));
    assert_eq!(budget.allows_at(), Timestamp::MAX);
    let mut budget = Budget::new(24.0, RunRhythm::Service, at(9.0));
    take(&mut budget, at(9.0));
    assert!(!budget.allows(at(5.0)), "an earlier instant adds nothing");
}

#[test]
fn utilisation_follows_what_is_used_and_what_is_left_over() {
    let usual = Utilisation::default();
    let part = |utilisation: Utilisation| utilisation.of(1.0, 0.0);
    let calm = Turnover { pages: 100.0, budget: 100.0, accrued: 4.0, used: 4.0, overdue: 1.0 };
    let follow = |turnover| part(usual.follow(&turnover)) - part(usual);
    assert!((part(usual) - 0.93).abs() < 1e-9 && follow(calm).abs() < 1e-9);
    assert!((follow(Turnover { overdue: 3.0, ..calm }) + 0.01).abs() < 1e-9, "pages are overdue");
    assert!((follow(Turnover { used: 3.0, ..calm }) - 0.01).abs() < 1e-9, "some is unused");
    assert!((follow(Turnover { used: 3.0, pages: 400.0, ..calm }) - 0.0025).abs() < 1e-9, "slowly felt");
    let bound = |overdue, used| {
        let turnover = Turnover { overdue, used, ..calm };
        part((0..500).fold(usual, |utilisation, _| utilisation.follow(&turnover)))
    };
    assert!((bound(9.0, 4.0) - 0.5).abs() < 1e-9 && (bound(0.0, 0.0) - 1.6).abs() < 1e-9);
    assert!((usual.of(1.0, 0.8) - (0.8 + 0.93 * 0.2)).abs() < 1e-9, "what is given at any price comes first");
}

#[test]
fn longest_wait_grows_where_the_budget_cannot_keep_it() {
    let cadence = Cadence::default();
    assert_eq!(cadence.longest_wait(1_000, 1_000.0), cadence.max_delay);
    assert!((cadence.least_budget(540) - 100.0).abs() < 1e-9, "540 pages in 6 days with nine tenths of it");
    assert_eq!(cadence.longest_wait(540, 100.0), cadence.max_delay);
    assert_eq!(cadence.longest_wait(540, 90.0), hours(12 * 24), "with half of it");
    assert_eq!(cadence.longest_wait(540, 0.0), hours(365 * 24), "never for ever");
}

#[test]
fn longest_wait_is_kept_at_any_price_and_demand_says_what_it_takes() {
    let mut scene = Scene::new();
    let now = at(24.0 * 90.0);
    let pages: Vec<_> = (0..60).map(|_| vec![live()]).collect();
    scene.settle(&pages, 0.5, now);
    let stakes = scene.stakes(&pages, now);
    assert!((scene.price.demand(&stakes, &scene.terms()) - 10.0).abs() < 0.01, "60 pages in 6 days");
    assert!(scene.wait(&pages[0], now) <= scene.cadence.max_delay);
}

/// A conclusive check of one link, so many hours after the start.
#[derive(Clone)]
struct Turn {
    before: Link,
    after: Link,
    hours: f64,
}

fn turn(before: &Link, state: LinkState, hours: f64) -> Turn {
    let seen = matches!(state, LinkState::Live { .. });
    let sighting = if seen { Some(Sighting { at: at(hours), ..sighting() }) } else { before.seen.clone() };
    let after = Link { state, checked: Some(at(hours)), seen: sighting, ..before.clone() };
    Turn { before: before.clone(), after, hours }
}

/// What these turns teach, from nothing, with this remembered of the host.
fn taught_of(mut host: HostMemory, turns: &[Turn]) -> (Hazards, HostMemory) {
    let (tables, mut hazards) = (Hazards::default(), Hazards::default());
    for Turn { before, after, hours } in turns {
        let (before, after) = (std::slice::from_ref(before), std::slice::from_ref(after));
        hazards += &learn(before, after, &mut host, &tables, at(*hours));
    }
    (hazards, host)
}

fn taught(turns: &[Turn]) -> (Hazards, HostMemory) {
    taught_of(HostMemory::default(), turns)
}

#[test]
fn inconclusive_check_teaches_nothing() {
    let link = pending();
    let mut host = HostMemory::default();
    let links = std::slice::from_ref(&link);
    assert_eq!(
        learn(links, links, &mut host, &Hazards::default(), at(9.0)),
        HazardDelta::default(),
        "its last conclusive check was another one"
    );
    assert_eq!(host, HostMemory::default());
}

#[test]
fn host_that_approves_within_the_hour_is_asked_sooner_and_one_that_never_does_later() {
    let scene = Scene::new();
    let wait = |host: HostMemory| Scene { host, ..Scene::new() }.wait(&[pending()], at(1.5));
    let approved = turn(&pending(), LinkState::Live { since: at(0.5) }, 0.5);
    let (_, quick) = taught(&vec![approved; 3]);
    let absent = LinkState::Pending { absences: 2, last_absent: Some(at(100.0)) };
    let (_, silent) = taught(&vec![turn(&pending(), absent, 100.0); 3]);
    let usual = scene.wait(&[pending()], at(1.5));
    assert!(wait(quick) < usual, "three approvals");
    assert!(wait(silent) > usual * 6 / 5, "three silences");
}

#[test]
fn removal_is_learned_when_confirmed_and_taken_back_when_the_link_returns_within_a_week() {
    let gone = LinkState::Lost { since: at(30.0), live_since: start(), reason: LossReason::LinkRemoved };
    let lost = turn(&missing(2, 0, 5.0, 6.0), gone.clone(), 30.0);
    let (learned, host) = taught(std::slice::from_ref(&lost));
    assert_eq!(host.last_loss, Some(at(30.0)));
    assert!(host.lost_lately(at(31.0)) && !host.lost_lately(at(30.0 + 73.0)));
    let wait = |hazards: Hazards, host: HostMemory| {
        Scene { hazards, host, ..Scene::new() }.wait(&[live()], at(10.0))
    };
    let untaught = wait(Hazards::default(), HostMemory::default());
    assert!(wait(learned, host) < untaught);

    let back = |hours: f64| turn(&lost.after, LinkState::Live { since: at(hours) }, hours);
    let wait_with = |back: Turn| {
        let (hazards, host) = taught(&[lost.clone(), back]);
        wait(hazards, host)
    };
    let (soon, late) = (wait_with(back(60.0)), wait_with(back(30.0 + 24.0 * 8.0)));
    assert!(soon > late, "a loss taken back: {soon}, one that stays: {late}");
}

#[test]
fn share_of_siblings_is_learned_from_those_seen_before_the_loss() {
    let share = |state: LinkState, hours: f64| {
        let host = HostMemory { last_loss: Some(at(10.0)), ..HostMemory::default() };
        taught_of(host, &[turn(&live(), state, hours)]).0.sibling_share()
    };
    let missed = missing(1, 0, 11.0, 11.0).state;
    let there = LinkState::Live { since: start() };
    assert!((share(missed.clone(), 11.0) - 2.0 / 6.0).abs() < 1e-9);
    assert!((share(there.clone(), 11.0) - 1.0 / 6.0).abs() < 1e-9);
    assert!((share(there, 9.0) - 1.0 / 5.0).abs() < 1e-9, "before the loss");
    assert!((share(missed, 100.0) - 1.0 / 5.0).abs() < 1e-9, "long after it");
}

#[test]
fn what_is_kept_is_compact() {
    let json = |value: serde_json::Value| value.to_string().len();
    let scene = Scene::new();
    let plan = scene.plan(&[pending()], &checked(at(1.0)), at(1.0));
    assert!(std::mem::size_of::<Plan>() <= 64, "{}", std::mem::size_of::<Plan>());
    assert!(std::mem::size_of::<HazardDelta>() <= 264);
    assert!(json(serde_json::to_value(&plan).unwrap()) < 250);
    let read: Plan = serde_json::from_value(serde_json::to_value(&plan).unwrap()).unwrap();
    assert_eq!(read, plan);
}

proptest! {
    #[test]
    fn plan_lies_within_the_least_gap_and_the_longest_wait(
        links in links(), age in 0.0..20_000.0_f64, price in -9.0..9.0_f64, checks in 0..99_u32,
    ) {
        let scene = Scene { price: price_of(price), ..Scene::new() };
        let now = at(age);
        let plan = scene.plan(&links, &PageMemory { checks, ..checked(now) }, now);
        prop_assert!(plan.at >= now + scene.cadence.min_gap, "{}", plan.at);
        prop_assert!(plan.at <= now + scene.cadence.max_delay, "{}", plan.at);
    }

    #[test]
    fn same_input_gives_the_same_plan_at_any_later_time_until_it_is_due(
        links in links(), age in 0.0..20_000.0_f64, price in -6.0..3.0_f64,
    ) {
        let scene = Scene { price: price_of(price), ..Scene::new() };
        let memory = checked(at(age));
        let plan = scene.plan(&links, &memory, at(age));
        prop_assert_eq!(&scene.plan(&links, &memory, at(age)), &plan);
        prop_assert_eq!(&scene.plan(&links, &memory, plan.at), &plan, "planned again");
        let late = plan.at + hours(1);
        prop_assert_eq!(scene.plan(&links, &memory, late).at, late, "never in the past");
    }

    #[test]
    fn wait_falls_with_weight_and_rises_with_price(
        links in links(), age in 0.0..5_000.0_f64, price in -6.0..3.0_f64, more in 1.1..10.0_f32,
    ) {
        let scene = Scene { price: price_of(price), ..Scene::new() };
        let heavier: Vec<_> =
            links.iter().map(|link| Link { weight: (link.weight * more).min(100.0), ..link.clone() }).collect();
        let wait = scene.wait(&links, at(age));
        prop_assert!(scene.wait(&heavier, at(age)) <= wait);
        let dearer = Scene { price: price_of(price + 0.5), ..Scene::new() };
        prop_assert!(dearer.wait(&links, at(age)) >= wait);
    }

    #[test]
    fn wait_falls_with_budget(pages in prop::collection::vec(links(), 2..30), age in 0.0..2_000.0_f64, budget in 0.2..20.0_f64) {
        let now = at(age);
        let (mut less, mut more) = (Scene::new(), Scene::new());
        less.settle(&pages, budget, now);
        more.settle(&pages, 2.0 * budget, now);
        for links in &pages {
            // Within what the price may be off.
            prop_assert!(more.wait(links, now).as_secs_f64() <= less.wait(links, now).as_secs_f64() * 1.01);
        }
    }

    #[test]
    fn demand_meets_the_budget_where_the_caps_allow_it(
        pages in prop::collection::vec(links(), 20..60), age in 0.0..2_000.0_f64, each in 0.3..5.0_f64,
    ) {
        let mut scene = Scene::new();
        let budget = each * pages.len() as f64;
        scene.settle(&pages, budget, at(age));
        let stakes = scene.stakes(&pages, at(age));
        let demand = scene.price.demand(&stakes, &scene.terms());
        let (least, most) = (price_of(12.0).demand(&stakes, &scene.terms()), price_of(-12.0).demand(&stakes, &scene.terms()));
        let wanted = budget.clamp(least, most);
        prop_assert!((demand / wanted - 1.0).abs() < 0.02, "{} for {}", demand, wanted);
    }

    #[test]
    fn order_of_checks_does_not_matter_to_what_is_learned(ages in prop::collection::vec((1.0..2_000.0_f64, any::<bool>()), 1..12)) {
        let turns: Vec<_> = ages
            .iter()
            .map(|(hours, came)| {
                let absent = LinkState::Pending { absences: 2, last_absent: Some(at(*hours)) };
                let state = if *came { LinkState::Live { since: at(*hours) } } else { absent };
                turn(&pending(), state, *hours)
            })
            .collect();
        let backwards: Vec<_> = turns.iter().rev().cloned().collect();
        let wait = |turns: &[Turn]| {
            let (hazards, host) = taught(turns);
            Scene { hazards, host, ..Scene::new() }.wait(&[pending()], at(3.0)).as_secs()
        };
        prop_assert!((wait(&turns) - wait(&backwards)).abs() <= 1);
    }

    #[test]
    fn pages_added_together_drift_apart(checks in 0..1_000_u32) {
        let scene = Scene::new();
        let now = at(100.0);
        let wait = |checks| {
            let memory = PageMemory { checks, ..checked(now) };
            scene.plan(&[live()], &memory, now).at.duration_since(now).as_secs_f64()
        };
        let ratio = wait(checks) / wait(checks + 1);
        prop_assert!((ratio - 1.0).abs() > 1e-9 && (0.95..1.05).contains(&ratio));
    }
}
