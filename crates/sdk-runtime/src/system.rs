//! System services of a client: wall clock and randomness.
//!
//! Both are passed in, so that tests can replace them. Deadlines use tokio's clock instead.

pub(crate) mod randomness;
pub(crate) mod wall_clock;
