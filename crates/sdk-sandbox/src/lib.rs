#![doc = include_str!("../README.md")]

// The modules form layers, separated by blank lines. A file imports only from its own layer and
// from the layers above it.
mod error;
mod json;

mod openapi;
mod rules;
mod sample;

mod http;
mod resources;
mod state;

mod records;
mod webhooks;

mod response;

mod actions;
mod call;
mod server;

pub use error::Error;
pub use rules::credentials::Credentials;
pub use server::builder::Builder;
pub use server::sandbox::Sandbox;
pub use state::delivery::Delivery;
pub use state::effects::Effect;
pub use state::fault::Fault;
pub use state::outbox::{SentWebhook, WebhookAttempt, WebhookState};
pub use state::request_log::LoggedRequest;
pub use webhooks::webhook::Webhook;
