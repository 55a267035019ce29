//! An address means the same each time it is read, and is refused in every spelling or in none.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use trackward_core::{Limits, PageUrl, Target};
use trackward_fetch::AddressGate;

use super::input::line;

/// Checks an input of an address, a line break and a link on its page; its first bytes make IP addresses.
pub fn check(input: &[u8]) {
    let (address, rest) = line(input);
    let (link, _) = line(rest);
    let page = PageUrl::parse(&address);
    let host = PageUrl::parse("https://host.example/folder/post?query").expect("an address");
    let links = [host.join(&link), page.as_ref().unwrap_or(&host).join(&link)];
    for page in page.iter().chain(links.iter().flatten()) {
        check_page(page);
        check_target(page.as_str());
    }
    check_target(&address);
    if let Some(octets) = input.first_chunk::<4>() {
        check_spellings_v4((*octets).into());
    }
    if let Some(octets) = input.first_chunk::<16>() {
        check_spellings_v6((*octets).into());
    }
}

fn check_page(page: &PageUrl) {
    let url = page.as_url();
    assert!(page.as_str().len() <= Limits::URL_BYTES && matches!(url.scheme(), "http" | "https"), "{page}");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{page}");
    assert_eq!(PageUrl::parse(page.as_str()).as_ref(), Ok(page));
    assert_eq!(page.join(page.as_str()).as_ref(), Ok(page));
    for other in [page.robots_url(), page.front_page()] {
        assert_eq!((other.origin(), other.host_key()), (page.origin(), page.host_key()));
        assert_eq!(PageUrl::parse(other.as_str()), Ok(other));
    }
    check_match_key(page);
    match page.host_key().as_str().trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => check_spellings_v4(ip),
        Ok(IpAddr::V6(ip)) => check_spellings_v6(ip),
        Err(_) => drop(AddressGate::default().check_url(page)),
    }
}

/// What was folded is not folded further.
fn check_match_key(page: &PageUrl) {
    let key = page.match_key();
    let folded = key.as_str().find(['/', '?']).map_or("", |at| &key.as_str()[at..]);
    // Dots that were a segment only together with a session id would now be a step up; no key is ever fetched.
    let path = folded.split('?').next().unwrap_or_default();
    if path.ends_with("/.") || path.ends_with("/..") {
        return;
    }
    if let Ok(again) = PageUrl::parse(&format!("{}{folded}", page.origin())) {
        assert_eq!(again.match_key(), key, "{page}");
    }
}

fn check_target(text: &str) {
    if let Ok(target) = Target::parse(text) {
        assert_eq!(Target::parse(&target.to_string()).as_ref(), Ok(&target), "{target}");
    }
}

fn check_spellings_v4(ip: Ipv4Addr) {
    let [a, b, c, d] = ip.octets();
    let (bits, tail) = (ip.to_bits(), ip.to_bits() & 0xff_ffff);
    let (high, low) = (bits >> 16, bits & 0xffff);
    let wide: String = ip.to_string().chars().map(full_width).collect();
    let escaped: Vec<_> = ip.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    let spellings = [
        format!("{ip}"),
        format!("{ip}."),
        format!("user@{ip}"),
        format!("{bits}"),
        format!("{bits:#x}"),
        format!("0{bits:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a}.{tail}"),
        wide,
        escaped.concat(),
        format!("[::ffff:{ip}]"),
        format!("[0:0:0:0:0:FFFF:{high:X}:{low:X}]"),
        format!("[64:ff9b::{ip}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
    ];
    let may_be_asked = check_spellings(ip.into(), &spellings);
    let is_ours = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified();
    assert!(!(may_be_asked && (is_ours || ip.is_multicast() || ip.is_documentation())), "{ip}");
}

/// The full-width twin of a character of visible ASCII.
fn full_width(c: char) -> char {
    char::from_u32(u32::from(c) - u32::from('!') + 0xff01).unwrap_or(c)
}

fn check_spellings_v6(ip: Ipv6Addr) {
    let groups: Vec<String> = ip.segments().iter().map(|group| format!("{group:04X}")).collect();
    let may_be_asked = check_spellings(ip.into(), &[format!("[{ip}]"), format!("[{}]", groups.join(":"))]);
    let is_ours =
        ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local();
    assert!(!(may_be_asked && (is_ours || ip.is_multicast())), "{ip}");
}

/// Whether the gate lets every spelling pass; none of them may differ.
fn check_spellings(ip: IpAddr, spellings: &[String]) -> bool {
    let allowing = AddressGate::default().allow("127.0.0.0/8".parse().expect("a network"));
    for gate in [&allowing, &AddressGate::default()] {
        for host in spellings {
            let page = PageUrl::parse(&format!("http://{host}/")).expect("an address");
            assert_eq!(gate.check_url(&page).is_ok(), gate.check_ip(ip, 80).is_ok(), "{page}");
        }
    }
    AddressGate::default().check_ip(ip, 80).is_ok()
}
