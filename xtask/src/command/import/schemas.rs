//! Schemas of an import in the house form: OpenAPI 3.0 that says what its authors meant, in the compositions that the generator takes.
//!
//! References come before it (`references`), names after it (`naming`).

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

/// Runs one pass over a small document.
#[cfg(test)]
pub(super) mod testing {
    use crate::command::import::draft::Draft;
    use crate::command::import::read::Source;
    use anyhow::Result;
    use serde_json::Value;

    /// Document and report after a pass.
    pub(crate) fn passed(document: Value, pass: fn(&mut Draft) -> Result<()>) -> (Value, String) {
        let text = serde_json::to_vec_pretty(&document).unwrap();
        let mut draft = Draft::new("acme", Source::parse("acme.json", &text).unwrap());
        pass(&mut draft).unwrap();
        let report = draft.notes.report.markdown("Acme", "acme.json");
        (draft.document, report)
    }
}
