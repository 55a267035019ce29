//! What is ours, and whose: a team's own sites and those of its clients.

use std::collections::HashMap;

use crate::page_url::{HostKey, PageUrl};
use crate::target::{Target, TargetSet};

/// A client of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its name, as links carry it.
    pub name: String,
    /// What is its own.
    pub targets: Vec<Target>,
}

/// What is ours: sites, and clients with theirs.
#[derive(Debug, Clone, Default)]
pub struct Ours {
    parts: Vec<Target>,
    set: TargetSet,
    clients: Vec<Client>,
    /// Which client a target belongs to.
    owners: HashMap<Target, usize>,
}

impl Ours {
    /// Puts sites and clients together.
    pub fn new(sites: impl IntoIterator<Item = Target>, clients: Vec<Client>) -> Self {
        let mut parts: Vec<Target> = sites.into_iter().collect();
        parts.extend(clients.iter().flat_map(|client| client.targets.iter().cloned()));
        let owned = clients.iter().enumerate();
        let owners =
            owned.flat_map(|(n, client)| client.targets.iter().map(move |target| (target.clone(), n)));
        Self { set: parts.iter().cloned().collect(), parts, owners: owners.collect(), clients }
    }

    /// Whether nothing is named: then anything may be.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// The most specific site or target that covers a page.
    fn part(&self, page: &PageUrl) -> Option<Target> {
        self.set.find(page).map(|found| found.target)
    }

    /// Whether a page is ours.
    pub fn covers(&self, page: &PageUrl) -> bool {
        self.set.find(page).is_some()
    }

    /// Whether all of a target is ours; everything is while nothing is named.
    pub fn has(&self, target: &Target) -> bool {
        self.is_empty() || front(target).is_some_and(|page| self.covers(&page))
    }

    /// The client that a target belongs to.
    pub fn client_of(&self, target: &Target) -> Option<&str> {
        self.owner(&self.part(&front(target)?)?).map(|client| client.name.as_str())
    }

    fn owner(&self, part: &Target) -> Option<&Client> {
        self.owners.get(part).map(|n| &self.clients[*n])
    }

    /// What references are looked for on a page: all that is ours but for the page's own site, or that of its client.
    pub fn sought_on(&self, page: &PageUrl) -> TargetSet {
        let Some(home) = self.part(page) else { return self.set.clone() };
        let owner = self.owner(&home).map(|client| &client.name);
        let is_own = |part: &&Target| match owner {
            Some(name) => self.owner(part).is_some_and(|client| client.name == *name),
            None => **part == home,
        };
        self.parts.iter().filter(|part| !is_own(part)).cloned().collect()
    }

    /// Whether a link is one of a site to itself, or between two sites of one client. One between two clients, or
    /// between a client and the team, is a link.
    pub fn is_self_link(&self, page: &PageUrl, target: &Target) -> bool {
        if target.covers(page) {
            return true;
        }
        let (Some(from), Some(to)) = (self.part(page), front(target).and_then(|front| self.part(&front)))
        else {
            return false;
        };
        match (self.owner(&from), self.owner(&to)) {
            (Some(from), Some(to)) => from.name == to.name,
            (None, None) => from == to,
            _ => false,
        }
    }
}

/// A page of a target: itself, or the uppermost.
fn front(target: &Target) -> Option<PageUrl> {
    let of_host = |host: &str| PageUrl::parse(&format!("https://{host}/")).ok();
    match target {
        Target::Page(page) | Target::Prefix(page) => Some(page.clone()),
        Target::Host(host) => of_host(HostKey::as_str(host)),
        Target::Domain(domain) => of_host(domain.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Target {
        Target::parse(text).unwrap()
    }

    fn ours() -> Ours {
        let client = |name: &str, targets: &[&str]| Client {
            name: name.to_owned(),
            targets: targets.iter().map(|text| target(text)).collect(),
        };
        Ours::new(
            [target("team.example"), target("blog.example")],
            vec![
                client("north", &["north.example", "https://team.example/north/*"]),
                client("south", &["south.example", "south-shop.example"]),
            ],
        )
    }

    #[test]
    fn client_of_a_target_is_the_one_with_the_most_specific_site() {
        let ours = ours();
        let client = |text: &str| ours.client_of(&target(text)).map(str::to_owned);
        assert_eq!(client("https://north.example/a").as_deref(), Some("north"));
        assert_eq!(client("https://www.south-shop.example/").as_deref(), Some("south"));
        assert_eq!(client("https://team.example/north/x").as_deref(), Some("north"));
        assert_eq!(client("https://team.example/x"), None);
        assert_eq!(client("south.example").as_deref(), Some("south"));
        assert!(ours.has(&target("//www.south.example")) && !ours.has(&target("https://other.example/")));
        assert!(Ours::default().has(&target("https://other.example/")));
    }

    #[test]
    fn link_between_two_clients_is_a_link_and_one_within_a_client_is_none() {
        let ours = ours();
        let is_self = |page: &str, to: &str| ours.is_self_link(&PageUrl::parse(page).unwrap(), &target(to));
        assert!(is_self("https://south.example/a", "https://south.example/b"));
        assert!(is_self("https://south.example/a", "https://south-shop.example/b"));
        assert!(is_self("https://team.example/a", "https://team.example/b"));
        assert!(is_self("https://other.example/a", "other.example"));
        assert!(!is_self("https://south.example/a", "https://north.example/b"));
        assert!(!is_self("https://team.example/a", "https://south.example/b"));
        assert!(!is_self("https://blog.example/a", "https://team.example/b"), "two sites of no client");
        assert!(!is_self("https://other.example/a", "https://south.example/"));
    }

    #[test]
    fn page_of_ours_is_searched_for_what_is_not_its_own() {
        let sought = |page: &str, link: &str| {
            ours().sought_on(&PageUrl::parse(page).unwrap()).find(&PageUrl::parse(link).unwrap()).is_some()
        };
        assert!(sought("https://other.example/", "https://south.example/"));
        assert!(sought("https://south.example/a", "https://north.example/"));
        assert!(!sought("https://south.example/a", "https://south-shop.example/"));
        assert!(sought("https://team.example/", "https://blog.example/"));
        assert!(!sought("https://team.example/", "https://team.example/b"));
    }
}
