//! What is asked besides the page itself, before anything on it is called missing.

use std::collections::VecDeque;

use serde::Deserialize;
use trackward_core::{
    CommentPart, Extraction, Fetched, Limits, Link, LinkState, PageUrl, Placement, PlacementClass, Response,
    Said, Testimony, missing_links,
};

use trackward_fetch::Purpose;

use crate::settings;

/// Questions that follow the answer of a page: its further pages of comments, the host's own word on entries
/// that were not seen, and the front page of a host that says "gone".
///
/// All of them go to the page's own origin, one at a time, at the rest of its host.
#[derive(Debug)]
pub(crate) struct Inquiry {
    pub(crate) response: Response,
    pub(crate) page: Option<Extraction>,
    /// Whether all further pages of comments were read.
    pub(crate) comments_read: bool,
    /// What the host said of entries.
    pub(crate) testimony: Vec<Testimony>,
    /// Whether the front page answers 404 or 410 too.
    pub(crate) front_page_gone: bool,
    questions: VecDeque<Question>,
    comment_pages: Vec<PageUrl>,
    asked_for_word: bool,
}

/// One question to the page's own origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    /// A further page of comments.
    CommentPage(PageUrl),
    /// `WordPress` on the entry of this name.
    Word {
        /// The entry, such as `comment-7`.
        entry: String,
        /// Where it is asked.
        url: PageUrl,
    },
    /// The front page of a host that says that a page is gone.
    FrontPage(PageUrl),
}

impl Question {
    /// What the request for it is for.
    pub(crate) fn purpose(&self) -> Purpose {
        match self {
            Self::Word { .. } => Purpose::Interface,
            Self::CommentPage(_) | Self::FrontPage(_) => Purpose::Page,
        }
    }

    pub(crate) fn url(&self) -> &PageUrl {
        match self {
            Self::CommentPage(url) | Self::Word { url, .. } | Self::FrontPage(url) => url,
        }
    }
}

impl Inquiry {
    /// Begins with the answer of the page at `url`.
    pub(crate) fn new(url: &PageUrl, links: &[Link], response: Response, page: Option<Extraction>) -> Self {
        let mut inquiry = Self {
            comments_read: false,
            testimony: Vec::new(),
            front_page_gone: false,
            questions: VecDeque::new(),
            comment_pages: Vec::new(),
            asked_for_word: false,
            response,
            page,
        };
        match inquiry.response.status {
            200 => inquiry.queue_comment_pages(url, links),
            404 | 410 => inquiry.queue_front_page(url, links),
            _ => {}
        }
        inquiry
    }

    /// The question to ask next; the host's word is asked for when the pages left something missing.
    pub(crate) fn question(&mut self, url: &PageUrl, links: &[Link]) -> Option<&Question> {
        if self.questions.is_empty() && !self.asked_for_word {
            self.asked_for_word = true;
            self.queue_word(url, links);
        }
        self.questions.front()
    }

    /// The question may not be asked, or was answered with trouble: what it would have told stays unknown.
    pub(crate) fn give_up(&mut self) {
        if let Some(Question::CommentPage(_)) = self.questions.pop_front() {
            self.comments_read = false;
            self.questions.retain(|question| !matches!(question, Question::CommentPage(_)));
        }
    }

    /// Takes the answer to the question asked last.
    pub(crate) fn take(
        &mut self,
        url: &PageUrl,
        links: &[Link],
        fetched: &Fetched,
        read: Option<Extraction>,
    ) {
        let Ok(response) = &fetched.outcome else { return self.give_up() };
        match self.questions.front().cloned() {
            Some(Question::CommentPage(at)) => match read.filter(|page| is_whole(response, page)) {
                Some(page) => self.add_comments(&at, url, links, page),
                None => self.give_up(),
            },
            Some(Question::Word { entry, .. }) => {
                self.questions.pop_front();
                let said = word(&entry, response, links);
                self.testimony.extend(said.map(|said| Testimony { entry, said }));
            }
            Some(Question::FrontPage(_)) => {
                self.questions.pop_front();
                self.front_page_gone = matches!(response.status, 404 | 410);
            }
            None => {}
        }
    }

