//! Rejects documents other than OpenAPI 3.0 or 3.1, and documents without paths.

use crate::command::import::draft::Draft;
use crate::command::import::visit;
use anyhow::Result;
use serde_json::Value;

/// Fails, with the file and line, if the document is neither OpenAPI 3.0 nor 3.1, or has no paths.
/// Reports webhooks as a loss.
pub(in crate::command::import) fn check(draft: &mut Draft) -> Result<()> {
    let notes = &draft.notes;
    let Some(root) = draft.document.as_object() else {
        return Err(notes.refusal("", "the document is not an object; is this OpenAPI?"));
    };
    if let Some(version) = root.get("swagger") {
        let what = format!(
            "this is OpenAPI {}; convert it to 3.0 first, for example with `npx swagger2openapi <file> -o openapi.json`",
            shown(version)
        );
        return Err(notes.refusal("/swagger", what));
    }
    let Some(version) = root.get("openapi") else {
        let what = "this does not look like OpenAPI: the key `openapi` with a version such as 3.0.3 is missing";
        return Err(notes.refusal("", what));
    };
    let text = shown(version);
    if !["3.0", "3.1"].contains(&text.as_str())
        && !text.starts_with("3.0.")
        && !text.starts_with("3.1.")
    {
        let what = format!("the document is OpenAPI {text}; only 3.0 and 3.1 can be imported");
        return Err(notes.refusal("/openapi", what));
    }
    let mut count = 0;
    visit::operations(&mut draft.document, |_, _, _, _| count += 1);
    let has_paths = draft
        .document
        .get("paths")
        .and_then(Value::as_object)
        .is_some_and(|paths| !paths.is_empty());
    if count == 0 && !has_paths {
        let what = "the document has no operations under `paths`; a crate would have no methods";
        return Err(draft.notes.refusal("/paths", what));
    }
    if let Some(webhooks) = draft.document.get("webhooks") {
        let names = webhooks.as_object().map_or(0, serde_json::Map::len);
        let text = format!(
            "webhooks are not imported (number in the document: {names}); use `x-sdk-webhooks` to describe the webhooks that you receive"
        );
        draft.notes.loss("webhooks", "/webhooks", text);
    }
    Ok(())
}

fn shown(version: &Value) -> String {
    let text = match version {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    fn refusal(text: &str) -> String {
        let source = Source::parse("a.yaml", text.as_bytes()).unwrap();
        check(&mut Draft::new("acme", source))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn unsupported_documents_are_rejected_with_a_line_and_a_reason() {
        for (text, start) in [
            (
                "info: {}\nswagger: '2.0'\n",
                "a.yaml:2: this is OpenAPI 2.0; convert",
            ),
            ("info: {}\n", "a.yaml:1: this does not look like OpenAPI"),
            ("[1]\n", "a.yaml:1: the document is not an object"),
            (
                "info: {}\nopenapi: 4.0.0\n",
                "a.yaml:2: the document is OpenAPI 4.0.0",
            ),
            (
                "openapi: 3.1.0\npaths: {}\n",
                "a.yaml:2: the document has no operations",
            ),
            (
                "openapi: 3.1.0\nwebhooks: {}\n",
                "a.yaml:1: the document has no operations",
            ),
        ] {
            let error = refusal(text);
            assert!(error.starts_with(start), "{error}");
        }
    }

    #[test]
    fn a_version_that_yaml_parses_as_a_number_is_accepted() {
        let text = b"openapi: 3.0\npaths: {/a: {get: {}}}\n";
        let source = Source::parse("a.yaml", text).unwrap();
        assert!(check(&mut Draft::new("acme", source)).is_ok());
    }
}
