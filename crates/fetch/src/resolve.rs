//! From names to the addresses that may be contacted: resolved once, judged, then connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::config::{LookupIpStrategy, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name, RecordType};
use hickory_resolver::{Hosts, TokioResolver};
use reqwest::dns::{Addrs, Resolve, Resolving};
use trackward_core::Trouble;

use crate::error::FetchError;
use crate::gate::{AddressGate, no_contact};
use crate::limits::Limits;
use crate::trouble::shorten;

/// What a `localhost` name stands for (RFC 6761, 6.3).
const LOCALHOST: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Names and the gate they are judged by.
#[derive(Clone)]
pub(crate) struct Names {
    hosts: Arc<Hosts>,
    resolver: TokioResolver,
    gate: Arc<AddressGate>,
}

impl Names {
    /// Resolves by the hosts file and the name servers of the system.
    pub(crate) fn new(gate: Arc<AddressGate>) -> Result<Self, FetchError> {
        let hosts = Hosts::from_system().unwrap_or_else(|error| {
            tracing::debug!(%error, "no hosts file");
            Hosts::default()
        });
        let provider = TokioRuntimeProvider::default();
        let mut builder = TokioResolver::builder(provider.clone()).unwrap_or_else(|error| {
            tracing::warn!(%error, "no name servers are configured");
            TokioResolver::builder_with_config(ResolverConfig::from_name_servers(Vec::new()), provider)
        });
        set(builder.options_mut());
        let resolver = builder.build().map_err(|error| FetchError::Resolver(error.to_string()))?;
        Ok(Self { hosts: Arc::new(hosts), resolver, gate })
    }

    /// What a connection to `port` asks for addresses.
    pub(crate) fn for_port(&self, port: u16) -> PortNames {
        PortNames { names: self.clone(), port }
    }

    /// All addresses of a name, every one of them judged.
    async fn addresses(&self, name: &str, port: u16) -> Result<Vec<IpAddr>, Trouble> {
        if is_localhost(name) {
            return self.localhost(name, port);
        }
        let addresses = match self.in_hosts_file(name) {
            Some(addresses) => addresses,
            None if self.gate.is_loopback_only() => return Err(Trouble::Blocked(no_contact(name))),
            None => self.ask_name_servers(name).await?,
        };
        self.gate.check_name(name, &addresses, port)?;
        Ok(addresses)
    }

    /// Nobody else decides what `localhost` is, so the address that is not allowed is left out here.
    fn localhost(&self, name: &str, port: u16) -> Result<Vec<IpAddr>, Trouble> {
        let allowed: Vec<_> =
            LOCALHOST.into_iter().filter(|ip| self.gate.check_ip(*ip, port).is_ok()).collect();
        if allowed.is_empty() {
            self.gate.check_name(name, &LOCALHOST, port)?;
        }
        Ok(allowed)
    }

    /// A name in the hosts file is not asked for elsewhere, not even for its other address family.
    fn in_hosts_file(&self, name: &str) -> Option<Vec<IpAddr>> {
        let name = Name::from_ascii(name).ok()?;
        let query = |family| Query::query(name.clone(), family);
        let lookups =
            [RecordType::A, RecordType::AAAA].map(|family| self.hosts.lookup_static_host(&query(family)));
        let answers = lookups.iter().flatten().flat_map(Lookup::answers);
        let addresses: Vec<_> = answers.filter_map(|record| record.data.ip_addr()).collect();
        (!addresses.is_empty()).then_some(addresses)
    }

    async fn ask_name_servers(&self, name: &str) -> Result<Vec<IpAddr>, Trouble> {
        // A full stop keeps the search domains of the system out.
        let found = self.resolver.lookup_ip(format!("{name}.")).await;
        let addresses: Vec<_> = found.map_err(|error| trouble(&error))?.iter().collect();
        if addresses.is_empty() { Err(without_address()) } else { Ok(addresses) }
    }
}

