//! Pages that visitors came from, counted from the access log of our own server.
//!
//! **What it finds**: pages with links to us that somebody followed, whoever wrote them and whether or not any index
//! knows them. **What it cannot find**: links nobody clicked, and all pages whose browser names only its host: since
//! 2020 browsers send no more than the origin to another site (`strict-origin-when-cross-origin`, the default of
//! <https://www.w3.org/TR/referrer-policy/>) unless the page asks otherwise. Such hosts are counted in
//! [`Referrals::hosts`]: worth a search of their own.
//!
//! **What is kept**: pairs of referring page and landing page, with a count for each week. Never a visitor's address,
//! name or user agent; these are read only to tell a line's shape and a robot.
//!
//! **Referrer spam** is anybody's to send. Hosts without a public name (IP addresses, which scanners send) are passed,
//! and so is a *sweep*: a host that "sent" one visit each to [`SWEEP_LANDINGS`] or more of our pages, from a tenth as many pages of its
//! own or fewer. Visitors of a real page return and choose alike. The real filter comes later: a page is looked at, and
//! counts when it holds the link.
//!
//! Memory is flat: [`PAIRS`], [`HOSTS`] and [`KEPT_BYTES`] bound what is kept, and what finds no room is counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Read};
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use memchr::memmem::Finder;
use memchr::{memchr, memchr2, memrchr};
use trackward_core::{Domain, HostKey, PageUrl};

use crate::lines::each_line;
use crate::log_line::{Days, LogLine, unescaped};
use crate::referrer::Party;

/// Longest line that is read, in bytes; nginx and Apache refuse requests far shorter.
pub const LINE_BYTES: usize = 64 * 1024;
/// Pairs of referring page and landing page that are kept.
pub const PAIRS: usize = 200_000;
/// Hosts that are kept, named by referrers or as virtual hosts.
pub const HOSTS: usize = 100_000;
/// Bytes of addresses and weeks that are kept.
pub const KEPT_BYTES: usize = 128 * 1024 * 1024;
/// Pages of ours that a host has to touch, once each, to be taken for a sweep.
pub const SWEEP_LANDINGS: usize = 50;

/// What an access log says about the pages that visitors came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Referrals {
    /// Lines read, of whatever kind.
    pub lines: u64,
    /// Lines that are none of the Common or Combined format, or longer than [`LINE_BYTES`].
    pub broken: u64,
    /// Lines that are not kept, by why.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Visits by referring page and landing page, and by the Monday of the ISO week on the server's calendar.
    pub visits: BTreeMap<(PageUrl, PageUrl), BTreeMap<Date, u64>>,
    /// Visits by hosts whose browsers named no page.
    pub hosts: BTreeMap<HostKey, u64>,
    /// The latest instant that was counted; pass it as `after` to count nothing twice.
    pub until: Option<Timestamp>,
    /// Visits that found no room.
    pub dropped: u64,
}

impl Referrals {
    /// The referring pages with their visits, most visited first, then by address.
    pub fn candidates(&self) -> Vec<(PageUrl, u64)> {
        let mut pages: BTreeMap<&PageUrl, u64> = BTreeMap::new();
        for ((referrer, _), weeks) in &self.visits {
            *pages.entry(referrer).or_default() += weeks.values().sum::<u64>();
        }
        let mut pages: Vec<_> = pages.into_iter().map(|(page, visits)| (page.clone(), visits)).collect();
        pages.sort_by_key(|(_, visits)| std::cmp::Reverse(*visits));
        pages
    }

    fn skip(&mut self, why: &'static str, lines: u64) {
        *self.skipped.entry(why).or_default() += lines;
    }
}

/// Reads one access log, packed with gzip or not.
///
/// `site` is where paths belong when a line names no virtual host, and gives all landing pages their scheme; its domain
/// and `ours` are what is ours. Lines at or before `after` are not counted.
///
/// # Errors
/// When the file cannot be read or unpacked. Broken lines are counted, and stop nothing.
pub fn read(
    input: impl Read,
    site: &PageUrl,
    ours: &[Domain],
    after: Option<Timestamp>,
) -> io::Result<Referrals> {
    let mut tally = Tally::new(site, ours, after);
    each_line(input, LINE_BYTES, |line| tally.count(line))?;
    Ok(tally.settle())
}

