//! Writes a header parameter.

use http::HeaderValue;

use crate::request::argument::Argument;
use crate::request::argument::text::texts;
use crate::table::parameter::Parameter;

/// Returns the value of the header, or `None` if the argument is absent or an empty list.
pub(crate) fn value(
    parameter: &Parameter,
    argument: &Argument,
) -> Result<Option<HeaderValue>, String> {
    let texts = texts(parameter, &argument.0)?;
    if texts.is_empty() {
        return Ok(None);
    }
    // Checked, because a line break would start another header.
    HeaderValue::from_str(&texts.join(","))
        .map(Some)
        .map_err(|_| "the value contains characters that are not allowed in a header".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::argument::IntoArgument;

    #[test]
    fn a_header_value_with_a_line_break_is_rejected() {
        let plain = value(&Parameter::EMPTY, &"ü is refused? no".into_argument());
        assert!(plain.is_ok());
        assert!(value(&Parameter::EMPTY, &"a\r\nX-Evil: 1".into_argument()).is_err());
        assert_eq!(
            value(&Parameter::EMPTY, &[1, 2].into_argument())
                .unwrap()
                .unwrap(),
            "1,2"
        );
    }
}
