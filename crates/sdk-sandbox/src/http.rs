//! .

pub(crate) mod body_reader;
pub(crate) mod listener;
pub(crate) mod multipart;
pub(crate) mod outgoing_body;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod resettable_stream;
pub(crate) mod uploaded_file;
