//! Emits the tables of OpenAPI 3.0 features that lint refuses, for `specs/README.md`.

use crate::spec::rule::Rule;
use crate::spec::unread_key::UNREAD_KEYS;

/// Returns two tables: the rules that refuse valid documents, with their levels, and the keys that
/// the generator doesn't read.
pub(crate) fn tables() -> String {
    let mut text =
        String::from("| rule | level | requirement | reason |\n| --- | --- | --- | --- |\n");
    for rule in Rule::ALL {
        if let Some(reason) = rule.reason() {
            let (name, level) = (rule.name(), rule.level().name());
            let sentence = rule.sentence().trim();
            text.push_str(&format!("| `{name}` | {level} | {sentence} | {reason} |\n"));
        }
    }
    text.push_str("\n| key refused by `unknown-key` | object | reason |\n| --- | --- | --- |\n");
    for key in UNREAD_KEYS {
        let names: Vec<String> = key.names.iter().map(|name| format!("`{name}`")).collect();
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            names.join(", "),
            key.places,
            key.reason
        ));
    }
    text
}
