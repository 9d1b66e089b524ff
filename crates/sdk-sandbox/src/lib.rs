#![doc = include_str!("../README.md")]

mod actions;
mod builder;
mod call;
mod error;
mod http;
mod json;
mod openapi;
#[cfg(test)]
mod operations_test;
mod records;
mod resources;
mod response;
mod rules;
mod sample;
mod sandbox;
mod server;
mod state;
mod vendor;
mod wall_clock;

pub use builder::Builder;
pub use error::Error;
pub use rules::credentials::Credentials;
pub use sandbox::Sandbox;
pub use state::effects::Effect;
pub use state::fault::Fault;
pub use state::request_log::LoggedRequest;
