//! Passes that convert schemas to the house style: they lower schemas to OpenAPI 3.0, repair
//! mistakes, and reduce compositions to those that the generator supports.
//!
//! References are resolved earlier (`references`), and schemas are named later (`naming`).

pub(super) mod bounds;
pub(super) mod choices;
pub(super) mod class;
pub(super) mod composition;
pub(super) mod cycle;
pub(super) mod discriminator;
pub(super) mod lowering;
pub(super) mod part;
pub(super) mod repair;
pub(super) mod required;
pub(super) mod shape;
pub(super) mod types;
pub(super) mod value;
pub(super) mod walk;
pub(super) mod words;

/// A helper that runs one pass over a small document.
#[cfg(test)]
pub(super) mod testing {
    use crate::command::import::draft::Draft;
    use crate::command::import::read::Source;
    use anyhow::Result;
    use serde_json::Value;

    /// Runs a pass and returns the document and the report.
    pub(crate) fn passed(document: Value, pass: fn(&mut Draft) -> Result<()>) -> (Value, String) {
        let text = serde_json::to_vec_pretty(&document).unwrap();
        let mut draft = Draft::new("acme", Source::parse("acme.json", &text).unwrap());
        pass(&mut draft).unwrap();
        let report = draft.notes.report.markdown("Acme", "acme.json");
        (draft.document, report)
    }
}
