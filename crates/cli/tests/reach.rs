//! What the environment of a run may not change: where it connects, and whom it trusts.

mod bench;

use std::net::TcpListener;

use bench::Bench;
use serde_json::Value;
use trackward_farm::World;

/// A listener that takes no connection but remembers who came.
fn canary() -> TcpListener {
    let canary = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    canary.set_nonblocking(true).expect("a listener need not block");
    canary
}

#[tokio::test(flavor = "multi_thread")]
async fn proxies_of_the_environment_are_not_contacted() {
    let bench = Bench::with_farm(|start| World::new(start).blog(bench::blog())).await;
    let canary = canary();
    let proxy = format!("http://{}", canary.local_addr().unwrap());
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let mut environment: Vec<_> = names.map(|name| (name, proxy.clone())).into();
    environment.extend([("NO_PROXY", String::new()), ("no_proxy", String::new())]);
    let page = bench.farm_url("/roses/");
    let seen = bench.run_with(&["check", &page, "--json"], &environment);
    assert!(seen.stdout.contains("\"readable\""), "{}{}", seen.stdout, seen.stderr);
    bench.run_with(&["check", &page.replace("http:", "https:"), "--json"], &environment);
    let came = canary.accept().map(|(_, from)| from);
    assert!(came.is_err(), "{came:?} came to the proxy");
}

#[tokio::test(flavor = "multi_thread")]
async fn machine_without_certificates_checks_with_those_that_come_along() {
    let bench = Bench::with_farm(|start| World::new(start).blog(bench::blog())).await;
    let nothing = bench.path("nothing");
    let environment = [
        ("SSL_CERT_FILE", "/dev/null".to_owned()),
        ("SSL_CERT_DIR", nothing),
        ("TRACKWARD_LOG", "trackward_fetch=debug".to_owned()),
    ];
    let said = bench.run_with(&["check", &bench.farm_url("/roses/"), "--json"], &environment);
    assert!(said.stderr.contains("certificates of the system cannot be used"), "{}", said.stderr);
    let said: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(said["verdict"], "readable");
}
