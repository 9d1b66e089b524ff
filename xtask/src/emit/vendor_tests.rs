//! Emits the lists that the tests of a vendor crate go through: a call of every operation, and all types.

pub(crate) mod round_trips;
pub(crate) mod test_cases;
