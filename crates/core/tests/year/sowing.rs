//! Sows a world from a seed: hosts, pages, truths and lies.

use trackward_core::{CommentPart, Kind, PageUrl, Placement, Reference, Target};

use crate::lies::{Defence, LIES, Lie, Row, Scope};
use crate::seed::Seed;
use crate::support::reference_to;
use crate::time::{DAY, HOUR, YEAR};
use crate::world::{End, Page, PageKind, Spell, Stay, Told, Truth};

/// Honest time after each lie. Longer than the longest back-off, so that at least one look falls between two:
/// lies that follow one another without a look between are one longer lie.
const QUIET: i64 = 9 * DAY;
/// The same between the absences of a flapping link, which daily checks see twice.
const FLAP_QUIET: i64 = 54 * HOUR;
/// No link changes within a lie that looks like a removal, nor this long after it. The removal would be
/// right, but the lie's misses would count for it.
const SETTLED: i64 = 3 * DAY;

/// How large a world is, and how it lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sowing {
    pub(crate) seed: u64,
    pub(crate) hosts: i64,
    /// Share of lies, in per mille, that outlast what defeats them.
    pub(crate) longer: i64,
}

impl Sowing {
    /// All pages of the world, host by host.
    pub(crate) fn pages(self) -> Vec<Page> {
        (0..self.hosts).flat_map(|host| self.host(host)).collect()
    }

    fn host(self, host: i64) -> Vec<Page> {
        let mut seed = Seed::of(self.seed, &[host]);
        let spells = self.spells(&mut seed, Scope::Host, PageKind::Post, &[]);
        let themes = if seed.per_mille(300) { vec![seed.between(DAY, YEAR)] } else { Vec::new() };
        let (etag, canonical) = (seed.per_mille(700), seed.per_mille(600));
        let end = seed.per_mille(40).then(|| (settle(&spells, seed.between(30 * DAY, YEAR)), End::HostGone));
        let pages = seed.between(1, 5);
        let url = PageUrl::parse(&format!("https://h{host}.example/")).expect("it is an address");
        (0..pages)
            .map(|page| {
                let number = host * 10 + page;
                let mut page = self.page(&mut seed, number, &url, &spells);
                page.themes.clone_from(&themes);
                (page.etag, page.canonical) = (etag && page.kind != PageKind::Listing, canonical);
                page.end_by(end);
                page
            })
            .collect()
    }

    fn page(self, seed: &mut Seed, number: i64, host: &PageUrl, of_host: &[Spell]) -> Page {
        let kinds = [(PageKind::Post, 70), (PageKind::Article, 20), (PageKind::Listing, 10)];
        let (kind, _) = seed.pick(&kinds, |(_, weight)| *weight);
        let path =
            if kind == PageKind::Listing { format!("/tag/t{number}/") } else { format!("/p{number}/") };
        let url = host.join(&path).expect("it is a path");
        let mut spells = self.spells(seed, Scope::Page, kind, of_host);
        spells.extend_from_slice(of_host);
        spells.sort_by_key(|spell| spell.from);

        let neighbours = (0..seed.between(0, 4)).map(|_| neighbour(seed)).collect();
        let ends = [End::PageGone, End::PageMoved, End::SectionHidden];
        let end = ends
            .into_iter()
            .find(|_| seed.per_mille(80))
            .map(|end| (settle(&spells, seed.between(30 * DAY, YEAR)), end));
        let count = if kind == PageKind::Post { seed.between(2, 8) } else { seed.between(1, 2) };
        let links = (0..count).map(|n| link(seed, number * 10 + n, kind, &spells)).collect();
        let mut page = Page {
            number,
            url,
            kind,
            links,
            neighbours: if kind == PageKind::Post { neighbours } else { Vec::new() },
            themes: Vec::new(),
            spells,
            end: None,
            etag: false,
            canonical: false,
        };
        page.end_by(end.filter(|(_, end)| kind == PageKind::Post || *end != End::SectionHidden));
        page
    }

    /// Lies of one scope over the year, each followed by honest time, none within that of `others`.
    fn spells(self, seed: &mut Seed, scope: Scope, page: PageKind, others: &[Spell]) -> Vec<Spell> {
        let fits = |row: &Row| row.scope == scope && (page == PageKind::Post || !row.lie.is_about_entries());
        let rows: Vec<Row> = LIES.iter().copied().filter(fits).collect();
        let mut spells: Vec<Spell> = Vec::new();
        let mut at = seed.between(0, 120 * DAY);
        while at < YEAR {
            let row = seed.pick(&rows, |row| row.weight);
            let told = self.told(seed, &row, at);
            let (from, until) = (told[0].from, told[told.len() - 1].until);
            let free = |other: &Spell| other.until + QUIET <= from || until + QUIET <= other.from;
            if others.iter().all(free) {
                spells.extend(told);
            }
            at = until + QUIET + seed.between(0, 90 * DAY);
        }
        spells
    }

    /// One lie as told: once, or for a flapping link several times.
    fn told(self, seed: &mut Seed, row: &Row, at: i64) -> Vec<Spell> {
        let mut from = at;
        let times = if row.lie == Lie::Flapping { seed.between(2, 6) } else { 1 };
        let once = |_| {
            let spell = Spell { lie: row.lie, from, until: from + self.lasts(seed, row) };
            from = spell.until + FLAP_QUIET + seed.between(0, 3 * DAY);
            spell
        };
        (0..times).map(once).collect()
    }

