//! The running sandbox: `builder` starts it from one `definition` per vendor, and `sandbox` is the
//! handle for tests. `vendor_service` handles each request to a vendor (route, fault, body, rate
//! limit, call, log). `admin` serves the endpoints that don't belong to a vendor, including the
//! page of `index_page`.

pub(crate) mod admin;
pub(crate) mod api_browser;
pub(crate) mod builder;
pub(crate) mod default_jobs;
pub(crate) mod default_profile;
pub(crate) mod definition;
pub(crate) mod index_page;
#[cfg(test)]
pub(crate) mod operations_test;
pub(crate) mod sandbox;
pub(crate) mod vendor_service;
