//! From a row to a watch, or to the reason why it is none.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::columns::Field;
use super::format::Format;
use super::layout::Layout;
use super::row::Row;
use super::values::{is_loss, is_lost_state, read_flag, read_follow, read_rel};
use crate::claim::Claim;
use crate::date::{DateOrder, read_moment};
use crate::fact::{Calendar, Fact};
use crate::formula::unguarded;
use crate::ids::PageId;
use crate::names::names;
use crate::ours::Ours;
use crate::page_url::{HostKey, PageUrl};
use crate::rel::Rel;
use crate::target::Target;
use crate::watch::NewWatch;

/// What holds for all rows of an import.
pub struct Terms<'a> {
    /// How dates are read.
    pub calendar: Calendar<'a>,
    /// What is ours, and whose.
    pub ours: &'a Ours,
    /// The target of rows that name none.
    pub target: Option<Target>,
    /// Facts for rows that do not say them; they read well.
    pub facts: Vec<(Fact, String)>,
    /// Whether targets need not be ours.
    pub competitor: bool,
    /// Whether links without a date of sending were sent now.
    pub pending: bool,
    /// The time over which first checks are spread; none for all at once.
    pub spread: Option<SignedDuration>,
    /// The day of the file, or of the import.
    pub day: Date,
    /// Whether a page can be asked at all, or why not.
    pub reach: &'a dyn Fn(&PageUrl) -> Result<(), String>,
}

impl std::fmt::Debug for Terms<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terms").field("target", &self.target).field("day", &self.day).finish_non_exhaustive()
    }
}

/// A row that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The line on which it begins.
    pub line: u64,
    /// Why, in a word.
    pub why: Why,
    /// Why, in a sentence.
    pub reason: String,
}

/// Why a row is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It is no row of this table: quotes or fields are wrong.
    Broken,
    /// It names no page.
    NoSource,
    /// Its page is no address that can be asked.
    Source,
    /// Its page lies in a network that is not asked.
    Private,
    /// It does not say what the link points to.
    NoTarget,
    /// Its target is no address.
    Target,
    /// Its target is not ours.
    NotOurs,
    /// It links a site to itself.
    SelfLink,
    /// A fact cannot be read.
    Fact,
}

names!(Why {
    Broken => "broken",
    NoSource => "no_source",
    Source => "source",
    Private => "private",
    NoTarget => "no_target",
    Target => "target",
    NotOurs => "not_ours",
    SelfLink => "self_link",
    Fact => "fact",
});

impl Why {
    /// The words for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Broken => "broken rows",
            Self::NoSource => "no page is named",
            Self::Source => "the page is no web address",
            Self::Private => "the page lies in a private network",
            Self::NoTarget => "no target is named",
            Self::Target => "the target is no web address",
            Self::NotOurs => "the target is not yours",
            Self::SelfLink => "a site linking to itself",
            Self::Fact => "a column cannot be read",
        }
    }
}

/// Turns the rows of a table into watches.
#[derive(Debug)]
pub struct Reader<'a> {
    layout: &'a Layout,
    terms: &'a Terms<'a>,
    orders: Vec<Option<DateOrder>>,
    /// Columns that are named after a host of ours and say which page of it is linked: of link intersections.
    own: Vec<(usize, Target)>,
}

