//! Generates sample values that match a schema, and sample arguments of operations. The same seed
//! produces the same samples. This module doesn't read stored records. The module `records` does.

pub(crate) mod arguments;
pub(crate) mod named_text;
pub(crate) mod prng;
pub(crate) mod regex_text;
pub(crate) mod sampler;
pub(crate) mod scalar;
