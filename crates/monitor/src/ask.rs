//! One request, and the reading of its page: what a slot of the loop is spent on.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use trackward_core::{Extraction, Fetched, PageUrl, Target, TargetSet, Trouble};
use trackward_extract::{Page, extract, outlinks};
use trackward_fetch::{Fetch, Purpose, Request};

/// An answer, read as a page where it is one.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) purpose: Purpose,
    pub(crate) fetched: Fetched,
    /// What the page says; the fault in words when the parser panicked.
    pub(crate) read: Result<Option<Extraction>, String>,
    /// Other pages of its host that it leads to, where they were asked for.
    pub(crate) outlinks: Vec<PageUrl>,
}

/// What is looked for on a page.
#[derive(Debug)]
pub(crate) struct Sought {
    /// References to these.
    pub(crate) targets: TargetSet,
    /// Those of them that links are known to.
    pub(crate) known: Vec<Target>,
    /// Whether other pages of its host are, too.
    pub(crate) outlinks: bool,
}

/// Makes one request and reads what comes back; a panic on the way stays with this page.
pub(crate) async fn ask(fetch: Arc<dyn Fetch>, request: Request, sought: Sought) -> Answer {
    let (purpose, url) = (request.purpose, request.url.clone());
    let fetched = match tokio::spawn(async move { fetch.fetch(&request).await }).await {
        Ok(fetched) => fetched,
        Err(fault) => broken(url, &fault.to_string()),
    };
    match purpose {
        Purpose::Page => read(fetched, sought).await,
        Purpose::Robots | Purpose::Interface | Purpose::Feed | Purpose::Sitemap => {
            Answer { purpose, fetched, read: Ok(None), outlinks: Vec::new() }
        }
    }
}

/// What stands for an answer when the fetcher itself failed on it.
fn broken(url: PageUrl, fault: &str) -> Fetched {
    let outcome = Err(Trouble::Protocol(format!("reading the answer failed on our side: {fault}")));
    Fetched { url, outcome, took: Duration::ZERO, wire_bytes: 0, peer: None }
}

/// Reads the body of a 2xx answer, off the async threads, on the time of the visit; a panic of the parser stays
/// with its page.
async fn read(mut fetched: Fetched, sought: Sought) -> Answer {
    let answer = |fetched, read, outlinks| Answer { purpose: Purpose::Page, fetched, read, outlinks };
    let Ok(response) = &mut fetched.outcome else { return answer(fetched, Ok(None), Vec::new()) };
    if !(200..300).contains(&response.status) {
        return answer(fetched, Ok(None), Vec::new());
    }
    let url = fetched.url.clone();
    let headers = response.headers.clone();
    let body = std::mem::take(&mut response.body);
    let complete = response.ending == trackward_core::BodyEnd::Complete;
    let size = body.len();
    let started = Instant::now();
    let read = contained(move || {
        let page = Page { url: &url, headers: &headers, body: &body, complete, known: &sought.known };
        let outlinks = if sought.outlinks { outlinks(&page) } else { Vec::new() };
        (extract(&page, &sought.targets), outlinks)
    });
    let read = read.await;
    fetched.took += started.elapsed();
    match read {
        Ok((page, outlinks)) => answer(fetched, Ok(Some(page)), outlinks),
        Err(fault) => answer(fetched, Err(format!("{fault}; the page has {size} bytes")), Vec::new()),
    }
}

/// Does blocking work off the async threads; a panic comes back in words and goes no further.
async fn contained<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panic_of_the_parser_comes_back_in_words() {
        let fault = contained(|| panic!("an odd page")).await.map(|()| "read");
        assert!(fault.is_err_and(|words| words.contains("an odd page")));
    }
}