impl<'a> Reader<'a> {
    /// A reader for a table whose columns of dates have these orders ([`super::Survey::settle`]).
    pub fn new(layout: &'a Layout, terms: &'a Terms<'a>, orders: Vec<Option<DateOrder>>) -> Self {
        let named_after_ours = |(at, name): (usize, &String)| {
            let host = HostKey::parse(name).ok().filter(|host| host.as_str().contains('.'))?;
            let target = Target::parse(host.as_str()).ok()?;
            (!terms.ours.is_empty() && terms.ours.has(&target)).then_some((at, target))
        };
        let names = layout.names.iter().enumerate().filter(|_| layout.format == Format::AhrefsIntersect);
        Self { layout, terms, orders, own: names.filter_map(named_after_ours).collect() }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// When it is no link to ours that can be watched.
    pub fn read(&self, row: &Row) -> Result<NewWatch, Reject> {
        let reject = |why: Why, reason: String| Reject { line: row.line, why, reason };
        let (fields, columns) = (row.len(), self.layout.fields.len());
        // One separator too many at the end does no harm; more of them say that the cells are shifted.
        if row.width() > columns || fields > columns + 1 {
            let told =
                format!("{fields} fields for {columns} columns: is a text with the separator not in quotes?");
            return Err(reject(Why::Broken, told));
        }
        let (page, target) = self.addresses(row).map_err(|(why, reason)| reject(why, reason))?;
        let mut watch = NewWatch::new(page, target);
        self.say_facts(&mut watch, row).map_err(|reason| reject(Why::Fact, reason))?;
        watch.link = self.cell(row, Field::LinkId).and_then(|text| text.parse().ok());
        watch.client = watch.client.or_else(|| self.terms.ours.client_of(&watch.target).map(str::to_owned));
        if self.terms.pending && watch.sent.is_none() {
            watch.sent = Some(self.terms.calendar.now);
        }
        watch.first_check = self.terms.spread.map(|spread| self.first_check(&watch, spread));
        watch.claim = self.claim(row);
        Ok(watch)
    }

    /// What a cell says; none where there is no such column, or nothing in it.
    fn cell<'r>(&self, row: &'r Row, field: Field) -> Option<&'r str> {
        self.layout.column(field).map(|at| unguarded(row.cell(at))).filter(|text| !text.is_empty())
    }

    fn addresses(&self, row: &Row) -> Result<(PageUrl, Target), (Why, String)> {
        let source = self.cell(row, Field::Source).ok_or((Why::NoSource, "there is no source".to_owned()))?;
        let page = PageUrl::parse(source).map_err(|error| (Why::Source, format!("source: {error}")))?;
        (self.terms.reach)(&page).map_err(|why| (Why::Private, format!("source: {why}")))?;
        let target = self.target(row)?;
        if self.terms.ours.is_self_link(&page, &target) {
            let told = "source and target are the same site: a link of a site to itself is not watched";
            return Err((Why::SelfLink, told.to_owned()));
        }
        if !self.terms.competitor && !self.terms.ours.has(&target) {
            let told = format!("{target} is not yours: name it in `sites`, or give --competitor");
            return Err((Why::NotOurs, told));
        }
        Ok((page, target))
    }

    fn target(&self, row: &Row) -> Result<Target, (Why, String)> {
        if let Some(text) = self.cell(row, Field::Target) {
            return Target::parse(text).map_err(|error| (Why::Target, format!("target: {error}")));
        }
        if !self.own.is_empty() {
            let linked = self.own.iter().find(|(at, _)| says_something(row.cell(*at)));
            let (at, site) = linked.ok_or((Why::NotOurs, "it does not link to you".to_owned()))?;
            return Ok(PageUrl::parse(row.cell(*at)).map_or_else(|_| site.clone(), Target::Page));
        }
        self.terms.target.clone().ok_or((Why::NoTarget, "there is no target".to_owned()))
    }

    /// The row's own facts, then those that hold for all; columns win.
    fn say_facts(&self, watch: &mut NewWatch, row: &Row) -> Result<(), String> {
        let mut said = Vec::new();
        for (at, field) in self.layout.fields.iter().enumerate() {
            let Some(Field::Fact(fact)) = field else { continue };
            let text = unguarded(row.cell(at));
            if !text.is_empty() {
                let calendar =
                    Calendar { order: self.orders.get(at).copied().flatten(), ..self.terms.calendar };
                watch.say(*fact, text, &calendar)?;
                said.push(*fact);
            }
        }
        for (fact, text) in self.terms.facts.iter().filter(|(fact, _)| !said.contains(fact)) {
            watch.say(*fact, text, &self.terms.calendar)?;
        }
        Ok(())
    }

    /// What the vendor says of the link; none when it says nothing but where it is.
    fn claim(&self, row: &Row) -> Option<Claim> {
        let mut claim = Claim::new(self.layout.format.vendor(), self.terms.day);
        let mut marks = Marks::default();
        for (at, field) in self.layout.fields.iter().enumerate() {
            let (name, text) = (&self.layout.names[at], unguarded(row.cell(at)));
            match field {
                None => claim.say(name, text),
                Some(Field::Anchor) => claim.say(Claim::ANCHOR, text),
                Some(Field::FirstSeen) => claim.say(Claim::FIRST_SEEN, &self.moment(at, text)),
                Some(Field::LastSeen) => claim.say(Claim::LAST_SEEN, &self.moment(at, text)),
                Some(Field::Lost) if is_loss(text) => {
                    // A day tells more than a yes or a reason.
                    if !claim.says_lost() || read_moment(text, None).is_ok() {
                        claim.say(Claim::LOST, text);
                    }
                    claim.say(name, text);
                }
                Some(Field::State) => {
                    if is_lost_state(text) {
                        claim.say(Claim::LOST, text);
                    }
                    claim.say(name, text);
                }
                Some(Field::Rel) => match read_rel(text) {
                    Some(rel) => marks.rel = Some(rel),
                    None => claim.say(name, text),
                },
                Some(field) => marks.see(*field, text),
            }
        }
        if let Some(rel) = marks.in_words() {
            claim.say(Claim::REL, &rel);
        }
        (!claim.fields.is_empty()).then_some(claim)
    }

    /// A date in one form; what is none stays as it is.
    fn moment(&self, at: usize, text: &str) -> String {
        let order = self.orders.get(at).copied().flatten();
        let zone = self.terms.calendar.zone;
        read_moment(text, order).map_or_else(|_| text.to_owned(), |moment| moment.day(zone).to_string())
    }

    /// A place in the time over which first checks are spread: by hash, the heavier the sooner.
    fn first_check(&self, watch: &NewWatch, spread: SignedDuration) -> Timestamp {
        let weight = f64::from(watch.weight.unwrap_or(1.0)).max(1.0);
        let wait = spread.mul_f64(share_of(&watch.page) / weight);
        self.terms.calendar.now.saturating_add(wait).unwrap_or(Timestamp::MAX)
    }
}

