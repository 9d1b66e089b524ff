//! Emits the lists for the tests of a vendor crate: a call of every operation, and all types.

pub(crate) mod round_trips;
pub(crate) mod test_cases;
