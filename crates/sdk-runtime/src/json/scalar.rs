//! Lossless conversions between strings and other scalars.

/// A whole number in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Integer {
    Signed(i64),
    Unsigned(u64),
}

/// Returns the whole number in a string, which may have zeros after a decimal point.
pub(super) fn integer(text: &str) -> Option<Integer> {
    let text = text.trim();
    let whole = match text.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    let signed = whole.parse().ok().map(Integer::Signed);
    signed.or_else(|| whole.parse().ok().map(Integer::Unsigned))
}

/// Returns the number in a string. Returns `None` for `NaN`, infinities, and values beyond the
/// range of `f64`.
pub(super) fn float(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// Returns the boolean in a string: `true` or `false` (case-insensitive), `1` or `0`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "1" => Some(true),
        "0" => Some(false),
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Returns a float as a string, if no digits can be lost: a float preserves fifteen digits.
pub(super) fn exact_text(number: f64) -> Option<String> {
    let text = format!("{number:?}");
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (number.abs() < 1e15 && digits <= 15 && !text.contains('e')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_becomes_text_only_if_no_digits_are_lost() {
        for (number, text) in [(1.5, "1.5"), (5.0, "5.0"), (-0.25, "-0.25")] {
            assert_eq!(exact_text(number).as_deref(), Some(text));
        }
        for number in [1e15, 1e30, 1e-9, 0.123_456_789_012_345_67] {
            assert_eq!(exact_text(number), None, "{number}");
        }
    }
}
