//! HTTP without a vendor: connections, requests of its own, request bodies within bounds, multipart and NDJSON, requests, replies and refusals.
//! What a request means is decided in `call`; what is remembered of it is in `state`.

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
