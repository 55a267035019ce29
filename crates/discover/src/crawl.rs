//! The crawl of a host: spider decides which pages are asked for, the explorer asks.
//!
//! spider is shown no page, only a list of the links that are worth a look: what the web serves never reaches its parser,
//! and depth, traps, budget and the memory of what was seen are ours (`docs/decisions/0015-discovery.md`).

use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use spider::fetcher::{FetchContext, RemoteFetcher};
use spider::reqwest::StatusCode;
use spider::utils::PageResponse;
use spider::website::Website;
use trackward_core::PageUrl;
use trackward_monitor::Explorer;

/// Looks that one crawl waits for at once. They wait for the host, one after another; but spider loses pages when it may
/// ask for few only.
const AT_ONCE: usize = 256;

/// Crawls a host once from its front page: what is open there, and what that leads to.
pub(crate) async fn crawl(explorer: &Explorer, front: &PageUrl) {
    let mut site = Website::new(front.as_str());
    site.with_respect_robots_txt(false) // the explorer keeps to it
        .with_depth(0)
        .with_subdomains(false)
        .with_tld(false)
        .with_normalize(false)
        .with_retry(0)
        .with_concurrency_limit(Some(AT_ONCE))
        .with_no_control_thread(true)
        .with_shared_remote_fetcher(Arc::new(Looks { explorer: explorer.clone(), front: front.clone() }));
    Box::pin(site.crawl_raw()).await;
}

/// Stands in for spider's client.
struct Looks {
    explorer: Explorer,
    front: PageUrl,
}

#[async_trait]
impl RemoteFetcher for Looks {
    async fn fetch(&self, context: FetchContext<'_>) -> PageResponse {
        let links = match PageUrl::parse(context.url) {
            Ok(page) if page.host_key() == self.front.host_key() => self.explorer.look(page).await,
            _ => Vec::new(),
        };
        PageResponse {
            content: Some(list_of(&links).into_bytes()),
            final_url: Some(context.url.to_owned()),
            status_code: StatusCode::OK,
            ..PageResponse::default()
        }
    }
}

/// A page of nothing but links.
fn list_of(links: &[PageUrl]) -> String {
    let mut page = String::from("<!doctype html><html><head><title>links</title></head><body>");
    for link in links {
        let href = link.as_str().replace('&', "&amp;").replace('"', "&quot;");
        writeln!(page, "<a href=\"{href}\">link</a>").expect("text takes text");
    }
    page + "</body></html>"
}
