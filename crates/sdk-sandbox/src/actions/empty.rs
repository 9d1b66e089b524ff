//! Operations that delete all stored records of a collection.

use crate::http::refusal::Refusal;
use crate::response::call_context::CallContext;
use crate::state::store::Place;

/// Deletes the stored records of the collections that an operation empties, within the scope of
/// its path.
pub(super) fn empty_collections(call: &CallContext<'_>) -> Result<(), Refusal> {
    let store = &call.vendor.store;
    for (index, resource) in call.vendor.resources.all.iter().enumerate() {
        if !resource.rules.emptied.contains(&call.operation.id) {
            continue;
        }
        let scope = call.lookup.values();
        let _turn = store.write_lock();
        let (written, _) = store.keys(index, &scope);
        for key in written {
            let scope = scope.clone();
            store.remove(index, &Place { scope, key })?;
        }
    }
    Ok(())
}
