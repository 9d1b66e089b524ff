//! .

pub(crate) mod admin;
pub(crate) mod index_page;
pub(crate) mod vendor_service;