fn trouble(error: &NetError) -> Trouble {
    if error.is_nx_domain() {
        Trouble::NoSuchHost
    } else if error.is_no_records_found() {
        without_address()
    } else {
        Trouble::Dns(shorten(&error.to_string()))
    }
}

fn without_address() -> Trouble {
    Trouble::Dns("the name has no address".to_owned())
}

fn set(options: &mut ResolverOpts) {
    const MINUTE: Duration = Duration::from_mins(1);
    options.timeout = Limits::LOOKUP;
    options.cache_size = Limits::LOOKUPS_KEPT;
    options.positive_min_ttl = Some(MINUTE);
    options.positive_max_ttl = Some(24 * 60 * MINUTE);
    options.negative_min_ttl = Some(5 * MINUTE);
    options.negative_max_ttl = Some(15 * MINUTE);
    options.use_hosts_file = ResolveHosts::Never;
    // The family of the first address is tried first, and IPv4 is there more often.
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
}

fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

/// The resolver of one client: reqwest does not tell a resolver the port, so each has its own.
#[derive(Clone)]
pub(crate) struct PortNames {
    names: Names,
    port: u16,
}

impl Resolve for PortNames {
    fn resolve(&self, name: reqwest::dns::Name) -> Resolving {
        let Self { names, port } = self.clone();
        Box::pin(async move {
            let addresses = names.addresses(name.as_str(), port).await.map_err(NotResolved)?;
            // Port 0 stands for the port of the URL.
            let sockets = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

/// A [`Trouble`] on its way through reqwest.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotResolved(pub(crate) Trouble);

#[cfg(test)]
mod tests {
    use super::*;

    fn names(gate: AddressGate) -> Names {
        Names::new(Arc::new(gate)).unwrap()
    }

    fn loopback() -> AddressGate {
        AddressGate::default().allow("127.0.0.0/8".parse().unwrap())
    }

    #[tokio::test]
    async fn localhost_leads_to_the_loopback_addresses_that_are_allowed() {
        for name in ["localhost", "blog.localhost"] {
            let addresses = names(loopback()).addresses(name, 8_080).await;
            assert_eq!(addresses, Ok(vec![LOCALHOST[0]]), "{name}");
        }
    }

    #[tokio::test]
    async fn name_in_the_hosts_file_leads_to_all_its_addresses_there_and_is_judged() {
        let mut names = names(loopback());
        let mut hosts = Hosts::default();
        let file = "127.0.0.2 blog.test\n127.0.0.3 blog.test\n10.0.0.1 intranet.test\n";
        hosts.read_hosts_conf(file.as_bytes()).unwrap();
        names.hosts = Arc::new(hosts);
        let expected = ["127.0.0.2", "127.0.0.3"].map(|ip| ip.parse().unwrap());
        assert_eq!(names.addresses("blog.test", 80).await, Ok(expected.to_vec()));
        let refused = names.addresses("intranet.test", 80).await;
        assert!(matches!(refused, Err(Trouble::Blocked(why)) if why.contains("leads to 10.0.0.1")));
    }

    #[tokio::test]
    async fn localhost_is_refused_when_no_loopback_address_is_allowed() {
        let refused = names(AddressGate::default()).addresses("localhost", 80).await;
        assert!(
            matches!(refused, Err(Trouble::Blocked(why)) if why.contains("localhost leads to 127.0.0.1"))
        );
    }

    #[tokio::test]
    async fn name_that_cannot_exist_is_no_such_host() {
        let missing = names(AddressGate::default()).addresses("host.invalid", 80).await;
        assert_eq!(missing, Err(Trouble::NoSuchHost));
    }

    #[tokio::test]
    async fn without_contact_no_name_server_is_asked_and_the_refusal_says_what_to_set() {
        let refused = names(loopback().loopback_only()).addresses("host.example", 80).await;
        assert!(matches!(refused, Err(Trouble::Blocked(why)) if why.contains("set `contact`")));
    }
}