/// Whether a cell says more than no.
fn says_something(text: &str) -> bool {
    !text.is_empty() && read_flag(text) != Some(false)
}

/// Where in a spread a page comes, from 0 to 1: by its hash.
fn share_of(page: &PageUrl) -> f64 {
    let bytes = PageId::of(page).to_bytes();
    let hash = u16::from_be_bytes([bytes[8], bytes[9]]);
    f64::from(hash) / f64::from(u16::MAX)
}

/// What several columns say of the rel.
#[derive(Debug, Default)]
struct Marks {
    rel: Option<Rel>,
    tokens: Vec<&'static str>,
    said: bool,
}

impl Marks {
    fn see(&mut self, field: Field, text: &str) {
        let (token, is_marked) = match field {
            Field::Follow => ("nofollow", read_follow(text).map(|follow| !follow)),
            Field::Nofollow => ("nofollow", read_flag(text)),
            Field::Ugc => ("ugc", read_flag(text)),
            Field::Sponsored => ("sponsored", read_flag(text)),
            _ => return,
        };
        self.said |= is_marked.is_some();
        self.tokens.extend(is_marked.unwrap_or(false).then_some(token));
    }

    /// The rel as a word, where any column says something of it.
    fn in_words(&self) -> Option<String> {
        let written = self.rel.as_ref().map(ToString::to_string);
        let all: Vec<String> =
            written.into_iter().chain(self.tokens.iter().map(ToString::to_string)).collect();
        (self.said || self.rel.is_some()).then(|| Rel::parse(&all.join(" ")).in_words())
    }
}
