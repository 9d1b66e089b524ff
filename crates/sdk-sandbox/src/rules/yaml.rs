//! Conversion of YAML to JSON.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

use crate::error::Error;

/// Parses a string with one YAML document. Returns JSON, because in JSON, serde represents an enum
/// variant with data as a map, whereas YAML deserializers for serde expect a tag.
pub(super) fn read(text: &str) -> Result<Value, Error> {
    let documents =
        Yaml::load_from_str(text).map_err(|e| Error::caused_by("the profile is not YAML", e))?;
    match documents.as_slice() {
        [document] => json(document),
        [] => Ok(Value::Null),
        _ => Err(Error::new("the profile has more than one YAML document")),
    }
}

fn json(yaml: &Yaml<'_>) -> Result<Value, Error> {
    Ok(match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::from(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::from(f64::from(*value)),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => items.iter().map(json).collect::<Result<_, _>>()?,
        Yaml::Mapping(entries) => {
            let entry = |(key, value): (&Yaml<'_>, &Yaml<'_>)| {
                let key = key
                    .as_str()
                    .ok_or_else(|| Error::new("the profile has a key that is not a string"))?;
                Ok((key.to_owned(), json(value)?))
            };
            Value::Object(
                entries
                    .iter()
                    .map(entry)
                    .collect::<Result<Map<_, _>, _>>()?,
            )
        }
        _ => {
            return Err(Error::new(
                "the profile contains a tag, or an alias to itself",
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scalars_keep_their_types_and_invalid_yaml_is_rejected() {
        let text = "a: [1, 1.5, true, null, '1', x: y]\nb: &b {c: d}\ne: *b\n";
        assert_eq!(
            read(text).unwrap(),
            json!({ "a": [1, 1.5, true, null, "1", { "x": "y" }], "b": { "c": "d" }, "e": { "c": "d" } })
        );
        for wrong in ["a: 1\na: 2", "a: [", "1: 2", "a: !tag b", "a\n---\nb"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
