//! A client for the Metquay API.
