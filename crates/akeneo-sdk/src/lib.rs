//! A client for the Akeneo PIM API.
