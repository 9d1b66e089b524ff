//! .

pub(crate) mod arguments;
pub(crate) mod prng;
pub(crate) mod regex_text;
pub(crate) mod sampler;
pub(crate) mod scalar;
