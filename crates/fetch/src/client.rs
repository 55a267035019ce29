//! The HTTP client: one request, nothing hidden.

use std::error::Error;
use std::sync::Arc;

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, redirect, retry};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

use crate::agent::UserAgent;
use crate::error::FetchError;
use crate::limits::Limits;
use crate::resolve::PortNames;

/// Builds a client; where the system has no certificates, with those of Mozilla that come with us.
pub(crate) fn build(agent: &UserAgent, names: PortNames) -> Result<Client, FetchError> {
    let system = settings(agent, names.clone()).build();
    let client = system.or_else(|error| {
        tracing::debug!(error = &error as &dyn Error, "the certificates of the system cannot be used");
        settings(agent, names).tls_backend_preconfigured(trusting(own_roots())).build()
    });
    client.map_err(FetchError::Client)
}

/// Builds a client that trusts these roots only.
#[cfg(test)]
pub(crate) fn build_trusting(agent: &UserAgent, names: PortNames, roots: RootCertStore) -> Client {
    settings(agent, names).tls_backend_preconfigured(trusting(roots)).build().unwrap()
}

/// Every convenience is switched off by name: another crate may have switched on its feature.
fn settings(agent: &UserAgent, names: PortNames) -> ClientBuilder {
    let accept_encoding = (ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
    Client::builder()
        .user_agent(agent.as_str())
        .default_headers(HeaderMap::from_iter([accept_encoding]))
        .dns_resolver(names)
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(Limits::CONNECT)
        .pool_max_idle_per_host(Limits::IDLE_CONNECTIONS)
        .pool_idle_timeout(Limits::IDLE_CONNECTION)
        .tcp_keepalive(None)
        .http1_max_headers(Limits::HEADERS)
        .http2_max_header_list_size(Limits::HEADER_BYTES)
}

fn own_roots() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
}

fn trusting(roots: RootCertStore) -> ClientConfig {
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs speaks the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::AddressGate;
    use crate::resolve::Names;

    fn parts() -> (UserAgent, PortNames) {
        let names = Names::new(Arc::new(AddressGate::default())).unwrap();
        (UserAgent::new(None).unwrap(), names.for_port(80))
    }

    /// The environment cannot be set in a test without `unsafe`; a client that would read it shows so.
    #[test]
    fn proxies_of_the_environment_are_not_read() {
        let (agent, names) = parts();
        let shows_proxies = |client: &Client| format!("{client:?}").contains("proxies");
        assert!(shows_proxies(&Client::new()));
        assert!(!shows_proxies(&build(&agent, names).unwrap()));
    }
}
