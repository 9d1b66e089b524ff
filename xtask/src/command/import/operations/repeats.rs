//! Retries: a call with an unknown outcome is retried only if a retry is known to be harmless.
//! Published documents do not specify whether a retry is harmless.

use crate::command::import::draft::Draft;
use crate::command::import::visit::operations;
use anyhow::Result;
use serde_json::json;

/// Marks every operation that may change something as never retried, unless the overlay specifies
/// otherwise.
pub(in crate::command::import) fn never(draft: &mut Draft) -> Result<()> {
    let mut count = 0;
    operations(&mut draft.document, |_, _, method, operation| {
        let changes = ["post", "put", "patch", "delete"].contains(&method);
        if changes && !operation.contains_key("x-sdk-repeat") {
            operation.insert("x-sdk-repeat".to_owned(), json!("never"));
            count += 1;
        }
    });
    if count > 0 {
        let text = format!(
            "which calls may be repeated when their outcome is unknown, for example after a lost response? By default, the {count} operations that use POST, PUT, PATCH or DELETE are never repeated. \
             To change that in one place, add an action to `overlay.yaml` with the target `$.paths.*.put` (or `delete`, or a single operation) and the update `x-sdk-repeat: safe`, \
             or `x-sdk-repeat: {{keyed: {{header: <name>}}}}` if the API supports an idempotency key"
        );
        draft.notes.question("repeats", "/paths", text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    #[test]
    fn writes_are_marked_as_never_retried_unless_already_marked() {
        let text = b"paths:\n  /a:\n    get: {}\n    head: {}\n    post: {}\n    put: {x-sdk-repeat: safe}\n    patch: {}\n    delete: {}\n";
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text).unwrap());
        never(&mut draft).unwrap();
        let item = &draft.document["paths"]["/a"];
        for method in ["post", "patch", "delete"] {
            assert_eq!(item[method]["x-sdk-repeat"], "never", "{method}");
        }
        assert_eq!(item["put"]["x-sdk-repeat"], "safe");
        assert_eq!(item["get"], json!({}));
        let report = draft.notes.report.markdown("", "");
        assert!(
            report.contains("### repeats (1)") && report.contains("the 3 operations"),
            "{report}"
        );
    }
}
