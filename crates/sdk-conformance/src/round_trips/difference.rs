//! Differences between two JSON values, and whether each is intended.

use super::exact_json::Json;
use super::sample::UNKNOWN_PROPERTY;

/// An intended difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Loss {
    /// A null in an optional property is read as absent and not written.
    NullIsAbsent,
    /// A closed object drops unknown properties.
    UnknownProperty,
}

impl Loss {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NullIsAbsent => "null is absent",
            Self::UnknownProperty => "unknown property of a closed object",
        }
    }
}

/// A position where two values differ.
pub(crate) struct Difference {
    pub(crate) path: String,
    pub(crate) loss: Option<Loss>,
}

/// Returns all positions where `after` differs from `before`.
pub(crate) fn differences(before: &Json, after: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(before, after, String::new(), &mut found);
    found
}

fn compare(before: &Json, after: &Json, path: String, found: &mut Vec<Difference>) {
    match (before, after) {
        (Json::Object(before), Json::Object(after)) => {
            for (name, value) in before {
                let path = format!("{path}.{name}");
                match (after.get(name), value) {
                    (Some(after), value) => compare(value, after, path, found),
                    (None, Json::Null) => found.push(Difference {
                        path,
                        loss: Some(Loss::NullIsAbsent),
                    }),
                    (None, _) if name == UNKNOWN_PROPERTY => found.push(Difference {
                        path,
                        loss: Some(Loss::UnknownProperty),
                    }),
                    (None, _) => found.push(Difference { path, loss: None }),
                }
            }
            for name in after.keys().filter(|name| !before.contains_key(*name)) {
                let path = format!("{path}.{name}");
                found.push(Difference { path, loss: None });
            }
        }
        (Json::List(before), Json::List(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(before, after, format!("{path}[{index}]"), found);
            }
        }
        (before, after) if before.is_equal(after) => {}
        _ => found.push(Difference { path, loss: None }),
    }
}
