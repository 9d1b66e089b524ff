//! Changes JSON values by JSON pointer.

use std::borrow::Cow;

use serde_json::{Value, json};

/// Sets a value by JSON pointer. Missing and scalar values on the path become objects. Items of a
/// list can be replaced, but not added: a pointer to a missing item has no effect.
pub(crate) fn set(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for step in pointer.split('/').skip(1) {
        let index = match place {
            Value::Array(items) => step
                .parse::<usize>()
                .ok()
                .filter(|index| *index < items.len()),
            _ => None,
        };
        if index.is_none() && place.is_array() {
            return;
        }
        if index.is_none() && !place.is_object() {
            *place = json!({});
        }
        place = match index {
            Some(index) => &mut place[index],
            None => &mut place[unescaped(step).as_ref()],
        };
    }
    *place = value;
}

/// Removes the property at a JSON pointer.
pub(crate) fn remove(body: &mut Value, pointer: &str) {
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(map)) = body.pointer_mut(parent)
    {
        map.remove(unescaped(name).as_ref());
    }
}

/// Decodes the escapes in a step of a pointer (RFC 6901, section 4).
fn unescaped(step: &str) -> Cow<'_, str> {
    match step.contains('~') {
        true => step.replace("~1", "/").replace("~0", "~").into(),
        false => step.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_set_and_removed_by_pointer() {
        let mut body = json!({ "a": 1 });
        set(&mut body, "/b/c", json!(2));
        remove(&mut body, "/a");
        remove(&mut body, "/x/y");
        assert_eq!(body, json!({ "b": { "c": 2 } }));
        set(&mut body, "/list", json!([{ "a": 1 }]));
        set(&mut body, "/list/0/a", json!(2));
        assert_eq!(body["list"], json!([{ "a": 2 }]));
        set(&mut body, "/list/1/a", json!(3));
        set(&mut body, "/list/state", json!("done"));
        assert_eq!(body["list"], json!([{ "a": 2 }]));
        set(&mut body, "/a~1b/m~0n", json!(1));
        assert_eq!(body["a/b"], json!({ "m~n": 1 }));
        remove(&mut body, "/a~1b/m~0n");
        assert_eq!(body["a/b"], json!({}));
        set(&mut body, "", json!([3]));
        assert_eq!(body, json!([3]));
    }
}
