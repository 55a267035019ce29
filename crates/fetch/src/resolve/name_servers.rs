//! The name servers of the system, asked through a cache.

use std::net::IpAddr;

use async_trait::async_trait;
use hickory_resolver::config::{LookupIpStrategy, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use trackward_core::Trouble;

use super::Resolver;
use crate::error::FetchError;
use crate::limits::Limits;
use crate::trouble::shorten;

/// Name servers, and what they answered lately.
pub(super) struct NameServers(TokioResolver);

impl NameServers {
    /// Those that the system is configured with; none where it names none.
    pub(super) fn of_system() -> Result<Self, FetchError> {
        let provider = TokioRuntimeProvider::default();
        let builder = TokioResolver::builder(provider.clone()).unwrap_or_else(|error| {
            tracing::warn!(%error, "no name servers are configured");
            TokioResolver::builder_with_config(ResolverConfig::from_name_servers(Vec::new()), provider)
        });
        Self::build(builder)
    }

    fn build(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Result<Self, FetchError> {
        set(builder.options_mut());
        let resolver = builder.build().map_err(|error| FetchError::Resolver(error.to_string()))?;
        Ok(Self(resolver))
    }
}

#[async_trait]
impl Resolver for NameServers {
    async fn lookup(&self, name: &str) -> Result<Vec<IpAddr>, Trouble> {
        // A full stop keeps the search domains of the system out.
        let found = self.0.lookup_ip(format!("{name}.")).await;
        let addresses: Vec<_> = found.map_err(|error| trouble(&error))?.iter().collect();
        if addresses.is_empty() { Err(without_address()) } else { Ok(addresses) }
    }
}

fn set(options: &mut ResolverOpts) {
    options.timeout = Limits::LOOKUP;
    options.cache_size = Limits::LOOKUPS_KEPT;
    options.positive_min_ttl = Some(*Limits::ADDRESSES_KEPT.start());
    options.positive_max_ttl = Some(*Limits::ADDRESSES_KEPT.end());
    options.negative_min_ttl = Some(*Limits::ABSENCES_KEPT.start());
    options.negative_max_ttl = Some(*Limits::ABSENCES_KEPT.end());
    options.use_hosts_file = ResolveHosts::Never;
    // The family of the first address is tried first, and IPv4 is there more often.
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
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

#[cfg(test)]
mod tests;
