//! Writes YAML in the house style: block style except for short lists, unquoted strings where that
//! is safe, and no folding.
//!
//! The output doesn't contain anchors or tags. Strings that look like other values are quoted.

use super::order;
use crate::command::import::visit::Holds;
use crate::spec::load::scalar;
use serde_json::{Number, Value};
use std::fmt::Write as _;

/// Returns the contents of one file.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    block(&mut out, value, Holds::Object, 0);
    out
}

/// Maximum width of a list that is written on one line, including its indentation.
const MAX_FLOW_WIDTH: usize = 100;

fn block(out: &mut String, value: &Value, holds: Holds, indent: usize) {
    match value {
        Value::Object(object) => {
            for (key, inner, holds) in order::members(object, holds) {
                let _ = write!(out, "{:indent$}{}:", "", key_text(key));
                nested(out, inner, holds, indent + 2);
            }
        }
        Value::Array(items) => {
            for item in items {
                let _ = write!(out, "{:indent$}-", "");
                match item {
                    Value::Object(object) if !object.is_empty() => {
                        // The first key follows the dash.
                        let mut inner = String::new();
                        block(&mut inner, item, holds_of_item(holds), indent + 2);
                        out.push(' ');
                        out.push_str(inner.trim_start_matches(' '));
                    }
                    other => nested(out, other, holds_of_item(holds), indent + 2),
                }
            }
        }
        scalar => {
            out.push_str(&scalar_text(scalar, indent));
            out.push('\n');
        }
    }
}

fn holds_of_item(holds: Holds) -> Holds {
    match holds {
        Holds::Data => Holds::Data,
        _ => Holds::Object,
    }
}

/// Writes the value of a key or a list item, on the same line or below.
fn nested(out: &mut String, value: &Value, holds: Holds, indent: usize) {
    match value {
        Value::Object(object) if object.is_empty() => out.push_str(" {}\n"),
        Value::Array(items) if items.is_empty() => out.push_str(" []\n"),
        Value::Array(items)
            if items
                .iter()
                .all(|item| !item.is_object() && !item.is_array()) =>
        {
            let texts: Vec<String> = items.iter().map(flow_text).collect();
            let line = texts.join(", ");
            if line.len() + indent <= MAX_FLOW_WIDTH {
                let _ = writeln!(out, " [{line}]");
                return;
            }
            out.push('\n');
            block(out, value, holds, indent);
        }
        Value::Object(_) | Value::Array(_) => {
            out.push('\n');
            block(out, value, holds, indent);
        }
        scalar => {
            out.push(' ');
            out.push_str(&scalar_text(scalar, indent));
            out.push('\n');
        }
    }
}

fn key_text(key: &str) -> String {
    // Status codes are written as numbers.
    let is_status =
        key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_digit()) && !key.starts_with('0');
    match is_status {
        true => key.to_owned(),
        false => inline(key),
    }
}

fn flow_text(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains(['[', ']', '{', '}', ',']) => quoted(text),
        Value::String(text) => inline(text),
        other => scalar_text(other, 0),
    }
}

fn scalar_text(value: &Value, indent: usize) -> String {
    match value {
        Value::String(text) => literal(text, indent).unwrap_or_else(|| inline(text)),
        Value::Number(number) => number_text(number),
        other => other.to_string(),
    }
}

/// Formats a number. A float with more than 17 digits is shortened to the digits that determine its
/// `f64` value.
fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => {
            let plain = number.to_string();
            let digits = plain.chars().filter(char::is_ascii_digit).count();
            if digits <= 17 {
                plain
            } else {
                format!("{float:e}")
            }
        }
        _ => number.to_string(),
    }
}

/// Returns multi-line text as a literal block, if a block can represent it.
fn literal(text: &str, indent: usize) -> Option<String> {
    let is_plain = |c: char| {
        c == '\n'
            || !c.is_control()
                && c != '\u{feff}'
                && c != '\u{85}'
                && c != '\u{2028}'
                && c != '\u{2029}'
    };
    let fits = text.contains('\n')
        && text.chars().all(is_plain)
        && !text.starts_with([' ', '\n'])
        && !text.ends_with(['\n', ' '])
        && text
            .lines()
            .all(|line| !line.ends_with(' ') && !line.starts_with('\t'));
    if !fits {
        return None;
    }
    let mut out = "|-".to_owned();
    for line in text.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            let _ = write!(out, "{:indent$}{line}", "");
        }
    }
    Some(out)
}

