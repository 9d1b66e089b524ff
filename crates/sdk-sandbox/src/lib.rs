//! An HTTP server that plays the vendors from their OpenAPI documents.
