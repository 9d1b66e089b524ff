//! Reads the actions of an overlay.

use crate::command::import::read::Source;
use crate::spec::pointer::below;
use anyhow::{Result, bail};
use serde_json::Value;
use serde_json_path::JsonPath;

/// An action in an overlay: one correction to the document.
#[derive(Debug)]
pub(super) struct Action<'o> {
    pub(super) line: usize,
    /// The target as written in the overlay.
    pub(super) text: &'o str,
    pub(super) target: JsonPath,
    pub(super) change: Change<'o>,
}

/// What an action does to its targets.
#[derive(Debug)]
pub(super) enum Change<'o> {
    Update(&'o Value),
    Remove,
}

/// Supported versions of the Overlay Specification.
const VERSIONS: [&str; 2] = ["1.0", "1.1"];

/// Keys of an overlay, in addition to extensions, whose names start with `x-`.
const KEYS: [&str; 4] = ["overlay", "info", "extends", "actions"];
/// Keys of an action, in addition to extensions.
const ACTION_KEYS: [&str; 4] = ["target", "description", "update", "remove"];

/// Returns the actions in order. Fails with the file and line if the overlay is invalid.
pub(super) fn read(overlay: &Source) -> Result<Vec<Action<'_>>> {
    let root = &overlay.root;
    let version = root.get("overlay").and_then(Value::as_str);
    let is_known = |version: &str| {
        VERSIONS.iter().any(|known| {
            version
                .strip_prefix(known)
                .is_some_and(|rest| rest.starts_with('.'))
        })
    };
    if !version.is_some_and(is_known) {
        bail!(
            "{}:1: an overlay starts with `overlay: 1.0.0`",
            overlay.file
        );
    }
    check_keys(overlay, root, "", &KEYS, "an overlay")?;
    let at = "/actions";
    let Some(actions) = root.get("actions").and_then(Value::as_array) else {
        bail!(
            "{}:{}: `actions` must be a list",
            overlay.file,
            overlay.line(at)
        );
    };
    let actions = actions.iter().enumerate();
    actions
        .map(|(index, action)| one(overlay, action, &below(at, &index.to_string())))
        .collect()
}

fn one<'o>(overlay: &Source, action: &'o Value, at: &str) -> Result<Action<'o>> {
    let line = overlay.line(at);
    let file = &overlay.file;
    check_keys(overlay, action, at, &ACTION_KEYS, "an action")?;
    let Some(text) = action.get("target").and_then(Value::as_str) else {
        bail!(
            "{file}:{line}: an action needs a `target`, which is a JSONPath such as `$.paths['/pets'].get`"
        );
    };
    let removes = action
        .get("remove")
        .is_some_and(|remove| *remove == Value::Bool(true));
    let change = match (action.get("update"), removes) {
        (Some(update), false) => Change::Update(update),
        (None, true) => Change::Remove,
        _ => bail!("{file}:{line}: an action needs either an `update` or `remove: true`"),
    };
    let target = match JsonPath::parse(text) {
        Ok(target) => target,
        Err(error) => {
            bail!("{file}:{line}: the target `{text}` is not a JSONPath (RFC 9535): {error}")
        }
    };
    Ok(Action {
        line,
        text,
        target,
        change,
    })
}

fn check_keys(overlay: &Source, node: &Value, at: &str, known: &[&str], what: &str) -> Result<()> {
    let keys = node.as_object().into_iter().flatten().map(|(key, _)| key);
    for key in keys {
        if !known.contains(&key.as_str()) && !key.starts_with("x-") {
            let line = overlay.line(&below(at, key));
            bail!("{}:{line}: `{key}` is not a key of {what}", overlay.file);
        }
    }
    Ok(())
}
