//! The user's corrections to a document: `specs/<name>/overlay.yaml`, an OpenAPI Overlay (version
//! 1.0.0 or 1.1.0).
//!
//! The actions are applied to the published document before the passes run, so that they survive
//! the import of a newer document. A correction that changes nothing is an error, because otherwise
//! nobody would notice that the document has changed.

mod action;
mod merge;

use super::read::Source;
use action::{Action, Change};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::Path;

/// Name of the overlay file in the folder of the spec.
pub(super) const FILE: &str = "overlay.yaml";

/// Maximum number of nodes that all actions together may change.
const MAX_NODES: usize = 1_000_000;

/// Applies the overlay of a spec, if there is one, and returns the number of its actions.
///
/// Fails with the file and line of the first mistake in the overlay, or of each action that can't
/// be applied, matches nothing, or changes nothing.
pub(super) fn apply(root: &Path, name: &str, document: &mut Value) -> Result<usize> {
    let file = format!("specs/{name}/{FILE}");
    let path = root.join(&file);
    if !path.exists() {
        return Ok(0);
    }
    let bytes = std::fs::read(&path).with_context(|| format!("could not read {file}"))?;
    apply_text(&Source::parse(&file, &bytes)?, document)
}

fn apply_text(overlay: &Source, document: &mut Value) -> Result<usize> {
    let actions = action::read(overlay)?;
    let mut wrong = Vec::new();
    let mut left = MAX_NODES;
    for action in &actions {
        if let Err(what) = run(action, document, &mut left) {
            wrong.push(format!("{}:{}: {what}", overlay.file, action.line));
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(actions.len())
}

/// Applies one action; the error describes the mistake in it.
fn run(action: &Action<'_>, document: &mut Value, left: &mut usize) -> Result<(), String> {
    let target = action.text;
    let found = action.target.query_located(document);
    let mut pointers: Vec<String> = found
        .iter()
        .map(|node| node.location().to_json_pointer())
        .collect();
    pointers.dedup();
    if pointers.is_empty() {
        return Err(format!(
            "the target `{target}` matches nothing in the document; fix it, or remove the action if the document no longer needs it"
        ));
    }
    *left = left
        .checked_sub(pointers.len())
        .ok_or_else(|| format!("the actions change more than {MAX_NODES} nodes"))?;
    match action.change {
        Change::Remove => {
            // Remove later elements of a list first, so that the indexes of earlier ones stay
            // valid.
            for pointer in pointers.iter().rev() {
                merge::remove(document, pointer)
                    .map_err(|what| format!("the target `{target}` {what}"))?;
            }
            Ok(())
        }
        Change::Update(update) => {
            let mut is_changed = false;
            for pointer in &pointers {
                if let Some(node) = document.pointer_mut(pointer) {
                    is_changed |= merge::update(node, update);
                }
            }
            match is_changed {
                true => Ok(()),
                false => Err(format!(
                    "the document already contains the update of `{target}`; remove the action"
                )),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn applied(overlay: &str, mut document: Value) -> Result<Value, String> {
        let overlay = Source::parse("specs/acme/overlay.yaml", overlay.as_bytes()).unwrap();
        match apply_text(&overlay, &mut document) {
            Ok(_) => Ok(document),
            Err(error) => Err(error.to_string()),
        }
    }

    fn document() -> Value {
        json!({
            "paths": {
                "/a": {"get": {"tags": ["x"]}, "put": {"deprecated": true}},
                "/b": {"put": {"parameters": [{"name": "p"}, {"name": "q"}, {"name": "p"}]}},
            }
        })
    }

    #[test]
    fn updates_are_merged_and_removals_keep_other_nodes() {
        let overlay = "\
overlay: 1.0.0
info: {title: Corrections, version: '1'}
actions:
  - target: $.paths.*.put
    update: {x-sdk-repeat: safe}
  - target: $.paths['/a'].get
    update:
      tags: [y]
      deprecated: true
  - target: $.paths['/b'].put.parameters[?@.name == 'p']
    remove: true
  - target: $.paths['/b'].put.parameters
    update: {name: r}
  - target: $.paths['/a'].put.deprecated
    update: false
";
        assert_eq!(
            applied(overlay, document()).unwrap(),
            json!({
                "paths": {
                    "/a": {
                        "get": {"tags": ["x", "y"], "deprecated": true},
                        "put": {"deprecated": false, "x-sdk-repeat": "safe"},
                    },
                    "/b": {"put": {"parameters": [{"name": "q"}, {"name": "r"}], "x-sdk-repeat": "safe"}},
                }
            })
        );
    }

    #[test]
    fn an_action_that_matches_or_changes_nothing_is_reported_with_its_line() {
        let overlay = "\
overlay: 1.0.0
info: {title: Corrections, version: '1'}
actions:
  - target: $.paths['/c']
    remove: true
  - target: $.paths['/a'].get
    update: {tags: [x]}
";
        assert_eq!(
            applied(overlay, document()).unwrap_err(),
            "specs/acme/overlay.yaml:4: the target `$.paths['/c']` matches nothing in the document; fix it, or remove the action \
             if the document no longer needs it\n\
             specs/acme/overlay.yaml:6: the document already contains the update of `$.paths['/a'].get`; remove the action"
        );
    }

    #[test]
    fn an_invalid_overlay_is_rejected_with_its_line() {
        let head = "overlay: 1.0.0\ninfo: {title: T, version: '1'}\n";
        for (text, wanted) in [
            (
                "openapi: 3.0.0\n",
                ":1: an overlay starts with `overlay: 1.0.0`",
            ),
            (
                "overlay: 2.0.0\nactions: []\n",
                ":1: an overlay starts with `overlay: 1.0.0`",
            ),
            (
                &format!("{head}actions: {{}}\n"),
                ":3: `actions` must be a list",
            ),
            (
                &format!("{head}action: []\n"),
                ":3: `action` is not a key of an overlay",
            ),
            (
                &format!("{head}actions:\n  - update: {{}}\n"),
                ":4: an action needs a `target`",
            ),
            (
                &format!("{head}actions:\n  - target: $.a\n    remove: true\n    update: {{}}\n"),
                ":4: an action needs either an `update` or `remove: true`",
            ),
            (
                &format!("{head}actions:\n  - target: paths\n    remove: true\n"),
                ":4: the target `paths` is not a JSONPath",
            ),
            (
                &format!("{head}actions:\n  - target: $\n    remove: true\n"),
                ":4: the target `$` is the whole document, which cannot be removed",
            ),
        ] {
            let error = applied(text, document()).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }

    #[test]
    fn a_spec_without_an_overlay_is_left_alone() {
        let mut document = document();
        let before = document.clone();
        assert_eq!(
            apply(Path::new("/nowhere"), "acme", &mut document).unwrap(),
            0
        );
        assert_eq!(document, before);
    }
}
