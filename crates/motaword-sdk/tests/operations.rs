//! The operations of the crate, and which of them are compiled in.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test, a panic is the failure report.

#[path = "generated/every_operation.rs"]
#[rustfmt::skip]
mod generated;

use std::collections::BTreeSet;

use motaword_sdk::OPERATIONS;

#[test]
fn the_78_staff_operations_require_the_internal_feature() {
    assert_eq!(OPERATIONS.len(), 222);
    let staff = OPERATIONS.iter().filter(|operation| operation.internal);
    assert_eq!(staff.count(), 78);
    // `Case(operation media-type)`, one or more per operation.
    let cases = generated::cases();
    let texts = cases.iter().map(|case| format!("{case:?}"));
    let compiled: BTreeSet<String> = texts
        .filter_map(|text| Some(text.strip_prefix("Case(")?.split(' ').next()?.to_owned()))
        .collect();
    let is_on = cfg!(feature = "internal");
    let expected = OPERATIONS
        .iter()
        .filter(|operation| is_on || !operation.internal);
    let expected: BTreeSet<String> = expected.map(|operation| operation.id.to_owned()).collect();
    assert_eq!(compiled, expected);
}
