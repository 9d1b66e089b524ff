//! Parses a request according to OpenAPI's styles, and compares it with the values of the call.

use percent_encoding::percent_decode_str;
use sdk_runtime::{Encoding, Kind, Operation, Parameter, Place, Style};
use sdk_sandbox::LoggedRequest;
use serde_json::{Map, Value};

/// Results for a request.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) parameters: usize,
    pub(super) bodies: usize,
    pub(super) failed: Vec<String>,
}

/// Compares a request with the arguments of its call.
pub(super) fn compare(
    operation: &Operation,
    base_url: &str,
    arguments: &Map<String, Value>,
    request: &LoggedRequest,
) -> Comparison {
    let mut found = Comparison::default();
    let base = match operation.server {
        // The sandbox serves an operation at the path of the operation's own server.
        Some(server) => server.url,
        None => base_url,
    };
    let base = base.splitn(4, '/').nth(3).unwrap_or_default();
    let path = request.path.trim_start_matches('/');
    let path = path
        .strip_prefix(base)
        .unwrap_or(path)
        .trim_start_matches('/');
    let (template, fixed) = operation
        .path
        .split_once('?')
        .unwrap_or((operation.path, ""));
    let mut in_path = path_values(template.trim_start_matches('/'), path);
    let query = pairs(&request.query);
    for (name, value) in pairs(fixed) {
        let slot = value
            .strip_prefix('{')
            .and_then(|slot| slot.strip_suffix('}'));
        let mut given = request
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        match slot {
            // This part of the path's fixed query is the placeholder of a path parameter.
            Some(slot) => {
                let given = given.find(|(known, _)| *known == name);
                in_path.extend(given.map(|(_, given)| (slot.to_owned(), given.to_owned())));
            }
            None if query.contains(&(name.clone(), value.clone())) => {}
            None => found.failed.push(format!(
                "the query {query:?} lacks `{name}={value}` from the path"
            )),
        }
    }
    for parameter in operation.parameters {
        let key = format!("{}.{}", parameter.place.as_str(), parameter.name);
        let Some(given) = arguments.get(&key) else {
            continue;
        };
        found.parameters += 1;
        // In the style `deepObject`, each nested value is sent as a pair, with the path to the
        // value as the name. An exploded object is sent as one pair per property.
        let own_pairs = match (parameter.place, parameter.style, parameter.kind) {
            (Place::Query, Style::DeepObject, _) => Some(deep_pairs(parameter.name, given)),
            (Place::Query, Style::Exploded, Kind::Object) => Some(members(given)),
            _ => None,
        };
        if let Some(own_pairs) = own_pairs {
            if let Some(lost) = own_pairs.iter().find(|pair| !query.contains(pair)) {
                found.failed.push(format!(
                    "`{key}` was {given}, but the query {query:?} lacks {lost:?}"
                ));
            }
            continue;
        }
        let arrived: Vec<String> = match parameter.place {
            Place::Path => in_path
                .iter()
                .filter(|(name, _)| name == parameter.name)
                .map(|(_, value)| decoded(value, false))
                .collect(),
            Place::Query => pairs(&request.query)
                .into_iter()
                .filter(|(name, _)| name == parameter.name)
                .map(|(_, value)| value)
                .collect(),
            Place::Header => request
                .header(parameter.name)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        };
        let is_same = match parameter.style {
            Style::Json => {
                arrived
                    .first()
                    .and_then(|text| serde_json::from_str::<Value>(text).ok())
                    .as_ref()
                    == Some(given)
            }
            _ => arrived == wanted(parameter, given),
        };
        if !is_same {
            found
                .failed
                .push(format!("`{key}` was {given}, but arrived as {arrived:?}"));
        }
    }
    let body = arguments.get("body").zip(operation.body);
    let media = arguments
        .get("content_type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if let Some((given, body)) = body
        && let Some(media) = body.media.iter().find(|known| known.name == media)
    {
        found.bodies += 1;
        if let Err(what) = compare_body(media.encoding, given, request) {
            found
                .failed
                .push(format!("body with {}: {what}", media.name));
        }
    }
    found
}

/// Returns the strings that represent a value in the location of its parameter.
fn wanted(parameter: &Parameter, given: &Value) -> Vec<String> {
    let text = |value: &Value| match (parameter.kind, value) {
        (Kind::IntegerBool, Value::Bool(flag)) => u8::from(*flag).to_string(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    };
    match given {
        Value::Array(items) if parameter.style == Style::Exploded => {
            items.iter().map(text).collect()
        }
        Value::Array(items) => {
            let separator = match parameter.style {
                Style::Space => " ",
                Style::Pipe => "|",
                _ => ",",
            };
            vec![items.iter().map(text).collect::<Vec<_>>().join(separator)]
        }
        Value::Object(_) if parameter.kind == Kind::Object => {
            let between = if parameter.style == Style::Exploded {
                "="
            } else {
                ","
            };
            let members = members(given).into_iter();
            let members: Vec<String> = members
                .map(|(key, value)| format!("{key}{between}{value}"))
                .collect();
            vec![members.join(",")]
        }
        one => vec![text(one)],
    }
}

/// Returns a string unchanged, and any other value as JSON.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the names and values of an object's properties, without null values.
fn members(value: &Value) -> Vec<(String, String)> {
    let members = value.as_object().into_iter().flatten();
    let members = members.filter(|(_, value)| !value.is_null());
    members
        .map(|(key, value)| (key.clone(), plain(value)))
        .collect()
}

/// Returns one pair per scalar in a value, with the path to the scalar as the name.
fn deep_pairs(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Null => Vec::new(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| deep_pairs(&format!("{name}[{key}]"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| deep_pairs(&format!("{name}[{index}]"), item))
            .collect(),
        scalar => vec![(name.to_owned(), plain(scalar))],
    }
}

/// Returns the values that a path contains for the parameters of a template.
fn path_values(template: &str, path: &str) -> Vec<(String, String)> {
    let mut values = Vec::new();
    let (mut template, mut path) = (template, path);
    while let Some((before, rest)) = template.split_once('{') {
        let Some(after) = path.strip_prefix(before) else {
            return values;
        };
        let Some((name, rest)) = rest.split_once('}') else {
            return values;
        };
        let until = &rest[..rest.find('{').unwrap_or(rest.len())];
        let end = match until {
            "" => after.len(),
            until => after.find(until).unwrap_or(after.len()),
        };
        values.push((name.to_owned(), after[..end].to_owned()));
        (template, path) = (rest, &after[end..]);
    }
    values
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), decoded(value, true))
        })
        .collect()
}

