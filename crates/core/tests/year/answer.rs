//! What the simulated web answers: the truth, or the lie of the minute.

use trackward_core::{
    BodyEnd, Cut, Entry, Extraction, Hop, PageFacts, Reference, Said, Signature, SignatureClass, Testimony,
    TimeoutKind, TreeUse, Trouble, VisitEnd, Visited,
};

use crate::lies::Lie;
use crate::seed::Seed;
use crate::support::response;
use crate::time::{DAY, instant};
use crate::world::{End, Page, PageKind};

/// One request: when, and with which validators.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) minute: i64,
    pub(crate) etag: Option<&'a str>,
}

/// Share of looks, in per mille, that fail by themselves, whatever else is going on.
const NOISE: i64 = 5;

/// The answer of the world, and the lie in it.
pub(crate) fn answer(page: &Page, asked: Asked<'_>, seed: u64) -> (Visited, Option<Lie>) {
    let mut noise = Seed::of(seed, &[page.number, asked.minute]);
    let lie = match page.lie_at(asked.minute) {
        _ if noise.per_mille(NOISE) => {
            let kinds = [Lie::ServerError, Lie::Silence, Lie::Reset, Lie::Truncated, Lie::LookupFails];
            Some(noise.pick(&kinds, |_| 1))
        }
        lie => lie,
    };
    let end = page.ended_by(asked.minute);
    let visited = match lie {
        _ if end == Some(End::HostGone) => failed(page, asked.minute, Trouble::NoSuchHost),
        Some(lie) => told(page, asked, lie),
        None => truth(page, asked),
    };
    (Visited { conditional: asked.etag.is_some(), ..visited }, lie)
}

fn ended(page: &Page, minute: i64, end: VisitEnd) -> Visited {
    Visited::of(page.url.clone(), instant(minute), end)
}

fn answered(page: &Page, minute: i64, status: u16, extraction: Option<Extraction>) -> Visited {
    let end = VisitEnd::Answered { response: response(status), extraction: extraction.map(Box::new) };
    ended(page, minute, end)
}

fn status(page: &Page, minute: i64, status: u16) -> Visited {
    answered(page, minute, status, None)
}

fn failed(page: &Page, minute: i64, trouble: Trouble) -> Visited {
    ended(page, minute, VisitEnd::Failed(trouble))
}

/// Led from the page to another one, which answers with this.
fn redirected(page: &Page, asked: Asked<'_>, status: u16, to: &str, answer: Extraction) -> Visited {
    Visited {
        chain: vec![Hop { from: page.url.clone(), status }],
        final_url: page.url.join(to).expect("it is a path"),
        ..answered(page, asked.minute, 200, Some(answer))
    }
}

/// The page as it really is, or 304 where that is enough.
fn truth(page: &Page, asked: Asked<'_>) -> Visited {
    match page.ended_by(asked.minute) {
        Some(End::PageGone) => return status(page, asked.minute, 404),
        Some(End::PageMoved) => return redirected(page, asked, 301, "/moved", elsewhere("Another page")),
        _ => {}
    }
    let etag = format!("\"{}\"", page.version_at(asked.minute));
    if asked.etag == Some(&etag) {
        return status(page, asked.minute, 304);
    }
    read(page, asked.minute, drawn(page, asked.minute))
}

/// A 200 answer with this page in it.
fn read(page: &Page, minute: i64, extraction: Extraction) -> Visited {
    let mut visited = answered(page, minute, 200, Some(extraction));
    if let (VisitEnd::Answered { response, .. }, true) = (&mut visited.end, page.etag) {
        response.headers = [("etag", format!("\"{}\"", page.version_at(minute)))].into_iter().collect();
    }
    visited
}

fn cut(page: &Page, minute: i64, cut: Cut) -> Visited {
    let mut extraction = drawn(page, minute);
    extraction.references.clear();
    extraction.facts.ended = false;
    let mut visited = read(page, minute, extraction);
    if let VisitEnd::Answered { response, .. } = &mut visited.end {
        response.ending = BodyEnd::Cut(cut);
    }
    visited
}

