//! Reads and writes dates in the layout of a schema's example.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

/// Returns the schema's example if the example's layout differs from the standard layout of the
/// schema's `format` (`date` or `date-time`).
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

/// Maps a digit to `0` and keeps all other characters, so that layouts can be compared.
fn shape(c: char) -> char {
    if c.is_ascii_digit() { '0' } else { c }
}

/// Returns a regular expression that matches every date in the example's layout.
pub(crate) fn pattern(example: &str) -> String {
    let each = |c: char| match c {
        '0'..='9' => r"\d".to_owned(),
        c if c.is_ascii_punctuation() => format!(r"\{c}"),
        c => c.to_string(),
    };
    let inner: String = example.chars().map(each).collect();
    format!("^{inner}$")
}

/// Formats a Unix time (in seconds) according to the schema: as a number, or as a string in the
/// layout of the example. Without an example, the format determines the layout. Returns `None` for
/// a schema of any other type.
pub(crate) fn write(schema: &Value, time: u64) -> Option<Value> {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    match text("type")? {
        "integer" | "number" => Some(Value::from(time)),
        "string" => {
            let clock = UtcDateTime::at(time)?;
            let shown = match (text("format"), text("example")) {
                (_, Some(layout)) => clock.in_layout(layout),
                (Some("date"), _) => clock.in_layout("2000-12-31"),
                _ => clock.in_layout("2000-12-31T08:00:00+00:00"),
            };
            Some(Value::from(shown))
        }
        _ => None,
    }
}

/// Returns digits that sort in chronological order, or `None` if the string contains fewer than
/// three numbers.
///
/// The year is the first or the third number, whichever has four digits. If neither has four
/// digits, the year is the first number, unless the third number of `example` has four digits. In
/// that case, the year is the third number.
pub(crate) fn sort_key(text: &str, example: Option<&str>) -> Option<String> {
    let groups = |text: &str| -> Vec<String> {
        let groups = text.split(|c: char| !c.is_ascii_digit());
        groups
            .filter(|g| !g.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut parts = groups(text);
    if parts.len() < 3 {
        return None;
    }
    let year_last = |parts: &[String]| parts.get(2).is_some_and(|year| year.len() == 4);
    let is_year_first = parts[0].len() == 4;
    if !is_year_first && (year_last(&parts) || example.is_some_and(|e| year_last(&groups(e)))) {
        parts[..3].rotate_right(1);
    }
    parts.resize_with(6, || "00".to_owned());
    Some(parts.concat())
}

/// Parts of a time in UTC: year, month, day, hour, minute, second.
struct UtcDateTime([String; 6]);

impl UtcDateTime {
    fn at(time: u64) -> Option<Self> {
        const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
        // `httpdate` does the calendar arithmetic. Its format is `Sun, 06 Nov 1994 08:49:37 GMT`.
        let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(time));
        let mut words = text.split([' ', ':']).skip(1).map(str::to_owned);
        let (day, month, year) = (words.next()?, words.next()?, words.next()?);
        let month = format!("{:02}", MONTHS.find(&month)? / 3 + 1);
        Some(Self([
            year,
            month,
            day,
            words.next()?,
            words.next()?,
            words.next()?,
        ]))
    }

    /// Formats the time in the example's layout by replacing the example's numbers in order.
    fn in_layout(&self, example: &str) -> String {
        let [year, month, day, hour, minute, second] = &self.0;
        let is_year_first = example.find(|c: char| !c.is_ascii_digit()) == Some(4);
        let date = if is_year_first {
            [year, month, day]
        } else {
            [month, day, year]
        };
        let mut numbers = date.into_iter().chain([hour, minute, second]);
        let (mut out, mut digits) = (String::new(), 0);
        for c in example.chars() {
            if c.is_ascii_digit() {
                digits += 1;
                if digits == 1 {
                    // Numbers after the seconds are a fraction or an offset.
                    out.push_str(numbers.next().map_or("00", String::as_str));
                }
            } else {
                digits = 0;
                out.push(c);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_nonstandard_date_examples_define_a_layout() {
        let own = |format: &str, text: &str| {
            example(&json!({ "format": format, "example": text })).is_some()
        };
        assert!(own("date-time", "2026-12-24 18:00:00") && own("date", "03-28-2024"));
        assert!(!own("date-time", "2026-12-24T18:00:00Z") && !own("date", "2026-12-24"));
        assert!(!own("uuid", "x"));
    }

    #[test]
    fn a_layout_pattern_matches_other_dates_but_not_other_layouts() {
        let schema = json!({ "pattern": pattern("03-28-2024 14:30:00") });
        assert!(jsonschema::is_valid(&schema, &json!("11-22-2026 08:00:00")));
        assert!(!jsonschema::is_valid(
            &schema,
            &json!("2026-11-22T08:00:00Z")
        ));
    }

    #[test]
    fn a_time_is_formatted_as_its_schema_specifies() {
        let at = |schema: Value| write(&schema, 784_111_777);
        let text = |format: &str, example: &str| {
            at(json!({ "type": "string", "format": format, "example": example }))
        };
        assert_eq!(at(json!({ "type": "integer" })), Some(json!(784_111_777)));
        assert_eq!(at(json!({ "type": "boolean" })), None);
        assert_eq!(
            at(json!({ "type": "string", "format": "date-time" })),
            Some(json!("1994-11-06T08:49:37+00:00"))
        );
        assert_eq!(
            text("date-time", "03-28-2024 14:30:00"),
            Some(json!("11-06-1994 08:49:37"))
        );
        assert_eq!(text("date", "2026-12-24"), Some(json!("1994-11-06")));
        let fraction = text("date-time", "2026-12-24T18:00:00.000Z");
        assert_eq!(fraction, Some(json!("1994-11-06T08:49:37.00Z")));
    }

    #[test]
    fn sort_keys_are_in_chronological_order() {
        let key = |text: &str| sort_key(text, None).unwrap();
        assert!(key("03-28-2024 14:30:00") < key("01-02-2025"));
        assert!(key("2024-03-28 14:30:00") < key("2024-03-28T14:30:01+00:00"));
        assert_eq!(sort_key("yesterday", None), None);
    }
}