/// Returns a string on one line, unquoted if it can't be mistaken for another value.
fn inline(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let simple = |c: char| !c.is_control() && !('\u{7f}'..='\u{a0}').contains(&c) && !is_break(c);
    match text.chars().all(simple) {
        true => format!("'{}'", text.replace('\'', "''")),
        false => quoted(text),
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn is_plain(text: &str) -> bool {
    let is_text = scalar::plain(text) == Ok(Value::String(text.to_owned()));
    // Quote words that YAML 1.1 parsers read as booleans or other values.
    let lower = text.to_ascii_lowercase();
    let is_word_of_old = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "<<",
    ]
    .contains(&lower.as_str());
    let first = text.chars().next().unwrap_or(' ');
    let starts_well =
        first.is_alphabetic() || first == '/' || first == '_' || first == '$' && text.len() > 1;
    let looks_like_number = text.starts_with(|c: char| c.is_ascii_digit());
    is_text
        && !is_word_of_old
        && starts_well
        && !looks_like_number
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text
            .chars()
            .all(|c| c == ' ' || !c.is_control() && !c.is_whitespace() && !is_break(c))
}

/// Returns a string in double quotes, with YAML escapes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_break(c) || ('\u{7f}'..='\u{a0}').contains(&c) => {
                let _ = match u32::from(c) {
                    code if code <= 0xff => write!(out, "\\x{code:02x}"),
                    code if code <= 0xffff => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::spec::load::assemble;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    /// Parses the written text.
    fn read(written: &str) -> Value {
        let files = BTreeMap::from([("openapi".to_owned(), written.as_bytes().to_vec())]);
        let document =
            assemble("acme", &files).unwrap_or_else(|found| panic!("{found:?}\n{written}"));
        assert_eq!(document.findings, [], "{written}");
        document.root
    }

    #[test]
    fn strings_round_trip_through_yaml() {
        let texts = [
            "",
            " ",
            "a",
            "a b",
            "a: b",
            "a #b",
            "#a",
            "- a",
            "-",
            "yes",
            "null",
            "~",
            "1",
            "1.5",
            "0x1f",
            "1_000",
            "2024-01-01",
            "{a}",
            "[a]",
            "a, b",
            "it's",
            "\"q\"",
            "a\nb",
            "a\n\nb",
            "a\n  b",
            " a\nb",
            "a \nb",
            "a\nb\n",
            "\na",
            "a\tb",
            "\ta\nb",
            "a\u{0}b",
            "a\u{85}b",
            "a\u{2028}b",
            "\u{feff}a",
            "a\\nb",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "<<",
            "=",
            "?",
            "? a",
            "a:",
            ":a",
            "---",
            "...",
            "--- a",
            "a\n---\nb",
            "ä",
            "日本",
            "\u{1f600}",
            "x\u{a0}y",
            "C:\\dir",
            "true",
            "a\r\nb",
            "a\rb",
            "200",
            "0200",
            "Cargo.toml]\n[dependencies]\nevil = \"1\"",
            "$ref",
            "#/components/schemas/A",
            "/a/{b}",
            "a\n\tb",
            "|-\n x",
            "'",
            "''",
            "a'b: c",
        ];
        for one in texts {
            let value = json!({"description": one, "properties": {one: {"enum": [one, "x,y"], "default": one}}, "list": [one, {"a": one}, [one]]});
            assert_eq!(read(&text(&value)), value, "{one:?}");
        }
    }

    #[test]
    fn all_kinds_of_values_round_trip_through_yaml() {
        let value = json!({
            "a": {}, "b": [], "c": null, "d": true, "e": [1, -2, 1.5, 1e20, 1.7976931348623157e308, 0.1, u64::MAX, i64::MIN, 1.8446744073709552e19],
            "f": [[], [[1]], {}, {"x": []}, [{"y": 1, "z": [{}]}]], "g": {"h": {"i": {"j": null}}}, "responses": {"200": 1, "4XX": 2, "default": 3},
        });
        assert_eq!(read(&text(&value)), value, "{}", text(&value));
    }

    #[test]
    fn output_uses_conventional_key_order_and_block_style() {
        let value = json!({
            "paths": {"/a/{id}": {"get": {"description": "Reads a.\n\nMore.", "operationId": "get_a", "tags": ["main"], "x-sdk-repeat": "never",
                "responses": {"200": {"description": ""}}, "parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "string"}}]}}}
        });
        assert_eq!(
            text(&value),
            "\
paths:
  /a/{id}:
    get:
      tags: [main]
      operationId: get_a
      x-sdk-repeat: never
      description: |-
        Reads a.

        More.
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
      responses:
        200:
          description: ''
"
        );
    }
}
