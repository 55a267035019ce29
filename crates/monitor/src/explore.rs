//! Looking for pages that nobody told us of: what is asked for by whoever knows where to look, and what it came to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use trackward_core::{Candidate, Form, HostKey, PageUrl, RobotsAnswer, RunRecord};
use trackward_store::Noted;

/// Orders that wait until the loop takes them.
const ORDERS: usize = 64;

/// How far a search for new pages may go.
#[derive(Debug, Clone)]
pub struct ExploreRequest {
    /// Requests it may make: pages, feeds, sitemaps, robots.txt, redirects.
    pub budget: u64,
    /// Pages of one host it looks at.
    pub pages_a_host: usize,
    /// Clicks from the front page, or from what a source named, that it follows links.
    pub clicks: u8,
    /// Paths it leaves alone, as rules of a robots.txt.
    pub deny: RobotsAnswer,
    /// No request begins after this instant.
    pub deadline: Option<Timestamp>,
    /// Cancelled to stop: what is in flight is finished and committed.
    pub stop: CancellationToken,
}

/// What a search for new pages came to.
#[derive(Debug, Clone)]
pub struct Explored {
    /// The run: requests, pages by verdict, events.
    pub run: RunRecord,
    /// Pages that were looked at.
    pub looked: u64,
    /// Feeds and sitemaps that were read.
    pub documents: u64,
    /// Addresses that were found, known before or not.
    pub named: Noted,
    /// Pages that were looked at and are watched already.
    pub watched: u64,
    /// Pages with references to us, which are watched from now on.
    pub found: u64,
    /// References that appeared on them.
    pub links: u64,
    /// Addresses that are not looked at, by why: `denied`, or a name of [`trackward_core::Unworthy`].
    pub refused: BTreeMap<&'static str, u64>,
    /// Looks that were put off since the budget, or a host's share of it, was used up.
    pub put_off: u64,
    /// Whether it ended since the list of watched links would have grown too fast.
    pub grew_too_fast: bool,
}

impl Explored {
    pub(crate) fn of(run: RunRecord) -> Self {
        Self {
            run,
            looked: 0,
            documents: 0,
            named: Noted::default(),
            watched: 0,
            found: 0,
            links: 0,
            refused: BTreeMap::new(),
            put_off: 0,
            grew_too_fast: false,
        }
    }
}

/// Asks the loop for looks at pages. Clones ask the same loop; it ends when all are gone.
///
/// It may ask for as much as it likes at once: hosts keep their rest, and what the budget does not hold is put off to a
/// later run. Nothing is asked of a host twice while the look before still holds.
#[derive(Debug, Clone)]
pub struct Explorer(mpsc::Sender<Order>);

/// What explorers ask for; taken by [`crate::Monitor::explore`].
#[derive(Debug)]
pub struct Orders(pub(crate) mpsc::Receiver<Order>);

/// What an explorer asks for, with the way back; an answer that never comes stands for nothing.
#[derive(Debug)]
pub(crate) enum Order {
    /// Keeps addresses in mind.
    Note(Vec<Candidate>, oneshot::Sender<()>),
    /// What is still to be looked at on a host.
    Open(HostKey, Form, oneshot::Sender<Vec<Candidate>>),
    /// A look at a page, for the pages it leads to.
    Look(PageUrl, oneshot::Sender<Vec<PageUrl>>),
    /// What a feed or sitemap says.
    Read(PageUrl, Form, oneshot::Sender<Vec<u8>>),
    /// Nothing more is asked of a host.
    Leave(HostKey),
}

impl Explorer {
    /// An explorer, and where its orders come out.
    pub fn new() -> (Self, Orders) {
        let (sender, receiver) = mpsc::channel(ORDERS);
        (Self(sender), Orders(receiver))
    }

    /// Keeps addresses in mind: they are looked at in this run or a later one.
    pub async fn note(&self, candidates: Vec<Candidate>) {
        self.ask(|back| Order::Note(candidates, back)).await;
    }

    /// What is still to be looked at on a host, what is newest first.
    pub async fn open(&self, host: &HostKey, form: Form) -> Vec<Candidate> {
        self.ask(|back| Order::Open(host.clone(), form, back)).await
    }

    /// Looks at a page, as politely as a check. Answers other pages of its host that are worth a look; of a front page all
    /// that is still open on its host. Nothing where the look before holds, or no look was possible.
    pub async fn look(&self, page: PageUrl) -> Vec<PageUrl> {
        self.ask(|back| Order::Look(page, back)).await
    }

    /// Reads a feed or sitemap; nothing where it was read lately, or could not be read.
    pub async fn read(&self, document: PageUrl, form: Form) -> Vec<u8> {
        self.ask(|back| Order::Read(document, form, back)).await
    }

    /// Says that nothing more is asked of a host.
    pub async fn leave(&self, host: &HostKey) {
        // A loop that has ended has left all hosts.
        let _ = self.0.send(Order::Leave(host.clone())).await;
    }

    async fn ask<T: Default>(&self, order: impl FnOnce(oneshot::Sender<T>) -> Order) -> T {
        let (back, answer) = oneshot::channel();
        if self.0.send(order(back)).await.is_err() {
            return T::default();
        }
        answer.await.unwrap_or_default()
    }
}
