//! JSON in the format that JavaScript writes after sorting the keys.
//!
//! Keys are in the order of a JavaScript engine: array indexes come first, in ascending order. All
//! other keys follow in the order of their UTF-16 code units. Numbers follow ECMA-262
//! `Number::toString`, and strings follow `JSON.stringify`.

use serde_json::{Map, Value};

/// Maximum array index of ECMA-262, 2³² - 2.
const LARGEST_INDEX: u32 = u32::MAX - 1;

/// Returns the body as canonical JSON, without one of its properties.
pub(super) fn without(body: &Map<String, Value>, left_out: &str) -> String {
    let mut text = String::new();
    object(body, Some(left_out), &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(number) => text.push_str(ryu_js::Buffer::new().format(number)),
            None => text.push_str("null"),
        },
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(map) => object(map, None, text),
        // serde_json escapes the same characters in the same way as `JSON.stringify`.
        plain @ (Value::Null | Value::Bool(_) | Value::String(_)) => {
            text.push_str(&plain.to_string());
        }
    }
}

fn object(map: &Map<String, Value>, left_out: Option<&str>, text: &mut String) {
    let mut members: Vec<(&String, &Value)> = map
        .iter()
        .filter(|(key, _)| Some(key.as_str()) != left_out)
        .collect();
    members.sort_by(|(one, _), (other, _)| match (index(one), index(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => one.encode_utf16().cmp(other.encode_utf16()),
    });
    text.push('{');
    for (position, (key, value)) in members.into_iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        write(value, text);
    }
    text.push('}');
}

/// Returns a key as an array index, if it is one.
fn index(key: &str) -> Option<u32> {
    let has_leading_zero = key.len() > 1 && key.starts_with('0');
    let is_digits = key.bytes().all(|byte| byte.is_ascii_digit());
    let index = key
        .parse()
        .ok()
        .filter(|_| is_digits && !has_leading_zero)?;
    (index <= LARGEST_INDEX).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(json: &str) -> String {
        let Value::Object(body) = serde_json::from_str(json).unwrap() else {
            panic!("not an object");
        };
        without(&body, "signature")
    }

    #[test]
    fn keys_are_sorted_as_in_javascript() {
        // U+10000 is D800 DC00 in UTF-16, so it comes before U+FB01.
        let json =
            r#"{"ﬁ":1,"𐀀":2,"b":3,"10":4,"2":5,"01":6,"4294967295":7,"4294967294":8,"":9,"B":10}"#;
        let expected =
            r#"{"2":5,"10":4,"4294967294":8,"":9,"01":6,"4294967295":7,"B":10,"b":3,"𐀀":2,"ﬁ":1}"#;
        assert_eq!(canonical(json), expected);
    }

    #[test]
    fn numbers_are_formatted_as_in_javascript() {
        // ECMA-262, Number::toString, and RFC 8785, appendix B.
        for (json, expected) in [
            ("1.0", "1"),
            ("-0", "0"),
            ("1e21", "1e+21"),
            ("1E20", "100000000000000000000"),
            ("0.000001", "0.000001"),
            ("1e-7", "1e-7"),
            ("9007199254740993", "9007199254740992"),
            ("18446744073709551615", "18446744073709552000"),
            ("333333333.33333329", "333333333.3333333"),
            ("4.5", "4.5"),
            ("1e-27", "1e-27"),
            ("295147905179352830000", "295147905179352830000"),
            ("5e-324", "5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ] {
            let json = format!("{{\"n\":{json}}}");
            assert_eq!(canonical(&json), format!("{{\"n\":{expected}}}"));
        }
    }

    #[test]
    fn strings_are_escaped_as_in_javascript_and_only_the_outer_signature_is_omitted() {
        let json = r#"{ "signature": "x", "s": { "signature": "\/\u00e9\u20ac\u2028\u001f\n\b\f\u007f\"\\" } }"#;
        let expected = "{\"s\":{\"signature\":\"/é€\u{2028}\\u001f\\n\\b\\f\u{7f}\\\"\\\\\"}}";
        assert_eq!(canonical(json), expected);
    }
}
