//! Descriptions and titles: folds summaries into descriptions, and removes characters that hide or
//! reorder text.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::report::text::{one_line, plain};
use crate::command::import::visit::{Holds, held, operations};
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};

/// Folds the summaries of operations and of `info`, and cleans all titles and descriptions.
pub(in crate::command::import) fn fold_and_clean(draft: &mut Draft) -> Result<()> {
    operations(&mut draft.document, |_, _, _, operation| fold(operation));
    if let Some(info) = draft
        .document
        .get_mut("info")
        .and_then(Value::as_object_mut)
    {
        fold(info);
        for key in ["title", "version"] {
            if let Some(Value::String(text)) = info.get_mut(key) {
                *text = one_line(text);
            }
        }
    }
    clean(
        &mut draft.document,
        Holds::Object,
        &mut String::new(),
        &mut draft.notes,
    );
    Ok(())
}

/// Makes `summary` the first paragraph of `description`, unless the description already starts with
/// it.
fn fold(node: &mut Map<String, Value>) {
    let text = |node: &Map<String, Value>, key: &str| {
        let text = node.get(key).and_then(Value::as_str).unwrap_or_default();
        text.trim().to_owned()
    };
    let (summary, description) = (text(node, "summary"), text(node, "description"));
    node.remove("summary");
    if summary.is_empty() {
        return;
    }
    let ends = summary.ends_with(['.', '!', '?', ':', '。']);
    let sentence = if ends {
        summary.clone()
    } else {
        format!("{summary}.")
    };
    let bare = |text: &str| text.trim_end_matches('.').trim().to_lowercase();
    let folded = match bare(&description) {
        same if same.is_empty() || same == bare(&summary) => sentence,
        _ if description.starts_with(&sentence) => description,
        _ => format!("{sentence}\n\n{description}"),
    };
    node.insert("description".to_owned(), json!(folded));
}

fn clean(value: &mut Value, holds: Holds, pointer: &mut String, notes: &mut Notes) {
    let length = pointer.len();
    match value {
        _ if holds == Holds::Data => {}
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                *pointer = below(pointer, &index.to_string());
                clean(item, Holds::Object, pointer, notes);
                pointer.truncate(length);
            }
        }
        Value::Object(members) => {
            for (key, inner) in members {
                *pointer = below(pointer, key);
                match inner {
                    Value::String(text)
                        if holds == Holds::Object
                            && ["description", "title"].contains(&key.as_str()) =>
                    {
                        let cleaned = plain(text);
                        if cleaned.chars().count() + text.matches('\r').count()
                            < text.trim_end().chars().count()
                        {
                            notes.change(
                                "text",
                                pointer,
                                "invisible and control characters are removed from a title or description",
                            );
                        }
                        *text = cleaned;
                    }
                    _ => clean(inner, held(holds, key), pointer, notes),
                }
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    #[test]
    fn the_summary_becomes_the_first_paragraph_and_is_not_duplicated() {
        for (summary, description, folded) in [
            ("Lists pets", "All of them.", "Lists pets.\n\nAll of them."),
            ("Lists pets", "", "Lists pets."),
            ("Lists pets.", "Lists pets", "Lists pets."),
            ("", "All.", "All."),
        ] {
            let mut node = Map::new();
            node.insert("summary".to_owned(), json!(summary));
            node.insert("description".to_owned(), json!(description));
            fold(&mut node);
            assert_eq!(node["description"], folded);
            assert!(!node.contains_key("summary"));
        }
    }

    #[test]
    fn hidden_characters_are_removed_and_reported_except_in_examples() {
        let text = "{\"info\": {\"description\": \"a\\u202eb\\u0000c\\r\\nd\"},\n\"components\": {\"schemas\": {\"description\": {\"description\": \"\\u200bx\", \"example\": {\"description\": \"\\u200b\"}}}}}";
        let mut draft = Draft::new("acme", Source::parse("a.json", text.as_bytes()).unwrap());
        fold_and_clean(&mut draft).unwrap();
        assert_eq!(draft.document["info"]["description"], "abc\nd");
        let schema = &draft.document["components"]["schemas"]["description"];
        assert_eq!(schema["description"], "x");
        assert_eq!(schema["example"]["description"], "\u{200b}");
        let report = draft.notes.report.markdown("", "");
        assert!(
            report.contains("removed from a title or description (1, 2)"),
            "{report}"
        );
    }
}