    /// How long a lie lasts: short ones are the more frequent, a share outlasts what defeats it.
    fn lasts(self, seed: &mut Seed, row: &Row) -> i64 {
        if row.defence.may_be_missed() && seed.per_mille(self.longer) {
            return row.defence.holds() + seed.between(2 * DAY, 4 * DAY);
        }
        let (least, most) = row.lasts;
        let middle = seed.between(least, most);
        seed.between(least, middle)
    }
}

impl Page {
    /// Ends the page or its list of entries for good, and every stay that it concerns.
    fn end_by(&mut self, end: Option<(i64, End)>) {
        let Some((at, end)) = end.filter(|(at, _)| self.end.is_none_or(|(before, _)| *at < before)) else {
            return;
        };
        self.end = Some((at, end));
        if end == End::HostGone {
            self.spells.retain(|spell| spell.until + SETTLED <= at);
        }
        let concerned = |link: &&mut Truth| end != End::SectionHidden || link.kind != Kind::Editorial;
        for link in self.links.iter_mut().filter(concerned) {
            link.there.retain(|stay| stay.from < at);
            for stay in link.there.iter_mut().filter(|stay| stay.until > at) {
                (stay.until, stay.end) = (at, end);
            }
        }
    }
}

impl Lie {
    /// Whether it can only be told where there are entries.
    fn is_about_entries(self) -> bool {
        matches!(
            self,
            Self::PagesNotRead
                | Self::PagesRead
                | Self::ListNotDrawn
                | Self::Disqus
                | Self::CommentsFolded
                | Self::NotDisplayed
        )
    }
}

fn neighbour(seed: &mut Seed) -> (i64, i64) {
    let from = seed.between(-100 * DAY, YEAR).max(if seed.per_mille(500) { -DAY } else { 0 });
    let until = if seed.per_mille(200) { from + seed.between(DAY, 200 * DAY) } else { 2 * YEAR };
    (from, until)
}

/// What stands on the page for a link of this kind; a theme may print pings as comments.
fn shown(url: &str, number: i64, kind: Kind, untyped: bool) -> Reference {
    let placement = match kind {
        Kind::Editorial => Placement::Body,
        Kind::Comment => Placement::Comment(CommentPart::Author),
        _ if untyped => Placement::Comment(CommentPart::Author),
        _ => Placement::Ping,
    };
    let is_entry = kind != Kind::Editorial;
    Reference {
        entry: is_entry.then(|| format!("comment-{number}")),
        container: None,
        ..reference_to(url, placement)
    }
}

/// The first minute from `at` on that no misleading lie is close to.
fn settle(spells: &[Spell], at: i64) -> i64 {
    let mut at = at;
    for spell in spells.iter().filter(|spell| spell.lie.row().defence != Defence::NoEvidence) {
        if spell.from - DAY < at && at < spell.until + SETTLED {
            at = spell.until + SETTLED;
        }
    }
    at
}

/// A link of a page that is of this kind and tells these lies.
fn link(seed: &mut Seed, number: i64, page: PageKind, spells: &[Spell]) -> Truth {
    let kinds = [Kind::Trackback, Kind::Pingback, Kind::Comment, Kind::Webmention];
    let among_entries = page == PageKind::Post && !seed.per_mille(150);
    let kind = if among_entries { seed.pick(&kinds, |_| 1) } else { Kind::Editorial };
    let told = match seed.between(0, 99) {
        0..=49 => Told::Imported(0),
        50..=94 => Told::Sent(seed.between(0, YEAR - 60 * DAY)),
        _ => Told::Never,
    };
    let from = match told {
        Told::Imported(_) if seed.per_mille(950) => -DAY,
        Told::Imported(_) | Told::Never => seed.between(0, YEAR),
        Told::Sent(sent) if seed.per_mille(700) => sent + seed.between(10, 40 * DAY),
        Told::Sent(_) => YEAR + DAY,
    };
    let url = format!("https://ours.example/{number}");
    Truth {
        target: Target::parse(&url).expect("it is an address"),
        kind,
        told,
        shown: [shown(&url, number, kind, false), shown(&url, number, kind, seed.per_mille(300))],
        there: stays(seed, from, kind, page, spells),
    }
}

/// Times that a link is really there: most stay, some are taken down, some of those come back.
fn stays(seed: &mut Seed, from: i64, kind: Kind, page: PageKind, spells: &[Spell]) -> Vec<Stay> {
    let removed = if kind == Kind::Editorial { End::LinkRemoved } else { End::EntryTrashed };
    let leaves = if page == PageKind::Listing { 600 } else { 350 };
    let mut from = if from <= 0 { from } else { settle(spells, from) };
    let mut stays = Vec::new();
    while from < YEAR {
        let until = settle(spells, from.max(0) + seed.between(5 * DAY, 300 * DAY));
        if !seed.per_mille(leaves) || until >= YEAR {
            stays.push(Stay { from, until: 2 * YEAR, end: End::Stays });
            break;
        }
        stays.push(Stay { from, until, end: removed });
        if !seed.per_mille(300) {
            break;
        }
        from = settle(spells, until + seed.between(12 * DAY, 60 * DAY));
    }
    stays
}
