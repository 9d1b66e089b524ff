//! Compares the sets of operations, and the tag, visibility, deprecation and endpoint of each one.

use super::behavior;
use super::bodies;
use super::change::Changes;
use super::documentation;
use super::parameters;
use super::rule::Rule;
use super::side::{Side, SideOperation};
use crate::model::{Operation, OwnServer};
use crate::progenitor::Qualify;
use anyhow::Result;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Records the changes to all operations.
pub(super) fn compare(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) -> Result<()> {
    let after: BTreeMap<&str, &Operation<'_>> = by_id(new);
    let before: BTreeMap<&str, &Operation<'_>> = by_id(base);
    let plain = Qualify::new(Rc::default(), "");
    for (id, was) in &before {
        let Some(now) = after.get(id) else {
            let what = format!("`{} {}` was removed", was.method.to_uppercase(), was.path);
            changes.add_at_base(Rule::OperationRemoved, base.operation_place(was), *id, what);
            continue;
        };

        let was = SideOperation::new(base, &plain, was)?;
        let now = SideOperation::new(new, &plain, now)?;
        compare_operation(&was, &now, changes);
    }
    for (id, now) in after.iter().filter(|(id, _)| !before.contains_key(*id)) {
        let what = format!("`{} {}` was added", now.method.to_uppercase(), now.path);
        changes.add(Rule::OperationAdded, new.operation_place(now), *id, what);
    }
    Ok(())
}

fn by_id<'s, 'd>(side: &'s Side<'d>) -> BTreeMap<&'s str, &'s Operation<'d>> {
    side.api
        .operations
        .iter()
        .map(|operation| (operation.id, operation))
        .collect()
}

fn compare_operation(
    was: &SideOperation<'_, '_>,
    now: &SideOperation<'_, '_>,
    changes: &mut Changes,
) {
    let (before, after) = (was.operation, now.operation);
    let place = now.side.operation_place(after);
    let id = after.id;
    let first = changes.found.len();
    if before.tag != after.tag {
        let what = format!("moved from the tag `{}` to `{}`", before.tag, after.tag);
        changes.add(Rule::OperationMoved, place.clone(), id, what);
    }
    match (before.internal, after.internal) {
        (false, true) => changes.add(
            Rule::OperationInternal,
            place.clone(),
            id,
            "is now internal",
        ),
        (true, false) => changes.add(
            Rule::OperationPublic,
            place.clone(),
            id,
            "is no longer internal",
        ),
        _ => {}
    }
    if !before.deprecated && after.deprecated {
        changes.add(
            Rule::OperationDeprecated,
            place.clone(),
            id,
            "is now deprecated",
        );
    }
    if (before.method, before.path, &before.server) != (after.method, after.path, &after.server) {
        let words = |operation: &Operation<'_>| {
            let own = |server: &OwnServer<'_>| match server.takes_credentials {
                true => format!(" at {} with credentials", server.url),
                false => format!(" at {}", server.url),
            };
            let server = operation.server.as_ref().map(own).unwrap_or_default();
            format!(
                "{} {}{server}",
                operation.method.to_uppercase(),
                operation.path
            )
        };
        let what = format!("sends `{}` instead of `{}`", words(after), words(before));
        changes.add(Rule::EndpointChanged, place, id, what);
    }
    parameters::compare(was, now, changes);
    bodies::compare(was, now, changes);
    behavior::compare(was, now, changes);
    let pointers = (
        was.side.operation_pointer(before),
        now.side.operation_pointer(after),
    );
    documentation::compare_node(
        (was.side, now.side),
        (&pointers.0, &pointers.1),
        id,
        first,
        changes,
    );
}