/// Visits of a few weeks: mostly one, so a list.
type Weeks = Vec<(Date, u64)>;

/// What is known of a host.
struct Host {
    party: Party,
    /// Visits whose referrer named the host alone.
    fronts: u64,
}

/// The counts while a log is read, by addresses as they are written: these are parsed once, at the end.
struct Tally<'a> {
    site: &'a PageUrl,
    ours: Vec<Domain>,
    after: Option<Timestamp>,
    found: Referrals,
    days: Days,
    hosts: HashMap<Box<[u8]>, Host>,
    /// `referrer NUL virtual host NUL path`, which hold no NUL themselves.
    pairs: HashMap<Box<[u8]>, Weeks>,
    kept_bytes: usize,
    key: Vec<u8>,
    room: Vec<u8>,
}

/// Why a line is not counted as a visit.
enum Pass {
    Broken,
    NoRoom,
    Skipped(&'static str),
}

impl<'a> Tally<'a> {
    fn new(site: &'a PageUrl, ours: &[Domain], after: Option<Timestamp>) -> Self {
        let ours = ours.iter().cloned().chain([site.domain()]).collect();
        let (found, days) = (Referrals::default(), Days::default());
        let (hosts, pairs) = (HashMap::new(), HashMap::new());
        Self {
            site,
            ours,
            after,
            found,
            days,
            hosts,
            pairs,
            kept_bytes: 0,
            key: Vec::new(),
            room: Vec::new(),
        }
    }

    fn count(&mut self, line: Option<&[u8]>) {
        self.found.lines += 1;
        match line.and_then(LogLine::cut).ok_or(Pass::Broken).and_then(|line| self.visit(&line)) {
            Ok(()) => {}
            Err(Pass::Broken) => self.found.broken += 1,
            Err(Pass::NoRoom) => self.found.dropped += 1,
            Err(Pass::Skipped(why)) => self.found.skip(why, 1),
        }
    }

    fn visit(&mut self, line: &LogLine<'_>) -> Result<(), Pass> {
        let (instant, monday) = self.days.read(line.time).ok_or(Pass::Broken)?;
        if self.after.is_some_and(|after| instant <= after) {
            return Err(Pass::Skipped("counted before"));
        }
        self.found.until = self.found.until.max(Some(instant));
        plain(line)?;
        let mut room = std::mem::take(&mut self.room);
        let counted = self.arrival(line, unescaped(line.referrer, &mut room), monday);
        self.room = room;
        counted
    }

    /// Counts a GET of a page that came from `referrer`.
    fn arrival(&mut self, line: &LogLine<'_>, referrer: &[u8], monday: Date) -> Result<(), Pass> {
        let (authority, page) = web_address(referrer).ok_or(Pass::Skipped("no web address"))?;
        match self.host(authority)?.party {
            Party::Ours => return Err(Pass::Skipped("own pages")),
            Party::Passed(why) => return Err(Pass::Skipped(why)),
            Party::Publisher => {}
        }
        if let Some(host) = line.host
            && self.host(host)?.party != Party::Ours
        {
            return Err(Pass::Skipped("other sites"));
        }
        if is_robot(line.agent, &mut self.key) {
            return Err(Pass::Skipped("robots"));
        }
        if page.is_empty() {
            self.host(authority)?.fronts += 1;
            return Ok(());
        }
        self.key.clear();
        for (part, end) in [(referrer, Some(0)), (line.host.unwrap_or_default(), Some(0)), (line.path, None)]
        {
            if memchr(0, part).is_some() {
                return Err(Pass::Skipped("no web address"));
            }
            self.key.extend(part.iter().copied().chain(end));
        }
        self.add(monday)
    }

    fn host(&mut self, authority: &[u8]) -> Result<&mut Host, Pass> {
        // Looked up twice: an early return of the entry would borrow the map for the whole function.
        if !self.hosts.contains_key(authority) {
            if self.hosts.len() >= HOSTS {
                return Err(Pass::NoRoom);
            }
            self.take(authority.len())?;
            let host = Host { party: Party::of(authority, &self.ours), fronts: 0 };
            self.hosts.insert(authority.into(), host);
        }
        self.hosts.get_mut(authority).ok_or(Pass::NoRoom)
    }

