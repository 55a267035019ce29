//! The inputs under `fuzz/corpus/`, each against what must hold of any: without a fuzzer, in every test run.

use std::fs;
use std::path::{Path, PathBuf};

use rstest::rstest;

#[path = "../fuzz/src/lib.rs"]
pub mod properties;

fn corpora() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus")
}

#[rstest]
#[case::charset("charset", properties::charset::check)]
#[case::extract("extract", properties::extract::check)]
#[case::imports("imports", properties::imports::check)]
#[case::retry_after("retry_after", properties::retry_after::check)]
#[case::robots("robots", properties::robots::check)]
#[case::sinks("sinks", properties::sinks::check)]
#[case::urls("urls", properties::urls::check)]
fn inputs_of_the_corpus_keep_their_property(#[case] target: &str, #[case] check: fn(&[u8])) {
    let files = fs::read_dir(corpora().join(target)).unwrap();
    for file in files.map(|file| file.unwrap().path()) {
        println!("{}", file.display()); // Shown when its property does not hold.
        check(&fs::read(&file).unwrap());
    }
}

#[test]
fn every_target_has_a_corpus_and_a_case_above() {
    let folders = fs::read_dir(corpora()).unwrap().map(|folder| folder.unwrap().file_name());
    let this = include_str!("fuzzed.rs");
    for target in folders.map(|name| name.into_string().unwrap()) {
        assert!(this.contains(&format!("#[case::{target}(")), "{target}");
        let program = corpora().join(format!("../fuzz_targets/{target}.rs"));
        assert!(program.is_file(), "{}", program.display());
    }
}
