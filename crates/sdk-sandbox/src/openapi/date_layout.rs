//! Dates in a vendor's own layout, which the schema shows by an example.

use serde_json::Value;

/// The example of a date that is not written as JSON Schema has dates.
pub(crate) fn example(schema: &Value) -> Option<&str> {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let example = text("example")?;
    let shape: String = example.chars().map(shape).collect();
    let is_usual = match text("format")? {
        "date" => shape == "0000-00-00",
        "date-time" => {
            let has_offset = ["Z", "+00:00", "-00:00"]
                .iter()
                .any(|end| shape.ends_with(end));
            shape.starts_with("0000-00-00T00:00:00") && has_offset
        }
        _ => return None,
    };
    (!is_usual).then_some(example)
}

/// A digit becomes `0`, so that layouts can be compared.
fn shape(c: char) -> char {
    if c.is_ascii_digit() { '0' } else { c }
}

/// A pattern that every date of the example's layout fits.
pub(crate) fn pattern(example: &str) -> String {
    let each = |c: char| match c {
        '0'..='9' => r"\d".to_owned(),
        c if c.is_ascii_punctuation() => format!(r"\{c}"),
        c => c.to_string(),
    };
    let inner: String = example.chars().map(each).collect();
    format!("^{inner}$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_another_layout_is_a_vendors_own() {
        let own = |format: &str, text: &str| {
            example(&json!({ "format": format, "example": text })).is_some()
        };
        assert!(own("date-time", "2026-12-24 18:00:00") && own("date", "03-28-2024"));
        assert!(!own("date-time", "2026-12-24T18:00:00Z") && !own("date", "2026-12-24"));
        assert!(!own("uuid", "x"));
    }

    #[test]
    fn the_pattern_of_a_layout_takes_other_dates_and_no_other_layout() {
        let schema = json!({ "pattern": pattern("03-28-2024 14:30:00") });
        assert!(jsonschema::is_valid(&schema, &json!("11-22-2026 08:00:00")));
        assert!(!jsonschema::is_valid(
            &schema,
            &json!("2026-11-22T08:00:00Z")
        ));
    }
}