    /// Counts a visit of the pair in `key`.
    fn add(&mut self, monday: Date) -> Result<(), Pass> {
        let known = self.pairs.get_mut(&self.key[..]);
        if let Some(week) = known.and_then(|weeks| weeks.iter_mut().rev().find(|week| week.0 == monday)) {
            week.1 += 1;
            return Ok(());
        }
        let is_new = !self.pairs.contains_key(&self.key[..]);
        if is_new && self.pairs.len() >= PAIRS {
            return Err(Pass::NoRoom);
        }
        self.take(size_of::<(Date, u64)>() + if is_new { self.key.len() } else { 0 })?;
        self.pairs.entry(self.key[..].into()).or_default().push((monday, 1));
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Result<(), Pass> {
        if self.kept_bytes + bytes > KEPT_BYTES {
            return Err(Pass::NoRoom);
        }
        self.kept_bytes += bytes;
        Ok(())
    }

    /// Parses what was kept, and takes sweeps out.
    fn settle(self) -> Referrals {
        let mut found = self.found;
        for (authority, host) in self.hosts.iter().filter(|(_, host)| host.fronts > 0) {
            if let Some(page) = address("http", authority, b"/") {
                *found.hosts.entry(page.host_key()).or_default() += host.fronts;
            }
        }
        for (key, weeks) in self.pairs {
            let Some(pair) = pair(&key, self.site) else {
                found.skip("no web address", weeks.iter().map(|week| week.1).sum());
                continue;
            };
            let counts = found.visits.entry(pair).or_default();
            for (monday, visits) in weeks {
                *counts.entry(monday).or_default() += visits;
            }
        }
        without_sweeps(found)
    }
}

/// Whether the request itself is one of a page that was given to somebody.
fn plain(line: &LogLine<'_>) -> Result<(), Pass> {
    if line.method != b"GET" {
        return Err(Pass::Skipped("other methods"));
    }
    if !matches!(line.status, 200..=299 | 304) {
        return Err(Pass::Skipped("other statuses"));
    }
    if matches!(line.referrer, b"" | b"-") {
        return Err(Pass::Skipped("no referrer"));
    }
    if line.path.first() != Some(&b'/') {
        return Err(Pass::Skipped("no page of ours"));
    }
    if is_asset(line.path) { Err(Pass::Skipped("assets")) } else { Ok(()) }
}

/// Host and the page on it, which is empty for the front page; `None` when the scheme is not `http(s)`.
fn web_address(referrer: &[u8]) -> Option<(&[u8], &[u8])> {
    let (scheme, rest) = referrer.split_at(memchr(b':', referrer)?);
    let rest = rest.strip_prefix(b"://")?;
    if !scheme.eq_ignore_ascii_case(b"https") && !scheme.eq_ignore_ascii_case(b"http") {
        return None;
    }
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#')).unwrap_or(rest.len());
    let (authority, page) = rest.split_at(end);
    let page = &page[..memchr(b'#', page).unwrap_or(page.len())];
    Some((authority, if page == b"/" { b"" } else { page }))
}

fn is_asset(path: &[u8]) -> bool {
    const ENDS: [&[u8]; 27] = [
        b"css",
        b"js",
        b"mjs",
        b"map",
        b"png",
        b"jpg",
        b"jpeg",
        b"gif",
        b"svg",
        b"webp",
        b"avif",
        b"bmp",
        b"ico",
        b"woff",
        b"woff2",
        b"ttf",
        b"otf",
        b"eot",
        b"mp3",
        b"mp4",
        b"m4a",
        b"ogg",
        b"webm",
        b"mov",
        b"wasm",
        b"json",
        b"webmanifest",
    ];
    let path = &path[..memchr2(b'?', b'#', path).unwrap_or(path.len())];
    let name = &path[memrchr(b'/', path).unwrap_or(0)..];
    memrchr(b'.', name).is_some_and(|dot| ENDS.iter().any(|end| name[dot + 1..].eq_ignore_ascii_case(end)))
}

/// What the user agents of programs say of themselves, in lower case.
static ROBOTS: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| {
    let words = [
        "bot",
        "crawl",
        "spider",
        "slurp",
        "fetch",
        "scan",
        "monitor",
        "preview",
        "headless",
        "curl/",
        "wget/",
        "python",
        "java/",
        "go-http-client",
        "okhttp",
        "libwww",
        "httpclient",
        "facebookexternalhit",
        "lighthouse",
    ];
    words.into_iter().map(Finder::new).collect()
});

/// Whether the user agent is that of a program, or none; `room` is for its lower case.
fn is_robot(agent: &[u8], room: &mut Vec<u8>) -> bool {
    room.clear();
    room.extend(agent.iter().map(u8::to_ascii_lowercase));
    matches!(agent, b"" | b"-") || ROBOTS.iter().any(|word| word.find(room).is_some())
}

fn pair(key: &[u8], site: &PageUrl) -> Option<(PageUrl, PageUrl)> {
    let mut parts = key.splitn(3, |byte| *byte == 0);
    let (referrer, host, path) = (parts.next()?, parts.next()?, parts.next()?);
    let referrer = PageUrl::parse(std::str::from_utf8(referrer).ok()?).ok()?;
    let mut room = Vec::new();
    let path = unescaped(path, &mut room);
    let landing = match host {
        b"" => PageUrl::parse(&format!("{}{}", site.origin(), std::str::from_utf8(path).ok()?)).ok()?,
        host => address(site.as_url().scheme(), host, path)?,
    };
    Some((referrer, landing))
}

fn address(scheme: &str, authority: &[u8], path: &[u8]) -> Option<PageUrl> {
    let (authority, path) = (std::str::from_utf8(authority).ok()?, std::str::from_utf8(path).ok()?);
    PageUrl::parse(&format!("{scheme}://{authority}{path}")).ok()
}

/// What one host sent us.
#[derive(Default)]
struct Sent<'a> {
    referrers: BTreeSet<&'a PageUrl>,
    landings: BTreeSet<&'a PageUrl>,
    returned: bool,
}

