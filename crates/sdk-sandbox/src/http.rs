//! HTTP code that is independent of vendors: connections, outgoing requests, bounded request
//! bodies, multipart, NDJSON, requests, replies and refusals. The module `call` interprets
//! requests, and the module `state` stores their results.

pub(crate) mod body_error;
pub(crate) mod body_reader;
pub(crate) mod listener;
pub(crate) mod multipart;
pub(crate) mod ndjson;
pub(crate) mod outgoing_body;
pub(crate) mod outgoing_request;
pub(crate) mod parameter_value;
pub(crate) mod refusal;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod resettable_stream;
pub(crate) mod uploaded_file;
pub(crate) mod wall_clock;
