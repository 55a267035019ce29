//! A blog: its theme, its posts, and the faults of its host.

use crate::entry::Entry;
use crate::fault::Fault;
use crate::post::Post;
use crate::prose;

/// A blog on a host of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blog {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) theme: Theme,
    pub(crate) posts: Vec<Post>,
    pub(crate) robots: &'static str,
    pub(crate) sends_etag: bool,
    pub(crate) fault: Option<Fault>,
    /// Addresses that redirect for good, from and to.
    pub(crate) redirects: Vec<(&'static str, &'static str)>,
    /// Posts that the front page lists.
    pub(crate) listed: usize,
    last_number: u32,
}

/// How a blog marks up what it received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// WordPress' short form: one list, pings as "Pingback: name" (Twenty Thirteen to Nineteen).
    Classic,
    /// The comment template of WordPress' block themes: name and excerpt for pings too.
    Blocks,
    /// A list of trackbacks and a list of comments, each under its heading (Movable Type 4).
    Generic,
    /// Articles without discussion.
    Editorial,
}

impl Theme {
    /// The `rel` such themes print on what they received.
    pub(crate) fn rel(self) -> &'static str {
        match self {
            Self::Classic => "ugc external nofollow",
            Self::Blocks => "external nofollow ugc",
            Self::Generic | Self::Editorial => "",
        }
    }

    /// Whether trackbacks and comments stand in one list.
    pub(crate) fn has_one_list(self) -> bool {
        matches!(self, Self::Classic | Self::Blocks)
    }
}

impl Blog {
    /// A blog without posts, that allows everything but its administration to robots.
    pub fn new(name: &'static str, theme: Theme) -> Self {
        Self {
            name,
            title: name,
            theme,
            posts: Vec::new(),
            robots: "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n",
            sends_etag: false,
            fault: None,
            redirects: Vec::new(),
            listed: usize::MAX,
            last_number: 0,
        }
    }

    /// With a title for people.
    #[must_use]
    pub fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    /// With a post; entries are numbered in the order they are given, neighbours first.
    #[must_use]
    pub fn post(mut self, post: Post) -> Self {
        let neighbours = if post.has_neighbours { prose::neighbours(self.posts.len()) } else { Vec::new() };
        let entries = neighbours.into_iter().chain(post.entries.iter().copied());
        let entries = entries.map(|entry| self.numbered(entry)).collect();
        self.posts.push(Post { entries, ..post });
        self
    }

    /// With an `ETag` on every page, answering 304 to it.
    #[must_use]
    pub fn with_etag(self) -> Self {
        Self { sends_etag: true, ..self }
    }

    /// With so many posts on its front page; others are reached by links of posts alone.
    #[must_use]
    pub fn listing(self, posts: usize) -> Self {
        Self { listed: posts, ..self }
    }

    /// With this robots.txt.
    #[must_use]
    pub fn robots(self, robots: &'static str) -> Self {
        Self { robots, ..self }
    }

    pub(crate) fn numbered(&mut self, entry: Entry) -> Entry {
        self.last_number += 1;
        Entry { number: self.last_number, ..entry }
    }
}
