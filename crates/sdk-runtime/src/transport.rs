//! The HTTP library: connections, TLS and proxies.
//!
//! Which request is sent, and whether it is sent again, belongs to `call_path`.

pub(crate) mod connections;
