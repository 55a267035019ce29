//! Which addresses may be contacted: the only way to a socket.

mod network;
mod ranges;

use std::net::IpAddr;

use ipnet::IpNet;
use trackward_core::{PageUrl, Trouble};
use url::Host;

pub use network::Network;

/// The ports of `http` and `https`.
const WEB_PORTS: [u16; 2] = [80, 443];

/// Which addresses may be contacted; by default the public internet on ports 80 and 443.
///
/// IPv6 addresses that carry an IPv4 address (mapped, NAT64, 6to4) are judged by what they carry.
/// Refusals are [`Trouble::Blocked`] and say what to do about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressGate {
    allowed: Vec<Network>,
    denied: Vec<Network>,
    ports: Vec<u16>,
    loopback_only: bool,
}

impl AddressGate {
    /// A port that no rule can name: what holds for it holds for every port that none names.
    pub(crate) const UNNAMED_PORT: u16 = 0;

    /// Opens a network besides: on its port, or on every port when it has none.
    #[must_use]
    pub fn allow(mut self, network: Network) -> Self {
        self.allowed.push(network);
        self
    }

    /// Shuts a network, whatever else opens it.
    #[must_use]
    pub fn deny(mut self, network: Network) -> Self {
        self.denied.push(network);
        self
    }

    /// Opens ports of public addresses besides 80 and 443; port 0 is left out.
    #[must_use]
    pub fn ports(mut self, extra: impl IntoIterator<Item = u16>) -> Self {
        self.ports.extend(extra.into_iter().filter(|port| *port != Self::UNNAMED_PORT));
        self
    }

    /// Refuses every address that is not loopback: for a user agent without a contact.
    ///
    /// Loopback addresses still have to be allowed by [`AddressGate::allow`].
    #[must_use]
    pub fn loopback_only(mut self) -> Self {
        self.loopback_only = true;
        self
    }

    /// Judges what can be judged of a URL before its name is resolved: address literals and ports.
    ///
    /// # Errors
    /// [`Trouble::Blocked`] when it may not be contacted.
    pub fn check_url(&self, url: &PageUrl) -> Result<(), Trouble> {
        let port = port_of(url);
        match url.as_url().host() {
            Some(Host::Ipv4(ip)) => self.check_ip(ip.into(), port),
            Some(Host::Ipv6(ip)) => self.check_ip(ip.into(), port),
            _ if self.may_open(port) => Ok(()),
            _ => Err(Trouble::Blocked(self.refused_port(port))),
        }
    }

    /// Judges an address that is about to be connected to.
    ///
    /// # Errors
    /// [`Trouble::Blocked`] when it may not be contacted.
    pub fn check_ip(&self, ip: IpAddr, port: u16) -> Result<(), Trouble> {
        self.refusal(ip, port).map_or(Ok(()), |why| Err(Trouble::Blocked(why)))
    }

    /// Judges all addresses of a name: one that is off limits refuses the name.
    pub(crate) fn check_name(&self, name: &str, addresses: &[IpAddr], port: u16) -> Result<(), Trouble> {
        let refusal = addresses.iter().find_map(|ip| self.refusal(*ip, port));
        refusal.map_or(Ok(()), |why| Err(Trouble::Blocked(format!("{name} leads to {why}"))))
    }

    fn refusal(&self, ip: IpAddr, port: u16) -> Option<String> {
        let judged = ranges::carried(ip).unwrap_or(ip);
        let name = if judged == ip { ip.to_string() } else { format!("{ip}, which carries {judged},") };
        if self.loopback_only && !judged.is_loopback() {
            return Some(no_contact(&name));
        }
        if self.denied.iter().any(|network| [ip, judged].iter().any(|ip| network.covers(*ip, port))) {
            return Some(format!("{name} is among `deny_addresses`"));
        }
        if self.allowed.iter().any(|network| network.covers(judged, port)) {
            return None;
        }
        match ranges::reserved(judged) {
            Some(range) => Some(format!("{name} is {range}; name it in `allow_networks` to allow it")),
            None if self.is_web_port(port) => None,
            None => Some(self.refused_port(port)),
        }
    }

    /// Whether only loopback addresses may be contacted.
    pub(crate) fn is_loopback_only(&self) -> bool {
        self.loopback_only
    }

    /// Every port that a rule names, and [`AddressGate::UNNAMED_PORT`] for all others.
    pub(crate) fn port_classes(&self) -> impl Iterator<Item = u16> + '_ {
        let of_networks = self.allowed.iter().chain(&self.denied).filter_map(Network::port);
        [Self::UNNAMED_PORT].into_iter().chain(WEB_PORTS).chain(self.ports.iter().copied()).chain(of_networks)
    }

    /// Whether any address may be contacted on this port.
    fn may_open(&self, port: u16) -> bool {
        self.is_web_port(port) || self.allowed.iter().any(|network| network.admits(port))
    }

    fn is_web_port(&self, port: u16) -> bool {
        WEB_PORTS.contains(&port) || self.ports.contains(&port)
    }

    fn refused_port(&self, port: u16) -> String {
        let open: Vec<_> = WEB_PORTS.iter().chain(&self.ports).map(u16::to_string).collect();
        let port = if port == Self::UNNAMED_PORT { "this port".to_owned() } else { format!("port {port}") };
        format!("{port} is not among {}; name it in `ports` to allow it", open.join(", "))
    }
}

/// The public network whose hosts share one limit: a /24 of IPv4, a /48 of IPv6. None for other addresses.
pub fn shared_network(ip: IpAddr) -> Option<IpNet> {
    let ip = ranges::carried(ip).unwrap_or(ip);
    let bits = if ip.is_ipv4() { 24 } else { 48 };
    let network = IpNet::new(ip, bits).expect("a mask of a third or half of the bits fits").trunc();
    ranges::reserved(ip).is_none().then_some(network)
}

/// The refusal of whatever is not loopback while nobody is named to write to.
pub(crate) fn no_contact(name: &str) -> String {
    format!("{name} is not on this machine and no contact is configured: set `contact` in trackward.toml")
}

/// The port that a URL names or implies.
pub(crate) fn port_of(url: &PageUrl) -> u16 {
    url.as_url().port_or_known_default().expect("http and https have default ports")
}

#[cfg(test)]
mod tests;
