//! What can happen to a blog.

use crate::blog::Blog;
use crate::entry::{Entry, Moderation};
use crate::fault::Fault;
use crate::post::{BodyLink, Post};

/// One thing that happens to a blog. Entries go by their key, posts by their path at that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The moderator approves an entry, a trashed one too.
    Approve(&'static str),
    /// The moderator trashes an entry.
    Trash(&'static str),
    /// A post receives an entry.
    Receive(&'static str, Entry),
    /// An entry's link gets another `rel`.
    Rel {
        /// Its key.
        entry: &'static str,
        /// Empty for none.
        rel: &'static str,
    },
    /// The author sets a link in a post, in place of one with the same `href`.
    Link(&'static str, BodyLink),
    /// The author takes a link out of a post.
    Unlink {
        /// The post.
        path: &'static str,
        /// Where the link leads.
        href: &'static str,
    },
    /// The list of trackbacks goes from a post, and the comments with it where they are one list.
    HideList(&'static str),
    /// A post asks search engines not to index it.
    Noindex(&'static str),
    /// A post is deleted: 404 from now on.
    Delete(&'static str),
    /// A post moves to a new address, the old one redirects there (301).
    Move {
        /// The old address.
        path: &'static str,
        /// The new one.
        to: &'static str,
    },
    /// A post is deleted and its address redirects to another page (301).
    Replace {
        /// The post.
        path: &'static str,
        /// The other page.
        to: &'static str,
    },
    /// The host gets a new robots.txt.
    Robots(&'static str),
    /// The host fails.
    Break(Fault),
    /// The host works again.
    Heal,
}

impl Act {
    /// Does it.
    ///
    /// # Panics
    /// When the entry, post or link is not there: a mistake in the script.
    pub(crate) fn apply(self, blog: &mut Blog) {
        match self {
            Self::Approve(key) => entry(blog, key).moderation = Moderation::Approved,
            Self::Trash(key) => entry(blog, key).moderation = Moderation::Trashed,
            Self::Receive(path, received) => {
                let received = blog.numbered(received);
                post(blog, path).entries.push(received);
            }
            Self::Rel { entry: key, rel } => entry(blog, key).rel = Some(rel),
            Self::Link(path, link) => set_link(post(blog, path), link),
            Self::Unlink { path, href } => unlink(post(blog, path), href),
            Self::HideList(path) => post(blog, path).shows_list = false,
            Self::Noindex(path) => post(blog, path).noindex = true,
            Self::Delete(path) => delete(blog, path),
            Self::Move { path, to } => {
                post(blog, path).path = to;
                redirect(blog, path, to);
            }
            Self::Replace { path, to } => {
                delete(blog, path);
                redirect(blog, path, to);
            }
            Self::Robots(text) => blog.robots = text,
            Self::Break(fault) => blog.fault = Some(fault),
            Self::Heal => blog.fault = None,
        }
    }
}

fn post<'a>(blog: &'a mut Blog, path: &str) -> &'a mut Post {
    let found = blog.posts.iter_mut().find(|post| post.path == path);
    found.unwrap_or_else(|| panic!("no post {path} on {}", blog.name))
}

fn entry<'a>(blog: &'a mut Blog, key: &str) -> &'a mut Entry {
    let found = blog.posts.iter_mut().flat_map(|post| &mut post.entries).find(|entry| entry.key == key);
    found.unwrap_or_else(|| panic!("no entry {key} on {}", blog.name))
}

fn delete(blog: &mut Blog, path: &str) {
    let _ = post(blog, path);
    blog.posts.retain(|post| post.path != path);
}

fn redirect(blog: &mut Blog, path: &'static str, to: &'static str) {
    blog.redirects.retain(|(from, _)| *from != to);
    blog.redirects.push((path, to));
}

fn set_link(post: &mut Post, link: BodyLink) {
    match post.links.iter_mut().find(|old| old.href == link.href) {
        Some(old) => *old = link,
        None => post.links.push(link),
    }
}

fn unlink(post: &mut Post, href: &str) {
    let there = post.links.len();
    post.links.retain(|link| link.href != href);
    assert!(post.links.len() < there, "no link to {href} in {}", post.path);
}