/// Percent-decodes a string. In forms and queries, a plus sign represents a space.
fn decoded(text: &str, is_form: bool) -> String {
    let text = match is_form {
        true => text.replace('+', " "),
        false => text.to_owned(),
    };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

fn compare_body(encoding: Encoding, given: &Value, request: &LoggedRequest) -> Result<(), String> {
    let text = request.text();
    let differs = |what: &dyn std::fmt::Debug| Err(format!("{given} arrived as {what:?}"));
    match encoding {
        Encoding::Json | Encoding::Lines => {
            let read = match encoding {
                Encoding::Lines => text
                    .lines()
                    .map(serde_json::from_str)
                    .collect::<Result<Vec<Value>, _>>()
                    .map(Value::Array),
                _ => serde_json::from_str(&text),
            };
            match read {
                Ok(read) if read == *given => Ok(()),
                other => differs(&other),
            }
        }
        Encoding::Text | Encoding::Bytes => match given.as_str() == Some(text.as_str()) {
            true => Ok(()),
            false => differs(&text),
        },
        Encoding::Form => compare_fields(given, &pairs(&text)),
        Encoding::StyledForm(styles) => {
            let arrived = pairs(&text);
            let mut rest = given.clone();
            for (name, style) in styles {
                let Some(value) = rest.as_object_mut().and_then(|rest| rest.remove(*name)) else {
                    continue;
                };
                let wanted = match (style, &value) {
                    (Style::DeepObject, value) => deep_pairs(name, value),
                    (Style::Exploded, value @ Value::Object(_)) => members(value),
                    (Style::Exploded, Value::Array(items)) => items
                        .iter()
                        .map(|item| ((*name).to_owned(), plain(item)))
                        .collect(),
                    (style, value) => {
                        let parameter = Parameter {
                            kind: if value.is_object() {
                                Kind::Object
                            } else {
                                Kind::Array
                            },
                            style: *style,
                            ..Parameter::EMPTY
                        };
                        let texts = wanted(&parameter, value).into_iter();
                        texts.map(|text| ((*name).to_owned(), text)).collect()
                    }
                };
                if let Some(lost) = wanted.iter().find(|pair| !arrived.contains(pair)) {
                    return Err(format!(
                        "`{name}` was {value}, but the form {arrived:?} lacks {lost:?}"
                    ));
                }
            }
            compare_fields(&rest, &arrived)
        }
        Encoding::Multipart | Encoding::KeyedParts(_) => compare_fields(given, &parts(request)?),
    }
}

/// Compares each field with the values that were received under its name, in order.
///
/// Scalars are compared as strings, objects as JSON, and lists item by item.
fn compare_fields(given: &Value, arrived: &[(String, String)]) -> Result<(), String> {
    for (name, value) in given.as_object().into_iter().flatten() {
        let texts: Vec<&str> = arrived
            .iter()
            .filter(|(known, _)| known == name || known.strip_suffix("[]") == Some(name))
            .map(|(_, text)| text.as_str())
            .collect();
        let items = match value {
            Value::Array(items) => items.clone(),
            Value::Null => Vec::new(),
            one => vec![one.clone()],
        };
        let is_same = texts.len() == items.len()
            && texts
                .iter()
                .zip(&items)
                .all(|(text, item)| is_same_text(text, item));
        // A map may also be sent as one field per key.
        let is_keyed = value.as_object().is_some_and(|members| {
            members.iter().all(|(key, member)| {
                let key = format!("{name}[{key}]");
                arrived
                    .iter()
                    .any(|(known, text)| *known == key && is_same_text(text, member))
            })
        });
        if !is_same && !is_keyed {
            return Err(format!(
                "`{name}` was {value}, but arrived as {texts:?} in {arrived:?}"
            ));
        }
    }
    Ok(())
}

fn is_same_text(text: &str, value: &Value) -> bool {
    match value {
        Value::String(value) => text == value,
        Value::Object(object)
            if object.contains_key("text") && object.contains_key("name") && object.len() == 2 =>
        {
            object.get("text").and_then(Value::as_str) == Some(text)
        }
        other => serde_json::from_str::<Value>(text).is_ok_and(|read| read == *other),
    }
}

/// Returns the name and content of each part.
fn parts(request: &LoggedRequest) -> Result<Vec<(String, String)>, String> {
    let kind = request.header("content-type").unwrap_or_default();
    let boundary = kind
        .split("boundary=")
        .nth(1)
        .ok_or("the content type has no boundary")?
        .trim_matches('"');
    let text = request.text();
    let mut found = Vec::new();
    for part in text.split(&format!("--{boundary}")).skip(1) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let name = head
            .split(" name=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        found.push((name.unwrap_or_default().to_owned(), content.to_owned()));
    }
    Ok(found)
}
