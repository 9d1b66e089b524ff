//! Encodes a value as a form.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::value::RawValue;

use crate::request::argument::object::{deep_pairs, members, text, texts};
use crate::request::body::pairs::fields;
use crate::table::parameter::Style;

/// Characters that a form percent-encodes: all except letters, digits, `*`, `-`, `.`, `_`, and the
/// space, which becomes a plus sign.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b' ');

/// Encodes the fields of an object as pairs.
///
/// A field without its own style is repeated if it is a list, and is JSON text if it is an object
/// (OpenAPI 3.0.4, "Encoding Object").
pub(super) fn encode(json: &[u8], styles: &[(&str, Style)]) -> Result<Bytes, String> {
    let mut pairs = Vec::new();
    for (name, value) in fields(json)?.0 {
        let style = styles.iter().find(|(known, _)| *known == name);
        append(&mut pairs, name, value, style.map(|(_, style)| *style))?;
    }
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    Ok(pairs.join("&").into())
}

fn append(
    pairs: &mut Vec<(String, String)>,
    name: String,
    value: &RawValue,
    style: Option<Style>,
) -> Result<(), String> {
    let is_object = value.get().starts_with('{');
    match style {
        Some(Style::DeepObject) => pairs.extend(deep_pairs(&name, value)?),
        Some(Style::Exploded) if is_object => pairs.extend(members(value)?),
        Some(Style::Json) => pairs.extend(text(value)?.map(|text| (name, text))),
        Some(style @ (Style::Simple | Style::Comma | Style::Space | Style::Pipe)) => {
            let texts = match is_object {
                true => members(value)?
                    .into_iter()
                    .flat_map(|(key, value)| [key, value])
                    .collect(),
                false => texts(value)?,
            };
            if !texts.is_empty() {
                pairs.push((name, texts.join(style.separator())));
            }
        }
        Some(Style::Exploded | Style::KeepSlashes) | None => {
            let texts = texts(value)?.into_iter();
            pairs.extend(texts.map(|text| (name.clone(), text)));
        }
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED)
        .to_string()
        .replace(' ', "+")
}
