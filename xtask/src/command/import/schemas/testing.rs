//! Runs one pass over a small document.

use crate::command::import::draft::Draft;
use crate::command::import::read::Source;
use anyhow::Result;
use serde_json::Value;

/// The document after a pass, and the report.
pub(crate) fn passed(document: Value, pass: fn(&mut Draft) -> Result<()>) -> (Value, String) {
    let text = serde_json::to_vec_pretty(&document).unwrap();
    let mut draft = Draft::new("acme", Source::parse("acme.json", &text).unwrap());
    pass(&mut draft).unwrap();
    let report = draft.notes.report.markdown("Acme", "acme.json");
    (draft.document, report)
}
