//! The pages of a blog as HTML.

use std::cmp::Reverse;

use askama::Template;

use crate::blog::{Blog, Theme};
use crate::entry::{Entry, EntryKind};
use crate::post::Post;
use crate::prose;

/// Entries in the "recent comments" list (WordPress' default).
const RECENT_COMMENTS: usize = 5;

/// A page of a blog; each theme has a file of its own for what differs.
#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    blog: &'a Blog,
    title: &'a str,
    /// Path of the page; none for the one that says "not found".
    canonical: Option<&'a str>,
    content: Content<'a>,
    /// The newest entries of the whole blog: repeated on every page, without `rel`.
    recent: Vec<Received<'a>>,
}

enum Content<'a> {
    Home,
    About,
    Missing,
    Post { post: &'a Post, discussion: Vec<Received<'a>> },
}

/// An entry with what its markup needs.
#[derive(Clone, Copy)]
struct Received<'a> {
    entry: &'a Entry,
    rel: &'a str,
    post: &'a Post,
}

/// The page at `path`, if there is one.
pub(crate) fn render(blog: &Blog, path: &str) -> Option<String> {
    let (title, content) = match path {
        "/" => ("Home", Content::Home),
        "/about/" => ("About", Content::About),
        _ => {
            let post = blog.posts.iter().find(|post| post.path == path)?;
            (post.title, Content::Post { post, discussion: discussion(blog, post) })
        }
    };
    Some(html(&Page { blog, title, canonical: Some(path), content, recent: recent(blog) }))
}

/// The page that says that there is none.
pub(crate) fn missing(blog: &Blog) -> String {
    let recent = recent(blog);
    html(&Page { blog, title: "Page not found", canonical: None, content: Content::Missing, recent })
}

fn html(page: &Page) -> String {
    page.render().expect("writing to a string does not fail")
}

/// What is shown below a post, oldest first.
fn discussion<'a>(blog: &'a Blog, post: &'a Post) -> Vec<Received<'a>> {
    received(blog, post).filter(|it| post.shows_list || !is_in_ping_list(blog, it)).collect()
}

/// Newest first, whatever lists their posts still show.
fn recent(blog: &Blog) -> Vec<Received<'_>> {
    let all = blog.posts.iter().flat_map(|post| received(blog, post));
    let mut recent: Vec<_> = all.filter(|it| is_in_ping_list(blog, it)).collect();
    recent.sort_by_key(|it| Reverse(it.entry.number));
    recent.truncate(RECENT_COMMENTS);
    recent
}

/// Whether it stands in the list that holds the trackbacks.
fn is_in_ping_list(blog: &Blog, received: &Received) -> bool {
    blog.theme.has_one_list() || received.is_ping()
}

fn received<'a>(blog: &Blog, post: &'a Post) -> impl Iterator<Item = Received<'a>> {
    let (theme_rel, has_discussion) = (blog.theme.rel(), blog.theme != Theme::Editorial);
    let shown = post.entries.iter().filter(move |entry| has_discussion && entry.is_shown());
    shown.map(move |entry| Received { entry, rel: entry.rel.unwrap_or(theme_rel), post })
}

impl Received<'_> {
    fn is_ping(&self) -> bool {
        self.entry.kind.is_ping()
    }

    /// "Pingback" or "Trackback".
    fn label(&self) -> &'static str {
        match self.entry.kind {
            EntryKind::Trackback => "Trackback",
            EntryKind::Pingback => "Pingback",
            EntryKind::Comment => "Comment",
        }
    }
}
