//! The search of hosts for pages that refer to us.

use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tracing::warn;
use trackward_core::{Candidate, Form, HostKey, PageUrl, Source};
use trackward_monitor::Explorer;

use crate::feed::{self, FeedEntry};
use crate::sitemap::{self, Listed};

/// Feeds of one host that are read in one search.
const FEEDS: usize = 10;

/// Sitemaps of one host that are read in one search.
const SITEMAPS: usize = 50;

/// Sitemaps that are held at once, over all hosts: each may have 50 MB.
const SITEMAPS_AT_ONCE: usize = 4;

/// Hosts that are searched at once: their rests pass side by side.
const HOSTS_AT_ONCE: usize = 64;

/// What a host is searched by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// The links of its pages; needs the feature `spider`.
    pub crawl: bool,
    /// Its feeds.
    pub feeds: bool,
    /// Its sitemaps.
    pub sitemaps: bool,
}

impl Means {
    /// Nothing but what is known already.
    pub const NONE: Self = Self { crawl: false, feeds: false, sitemaps: false };
}

/// Searches hosts, each from its front page, and looks at whatever is open there.
pub async fn search(explorer: Explorer, fronts: Vec<PageUrl>, means: Means) {
    let sitemaps = Semaphore::new(SITEMAPS_AT_ONCE);
    let sitemaps = &sitemaps;
    let searches = futures_util::stream::iter(fronts).map(|front| {
        let explorer = explorer.clone();
        async move {
            search_host(&explorer, &front, means, sitemaps).await;
            explorer.leave(&front.host_key()).await;
        }
    });
    searches.buffer_unordered(HOSTS_AT_ONCE).for_each(std::future::ready).await;
}

async fn search_host(explorer: &Explorer, front: &PageUrl, means: Means, sitemaps: &Semaphore) {
    if means != Means::NONE {
        explorer.look(front.clone()).await;
    }
    if means.feeds {
        read_feeds(explorer, &front.host_key()).await;
    }
    if means.sitemaps {
        read_sitemaps(explorer, front, sitemaps).await;
    }
    let mut before = Vec::new();
    loop {
        let open = explorer.open(&front.host_key(), Form::Page).await;
        if open.is_empty() || open == before {
            return;
        }
        look_at(explorer, front, &open, means).await;
        before = open;
    }
}

/// Reads the feeds of a host that are known and not read lately.
async fn read_feeds(explorer: &Explorer, host: &HostKey) {
    for feed in explorer.open(host, Form::Feed).await.into_iter().take(FEEDS) {
        let at = feed.page.clone();
        let body = explorer.read(feed.page, Form::Feed).await;
        if body.is_empty() {
            continue;
        }
        let read = off_loop({
            let at = at.clone();
            move || feed::read(&body, &at)
        });
        match read.await {
            Some(Ok(entries)) => {
                let page = |entry: FeedEntry| named(entry.page, entry.newest, Form::Page, Source::Feed, &at);
                explorer.note(entries.into_iter().map(page).collect()).await;
            }
            Some(Err(why)) => warn!(feed = %at, why, "feed is not read"),
            None => warn!(feed = %at, "feed broke its parser"),
        }
    }
}

/// Reads the sitemaps of a host, and those that they name; where robots.txt names none, the one at the usual place.
async fn read_sitemaps(explorer: &Explorer, front: &PageUrl, at_once: &Semaphore) {
    let host = front.host_key();
    if let Ok(usual) = front.join("/sitemap.xml")
        && explorer.open(&host, Form::Sitemap).await.is_empty()
    {
        explorer.note(vec![Candidate::new(usual, Form::Sitemap, Source::Sitemap, None)]).await;
    }
    for _ in 0..SITEMAPS {
        let Some(next) = explorer.open(&host, Form::Sitemap).await.into_iter().next() else { return };
        let at = next.page.clone();
        let _held = at_once.acquire().await; // it is never closed
        let body = explorer.read(next.page, Form::Sitemap).await;
        let read = off_loop({
            let at = at.clone();
            move || sitemap::read(&body, &at)
        });
        let Some(sitemap) = read.await else {
            warn!(sitemap = %at, "sitemap broke its parser");
            continue;
        };
        if let Some(why) = sitemap.cut {
            warn!(sitemap = %at, why, "sitemap is not read to its end");
        }
        let of_form = |form| {
            let at = at.clone();
            move |listed: Listed| named(listed.url, listed.changed, form, Source::Sitemap, &at)
        };
        let pages = sitemap.pages.into_iter().map(of_form(Form::Page));
        let further = sitemap.sitemaps.into_iter().map(of_form(Form::Sitemap));
        explorer.note(further.chain(pages).collect()).await;
    }
}

fn named(page: PageUrl, newest: Option<Timestamp>, form: Form, source: Source, via: &PageUrl) -> Candidate {
    Candidate { newest, ..Candidate::new(page, form, source, Some(via.clone())) }
}

/// Reads what strangers wrote off the async threads; none where that panicked.
async fn off_loop<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(read).await.ok()
}

#[cfg(feature = "spider")]
async fn look_at(explorer: &Explorer, front: &PageUrl, open: &[Candidate], means: Means) {
    if means.crawl {
        return crate::crawl::crawl(explorer, front).await;
    }
    look_at_each(explorer, open).await;
}

#[cfg(not(feature = "spider"))]
async fn look_at(explorer: &Explorer, _front: &PageUrl, open: &[Candidate], _means: Means) {
    look_at_each(explorer, open).await;
}

/// Looks at pages that a source named, without following their links.
async fn look_at_each(explorer: &Explorer, open: &[Candidate]) {
    let named = open.iter().filter(|candidate| candidate.found.source != Source::Crawl);
    for candidate in named {
        explorer.look(candidate.page.clone()).await;
    }
}