/// The page as it really is.
fn drawn(page: &Page, minute: i64) -> Extraction {
    let theme = page.theme_at(minute);
    let hidden = page.ended_by(minute) == Some(End::SectionHidden);
    let container = ["commentlist", "comment-list"][theme.min(1)];
    let standing = page.links.iter().filter(|link| link.is_there(minute));
    let references: Vec<Reference> = standing
        .map(|link| {
            let shown = link.shown[theme.min(1)].clone();
            Reference { container: shown.entry.as_ref().map(|_| container.to_owned()), ..shown }
        })
        .collect();
    let others =
        page.neighbours.iter().enumerate().filter(|(_, (from, until))| *from <= minute && minute < *until);
    let ids = others.map(|(n, _)| format!("comment-9{n}"));
    let ids: Vec<String> =
        ids.filter(|_| !hidden).chain(references.iter().filter_map(|r| r.entry.clone())).collect();
    let rolls = if page.kind == PageKind::Listing { (minute / DAY * 7_919) % 12_000 } else { 0 };
    let title = if theme == 0 { "A post" } else { "A post – New theme" };
    Extraction {
        facts: PageFacts {
            html: true,
            charset: "utf-8".into(),
            title: Some(title.into()),
            canonical: page.canonical.then(|| page.url.clone()),
            bytes: (20_000 + rolls).cast_unsigned() + 300 * ids.len() as u64,
            text_chars: 6_000,
            ended: true,
            has_article: page.kind != PageKind::Listing,
            containers: if ids.is_empty() { Vec::new() } else { vec![container.into()] },
            entries: ids.into_iter().map(|id| Entry { id, kind: None, href: None }).collect(),
            ..PageFacts::default()
        },
        references,
        tree: TreeUse::Built,
        ..Extraction::default()
    }
}

/// Another page than the one that was asked for.
fn elsewhere(title: &str) -> Extraction {
    let facts = PageFacts {
        html: true,
        title: Some(title.into()),
        bytes: 15_000,
        text_chars: 3_000,
        ended: true,
        ..PageFacts::default()
    };
    Extraction { facts, tree: TreeUse::Built, ..Extraction::default() }
}

/// A small page that says in so many words that it is not the page itself.
fn notice(title: &str, class: SignatureClass) -> Extraction {
    let mut extraction = elsewhere(title);
    extraction.facts.bytes = 2_500;
    extraction.facts.text_chars = 300;
    extraction.facts.signatures = vec![Signature { id: title.to_lowercase(), class, alone: false }];
    extraction
}

/// The page without its entries, and so without the links among them.
fn without_list(page: &Page, minute: i64) -> Extraction {
    let mut extraction = drawn(page, minute);
    extraction.references.retain(|reference| reference.entry.is_none());
    extraction.facts.entries.clear();
    extraction.facts.containers.clear();
    extraction
}

/// The page without our entries; those of others stay, and so does a link of ours in the text.
fn without_our_entries(page: &Page, minute: i64) -> Extraction {
    let mut extraction = without_ours(page, minute);
    extraction.references = drawn(page, minute).references;
    extraction.references.retain(|reference| reference.entry.is_none());
    extraction
}

/// The page as a copy shows it that was kept before our links came.
fn without_ours(page: &Page, minute: i64) -> Extraction {
    let mut extraction = drawn(page, minute);
    let ours: Vec<String> = extraction.references.drain(..).filter_map(|reference| reference.entry).collect();
    extraction.facts.entries.retain(|entry| !ours.contains(&entry.id));
    extraction
}

/// What a lie answers.
fn told(page: &Page, asked: Asked<'_>, lie: Lie) -> Visited {
    match lie {
        Lie::ServerError
        | Lie::Silence
        | Lie::Reset
        | Lie::Certificate
        | Lie::LookupFails
        | Lie::NameAway
        | Lie::RobotsForbid
        | Lie::RobotsAway
        | Lie::HostRests => without_answer(page, asked.minute, lie),
        Lie::WholeHost404 => Visited { front_page_gone: true, ..status(page, asked.minute, 404) },
        Lie::AllPosts404 | Lie::Page404 => status(page, asked.minute, 404),
        Lie::BotWall => status(page, asked.minute, 403),
        Lie::OddStatus => status(page, asked.minute, 418),
        Lie::AllToHome => redirected(page, asked, 301, "/", elsewhere("Home")),
        Lie::ElsewhereForNow => redirected(page, asked, 302, "/soon", elsewhere("Soon")),
        Lie::ConsentRedirect => {
            redirected(page, asked, 302, "/consent", notice("Consent", SignatureClass::Consent))
        }
        Lie::Sticky304 if asked.etag.is_some() => status(page, asked.minute, 304),
        Lie::Sticky304 => truth(page, asked),
        Lie::Truncated => cut(page, asked.minute, Cut::Truncated),
        Lie::TooLarge => cut(page, asked.minute, Cut::TooLarge),
        Lie::BadEncoding => cut(page, asked.minute, Cut::Encoding("broken".into())),
        Lie::PagesRead => {
            let mut extraction = drawn(page, asked.minute);
            let further = page.url.join("/p/comment-page-1/").expect("it is a path");
            for reference in extraction.references.iter_mut().filter(|reference| reference.entry.is_some()) {
                reference.comment_page = Some(further.clone());
            }
            extraction.facts.comment_pages = vec![further];
            Visited { comments_read: true, ..read(page, asked.minute, extraction) }
        }
        Lie::NotDisplayed => {
            let entries = drawn(page, asked.minute).references.into_iter().filter_map(|r| r.entry);
            let testimony = entries.map(|entry| Testimony { entry, said: Said::Approved }).collect();
            Visited { testimony, ..read(page, asked.minute, without_our_entries(page, asked.minute)) }
        }
        Lie::Maintenance
        | Lie::UnknownNotice
        | Lie::Parked
        | Lie::Challenge
        | Lie::Login
        | Lie::Shell
        | Lie::SoftGone
        | Lie::LargeSoftGone
        | Lie::Empty
        | Lie::NotHtml => read(page, asked.minute, instead(lie)),
        Lie::Mojibake
        | Lie::TreeRefused
        | Lie::PagesNotRead
        | Lie::Disqus
        | Lie::CommentsFolded
        | Lie::Paywall
        | Lie::UnmarkedPaywall
        | Lie::StaleCopy
        | Lie::ListNotDrawn
        | Lie::Flapping => read(page, asked.minute, distorted(page, asked.minute, lie)),
    }
}

