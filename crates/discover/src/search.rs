//! The search of hosts for pages that refer to us.

use futures_util::StreamExt;
use trackward_core::{Candidate, Form, PageUrl, Source};
use trackward_monitor::Explorer;

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

/// Searches hosts, each from its front page, and looks at whatever is open there. `done` hears of each host.
pub async fn search(explorer: Explorer, fronts: Vec<PageUrl>, means: Means, done: impl Fn(&PageUrl)) {
    let searches = futures_util::stream::iter(fronts).map(|front| {
        let explorer = explorer.clone();
        async move {
            search_host(&explorer, &front, means).await;
            explorer.leave(&front.host_key()).await;
            front
        }
    });
    searches.buffer_unordered(HOSTS_AT_ONCE).for_each(|front| std::future::ready(done(&front))).await;
}

async fn search_host(explorer: &Explorer, front: &PageUrl, means: Means) {
    if means.crawl || means.feeds || means.sitemaps {
        explorer.look(front.clone()).await;
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
