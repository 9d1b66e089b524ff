//! Sample numbers and strings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::openapi::date_layout;
use crate::sample::named_text;
use crate::sample::prng::Prng;
use crate::sample::regex_text;

/// Returns an integer within the bounds of the schema.
pub(crate) fn integer(schema: &Value, seed: &mut Prng) -> Value {
    let exclusive = |key: &str| i64::from(schema.get(key) == Some(&Value::Bool(true)));
    let least = bound(schema, "minimum").map(|v| v.ceil() as i64 + exclusive("exclusiveMinimum"));
    let most = bound(schema, "maximum").map(|v| v.floor() as i64 - exclusive("exclusiveMaximum"));
    let least = least.unwrap_or_else(|| most.map_or(1, |most| most.min(1)));
    let span = most.map_or(999, |most| most.saturating_sub(least).clamp(0, 999));
    let step = bound(schema, "multipleOf").map_or(1, |v| (v as i64).max(1));
    let value = least + i64::try_from(seed.below(span as usize + 1)).unwrap_or(0);
    let rounded = value - value.rem_euclid(step);
    json!(if rounded < least {
        rounded + step
    } else {
        rounded
    })
}

/// Returns a number within the bounds of the schema.
pub(crate) fn number(schema: &Value, seed: &mut Prng) -> Value {
    let least = bound(schema, "minimum")
        .unwrap_or_else(|| bound(schema, "maximum").map_or(0.0, |m| m.min(0.0)));
    let most = bound(schema, "maximum").unwrap_or(least + 1000.0);
    // Multiples of a quarter survive a round trip through any float type.
    let middle = least + (most - least) * (1 + seed.below(98)) as f64 / 100.0;
    let quarter = (middle * 4.0).round() / 4.0;
    json!(if quarter > least && quarter < most {
        quarter
    } else {
        middle
    })
}

/// Returns a string that matches the pattern or the format of the schema. Without a pattern or
/// format, returns a string that the name of the property suggests, or a string that contains the
/// name and has a valid length.
pub(crate) fn text(schema: &Value, property: &str, seed: &mut Prng) -> String {
    let least = bound(schema, "minLength").unwrap_or(0.0) as usize;
    let most = bound(schema, "maxLength").unwrap_or(f64::MAX) as usize;
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
        && let Some(text) = regex_text::text(pattern, least, most, seed)
    {
        return text;
    }
    if let Some(example) = date_layout::example(schema) {
        return example.to_owned();
    }
    if schema.get("format").is_none()
        && let Some(text) = named_text::text(property, seed)
        && (least..=most).contains(&text.chars().count())
    {
        return text;
    }
    let number = seed.below(1000);
    let day = 1 + seed.below(28);
    let text = match schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default()
    {
        "date" => return format!("2026-03-{day:02}"),
        "date-time" => return format!("2026-03-{day:02}T08:{:02}:00+00:00", number % 60),
        "uuid" => return uuid(seed),
        "uri" | "url" => return format!("https://example.com/sample/{number}"),
        "email" => return format!("sample{number}@example.com"),
        "ipv4" => return "192.0.2.1".to_owned(),
        // 32 bytes, the size of a key.
        "byte" => return STANDARD.encode(format!("sample{}", seed.hex(26))),
        "hex-string" => return format!("0x{}", seed.hex(16)),
        "evm-address" => return format!("0x{}", seed.hex(40)),
        "big-number-string" | "decimal" => return number.to_string(),
        "json-string" => return "{}".to_owned(),
        "password" => format!("secret-{}", seed.hex(12)),
        _ => format!("{}-{number}", property),
    };
    let padding = "x".repeat(least.min(10_000).saturating_sub(text.len()));
    // Pads and truncates the start of the string, because strings differ at the end.
    let text = padding + &text;
    text.chars()
        .skip(text.chars().count().saturating_sub(most))
        .collect()
}

/// Returns a version 4 UUID.
pub(crate) fn uuid(seed: &mut Prng) -> String {
    let mut hex = |digits| seed.hex(digits);
    format!("{}-{}-4{}-a{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
}

/// Returns a bound of the schema, such as `minimum`.
pub(crate) fn bound(schema: &Value, key: &str) -> Option<f64> {
    schema.get(key).and_then(Value::as_f64)
}
