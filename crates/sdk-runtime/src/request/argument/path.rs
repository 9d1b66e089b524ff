//! Writes path parameters into the path of an operation.

use std::borrow::Cow;

use crate::request::argument::text::{percent_encoded, texts};
use crate::request::argument::{Argument, Shape};
use crate::table::parameter::{Kind, Parameter, Style};

/// Replaces `{name}` in a path with a value. The error explains why the value can't be used.
///
/// An empty value and the segments `.` and `..` are rejected, because they could make the path lead
/// to another operation. If slashes are kept, empty segments belong to the value, as in `/ABC`,
/// `A//BC` and `a/`. A value that consists only of slashes is rejected.
pub(crate) fn fill(
    path: &str,
    parameter: &Parameter,
    argument: &Argument,
) -> Result<String, String> {
    if let Shape::List(items) = &argument.0
        && items.is_empty()
    {
        return Err("an empty list is not allowed in a path".to_owned());
    }
    let texts = texts(parameter, &argument.0)?;
    let mut filled = String::with_capacity(path.len() + 32);
    let mut rest = path;
    while let Some(at) = rest.find('{') {
        let (before, slot) = rest.split_at(at);
        filled.push_str(before);
        let after = slot[1..].strip_prefix(parameter.name);
        rest = if let Some(after) = after.and_then(|after| after.strip_prefix('}')) {
            put(&mut filled, parameter, &texts)?;
            after
        } else {
            filled.push('{');
            &slot[1..]
        };
    }
    filled.push_str(rest);
    Ok(filled)
}

fn put(path: &mut String, parameter: &Parameter, texts: &[Cow<'_, str>]) -> Result<(), String> {
    if texts.is_empty() {
        return Err("a value is required".to_owned());
    }
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            path.push(',');
        }
        if parameter.kind == Kind::Object
            && parameter.style == Style::Exploded
            && let Some((key, value)) = text.split_once('=')
        {
            put_segment(path, key)?;
            path.push('=');
            path.extend(percent_encoded(value));
            continue;
        }
        if parameter.style == Style::KeepSlashes {
            if text.bytes().all(|byte| byte == b'/') {
                return put_segment(path, "");
            }
            for (depth, part) in text.split('/').enumerate() {
                if depth > 0 {
                    path.push('/');
                }
                if !part.is_empty() {
                    put_segment(path, part)?;
                }
            }
        } else {
            put_segment(path, text)?;
        }
    }
    Ok(())
}

fn put_segment(path: &mut String, text: &str) -> Result<(), String> {
    match text {
        "" => Err("an empty value is not allowed in a path".to_owned()),
        "." | ".." => Err(format!("`{text}` is not allowed in a path")),
        _ => {
            path.extend(percent_encoded(text));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::argument::IntoArgument;
    use crate::table::parameter::Place;

    const CODE: Parameter = Parameter {
        name: "code",
        place: Place::Path,
        required: true,
        ..Parameter::EMPTY
    };
    const FILE: Parameter = Parameter {
        style: Style::KeepSlashes,
        ..CODE
    };

    fn filled(parameter: &Parameter, value: impl IntoArgument) -> Result<String, String> {
        fill("/files/{code}/download", parameter, &value.into_argument())
    }

    #[test]
    fn a_value_is_encoded_as_a_single_segment() {
        assert_eq!(filled(&CODE, "sku-1").unwrap(), "/files/sku-1/download");
        assert_eq!(
            filled(&CODE, "a/b?c#d e%2e\\ü").unwrap(),
            "/files/a%2Fb%3Fc%23d%20e%252e%5C%C3%BC/download"
        );
        assert_eq!(filled(&CODE, 7).unwrap(), "/files/7/download");
    }

    #[test]
    fn an_object_is_encoded_as_a_single_segment() {
        let value = serde_json::json!({"G": "a/b", "R": 100});
        let of = |style| {
            let color = Parameter {
                kind: Kind::Object,
                style,
                ..CODE
            };
            filled(&color, &value).unwrap()
        };
        assert_eq!(of(Style::Simple), "/files/G,a%2Fb,R,100/download");
        assert_eq!(of(Style::Exploded), "/files/G=a%2Fb,R=100/download");
    }

    #[test]
    fn slashes_are_kept_in_the_keep_slashes_style() {
        assert_eq!(
            filled(&FILE, "a/b c/d.png").unwrap(),
            "/files/a/b%20c/d.png/download"
        );
    }

    #[test]
    fn empty_segments_are_kept_in_the_keep_slashes_style() {
        for (value, path) in [
            ("/ABC", "/files//ABC/download"),
            ("A//B C", "/files/A//B%20C/download"),
            ("a/", "/files/a//download"),
        ] {
            assert_eq!(filled(&FILE, value).unwrap(), path);
        }
    }

    #[test]
    fn a_value_that_could_reach_another_operation_is_rejected() {
        for bad in ["", ".", ".."] {
            assert!(filled(&CODE, bad).is_err(), "{bad:?}");
        }
        for bad in ["", "/", "//", "../b", "a/..", "a/./b", "a//.."] {
            assert!(filled(&FILE, bad).is_err(), "{bad:?}");
        }
        assert!(filled(&CODE, Vec::<String>::new()).is_err());
        assert!(filled(&CODE, None::<&str>).is_err());
    }
}
