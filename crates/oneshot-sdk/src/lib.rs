//! A client for the 1Shot API API.
