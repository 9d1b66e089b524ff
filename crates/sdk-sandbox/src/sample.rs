//! Sample values that match a schema, and sample arguments of operations; deterministic per seed.
//! Nothing here reads stored records; that is the task of `records`.

pub(crate) mod arguments;
pub(crate) mod named_text;
pub(crate) mod prng;
pub(crate) mod regex_text;
pub(crate) mod sampler;
pub(crate) mod scalar;
