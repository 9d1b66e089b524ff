//! Emits the lists for the tests of a vendor crate: calls to all operations, and all types.

pub(crate) mod round_trips;
pub(crate) mod test_cases;
