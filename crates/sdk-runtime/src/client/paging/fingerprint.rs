//! Hashes of a list's arguments, which prevent a cursor from continuing a different list.

use std::collections::BTreeMap;
use std::hash::Hasher;

use fnv::FnvHasher;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::byte_order_mark::without_byte_order_mark;
use crate::request::argument::text::texts;
use crate::request::call::{Call, Given};
use crate::value::secret_name::may_hold_secret;

/// One hash per argument and one hash of the body, which are the same in every process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    #[serde(default)]
    arguments: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

impl Fingerprint {
    /// Hashes the arguments and the body of a call.
    ///
    /// Omits uploads, multipart bodies, the parameters in `without`, and all parameters that may
    /// contain secrets.
    pub(super) fn of(call: &Call, without: [Option<&str>; 2]) -> Self {
        let is_meant = |name: &str| !without.contains(&Some(name)) && !may_hold_secret(name);
        let given = call.arguments.iter().filter_map(|(parameter, argument)| {
            if argument.is_absent() || !is_meant(parameter.name) {
                return None;
            }
            // An invalid argument makes the call itself fail.
            let texts = texts(parameter, &argument.0).ok()?;
            let mut hasher = FnvHasher::default();
            for text in &texts {
                write_json(&mut hasher, text.as_bytes());
            }
            Some((parameter.name.to_owned(), hex_digest(&hasher)))
        });
        let free = call.query.iter().filter(|(name, _)| is_meant(name));
        let free = free.map(|(name, value)| (name.clone(), hash(value.as_bytes())));
        let body = match &call.body {
            Some(Given::Json(body) | Given::Bytes(body)) => Some(hash(body)),
            Some(Given::Nothing | Given::Upload(_) | Given::Parts(_)) | None => None,
        };
        Self {
            arguments: given.chain(free).collect(),
            body,
        }
    }

    /// Returns the first difference from another fingerprint, if any.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        for (name, hash) in &self.arguments {
            match other.arguments.get(name) {
                None => return Some(format!("`{name}` is missing")),
                Some(given) if given != hash => return Some(format!("`{name}` differs")),
                Some(_) => {}
            }
        }
        let mut names = other.arguments.keys();
        if let Some(name) = names.find(|name| !self.arguments.contains_key(*name)) {
            return Some(format!("`{name}` is new"));
        }
        (self.body != other.body).then(|| "the body differs".to_owned())
    }
}

fn hash(text: &[u8]) -> String {
    let mut hasher = FnvHasher::default();
    write_json(&mut hasher, text);
    hex_digest(&hasher)
}

fn hex_digest(hasher: &FnvHasher) -> String {
    format!("{:016x}", hasher.finish())
}

/// Hashes a JSON object or list by its values, regardless of the order of properties. Hashes any
/// other text byte by byte.
fn write_json(hasher: &mut FnvHasher, text: &[u8]) {
    match serde_json::from_slice::<Value>(without_byte_order_mark(text)) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => write_value(hasher, &value),
        _ => {
            hasher.write(text);
            hasher.write_u8(b'\n');
        }
    }
}

fn write_value(hasher: &mut FnvHasher, value: &Value) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(name, _)| *name);
            hasher.write_u8(b'{');
            for (name, value) in entries {
                hasher.write(name.as_bytes());
                hasher.write_u8(b':');
                write_value(hasher, value);
            }
            hasher.write_u8(b'}');
        }
        Value::Array(items) => {
            hasher.write_u8(b'[');
            items.iter().for_each(|item| write_value(hasher, item));
            hasher.write_u8(b']');
        }
        plain => {
            hasher.write(plain.to_string().as_bytes());
            hasher.write_u8(b',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::operation::Operation;
    use crate::table::parameter::Parameter;

    static OPERATION: Operation = Operation {
        id: "list_things",
        parameters: &[
            Parameter {
                name: "search",
                ..Parameter::EMPTY
            },
            Parameter {
                name: "page",
                ..Parameter::EMPTY
            },
            Parameter {
                name: "api_key",
                ..Parameter::EMPTY
            },
        ],
        ..Operation::EMPTY
    };

    fn of(arguments: &[(&str, &str)], body: Option<&str>) -> Fingerprint {
        let mut call = Call::new(&OPERATION);
        for (name, value) in arguments {
            call.argument(name, *value);
        }
        if let Some(body) = body {
            call.bytes_body(body.to_owned());
        }
        Fingerprint::of(&call, [Some("page"), None])
    }

    #[test]
    fn position_secrets_and_key_order_do_not_change_the_fingerprint() {
        let one = of(
            &[("search", r#"{"a":[1],"b":{"c":2,"d":3}}"#), ("page", "1")],
            Some(r#"{"x":1,"y":2}"#),
        );
        let other = of(
            &[
                ("search", r#"{"b":{"d":3,"c":2},"a":[1]}"#),
                ("page", "2"),
                ("api_key", "hush"),
            ],
            Some(r#"{"y":2,"x":1}"#),
        );
        assert_eq!(one, other);
        // The hashes must never change between processes or versions, because cursors are stored.
        let kept = serde_json::to_string(&of(&[("search", "lamps")], None)).unwrap();
        assert_eq!(kept, r#"{"arguments":{"search":"f9af37ab3621bd16"}}"#);
    }

    #[test]
    fn a_changed_argument_or_body_is_detected() {
        let base = of(&[("search", "a")], Some("[1]"));
        for other in [
            of(&[("search", "b")], Some("[1]")),
            of(&[], Some("[1]")),
            of(&[("search", "a")], Some("[2]")),
            of(&[("search", "a")], None),
        ] {
            assert!(base.difference(&other).is_some() && other.difference(&base).is_some());
        }
        assert_eq!(base.difference(&base.clone()), None);
    }
}
