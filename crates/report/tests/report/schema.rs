//! The published schema is that of the types, and every report fits it.

use trackward_report::json_schema;

use crate::client;
use crate::hostile::hostile;
use crate::weeks::{busy, empty, incomplete, quarter, quiet};

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/report-1.schema.json");

#[test]
fn published_schema_is_made_from_the_types() {
    let made = json_schema();
    if std::env::var("TRACKWARD_WRITE_SCHEMA").is_ok() {
        std::fs::write(PUBLISHED, &made).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap();
    assert!(
        published == made,
        "write it anew: TRACKWARD_WRITE_SCHEMA=1 cargo test -p trackward-report schema"
    );
}

#[test]
fn every_report_fits_the_published_schema() {
    let schema = serde_json::from_str(&std::fs::read_to_string(PUBLISHED).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for week in [empty(), quiet(), busy(), incomplete(), hostile("<x>"), quarter(), client::week()] {
        let report = serde_json::from_str(&week.json()).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn report_that_lacks_a_field_does_not_fit() {
    let schema = serde_json::from_str(&json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&busy().json()).unwrap();
    assert!(validator.is_valid(&report));
    report["figures"].as_object_mut().unwrap().remove("live");
    assert!(!validator.is_valid(&report));
}
