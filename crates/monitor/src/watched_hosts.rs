//! All that is watched, host by host: what is planned, priced and foretold without asking anybody.

use std::collections::BTreeMap;

use trackward_core::{HostKey, HostState, Link, PageId, PageMemory, Plan, Watched};
use trackward_store::{LinkQuery, Result, Store};

/// A host with all its watched pages.
#[derive(Debug)]
pub(crate) struct WatchedHost {
    pub(crate) state: HostState,
    pub(crate) pages: BTreeMap<PageId, WatchedPage>,
}

/// A watched page with all its watched links.
#[derive(Debug)]
pub(crate) struct WatchedPage {
    /// Never empty.
    pub(crate) links: Vec<Link>,
    pub(crate) memory: PageMemory,
    pub(crate) plan: Plan,
}

impl WatchedHost {
    fn take(&mut self, row: Watched) {
        let page = self.pages.entry(PageId::of(&row.link.page));
        let page = page.or_insert(WatchedPage { links: Vec::new(), memory: row.memory, plan: row.plan });
        page.links.push(row.link);
    }
}

/// Where a page's host lies among all hosts, by its hash: from 0 to below 1.
pub(crate) fn place(page: PageId) -> f64 {
    let hash = page.to_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    hash as f64 / (u64::MAX as f64 + 1.0)
}

/// Goes through all hosts with watched pages, in the order of [`place`], or through one; holds one at a time.
pub(crate) struct WatchedHosts<'a> {
    store: &'a dyn Store,
    query: LinkQuery,
    rows: std::vec::IntoIter<Watched>,
    /// The first link of the host that comes next.
    next: Option<Watched>,
    is_over: bool,
}

impl<'a> WatchedHosts<'a> {
    pub(crate) fn of(store: &'a dyn Store, host: Option<HostKey>) -> Self {
        let query = LinkQuery { host, ..LinkQuery::default() };
        Self { store, query, rows: Vec::new().into_iter(), next: None, is_over: false }
    }

    /// The next host.
    pub(crate) async fn next(&mut self) -> Result<Option<WatchedHost>> {
        let Some(first) = self.row().await? else { return Ok(None) };
        let host = first.link.page.host_key();
        let state = self.store.host(&host).await?.unwrap_or_else(|| HostState::new(host));
        let mut watched = WatchedHost { state, pages: BTreeMap::new() };
        watched.take(first);
        while let Some(row) = self.row().await? {
            if row.link.page.host_key() != watched.state.host {
                self.next = Some(row);
                break;
            }
            watched.take(row);
        }
        Ok(Some(watched))
    }

    /// The next link that is watched.
    async fn row(&mut self) -> Result<Option<Watched>> {
        if let Some(row) = self.next.take() {
            return Ok(Some(row));
        }
        loop {
            if let Some(row) = self.rows.find(|row| row.link.state.name().is_watched()) {
                return Ok(Some(row));
            }
            if self.is_over {
                return Ok(None);
            }
            let page = self.store.links(self.query.clone()).await?;
            self.rows = page.rows.into_iter();
            self.is_over = page.next.is_none();
            self.query.after = page.next;
        }
    }
}
