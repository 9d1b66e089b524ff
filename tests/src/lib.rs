//! Tests of what no single crate can show.
