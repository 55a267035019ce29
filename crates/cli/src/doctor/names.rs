//! Whether names lead somewhere, and whether trackward may go there.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::task::JoinSet;
use trackward_core::{HostKey, PageUrl, Target, Trouble};
use trackward_fetch::HttpFetch;

use crate::doctor::finding::{About, Finding};
use crate::doctor::known::Known;
use crate::output::count;

/// Sites of ours that are looked at.
const OURS: usize = 5;

/// A host that is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    pub(crate) url: PageUrl,
    /// Whether it is a site of ours.
    pub(crate) is_ours: bool,
}

/// A host with the addresses that its name leads to.
type Found = (Sought, Result<Vec<IpAddr>, Trouble>);

/// The hosts to look for: our own sites first, then those with the most watched links.
pub(crate) fn sought(ours: &[PageUrl], known: Option<&Known>) -> Vec<Sought> {
    let ours = ours.iter().map(|url| Sought { url: url.clone(), is_ours: true });
    let watched = known.iter().flat_map(|known| &known.hosts).filter_map(|host| host.pages.first().cloned());
    ours.chain(watched.map(|url| Sought { url, is_ours: false })).collect()
}

/// Addresses that stand for our own sites, some of them where there are many.
pub(crate) fn addresses_of(sites: &[Target]) -> Vec<PageUrl> {
    sites.iter().filter_map(address_of).take(OURS).collect()
}

fn address_of(site: &Target) -> Option<PageUrl> {
    match site {
        Target::Page(page) | Target::Prefix(page) => Some(page.clone()),
        Target::Host(host) => PageUrl::parse(&format!("https://{host}/")).ok(),
        Target::Domain(domain) => PageUrl::parse(&format!("https://{domain}/")).ok(),
    }
}

/// Resolves all names at once.
pub(crate) async fn resolve(fetch: &Arc<HttpFetch>, sought: Vec<Sought>) -> Vec<Found> {
    let mut asking = JoinSet::new();
    for (place, one) in sought.into_iter().enumerate() {
        let fetch = fetch.clone();
        asking.spawn(async move {
            let addresses = fetch.resolve(&one.url).await;
            (place, (one, addresses))
        });
    }
    let mut found = asking.join_all().await;
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, found)| found).collect()
}

/// The hosts that no request would get to.
pub(crate) fn out_of_reach(found: &[Found]) -> Vec<HostKey> {
    found.iter().filter(|(_, to)| to.is_err()).map(|(sought, _)| sought.url.host_key()).collect()
}

/// What there is to say of names and of where they lead.
pub(crate) fn findings(found: &[Found]) -> Vec<Finding> {
    if found.is_empty() {
        return vec![Finding::note(About::Names, "there is no site to look for yet")];
    }
    let no_answer = |(_, to): &Found| if let Err(Trouble::Dns(why)) = to { Some(why.clone()) } else { None };
    if let Some(why) = found.iter().map(no_answer).collect::<Option<Vec<_>>>() {
        return vec![
            Finding::fault(About::Names, format!("no name can be resolved: {}", why[0]))
                .advise("look whether this machine is online and has name servers (/etc/resolv.conf)"),
        ];
    }
    let fine = found.iter().filter(|(_, to)| to.is_ok()).count();
    let all = count(found.len() as u64, "site", "sites");
    let what = format!("{fine} of {all} resolve to addresses that may be asked");
    let is_whole = fine == found.len();
    let resolved = if is_whole { Finding::ok(About::Names, what) } else { Finding::note(About::Names, what) };
    let troubles = found.iter().filter_map(|(sought, to)| to.as_ref().err().map(|why| trouble(sought, why)));
    std::iter::once(resolved).chain(troubles).collect()
}

fn trouble(sought: &Sought, why: &Trouble) -> Finding {
    let host = sought.url.host_key();
    let whose = if sought.is_ours { "your site" } else { "the watched site" };
    match why {
        Trouble::Blocked(why) => {
            Finding::warning(About::Reach, format!("{whose} {host} is not asked: {why}"))
        }
        _ if sought.is_ours => {
            Finding::warning(About::Names, format!("{whose} {host} cannot be found: {why}"))
                .advise("look whether `sites` names it rightly")
        }
        _ => Finding::note(About::Names, format!("{whose} {host} cannot be found: {why}"))
            .advise("nothing: its links are told when it stays so"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    fn found(host: &str, is_ours: bool, to: Result<Vec<IpAddr>, Trouble>) -> Found {
        (Sought { url: PageUrl::parse(&format!("https://{host}/")).unwrap(), is_ours }, to)
    }

    fn good() -> Found {
        found("blog.example", false, Ok(vec![[192, 0, 2, 1].into()]))
    }

    fn broken() -> Trouble {
        Trouble::Dns("no connections available".to_owned())
    }

    fn levels(found: &[Found]) -> Vec<(Level, About)> {
        findings(found).into_iter().map(|finding| (finding.level, finding.about)).collect()
    }

    #[test]
    fn names_that_all_fail_are_one_fault_and_one_that_fails_is_not() {
        let all = [found("a.example", true, Err(broken())), found("b.example", false, Err(broken()))];
        assert_eq!(levels(&all), [(Level::Fault, About::Names)]);
        assert_eq!(levels(&all[..1]), [(Level::Fault, About::Names)]);
        let some = [good(), found("b.example", false, Err(broken()))];
        assert_eq!(levels(&[good()]), [(Level::Ok, About::Names)]);
        assert_eq!(levels(&some), [(Level::Note, About::Names); 2]);
    }

    #[test]
    fn own_site_that_is_gone_or_shut_is_a_warning() {
        let gone = [good(), found("ours.example", true, Err(Trouble::NoSuchHost))];
        assert_eq!(levels(&gone)[1], (Level::Warning, About::Names));
        let shut =
            Trouble::Blocked("10.0.0.1 is private; name it in `allow_networks` to allow it".to_owned());
        let said = &findings(&[good(), found("ours.example", true, Err(shut))])[1];
        assert_eq!((said.level, said.about), (Level::Warning, About::Reach));
        assert!(said.what.contains("allow_networks"));
    }

    #[test]
    fn sites_of_every_form_have_an_address_to_look_for() {
        let sites = [
            "ours.example",
            "//shop.ours.example",
            "https://ours.example/blog/*",
            "http://ours.example:8080/a",
        ];
        let sites: Vec<Target> = sites.iter().map(|site| Target::parse(site).unwrap()).collect();
        let urls: Vec<String> = addresses_of(&sites).iter().map(ToString::to_string).collect();
        assert_eq!(
            urls,
            [
                "https://ours.example/",
                "https://shop.ours.example/",
                "https://ours.example/blog/",
                "http://ours.example:8080/a"
            ]
        );
        let many: Vec<Target> = vec![sites[0].clone(); OURS + 1];
        assert_eq!(addresses_of(&many).len(), OURS);
    }
}
