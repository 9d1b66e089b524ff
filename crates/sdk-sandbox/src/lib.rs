#![doc = include_str!("../README.md")]

mod actions;
mod call;
mod error;
mod http;
mod json;
mod openapi;
mod records;
mod resources;
mod response;
mod rules;
mod sample;
mod server;
mod state;
mod vendor;

pub use error::Error;
pub use rules::credentials::Credentials;
pub use server::builder::Builder;
pub use server::sandbox::Sandbox;
pub use state::effects::Effect;
pub use state::fault::Fault;
pub use state::request_log::LoggedRequest;
