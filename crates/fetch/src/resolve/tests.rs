//! Names of this machine, of the hosts file, and of name servers that say anything.

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
    assert!(matches!(refused, Err(Trouble::Blocked(why)) if why.contains("localhost leads to 127.0.0.1")));
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

#[tokio::test]
async fn lookups_at_their_limit_are_asked_and_one_more_waits() {
    let silence = Arc::new(scripted::Silence::default());
    let names = scripted::names(Arc::clone(&silence), Arc::default());
    let mut lookups = tokio::task::JoinSet::new();
    for _ in 0..=Limits::LOOKUPS {
        let names = names.clone();
        lookups.spawn(async move { names.addresses("host.example", 80).await });
    }
    while silence.asked() < Limits::LOOKUPS {
        tokio::task::yield_now().await;
    }
    // Each of them has had its turn by now.
    for _ in 0..=Limits::LOOKUPS {
        tokio::task::yield_now().await;
    }
    assert_eq!(silence.asked(), Limits::LOOKUPS);
}
