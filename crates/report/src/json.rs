//! The report as JSON, for other programs.

use crate::report::Report;

/// Renders the report as indented JSON that ends with a line break. Its format is named by its `schema`.
pub fn json(report: &Report) -> String {
    let mut text =
        serde_json::to_string_pretty(report).expect("a report has only string keys and finite numbers");
    text.push('\n');
    text
}

/// The JSON Schema of [`json`], indented, ending with a line break.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Report);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema has only string keys");
    text.push('\n');
    text
}
