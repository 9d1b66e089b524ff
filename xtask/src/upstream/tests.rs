//! The command against a made-up vendor.
