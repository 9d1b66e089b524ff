//! Reads plain YAML scalars according to the core schema of YAML 1.2. Rejects numbers that would
//! lose digits.

use serde_json::{Number, Value};

/// Returns the value of a plain scalar, or the reason why it can't be represented.
pub(crate) fn plain(text: &str) -> Result<Value, &'static str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("JSON cannot represent this number");
    }
    if let Some(value) = radix(text) {
        return value;
    }
    if is_integer(unsigned) {
        return integer(text.strip_prefix('+').unwrap_or(text));
    }
    if is_float(unsigned) {
        return float(text.strip_prefix('+').unwrap_or(text));
    }
    Ok(Value::String(text.to_owned()))
}

fn radix(text: &str) -> Option<Result<Value, &'static str>> {
    let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => (digits, 16),
        (_, Some(digits)) => (digits, 8),
        _ => return None,
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let number = u64::from_str_radix(digits, radix);
    Some(number.map(Value::from).map_err(|_| INEXACT))
}

const INEXACT: &str = "not exactly representable in 64 bits";

fn is_integer(unsigned: &str) -> bool {
    !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit())
}

fn integer(text: &str) -> Result<Value, &'static str> {
    if let Ok(number) = text.parse::<i64>() {
        return Ok(Value::from(number));
    }
    text.parse::<u64>().map(Value::from).map_err(|_| INEXACT)
}

/// Matches `[0-9]+ ( . [0-9]* )? ( [eE] [-+]? [0-9]+ )?`, or the same with digits only after the
/// dot.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits =
        exponent.is_none_or(|digits| is_integer(digits.strip_prefix(['-', '+']).unwrap_or(digits)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    exponent_fits && digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

fn float(text: &str) -> Result<Value, &'static str> {
    let number = text.parse::<f64>().map_err(|_| INEXACT)?;
    if significant_digits(text) > 17 {
        return Err(INEXACT);
    }
    Number::from_f64(number).map(Value::Number).ok_or(INEXACT)
}

/// Returns the number of significant digits in the text.
fn significant_digits(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').len()
}

#[cfg(test)]
mod tests {
    use super::plain;
    use serde_json::{Value, json};

    #[test]
    fn plain_scalars_follow_the_yaml_core_schema() {
        let cases = [
            ("", Value::Null),
            ("~", Value::Null),
            ("null", Value::Null),
            ("true", json!(true)),
            ("False", json!(false)),
            ("yes", json!("yes")),
            ("on", json!("on")),
            ("200", json!(200)),
            ("+7", json!(7)),
            ("-3", json!(-3)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("0xZZ", json!("0xZZ")),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("1.2.3", json!("1.2.3")),
            ("3.0.3", json!("3.0.3")),
            ("2024-01-01", json!("2024-01-01")),
            ("-", json!("-")),
            (".", json!(".")),
            ("e5", json!("e5")),
            ("4XX", json!("4XX")),
        ];
        for (text, value) in cases {
            assert_eq!(plain(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn a_number_that_json_or_64_bits_cannot_represent_is_rejected() {
        for text in [
            ".nan",
            "-.inf",
            "18446744073709551616",
            "-9223372036854775809",
            "0.1234567890123456789012",
            "1e999",
            "0xFFFFFFFFFFFFFFFFFF",
        ] {
            assert!(plain(text).is_err(), "{text}");
        }
    }
}
