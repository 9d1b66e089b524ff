//! Helper functions that check the values of extensions.

use serde_json::{Map, Value};

pub(super) fn is(holds: bool, wanted: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(wanted.to_owned())
    }
}

pub(super) fn one_of(value: &Value, words: &[&str]) -> Result<(), String> {
    let is_known = value.as_str().is_some_and(|word| words.contains(&word));
    let wanted = match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    };
    is(is_known, &wanted)
}

/// Returns whether a value is a JSON pointer.
pub(super) fn is_pointer(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.is_empty() || text.starts_with('/'))
}

/// Checks that an object has all required keys and only allowed keys.
pub(super) fn object<'v>(
    value: &'v Value,
    needs: &[&str],
    may: &[&str],
) -> Result<&'v Map<String, Value>, String> {
    let wanted = match may {
        [] => format!("an object with {}", listed(needs)),
        may if needs.is_empty() => format!("an object with some of {}", listed(may)),
        may => format!(
            "an object with {}, and optionally {}",
            listed(needs),
            listed(may)
        ),
    };
    let object = value.as_object().ok_or(wanted.clone())?;
    let has_needs = needs.iter().all(|key| object.contains_key(*key));
    let has_others = object
        .keys()
        .any(|key| !needs.contains(&key.as_str()) && !may.contains(&key.as_str()));
    is(has_needs && !has_others, &wanted)?;
    Ok(object)
}

/// Returns the keys as a list in a sentence.
fn listed(keys: &[&str]) -> String {
    let mut keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let last = keys.pop().unwrap_or_default();
    match keys.is_empty() {
        true => last,
        false => format!("{} and {last}", keys.join(", ")),
    }
}

/// Checks an object of positive 32-bit integers.
pub(super) fn numbers(value: &Value, needs: &[&str], may: &[&str]) -> Result<(), String> {
    for (key, value) in object(value, needs, may)? {
        let fits = value
            .as_u64()
            .is_some_and(|number| number > 0 && u32::try_from(number).is_ok());
        is(fits, &format!("a whole number of at least 1 as `{key}`"))?;
    }
    Ok(())
}
