//! Actions of operations: they create, change and delete one or many records, and start jobs.
//! `dispatch` chooses the action by the role of the operation. The checks that don't depend on
//! records (security, media types, schemas) are in `call`.

pub(crate) mod bulk;
pub(crate) mod create_many;
pub(crate) mod crud;
pub(crate) mod dispatch;
pub(crate) mod empty;
pub(crate) mod initial;
pub(crate) mod merge;
pub(crate) mod record_state;
pub(crate) mod references;
pub(crate) mod set_elsewhere;
pub(crate) mod start_job;
