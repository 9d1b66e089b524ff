//! Writes objects and lists as name-value pairs or as strings.

use serde_json::value::RawValue;

use crate::request::body::pairs::Fields;

/// Maximum nesting depth of a value.
const MAX_DEPTH: usize = 64;

/// Returns one pair per scalar in a value, with a name such as `name[key][0]`.
///
/// The name contains the path to the scalar. Nulls, empty objects and empty lists are omitted.
///
/// OpenAPI doesn't define how lists and deeper objects are written. The names follow PHP, Stripe's
/// own libraries and the npm package `qs`.
pub(crate) fn deep_pairs(name: &str, value: &RawValue) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    walk(name.to_owned(), value, 0, &mut pairs)?;
    Ok(pairs)
}

fn walk(
    name: String,
    value: &RawValue,
    depth: usize,
    pairs: &mut Vec<(String, String)>,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("the value nests deeper than {MAX_DEPTH} levels"));
    }
    match value.get().as_bytes().first() {
        Some(b'{') => {
            for (key, value) in fields(value)? {
                walk(format!("{name}[{key}]"), value, depth + 1, pairs)?;
            }
        }
        Some(b'[') => {
            for (index, item) in items(value)?.into_iter().enumerate() {
                walk(format!("{name}[{index}]"), item, depth + 1, pairs)?;
            }
        }
        _ => pairs.extend(scalar(value)?.map(|text| (name, text))),
    }
    Ok(())
}

/// Returns the names and values of an object's properties as strings.
///
/// Nulls are omitted, and nested values are JSON text.
pub(crate) fn members(value: &RawValue) -> Result<Vec<(String, String)>, String> {
    let mut members = Vec::new();
    for (key, value) in fields(value)? {
        members.extend(text(value)?.map(|text| (key, text)));
    }
    Ok(members)
}

/// Returns a value as a string, or `None` for null. Objects and lists are JSON text.
pub(crate) fn text(value: &RawValue) -> Result<Option<String>, String> {
    match value.get().as_bytes().first() {
        Some(b'{' | b'[') => Ok(Some(value.get().to_owned())),
        _ => scalar(value),
    }
}

/// Returns the items of a list, or a single value, as strings. Nulls are omitted.
pub(crate) fn texts(value: &RawValue) -> Result<Vec<String>, String> {
    let items = match value.get().starts_with('[') {
        true => items(value)?,
        false => vec![value],
    };
    items
        .into_iter()
        .filter_map(|item| text(item).transpose())
        .collect()
}

fn fields(value: &RawValue) -> Result<Vec<(String, &RawValue)>, String> {
    let fields: Fields<'_> =
        serde_json::from_str(value.get()).map_err(|_| "expected an object".to_owned())?;
    Ok(fields.0)
}

fn items(value: &RawValue) -> Result<Vec<&RawValue>, String> {
    serde_json::from_str(value.get()).map_err(|error| error.to_string())
}

/// Returns a scalar as a string, or `None` for null. Numbers keep every digit.
fn scalar(value: &RawValue) -> Result<Option<String>, String> {
    match value.get() {
        "null" => Ok(None),
        json if json.starts_with('"') => serde_json::from_str(json)
            .map(Some)
            .map_err(|error| error.to_string()),
        json => Ok(Some(json.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn each_pair_is_named_by_the_path_to_its_value() {
        let value = raw(
            r#"{"a":{"b":{"c":"x y"},"none":null},"list":[1.10,{"d":true},[]],"n":12345678901234567890123,"empty":{}}"#,
        );
        let pairs = deep_pairs("f", &value).unwrap();
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("f[a][b][c]", "x y"),
                ("f[list][0]", "1.10"),
                ("f[list][1][d]", "true"),
                ("f[n]", "12345678901234567890123"),
            ]
        );
    }

    #[test]
    fn a_value_that_is_nested_too_deeply_is_rejected() {
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert!(deep_pairs("f", &raw(&deep)).is_err());
        assert!(
            deep_pairs(
                "f",
                &raw(&"["
                    .repeat(40)
                    .chars()
                    .chain("1".chars())
                    .chain("]".repeat(40).chars())
                    .collect::<String>())
            )
            .is_ok()
        );
    }

    #[test]
    fn nested_members_are_written_as_json() {
        let members = members(&raw(r#"{"R":100,"G":null,"more":{"a":[1]}}"#)).unwrap();
        let members: Vec<(&str, &str)> = members
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(members, [("R", "100"), ("more", r#"{"a":[1]}"#)]);
    }
}
