//! Converts an argument to strings, in the format of its parameter.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use serde_json::value::RawValue;

use crate::request::argument::Shape;
use crate::request::argument::object;
use crate::table::parameter::{Kind, Parameter, Style};

/// All ASCII characters except those that never need encoding.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the percent-encoded string, in pieces.
pub(super) fn percent_encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Returns an argument as strings: none if it is absent, and possibly several if it is a list or an
/// object.
pub(crate) fn texts<'a>(
    parameter: &Parameter,
    shape: &'a Shape,
) -> Result<Vec<Cow<'a, str>>, String> {
    if parameter.style == Style::Json {
        return Ok(json(shape)?.map(Cow::from).into_iter().collect());
    }
    if parameter.kind == Kind::Object {
        let members = members(shape)?.into_iter();
        return Ok(match parameter.style {
            Style::Exploded => members
                .map(|(key, value)| format!("{key}={value}").into())
                .collect(),
            _ => members
                .flat_map(|(key, value)| [key.into(), value.into()])
                .collect(),
        });
    }
    match shape {
        Shape::Absent => Ok(Vec::new()),
        Shape::List(items) => items
            .iter()
            .filter(|item| !matches!(item, Shape::Absent))
            .map(|item| single(parameter, item))
            .collect(),
        one => single(parameter, one).map(|text| vec![text]),
    }
}

/// Returns the names and values of an object's properties as strings, or none if the argument is
/// absent.
pub(super) fn members(shape: &Shape) -> Result<Vec<(String, String)>, String> {
    raw(shape)?.map_or_else(|| Ok(Vec::new()), |value| object::members(&value))
}

/// Returns the pairs of a value in the `deepObject` style, or none if the argument is absent.
pub(super) fn deep_pairs(name: &str, shape: &Shape) -> Result<Vec<(String, String)>, String> {
    match shape {
        // The caller's string is a value, not JSON text.
        Shape::Text(text) => Ok(vec![(name.to_owned(), text.clone())]),
        other => {
            raw(other)?.map_or_else(|| Ok(Vec::new()), |value| object::deep_pairs(name, &value))
        }
    }
}

fn raw(shape: &Shape) -> Result<Option<Box<RawValue>>, String> {
    let Some(text) = json(shape)? else {
        return Ok(None);
    };
    RawValue::from_string(text)
        .map(Some)
        .map_err(|_| "expected an object".to_owned())
}

fn single<'a>(parameter: &Parameter, shape: &'a Shape) -> Result<Cow<'a, str>, String> {
    match shape {
        Shape::Bool(flag) if parameter.kind == Kind::IntegerBool => {
            Ok(if *flag { "1" } else { "0" }.into())
        }
        Shape::Bool(flag) => Ok(if *flag { "true" } else { "false" }.into()),
        Shape::Text(text) | Shape::Number(text) | Shape::Json(text) => Ok(text.into()),
        Shape::Unusable(why) => Err(why.clone()),
        Shape::List(_) | Shape::Absent => Err("a list inside a list cannot be sent".to_owned()),
    }
}

/// Returns the JSON text of an argument. A string is assumed to be JSON text already, unless it is
/// an item of a list.
fn json(shape: &Shape) -> Result<Option<String>, String> {
    Ok(Some(match shape {
        Shape::Absent => return Ok(None),
        Shape::Text(text) | Shape::Number(text) | Shape::Json(text) => text.clone(),
        Shape::Bool(flag) => flag.to_string(),
        Shape::Unusable(why) => return Err(why.clone()),
        Shape::List(items) => {
            let mut texts = Vec::new();
            for item in items {
                match item {
                    Shape::Text(text) => {
                        texts.push(serde_json::Value::from(text.as_str()).to_string())
                    }
                    other => texts.extend(json(other)?),
                }
            }
            format!("[{}]", texts.join(","))
        }
    }))
}

/// Returns an argument as parts of a body: none if it is absent, one per item if it is a list.
pub(crate) fn parts(argument: &crate::request::argument::Argument) -> Result<Vec<String>, String> {
    let texts = texts(&Parameter::EMPTY, &argument.0)?;
    Ok(texts.into_iter().map(Cow::into_owned).collect())
}
