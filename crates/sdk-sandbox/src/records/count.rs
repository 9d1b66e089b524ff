//! Number of records in a collection.

use crate::state::vendor::Vendor;

/// Counts the records of a collection in a scope.
pub(crate) fn count(vendor: &Vendor, resource: usize, scope: &[String], seeds: u64) -> u64 {
    let kind = &vendor.resources.all[resource];
    let is_seed = |key: &&String| kind.number_of(&vendor.document, key, seeds).is_some();
    let (made, gone) = vendor.store.keys(resource, scope);
    let made = made.iter().filter(|key| !is_seed(key)).count();
    let gone = gone.iter().filter(is_seed).count();
    seeds.saturating_sub(gone as u64) + made as u64
}
