//! What comes back from a vendor: as it came, as it comes in, and as it was read.

mod headers;
mod incoming;
mod raw_response;
mod response;
mod wait_hint;

pub use headers::HasHeaders;
pub use raw_response::RawResponse;
pub use response::Response;

pub(crate) use wait_hint::wait_hint;
