//! Emits the lists in `specs/README.md` of what lint refuses although OpenAPI 3.0 allows it.

use crate::spec::rule::Rule;
use crate::spec::unread_key::UNREAD_KEYS;

/// Two tables: rules that refuse legal documents, with their levels, and keys that nothing reads.
pub(crate) fn tables() -> String {
    let mut text =
        String::from("| rule | level | what it wants | reason |\n| --- | --- | --- | --- |\n");
    for rule in Rule::ALL {
        if let Some(reason) = rule.reason() {
            let (name, level) = (rule.name(), rule.level().name());
            let sentence = rule.sentence().trim();
            text.push_str(&format!("| `{name}` | {level} | {sentence} | {reason} |\n"));
        }
    }
    text.push_str("\n| key that `unknown-key` refuses | on | reason |\n| --- | --- | --- |\n");
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
