//! Blogs, and the script of what happens to them.

use jiff::{SignedDuration, Timestamp};

use crate::act::Act;
use crate::answer::Answer;
use crate::blog::Blog;
use crate::fault::Fault;

/// Blogs, and the script of what happens to them. Worlds are written down, so their texts are literals.
#[derive(Debug, Clone)]
pub struct World {
    start: Timestamp,
    blogs: Vec<Blog>,
    /// In the order of time; at one instant in the order written.
    script: Vec<Scene>,
}

#[derive(Debug, Clone, Copy)]
struct Scene {
    at: Timestamp,
    blog: &'static str,
    act: Act,
}

impl World {
    /// A world without blogs, whose script counts from `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { start, blogs: Vec::new(), script: Vec::new() }
    }

    /// With a blog.
    ///
    /// # Panics
    /// When there is one of that name.
    #[must_use]
    pub fn blog(mut self, blog: Blog) -> Self {
        assert!(self.blogs.iter().all(|other| other.name != blog.name), "two blogs named {}", blog.name);
        self.blogs.push(blog);
        self
    }

    /// With an act, `wait` after the start.
    #[must_use]
    pub fn after(mut self, wait: SignedDuration, blog: &'static str, act: Act) -> Self {
        self.script.push(Scene { at: self.start + wait, blog, act });
        self.script.sort_by_key(|scene| scene.at);
        self
    }

    /// With a fault of a host from `from` to `to` after the start.
    #[must_use]
    pub fn outage(self, from: SignedDuration, to: SignedDuration, blog: &'static str, fault: Fault) -> Self {
        self.after(from, blog, Act::Break(fault)).after(to, blog, Act::Heal)
    }

    /// What a blog answers to a GET of `path` (no query) at an instant; none when it ends the connection
    /// without an answer. Pure.
    ///
    /// # Panics
    /// When there is no such blog, or its script names what is not there.
    pub fn answer(&self, blog: &str, path: &str, now: Timestamp) -> Option<Answer> {
        self.state_at(blog, now).answer(path)
    }

    /// The names of all blogs, in the order given.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.blogs.iter().map(|blog| blog.name)
    }

    /// Plays the script to its end.
    ///
    /// # Panics
    /// When it names a blog, post, entry or link that is not there.
    pub(crate) fn rehearse(&self) {
        for scene in &self.script {
            assert!(self.names().any(|name| name == scene.blog), "no blog named {}", scene.blog);
        }
        for name in self.names() {
            self.state_at(name, Timestamp::MAX);
        }
    }

    fn state_at(&self, name: &str, now: Timestamp) -> Blog {
        let found = self.blogs.iter().find(|blog| blog.name == name);
        let mut blog = found.unwrap_or_else(|| panic!("no blog named {name}")).clone();
        for scene in self.script.iter().take_while(|scene| scene.at <= now) {
            if scene.blog == name {
                scene.act.apply(&mut blog);
            }
        }
        blog
    }
}
