//! Creates sample strings for a schema: its example, its default, its first enum value, or a string
//! chosen by format, name, pattern and length.

use serde_json::Value;

use super::pattern::Pattern;
use crate::model::{elements, text};

/// Candidates to try against a pattern and length bounds, from simple to complex.
const CANDIDATES: [&str; 16] = [
    "sample",
    "Sample",
    "SAMPLE",
    "1",
    "12",
    "123456",
    "40712345678",
    "+40712345678",
    "a1b2c3d4e5f60718293a",
    "2026-01-02",
    "2026-01-02T03:04:05+00:00",
    "12:30",
    "sample@example.com",
    "https://example.com/sample",
    "0x00000000219ab540356cBB839Cbe05303d7705Fa",
    UUID,
];

const UUID: &str = "6f1c2a5e-6a57-4d6f-9a0e-3b1f0f6f9d11";

/// Returns a sample string for a value with this name.
pub(super) fn of(schema: &Value, name: &str) -> String {
    let given = schema
        .get("example")
        .or_else(|| schema.get("default"))
        .or_else(|| elements(schema, "enum").first())
        .and_then(Value::as_str);
    if let Some(given) = given {
        return given.to_owned();
    }
    let pattern = schema.get("pattern").and_then(Value::as_str);
    let read = pattern.and_then(Pattern::new);
    let fits = |candidate: &str| {
        is_of_length(schema, candidate)
            && read
                .as_ref()
                .is_none_or(|pattern| pattern.matches(candidate))
    };
    let by_format = match text(schema, "format") {
        "uuid" => Some(UUID),
        "date" => Some("2026-01-02"),
        "date-time" => Some("2026-01-02T03:04:05+00:00"),
        "email" => Some("sample@example.com"),
        "big-number-string" => Some("1000000000000000"),
        "uri" | "url" => Some("https://example.com/sample"),
        _ => None,
    };
    let by_name = name.to_ascii_lowercase();
    let by_name = match by_name.as_str() {
        name if name.ends_with("url") => Some("https://example.com/sample"),
        name if name.contains("email") => Some("sample@example.com"),
        _ => None,
    };
    by_format
        .into_iter()
        .chain(by_name)
        .chain(CANDIDATES)
        .find(|candidate| fits(candidate))
        .map_or_else(|| generate(schema, read.as_ref()), str::to_owned)
}

fn is_of_length(schema: &Value, candidate: &str) -> bool {
    let length = candidate.chars().count() as u64;
    let bound =
        |key: &str, default: u64| schema.get(key).and_then(Value::as_u64).unwrap_or(default);
    bound("minLength", 0) <= length && length <= bound("maxLength", u64::MAX)
}

/// Generates a string for a schema that no candidate fits.
fn generate(schema: &Value, pattern: Option<&Pattern>) -> String {
    let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0);
    pattern
        .map(|pattern| pattern.sample(least.min(4096) as usize))
        .filter(|sample| is_of_length(schema, sample))
        .unwrap_or_else(|| letters_of_valid_length(schema))
}

/// Returns a string of letters that satisfies the length bounds, but has at most 4096 letters.
fn letters_of_valid_length(schema: &Value) -> String {
    let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(1);
    let most = schema
        .get("maxLength")
        .and_then(Value::as_u64)
        .unwrap_or(u64::MAX);
    "a".repeat(least.max(1).min(most).min(4096) as usize)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sample_string_satisfies_its_schema() {
        assert_eq!(of(&json!({"type": "string"}), "name"), "sample");
        assert_eq!(of(&json!({"example": "x"}), "name"), "x");
        assert_eq!(
            of(&json!({"minLength": 8, "maxLength": 8}), "name"),
            "aaaaaaaa"
        );
        assert_eq!(of(&json!({"pattern": "^[0-9]{2}$"}), "name"), "12");
        assert_eq!(
            of(&json!({"pattern": "^arn:aws:[a-z]+$"}), "name"),
            "arn:aws:a"
        );
        assert_eq!(of(&json!({}), "callbackUrl"), "https://example.com/sample");
    }
}
