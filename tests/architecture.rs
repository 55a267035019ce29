//! Keeps the arrows between crates, and what may come into the build (`docs/architecture.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cargo_metadata::{CargoOpt, DependencyKind, Edition, Metadata, MetadataCommand, Package};

/// The packages of the workspace, with what each may depend on among them; tests may use all.
const ARROWS: &[(&str, &[&str])] = &[
    ("trackward-core", &[]),
    ("trackward-discover", &["trackward-core", "trackward-monitor"]),
    ("trackward-extract", &["trackward-core"]),
    ("trackward-farm", &["trackward-core"]),
    ("trackward-fetch", &["trackward-core"]),
    ("trackward-report", &["trackward-core"]),
    ("trackward-store", &["trackward-core"]),
    ("trackward-tables", &["trackward-core"]),
    ("trackward-monitor", &["trackward-core", "trackward-extract", "trackward-fetch", "trackward-store"]),
];

/// Dependencies that live in one crate, and which.
const HOMES: &[(&str, &str)] = &[
    ("reqwest", "trackward-fetch"),
    ("spider", "trackward-discover"),
    ("feed-rs", "trackward-discover"),
    ("quick-xml", "trackward-discover"),
    ("sled", "trackward-store"),
    ("lol_html", "trackward-extract"),
    ("scraper", "trackward-extract"),
    ("hyper", "trackward-farm"),
    ("calamine", "trackward-tables"),
    ("zip", "trackward-tables"),
    ("clap", "trackward"),
    ("rust_xlsxwriter", "trackward-report"),
    ("schemars", "trackward-report"),
    ("png", "trackward-report"),
    ("zune-jpeg", "trackward-report"),
    ("clap_complete", "trackward"),
    ("clap_mangen", "trackward"),
    ("indicatif", "trackward"),
    ("miette", "trackward"),
    ("tikv-jemallocator", "trackward"),
    ("tracing-subscriber", "trackward"),
];

#[test]
fn crates_depend_only_on_those_below_them() {
    for (name, below) in ARROWS {
        let wrong: Vec<_> =
            own_dependencies(name).into_iter().filter(|d| !below.contains(&d.as_str())).collect();
        assert!(
            wrong.is_empty(),
            "{name} may depend on {below:?} only, not on {wrong:?}: move the shared type down to \
             trackward-core, or record the new arrow in docs/decisions/ and in ARROWS"
        );
    }
}

#[test]
fn every_library_crate_has_its_arrows_stated() {
    let stated: BTreeSet<_> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let edge = ["trackward".to_owned(), "trackward-tests".to_owned()];
    let there: BTreeSet<_> = packages().map(|p| p.name.to_string()).filter(|p| !edge.contains(p)).collect();
    assert_eq!(there, stated, "a crate came or went: say in ARROWS what it may depend on");
}

#[test]
fn extract_fetch_and_store_do_not_know_one_another() {
    let three = ["trackward-extract", "trackward-fetch", "trackward-store"];
    for name in three {
        let others: Vec<_> = three.into_iter().filter(|other| *other != name).collect();
        let advice = "what they share belongs to trackward-core, what joins them to trackward-monitor";
        assert_reaches_none_of(name, &others, advice);
    }
}

#[test]
fn core_is_pure() {
    assert_reaches_none_of(
        "trackward-core",
        &["tokio", "reqwest", "hyper", "sled", "clap"],
        "the domain knows no runtime, network, store or terminal: pass the value in",
    );
}

#[test]
fn report_knows_facts_and_never_where_they_come_from() {
    assert_reaches_none_of(
        "trackward-report",
        &["trackward-store", "trackward-fetch", "trackward-extract", "trackward-monitor"],
        "a report is given events and links: read them in the cli and hand them over",
    );
}

#[test]
fn each_heavy_dependency_has_one_home() {
    for (dependency, home) in HOMES {
        assert!(declares(package(home), dependency), "{home} has no {dependency}: strike it from HOMES");
        let users: Vec<_> = packages()
            .filter(|package| declares(package, dependency) && package.name != *home)
            .map(|package| package.name.as_str())
            .collect();
        assert!(
            users.is_empty(),
            "only {home} may depend on {dependency}, not {users:?}: ask {home} for what is needed"
        );
    }
}

#[test]
fn every_package_is_of_edition_2024() {
    for package in packages() {
        assert_eq!(package.edition, Edition::E2024, "{}: write `edition.workspace = true`", package.name);
    }
}

#[test]
fn every_package_states_its_rust_version() {
    for package in packages() {
        assert!(package.rust_version.is_some(), "{}: write `rust-version.workspace = true`", package.name);
    }
}

#[test]
fn every_package_takes_the_lints_of_the_workspace() {
    for package in packages() {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        let takes = manifest.contains("[lints]\nworkspace = true");
        assert!(takes, "{}: write `[lints]` and below it `workspace = true`", package.name);
    }
}

