//! A network that is opened or shut by name.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::error::FetchError;

/// A network, as the settings name it: `127.0.0.0/8`, or `10.1.2.3/32:8080` for one port of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    network: IpNet,
    port: Option<u16>,
}

impl Network {
    pub(super) fn covers(&self, ip: IpAddr, port: u16) -> bool {
        self.admits(port) && self.network.contains(&ip)
    }

    pub(super) fn admits(&self, port: u16) -> bool {
        self.port.is_none_or(|own| own == port)
    }

    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }
}

impl FromStr for Network {
    type Err = FetchError;

    /// Reads `ADDRESS/BITS` or `ADDRESS/BITS:PORT`.
    fn from_str(text: &str) -> Result<Self, FetchError> {
        let wrong = || FetchError::Network(text.to_owned());
        let (address, rest) = text.trim().split_once('/').ok_or_else(wrong)?;
        let (bits, port) = match rest.split_once(':') {
            Some((bits, port)) => (bits, Some(port.parse().map_err(|_| wrong())?)),
            None => (rest, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let network = IpNet::new(address, bits.parse().map_err(|_| wrong())?).map_err(|_| wrong())?;
        if port == Some(0) { Err(wrong()) } else { Ok(Self { network, port }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.network),
            None => write!(f, "{}", self.network),
        }
    }
}

impl TryFrom<String> for Network {
    type Error = FetchError;

    fn try_from(text: String) -> Result<Self, FetchError> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_reads_back_from_its_text() {
        for text in ["127.0.0.0/8", "10.1.2.3/32:8080", "::1/128", "fd00::/8:8443"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn text_that_is_no_network_is_refused() {
        for text in
            ["", "127.0.0.1", "localhost/8", "10.0.0.0/33", "10.0.0.0/8:", "10.0.0.0/8:0", "10.0.0.0/8:65536"]
        {
            assert!(text.parse::<Network>().is_err(), "{text:?}");
        }
    }
}
