//! .

pub(crate) mod bulk;
pub(crate) mod create_many;
pub(crate) mod crud;
pub(crate) mod dispatch;
pub(crate) mod merge;
pub(crate) mod references;
pub(crate) mod start_job;