    fn queue_comment_pages(&mut self, url: &PageUrl, links: &[Link]) {
        let Some(page) = &self.page else { return };
        let new: Vec<PageUrl> = (page.facts.comment_pages.iter())
            .filter(|at| at.origin() == url.origin() && *at != url && !self.comment_pages.contains(at))
            .cloned()
            .collect();
        let room = Limits::COMMENT_PAGES - self.comment_pages.len();
        let nothing_missing = missing_links(links, page).is_empty();
        self.comments_read = new.len() <= room;
        if nothing_missing {
            return;
        }
        self.questions.extend(new.iter().take(room).cloned().map(Question::CommentPage));
        self.comment_pages.extend(new.into_iter().take(room));
    }

    fn queue_front_page(&mut self, url: &PageUrl, links: &[Link]) {
        let was_there =
            |link: &Link| matches!(link.state, LinkState::Live { .. } | LinkState::Missing { .. });
        let front = url.front_page();
        if front != *url && links.iter().any(was_there) {
            self.questions.push_back(Question::FrontPage(front));
        }
    }

    fn queue_word(&mut self, url: &PageUrl, links: &[Link]) {
        let Some(page) = &self.page else { return };
        let Some(root) = page.facts.wordpress.api_root.as_ref().filter(|root| root.origin() == url.origin())
        else {
            return;
        };
        let entries =
            missing_links(links, page).into_iter().filter_map(|link| link.seen.as_ref()?.entry.clone());
        let questions = entries.filter_map(|entry| {
            let number: u64 = entry.strip_prefix("comment-")?.parse().ok()?;
            let url = PageUrl::parse(&format!("{root}wp/v2/comments/{number}")).ok()?;
            Some(Question::Word { entry, url })
        });
        self.questions.extend(questions.take(settings::Limits::WORDS));
    }

    /// Adds what stands on a further page of comments; entries of the sidebar and the text come on every page.
    fn add_comments(&mut self, at: &PageUrl, url: &PageUrl, links: &[Link], further: Extraction) {
        self.questions.pop_front();
        let Some(page) = &mut self.page else { return };
        let among_comments = |class| matches!(class, PlacementClass::Ping | PlacementClass::Comment);
        for mut reference in further.references {
            let class = reference.placement.class();
            let known = page
                .references
                .iter()
                .any(|r| r.placement.class() == class && r.url.match_key() == reference.url.match_key());
            if among_comments(class) && !known {
                reference.comment_page = Some(at.clone());
                page.references.push(reference);
            }
        }
        for entry in further.facts.entries {
            if !page.facts.entries.iter().any(|known| known.id == entry.id) {
                page.facts.entries.push(entry);
            }
        }
        page.facts.comment_pages.extend(further.facts.comment_pages);
        self.queue_comment_pages(url, links);
    }
}

/// Whether a further page of comments was read to its end.
fn is_whole(response: &Response, page: &Extraction) -> bool {
    response.status == 200 && response.ending == trackward_core::BodyEnd::Complete && page.facts.html
}

/// What `WordPress` answers about a comment by its number; any other answer is no evidence, nor is one about a
/// comment that names another site: numbers are given anew when a blog is set up again.
fn word(entry: &str, response: &Response, links: &[Link]) -> Option<Said> {
    #[derive(Deserialize)]
    struct Comment {
        id: Option<u64>,
        code: Option<String>,
        author_url: Option<String>,
    }
    let comment: Comment = serde_json::from_slice(&response.body).ok()?;
    let number = entry.strip_prefix("comment-")?.parse().ok();
    match (response.status, comment.code.as_deref()) {
        (200, None) if comment.id.is_some() && comment.id == number => {
            let author = comment.author_url.and_then(|url| PageUrl::parse(&url).ok());
            let named = |link: &Link| author.as_ref().is_none_or(|url| link.target.covers(url));
            let of_entry = links.iter().filter_map(|link| Some((link, link.seen.as_ref()?)));
            let mut of_entry = of_entry.filter(|(_, seen)| seen.entry.as_deref() == Some(entry));
            let by_author =
                |placement| matches!(placement, Placement::Ping | Placement::Comment(CommentPart::Author));
            of_entry.any(|(link, seen)| !by_author(seen.placement) || named(link)).then_some(Said::Approved)
        }
        (401, Some("rest_cannot_read")) => Some(Said::TakenDown),
        (404, Some("rest_comment_invalid_id")) => Some(Said::Deleted),
        _ => None,
    }
}