#[test]
fn no_dependency_asks_for_a_newer_rust() {
    let ours = packages().filter_map(|p| p.rust_version.clone()).min().unwrap();
    let newer: Vec<_> = HOUSE
        .packages
        .iter()
        .filter(|package| package.rust_version.as_ref().is_some_and(|asked| *asked > ours))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    assert!(
        newer.is_empty(),
        "{newer:?} ask for a newer Rust than {ours}: hold them back in Cargo.lock, or raise rust-version \
         and say so in CHANGELOG.md"
    );
}

#[test]
fn only_one_tls_is_there_at_run_time() {
    assert_reaches_none_of(
        "trackward",
        &["openssl", "openssl-sys", "native-tls", "ring"],
        "TLS is rustls with aws-lc-rs: find who asked with `cargo tree -i NAME` and turn that feature off",
    );
}

#[test]
fn network_libraries_are_there_once_at_run_time() {
    let versions = run_time("trackward");
    for name in ["reqwest", "rustls", "hyper", "tower-http"] {
        let found = versions.get(name).cloned().unwrap_or_default();
        assert!(
            found.len() <= 1,
            "{name} is there as {found:?}: bring the dependants to one version (`cargo tree -d`)"
        );
    }
}

#[test]
fn features_are_decided_in_one_file_of_the_cli() {
    let conditional: Vec<_> = sources(HOUSE.workspace_root.join("crates").as_std_path())
        .into_iter()
        .filter(|path| fs::read_to_string(path).unwrap().lines().any(is_conditional_on_feature))
        .collect();
    // The crate whose optional dependency it is may say what it does without.
    let at_home = |path: &PathBuf| path.starts_with(HOUSE.workspace_root.join("crates/discover"));
    let elsewhere: Vec<_> = conditional.into_iter().filter(|path| !at_home(path)).collect();
    let in_cli = |path: &PathBuf| path.starts_with(HOUSE.workspace_root.join("crates/cli"));
    assert!(
        elsewhere.len() <= 1 && elsewhere.iter().all(in_cli),
        "cfg(feature) stands in {elsewhere:?}: an optional part is a crate of its own that one file of \
         the cli chooses"
    );
}

#[test]
fn build_without_default_features_leaves_spider_out() {
    assert!(run_time("trackward").contains_key("spider"), "it is there by default");
    let without = run_time_with("trackward", &["--no-default-features"]);
    let left: Vec<_> = without.keys().filter(|name| name.starts_with("spider")).collect();
    assert!(left.is_empty(), "{left:?}: only the feature `spider` may bring it in");
}

/// The workspace as cargo resolves it for this machine, from Cargo.lock as it is.
static HOUSE: LazyLock<Metadata> = LazyLock::new(|| {
    let options = ["--locked", "--filter-platform", "host-tuple"].map(str::to_owned);
    MetadataCommand::new()
        .features(CargoOpt::AllFeatures)
        .other_options(options)
        .exec()
        .expect("`cargo metadata --locked` reads the workspace: Cargo.lock must be up to date")
});

fn packages() -> impl Iterator<Item = &'static Package> {
    HOUSE.workspace_packages().into_iter()
}

fn package(name: &str) -> &'static Package {
    packages().find(|package| package.name == name).unwrap_or_else(|| panic!("no package is named {name}"))
}

/// Packages of the workspace that `name` depends on directly, in its tests too.
fn own_dependencies(name: &str) -> BTreeSet<String> {
    let depends = |other: &Package| package(name).dependencies.iter().any(|d| d.name == other.name.as_str());
    packages().filter(|other| depends(other)).map(|other| other.name.to_string()).collect()
}

/// Whether a package names a dependency for more than its tests.
fn declares(package: &Package, name: &str) -> bool {
    package.dependencies.iter().any(|d| d.name == name && d.kind != DependencyKind::Development)
}

/// Names and versions of everything that is linked into a package on this machine.
///
/// From `cargo tree`: unlike `cargo metadata` it applies the feature resolver, so what it lists is built.
fn run_time(package: &str) -> BTreeMap<String, BTreeSet<String>> {
    run_time_with(package, &[])
}

/// The same with other features.
fn run_time_with(package: &str, features: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let arguments = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--package", package];
    let output =
        Command::new(env!("CARGO")).args(arguments).args(features).output().expect("cargo runs this test");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let mut versions: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (name, version) = line.split_once(' ').expect("a line is `name vVERSION …`");
        let version = version.split(' ').next().unwrap_or_default();
        versions.entry(name.to_owned()).or_default().insert(version.to_owned());
    }
    versions
}

fn assert_reaches_none_of(name: &str, unwanted: &[&str], advice: &str) {
    let reached = run_time(name);
    let found: Vec<_> = unwanted.iter().filter(|unwanted| reached.contains_key(**unwanted)).collect();
    assert!(found.is_empty(), "{name} reaches {found:?}: {advice}");
}

/// All Rust sources below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).expect("folders of the workspace can be read");
    let entries = listed.map(|entry| entry.expect("their entries as well").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let rust = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

fn is_conditional_on_feature(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.contains("cfg") && code.contains("feature =")
}
