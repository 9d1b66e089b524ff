//! Keeps records that others refer to from being deleted or renamed.

use serde_json::Value;

use crate::http::refusal::Refusal;
use crate::json::plain_text::plain_text;
use crate::records::record_view::RecordView;
use crate::resources::resource::Resource;
use crate::response::call_context::CallContext;
use crate::rules::error_kind::ErrorKind;

/// Refuses to delete a record that others refer to; `known` is its current value.
pub(super) fn check_free(
    call: &CallContext<'_>,
    resource: &Resource,
    view: &RecordView<'_>,
    known: &Value,
) -> Result<(), Refusal> {
    for rules in &resource.rules.dependants {
        let name = |property: &String| {
            if resource.key.as_ref() == Some(property) {
                return Some(view.place.key.clone());
            }
            known.get(property).filter(|v| !v.is_null()).map(plain_text)
        };
        let names: Vec<String> = rules.is.iter().filter_map(name).collect();
        let depends = |record: &Value| {
            let named = record.get(&rules.field).map(plain_text);
            named.is_some_and(|named| names.contains(&named))
        };
        let mut all = call.vendor.resources.all.iter();
        let found = all.position(|resource| resource.name == rules.of);
        if found.is_some_and(|index| call.vendor.store.any(index, depends)) {
            let detail = format!("records of {} depend on {}", rules.of, view.place.key);
            return Err(Refusal::new(ErrorKind::InUse, detail));
        }
    }
    Ok(())
}

/// Refuses to change a property by which others refer to the record.
pub(super) fn check_held(
    call: &CallContext<'_>,
    resource: &Resource,
    view: &RecordView<'_>,
    known: &Value,
    changed: &Value,
) -> Result<(), Refusal> {
    let held = &resource.rules.held;
    if held.iter().all(|name| known.get(name) == changed.get(name)) {
        return Ok(());
    }
    check_free(call, resource, view, known)
}
