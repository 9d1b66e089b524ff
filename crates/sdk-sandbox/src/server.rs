//! .

pub(crate) mod admin;
pub(crate) mod builder;
pub(crate) mod index_page;
#[cfg(test)]
pub(crate) mod operations_test;
pub(crate) mod sandbox;
pub(crate) mod vendor_service;