/// Lies that are no HTTP answer with a page.
fn without_answer(page: &Page, minute: i64, lie: Lie) -> Visited {
    match lie {
        Lie::Silence => failed(page, minute, Trouble::Timeout(TimeoutKind::Idle)),
        Lie::Reset => failed(page, minute, Trouble::Reset("by peer".into())),
        Lie::Certificate => failed(page, minute, Trouble::Tls("certificate expired".into())),
        Lie::LookupFails => failed(page, minute, Trouble::Dns("server failure".into())),
        Lie::NameAway => failed(page, minute, Trouble::NoSuchHost),
        Lie::RobotsForbid => ended(page, minute, VisitEnd::Disallowed("Disallow: /".into())),
        Lie::RobotsAway => ended(page, minute, VisitEnd::RobotsUnreachable("HTTP 503".into())),
        Lie::HostRests => ended(page, minute, VisitEnd::HostRests),
        _ => status(page, minute, 503),
    }
}

/// Another page, in the place of the one that was asked for.
fn instead(lie: Lie) -> Extraction {
    match lie {
        Lie::Maintenance => notice("Maintenance", SignatureClass::Maintenance),
        Lie::Parked => notice("For sale", SignatureClass::Parked),
        Lie::Challenge => notice("Just a moment", SignatureClass::Challenge),
        Lie::Login => notice("Log in", SignatureClass::Login),
        Lie::Shell => notice("App", SignatureClass::Shell),
        Lie::SoftGone => notice("Page not found", SignatureClass::SoftGone),
        Lie::LargeSoftGone => {
            let mut extraction = notice("Page not found", SignatureClass::SoftGone);
            extraction.facts.bytes = 30_000;
            extraction
        }
        Lie::Empty => {
            let mut extraction = elsewhere("A post");
            (extraction.facts.bytes, extraction.facts.text_chars) = (0, 0);
            extraction
        }
        Lie::NotHtml => {
            let mut extraction = elsewhere("A post");
            extraction.facts.html = false;
            extraction
        }
        _ => {
            let mut extraction = notice("Pardon our dust", SignatureClass::Maintenance);
            extraction.facts.signatures.clear();
            extraction
        }
    }
}

/// The page itself, with something about it that is not so.
fn distorted(page: &Page, minute: i64, lie: Lie) -> Extraction {
    match lie {
        Lie::Mojibake => {
            let mut extraction = drawn(page, minute);
            extraction.facts.title = Some("Ã\u{84} post".into());
            extraction.facts.charset = "windows-1252".into();
            extraction
        }
        Lie::TreeRefused => {
            let mut extraction = without_ours(page, minute);
            extraction.tree = TreeUse::Refused("too deep".into());
            extraction
        }
        Lie::PagesNotRead => {
            let mut extraction = without_our_entries(page, minute);
            extraction.facts.comment_pages = vec![page.url.join("/p/comment-page-1/").expect("it is a path")];
            extraction
        }
        Lie::Disqus => {
            let mut extraction = without_list(page, minute);
            extraction.facts.script_comments = Some("disqus".into());
            extraction
        }
        Lie::CommentsFolded => {
            let mut extraction = without_list(page, minute);
            extraction.facts.stated_entries = u32::try_from(drawn(page, minute).facts.entries.len()).ok();
            extraction
        }
        Lie::Paywall | Lie::UnmarkedPaywall => {
            let mut extraction = without_list(page, minute);
            extraction.references.clear();
            extraction.facts.bytes = extraction.facts.bytes * 6 / 10;
            let class = SignatureClass::Paywall;
            let mark = Signature { id: "paywall".into(), class, alone: true };
            extraction.facts.signatures = if lie == Lie::Paywall { vec![mark] } else { Vec::new() };
            extraction
        }
        Lie::ListNotDrawn => without_list(page, minute),
        _ => without_ours(page, minute),
    }
}
