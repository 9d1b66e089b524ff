//! A client for the SMSCX API.
