//! `[discover]`: how far the search for new pages goes.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use trackward_discover::Means;
use trackward_fetch::robots;

use super::Whole;

/// How pages are searched that nobody told of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Discover {
    /// Requests a day, apart from those of checks.
    pub(crate) budget_per_day: Whole<10_000_000>,
    /// Pages of one host that one search looks at.
    pub(crate) pages_a_host: Whole<100_000>,
    /// Clicks from the front page that links are followed.
    pub(crate) clicks: Whole<100>,
    /// What is searched where nothing is named.
    pub(crate) sources: Vec<Searched>,
    /// Access logs of our own site, which are read where nothing is named.
    pub(crate) logs: Vec<PathBuf>,
    /// Paths that are left alone, written as in a robots.txt.
    pub(crate) deny: Vec<Denied>,
}

/// What of a host is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Searched {
    Crawl,
    Feeds,
    Sitemaps,
}

/// A path that is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Denied(String);

impl TryFrom<String> for Denied {
    type Error = String;

    fn try_from(path: String) -> Result<Self, String> {
        let is_path = path.starts_with(['/', '*']) && !path.contains(['\r', '\n', '#']);
        if is_path {
            Ok(Self(path))
        } else {
            Err(format!("'{path}' is no path: write \"/shop/\" or \"/*?sort=\""))
        }
    }
}

impl Default for Discover {
    fn default() -> Self {
        Self {
            budget_per_day: Whole(2_000),
            pages_a_host: Whole(200),
            clicks: Whole(3),
            sources: vec![Searched::Crawl, Searched::Feeds, Searched::Sitemaps],
            logs: Vec::new(),
            deny: Vec::new(),
        }
    }
}

impl Discover {
    /// What hosts are searched by.
    pub(crate) fn means(&self) -> Means {
        let has = |searched| self.sources.contains(&searched);
        Means { crawl: has(Searched::Crawl), feeds: has(Searched::Feeds), sitemaps: has(Searched::Sitemaps) }
    }

    /// The paths that are left alone, as rules.
    pub(crate) fn denied(&self) -> trackward_core::RobotsAnswer {
        let lines = self.deny.iter().map(|path| format!("Disallow: {}\n", path.0));
        robots::parse(
            std::iter::once("User-agent: *\n".to_owned()).chain(lines).collect::<String>().as_bytes(),
        )
    }

    /// Relative paths become relative to the configuration file.
    pub(super) fn set_base(&mut self, base: &Path) {
        for log in &mut self.logs {
            *log = base.join(&*log);
        }
    }
}

#[cfg(test)]
mod tests {
    use trackward_core::PageUrl;

    use super::*;

    #[test]
    fn denied_paths_are_read_as_in_a_robots_txt() {
        let denied = ["/shop/", "/*?sort="].map(|path| Denied::try_from(path.to_owned()).unwrap());
        let rules = Discover { deny: denied.to_vec(), ..Discover::default() }.denied();
        let is_denied = |path: &str| {
            let page = PageUrl::parse(&format!("https://host.example{path}")).unwrap();
            !robots::decide(&rules, &page).allowed
        };
        assert!(is_denied("/shop/a") && is_denied("/x?sort=1") && !is_denied("/post"));
        assert!(Denied::try_from("shop".to_owned()).is_err());
    }
}
