//! From names to the addresses that may be contacted: resolved once, judged, then connected to.

mod name_servers;
#[cfg(test)]
pub(crate) mod scripted;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use hickory_resolver::Hosts;
use hickory_resolver::lookup::Lookup;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name, RecordType};
use reqwest::dns::{Addrs, Resolve, Resolving};
use tokio::sync::Semaphore;
use trackward_core::Trouble;

use crate::error::FetchError;
use crate::gate::{AddressGate, no_contact};
use crate::limits::Limits;
use name_servers::NameServers;

/// Where the addresses of a name are asked for.
#[async_trait]
trait Resolver: Send + Sync {
    /// Every address of a name, as it was answered; the list is never empty.
    async fn lookup(&self, name: &str) -> Result<Vec<IpAddr>, Trouble>;
}

/// What a `localhost` name stands for (RFC 6761, 6.3).
const LOCALHOST: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Names and the gate they are judged by.
#[derive(Clone)]
pub(crate) struct Names {
    hosts: Arc<Hosts>,
    resolver: Arc<dyn Resolver>,
    lookups: Arc<Semaphore>,
    gate: Arc<AddressGate>,
}

impl Names {
    /// Resolves by the hosts file and the name servers of the system.
    pub(crate) fn new(gate: Arc<AddressGate>) -> Result<Self, FetchError> {
        let hosts = Hosts::from_system().unwrap_or_else(|error| {
            tracing::debug!(%error, "no hosts file");
            Hosts::default()
        });
        Ok(Self::of(hosts, Arc::new(NameServers::of_system()?), gate))
    }

    fn of(hosts: Hosts, resolver: Arc<dyn Resolver>, gate: Arc<AddressGate>) -> Self {
        Self { hosts: Arc::new(hosts), resolver, lookups: Arc::new(Semaphore::new(Limits::LOOKUPS)), gate }
    }

    /// What a connection to `port` asks for addresses.
    pub(crate) fn for_port(&self, port: u16) -> PortNames {
        PortNames { names: self.clone(), port }
    }

    /// All addresses of a name, every one of them judged.
    pub(crate) async fn addresses(&self, name: &str, port: u16) -> Result<Vec<IpAddr>, Trouble> {
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
        let _permit = self.lookups.acquire().await.expect("the semaphore is never closed");
        self.resolver.lookup(name).await
    }
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
mod tests;
