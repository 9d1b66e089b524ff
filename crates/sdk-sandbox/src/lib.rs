//! An HTTP server that plays the vendors from their OpenAPI documents.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sdk_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start().await?;
//! for vendor in sandbox.vendors() {
//!     for (name, value) in sandbox.environment(&vendor) {
//!         println!("{name}={value}");
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What a vendor does comes from data: its merged document (`document`, `operation`, `route`, `schema`) and its
//! profile (`profile`, in `profiles/`). A request goes through [`vendor`](mod@vendor): routing, faults, security, media
//! type, body, parameters; then a token exchange or an answer made from the schema.

mod answer;
mod body;
mod builder;
mod credentials;
mod document;
mod documents;
mod error;
mod exchange;
mod fault;
mod filling;
mod log;
mod multipart;
mod operation;
mod paging;
mod parameter;
mod pattern;
mod profile;
mod refusal;
mod request;
mod route;
mod sample;
mod sandbox;
mod schema;
mod security;
mod seed;
mod server;
mod token;
mod vendor;

pub use builder::Builder;
pub use credentials::Credentials;
pub use error::Error;
pub use fault::Fault;
pub use log::LoggedRequest;
pub use sandbox::Sandbox;
