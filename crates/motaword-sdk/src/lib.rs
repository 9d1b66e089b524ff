//! A client for the MotaWord API.
