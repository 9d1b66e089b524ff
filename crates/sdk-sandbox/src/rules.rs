//! .

pub(crate) mod credentials;
pub(crate) mod embedded;
pub(crate) mod profile;