fn without_sweeps(mut found: Referrals) -> Referrals {
    let mut hosts: BTreeMap<HostKey, Sent<'_>> = BTreeMap::new();
    for ((referrer, landing), weeks) in &found.visits {
        let sent = hosts.entry(referrer.host_key()).or_default();
        sent.referrers.insert(referrer);
        sent.returned |= !sent.landings.insert(landing) || weeks.values().sum::<u64>() > 1;
    }
    hosts.retain(|_, sent| {
        let (from, to) = (sent.referrers.len(), sent.landings.len());
        !sent.returned && to >= SWEEP_LANDINGS && from * 10 <= to
    });
    let sweeps: BTreeSet<HostKey> = hosts.into_keys().collect();
    if sweeps.is_empty() {
        return found;
    }
    let (swept, visits) =
        found.visits.into_iter().partition(|((from, _), _)| sweeps.contains(&from.host_key()));
    found.visits = visits;
    let swept: BTreeMap<_, BTreeMap<Date, u64>> = swept;
    found.skip("sweeps", swept.values().flat_map(BTreeMap::values).sum());
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(text: &str) -> PageUrl {
        PageUrl::parse(text).unwrap()
    }

    fn read_after(log: &str, after: Option<&str>) -> Referrals {
        let after = after.map(|at| at.parse().unwrap());
        read(log.as_bytes(), &page("https://ours.com/"), &[page("https://ours.net/").domain()], after)
            .unwrap()
    }

    fn line(time: &str, path: &str, referrer: &str) -> String {
        format!(
            "203.0.113.9 - - [{time} +0000] \"GET {path} HTTP/1.1\" 200 512 \"{referrer}\" \"Mozilla/5.0 (X11)\"\n"
        )
    }

    const WEDNESDAY: &str = "25/Nov/2026:09:47:10";

    /// What the one line is skipped for.
    fn why(line: &str) -> Option<&'static str> {
        let found = read_after(line, None);
        assert!(found.visits.is_empty(), "{line}");
        found.skipped.into_keys().next()
    }

    #[test]
    fn visits_are_counted_by_pair_and_week() {
        let log = [
            line(WEDNESDAY, "/a", "https://blog.net/p"),
            line("26/Nov/2026:00:00:00", "/a", "https://blog.net/p"),
            line("30/Nov/2026:00:00:00", "/a", "https://BLOG.net/p"),
            line(WEDNESDAY, "/b?c=d", "http://blog.net/?p=3"),
        ];
        let found = read_after(&log.concat(), None);
        let weeks = |weeks: &[(Date, u64)]| weeks.iter().copied().collect::<BTreeMap<_, _>>();
        let (first, second) = (Date::constant(2026, 11, 23), Date::constant(2026, 11, 30));
        let expected = BTreeMap::from([
            ((page("https://blog.net/p"), page("https://ours.com/a")), weeks(&[(first, 2), (second, 1)])),
            ((page("http://blog.net/?p=3"), page("https://ours.com/b?c=d")), weeks(&[(first, 1)])),
        ]);
        assert_eq!(found.visits, expected);
        assert_eq!(found.candidates(), [(page("https://blog.net/p"), 3), (page("http://blog.net/?p=3"), 1)]);
        assert_eq!((found.lines, found.broken, found.dropped), (4, 0, 0));
    }

    #[test]
    fn what_is_no_visit_from_a_page_is_counted_by_why() {
        let ok = line(WEDNESDAY, "/a", "https://blog.net/p");
        let cases = [
            (ok.replace("GET", "POST"), "other methods"),
            (ok.replace(" 200 ", " 404 "), "other statuses"),
            (ok.replace("https://blog.net/p", "-"), "no referrer"),
            (ok.replace("\"https://blog.net/p\" \"Mozilla/5.0 (X11)\"", ""), "no referrer"),
            (ok.replace("GET /a", "GET http://elsewhere.net/a"), "no page of ours"),
            (ok.replace("/a ", "/a.PNG?v=1 "), "assets"),
            (ok.replace("https://blog.net/p", "https://www.ours.com/p"), "own pages"),
            (ok.replace("https://blog.net/p", "https://ours.net/p"), "own pages"),
            (ok.replace("https://blog.net/p", "https://www.google.de/search?q=x"), "search"),
            (ok.replace("https://blog.net/p", "android-app://com.slack/"), "no web address"),
            (ok.replace("https://blog.net/p", "http://198.51.100.7/p"), "no public name"),
            (ok.replace("https://blog.net", "https://user name@"), "no address"),
            (ok.replace("203.0.113.9", "elsewhere.net:443 203.0.113.9"), "other sites"),
            (ok.replace("Mozilla/5.0 (X11)", "Mozilla/5.0 (compatible; Googlebot/2.1)"), "robots"),
            (ok.replace("Mozilla/5.0 (X11)", "-"), "robots"),
        ];
        for (line, expected) in cases {
            assert_eq!(why(&line), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_referrer_without_a_page_names_a_host_to_look_at() {
        let referrers =
            ["https://blog.net/", "https://blog.net", "http://blog.net:8080/#top", "https://other.net/"];
        let log: String = referrers.iter().map(|referrer| line(WEDNESDAY, "/a", referrer)).collect();
        let found = read_after(&log, None);
        let host = |name| HostKey::parse(name).unwrap();
        assert_eq!(found.hosts, BTreeMap::from([(host("blog.net"), 3), (host("other.net"), 1)]));
        assert!(found.visits.is_empty());
    }

    #[test]
    fn a_virtual_host_of_ours_is_where_the_landing_page_is() {
        let log = line(WEDNESDAY, "//elsewhere.net/a", "https://blog.net/p")
            .replace("203.", "shop.ours.com:8080 203.");
        let found = read_after(&log, None);
        assert_eq!(
            found.visits.into_keys().next().unwrap().1,
            page("https://shop.ours.com//elsewhere.net/a")
        );
    }

    #[test]
    fn lines_counted_before_are_not_counted_again() {
        let first = line(WEDNESDAY, "/a", "https://blog.net/p");
        let log = first.clone() + &line("25/Nov/2026:09:47:11", "/a", "https://blog.net/p");
        let until = read_after(&first, None).until.unwrap().to_string();
        assert_eq!(until, "2026-11-25T09:47:10Z");
        let again = read_after(&log, Some(&until));
        assert_eq!(again.candidates(), [(page("https://blog.net/p"), 1)]);
        assert_eq!(again.skipped["counted before"], 1);
        assert_eq!(read_after(&log, Some("2027-01-01T00:00:00Z")).until, None);
    }

    #[test]
    fn broken_lines_stop_nothing() {
        let long = line(WEDNESDAY, &format!("/{}", "x".repeat(LINE_BYTES)), "https://blog.net/p");
        let ok = line(WEDNESDAY, "/a", "https://blog.net/p");
        let no_day = ok.replace("25/Nov", "31/Nov");
        let found = read_after(&format!("junk\n{long}\u{0}\u{1}\n{no_day}{ok}"), None);
        assert_eq!((found.lines, found.broken), (5, 4));
        assert_eq!(found.candidates(), [(page("https://blog.net/p"), 1)]);
    }

    #[test]
    fn escaped_quotes_belong_to_the_referrer() {
        let found = read_after(&line(WEDNESDAY, "/a", r#"https://blog.net/p?q=\"x\x22"#), None);
        assert_eq!(found.candidates(), [(page("https://blog.net/p?q=%22x%22"), 1)]);
    }

    fn visits_from(referrers: usize, landings: usize) -> String {
        let visit =
            |n: usize| line(WEDNESDAY, &format!("/{n}"), &format!("https://spam.net/{}", n % referrers));
        (0..landings).map(visit).collect()
    }

    #[test]
    fn a_host_that_sent_one_visit_to_each_of_very_many_pages_is_a_sweep() {
        let swept = read_after(&visits_from(5, SWEEP_LANDINGS), None);
        assert!(swept.visits.is_empty());
        assert_eq!(swept.skipped["sweeps"], SWEEP_LANDINGS as u64);
    }

    #[test]
    fn a_blog_that_refers_to_many_pages_is_no_sweep() {
        assert_eq!(read_after(&visits_from(5, SWEEP_LANDINGS - 1), None).visits.len(), SWEEP_LANDINGS - 1);
        assert_eq!(read_after(&visits_from(6, SWEEP_LANDINGS), None).visits.len(), SWEEP_LANDINGS);
        let returned = visits_from(1, SWEEP_LANDINGS) + &line(WEDNESDAY, "/0", "https://spam.net/0");
        assert_eq!(read_after(&returned, None).visits.len(), SWEEP_LANDINGS);
    }

    /// Counts visits of one page of ours, one from each referrer, without the parsing at the end.
    fn counted(site: &PageUrl, referrers: impl Iterator<Item = String>) -> Tally<'_> {
        let mut tally = Tally::new(site, &[], None);
        for referrer in referrers {
            tally.count(Some(line(WEDNESDAY, "/a", &referrer).trim_end().as_bytes()));
        }
        tally
    }

    #[test]
    fn pairs_that_find_no_room_are_counted() {
        let site = page("https://ours.com/");
        let numbers = (0..PAIRS + 3).chain([0]);
        let tally = counted(&site, numbers.map(|n| format!("https://blog.net/{n}")));
        assert_eq!((tally.pairs.len(), tally.found.dropped), (PAIRS, 3));
        let known = tally.pairs.iter().find(|(key, _)| key.starts_with(b"https://blog.net/0\0")).unwrap();
        assert_eq!(known.1[0].1, 2);
    }

    #[test]
    fn hosts_that_find_no_room_are_counted() {
        let site = page("https://ours.com/");
        let tally = counted(&site, (0..HOSTS + 2).map(|n| format!("https://h{n}.net/")));
        assert_eq!((tally.hosts.len(), tally.found.dropped), (HOSTS, 2));
    }

    #[test]
    fn addresses_take_no_more_than_their_bytes() {
        let (site, padding) = (page("https://ours.com/"), "x".repeat(LINE_BYTES / 2));
        let mut tally = Tally::new(&site, &[], None);
        let lines = KEPT_BYTES / padding.len();
        for n in 0..lines {
            tally.count(Some(
                line(WEDNESDAY, "/a", &format!("https://blog.net/{n}{padding}")).trim_end().as_bytes(),
            ));
        }
        assert!(tally.kept_bytes <= KEPT_BYTES);
        assert!(tally.found.dropped > 0);
        assert_eq!(tally.found.broken, 0);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(referrer in proptest::collection::vec(any::<u8>(), 0..60), path in ".{0,40}", host in "[ -~]{0,12}") {
            let log = line(WEDNESDAY, &format!("/{path}"), "https://blog.net/REF").replace("203.", &format!("{host} 203."));
            let (head, tail) = log.split_once("REF").unwrap();
            let log = [head.as_bytes(), &referrer, tail.as_bytes(), &referrer].concat();
            let found = read(&log[..], &page("https://ours.com/"), &[], None).unwrap();
            prop_assert!(found.broken <= found.lines);
        }
    }
}
