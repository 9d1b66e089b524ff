//! Sample values that fit a schema, and sample arguments of operations; the same for the same seed.
//! Nothing here looks at what was stored: records are in `records`.

pub(crate) mod arguments;
pub(crate) mod named_text;
pub(crate) mod prng;
pub(crate) mod regex_text;
pub(crate) mod sampler;
pub(crate) mod scalar;
