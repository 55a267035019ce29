//! The gate's promises as tables.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

fn opens(gate: &AddressGate, ip: &str, port: u16) -> bool {
    gate.check_ip(ip.parse().unwrap(), port).is_ok()
}

fn passes(ip: impl Into<IpAddr>) -> bool {
    AddressGate::default().check_ip(ip.into(), 80).is_ok()
}

fn blocked(result: Result<(), Trouble>) -> String {
    match result {
        Err(Trouble::Blocked(why)) => why,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// The IPv6 addresses that carry `ip`.
fn wrappings(ip: Ipv4Addr) -> [Ipv6Addr; 3] {
    let [a, b, c, d] = ip.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    [
        ip.to_ipv6_mapped(),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
    ]
}

#[test]
fn every_refused_network_is_refused_from_first_to_last_address() {
    for (network, what) in ranges::RESERVED_V4 {
        assert!(!passes(network.network()), "first of {network}, {what}");
        assert!(!passes(network.broadcast()), "last of {network}, {what}");
    }
    for (network, what) in ranges::RESERVED_V6 {
        assert!(!passes(network.network()), "first of {network}, {what}");
        assert!(!passes(network.broadcast()), "last of {network}, {what}");
    }
}

#[test]
fn neighbours_of_refused_networks_pass() {
    for ip in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.1.255",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::",
        "2000:ffff::ffff",
        "2001:200::",
        "2001:db7:ffff::1",
        "2001:db9::",
        "3ffe:ffff::",
        "3fff:1000::",
        "2606:4700::1111",
    ] {
        assert!(opens(&AddressGate::default(), ip, 80), "{ip}");
    }
}

#[test]
fn ipv6_outside_the_global_network_is_refused() {
    for ip in [
        "::",
        "::1",
        "::127.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "4000::",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!opens(&AddressGate::default(), ip, 80), "{ip}");
    }
}

proptest! {
    #[test]
    fn wrapped_address_is_judged_like_the_one_it_carries(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        for wrapped in wrappings(ip) {
            prop_assert_eq!(passes(wrapped), passes(ip), "{} in {}", ip, wrapped);
        }
    }
}

#[test]
fn refused_address_is_refused_in_every_wrapping() {
    for (network, _) in ranges::RESERVED_V4 {
        for wrapped in wrappings(network.network()) {
            assert!(!passes(wrapped), "{wrapped}");
        }
    }
}

#[test]
fn allowed_network_opens_on_every_port_and_its_neighbour_stays_shut() {
    let gate = AddressGate::default().allow("127.0.0.0/8".parse().unwrap());
    assert!(opens(&gate, "127.0.0.1", 80) && opens(&gate, "127.255.255.255", 49_152));
    assert!(opens(&gate, "::ffff:127.0.0.1", 8_080));
    assert!(!opens(&gate, "::1", 80) && !opens(&gate, "10.0.0.1", 80));
}

#[test]
fn allow_of_one_port_does_not_open_its_neighbour() {
    let gate = AddressGate::default().allow("10.1.2.3/32:8080".parse().unwrap());
    assert!(opens(&gate, "10.1.2.3", 8_080));
    assert!(!opens(&gate, "10.1.2.3", 8_081) && !opens(&gate, "10.1.2.3", 80));
    assert!(!opens(&gate, "10.1.2.4", 8_080) && !opens(&gate, "9.9.9.9", 8_080));
}

#[test]
fn denied_network_is_refused_even_where_it_is_allowed_and_only_on_its_port() {
    let gate =
        |deny: &str| AddressGate::default().allow("10.0.0.0/8".parse().unwrap()).deny(deny.parse().unwrap());
    assert!(!opens(&gate("9.9.9.0/24"), "9.9.9.9", 443) && opens(&gate("9.9.9.0/24"), "9.9.8.9", 443));
    assert!(!opens(&gate("10.1.0.0/16"), "10.1.2.3", 80) && opens(&gate("10.1.0.0/16"), "10.2.2.3", 80));
    assert!(!opens(&gate("9.9.9.9/32:80"), "9.9.9.9", 80) && opens(&gate("9.9.9.9/32:80"), "9.9.9.9", 443));
    assert!(!opens(&gate("9.9.9.0/24"), "::ffff:9.9.9.9", 443), "wrapped");
    assert!(!opens(&gate("64:ff9b::/96"), "64:ff9b::909:909", 443), "the wrapping");
}

#[test]
fn hosts_of_one_public_network_share_a_limit_and_others_have_none() {
    let shared = |ip: &str| shared_network(ip.parse().unwrap()).map(|network| network.to_string());
    assert_eq!(shared("9.9.9.1"), Some("9.9.9.0/24".into()));
    assert_eq!(shared("9.9.9.255"), shared("::ffff:9.9.9.1"));
    assert_ne!(shared("9.9.10.0"), shared("9.9.9.255"));
    assert_eq!(shared("2606:4700:1:ffff::1"), Some("2606:4700:1::/48".into()));
    assert_eq!([shared("127.0.0.1"), shared("10.0.0.1"), shared("::1")], [None, None, None]);
}

#[test]
fn public_address_is_asked_on_web_ports_and_extra_ports_only() {
    let gate = AddressGate::default().ports([8_443]);
    for (port, open) in [(80, true), (443, true), (8_443, true), (8_080, false), (25, false)] {
        assert_eq!(opens(&gate, "9.9.9.9", port), open, "{port}");
    }
}

#[test]
fn port_of_a_name_is_judged_before_the_name_is_resolved() {
    let gate = AddressGate::default().allow("10.1.2.3/32:8080".parse().unwrap());
    let check = |text: &str| gate.check_url(&PageUrl::parse(text).unwrap());
    assert!(check("http://host.example/").is_ok() && check("https://host.example:8080/").is_ok());
    assert!(blocked(check("http://host.example:22/")).contains("`ports`"));
}

#[test]
fn literal_is_refused_in_every_spelling() {
    for host in [
        "127.0.0.1",
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "user:secret@127.0.0.1",
        "①②⑦.0.0.1",
        "%31%32%37.0.0.1",
    ] {
        let url = PageUrl::parse(&format!("http://{host}/")).unwrap();
        assert!(AddressGate::default().check_url(&url).is_err(), "{host}");
    }
    let backslash = PageUrl::parse("http:\\\\127.0.0.1\\@host.example/").unwrap();
    assert!(AddressGate::default().check_url(&backslash).is_err());
}

#[test]
fn name_with_one_address_off_limits_is_refused() {
    let name = |addresses: &[&str]| {
        let addresses: Vec<_> = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
        AddressGate::default().check_name("host.example", &addresses, 443)
    };
    assert!(name(&["9.9.9.9", "2606:4700::1111"]).is_ok());
    assert!(blocked(name(&["9.9.9.9", "10.0.0.1"])).starts_with("host.example leads to 10.0.0.1"));
    assert!(blocked(name(&["9.9.9.9", "::ffff:100.64.0.1"])).contains("carries 100.64.0.1"));
}

#[test]
fn without_contact_only_allowed_loopback_opens_and_the_refusal_says_what_to_set() {
    let gate =
        AddressGate::default().allow("127.0.0.0/8".parse().unwrap()).allow("10.0.0.0/8".parse().unwrap());
    let gate = gate.loopback_only();
    assert!(opens(&gate, "127.0.0.2", 8_080));
    for ip in ["9.9.9.9", "10.0.0.1", "2606:4700::1111"] {
        assert!(
            blocked(gate.check_ip(ip.parse().unwrap(), 80)).contains("set `contact` in trackward.toml"),
            "{ip}"
        );
    }
    assert!(blocked(gate.check_ip("::1".parse().unwrap(), 80)).contains("allow_networks"));
}
