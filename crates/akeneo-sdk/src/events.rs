//! Events that the PIM sends: the signature is checked on the bytes as they came, then the payload is typed.
//!
//! There are two senders. The Events API, which ends with 2026, signs the time and the body with one secret: [`EventsApi`].
//! The Event Platform, on SaaS, signs the body with a primary and perhaps a secondary secret: [`EventPlatform`].
//!
//! ```
//! use std::time::SystemTime;
//! use akeneo_sdk::events::{Action, EventError, EventsApi, HeaderMap};
//!
//! fn receive(headers: &HeaderMap, body: &[u8]) -> Result<(), EventError> {
//!     let receiver = EventsApi::new("the connection's event secret");
//!     for event in receiver.receive(headers, body, SystemTime::now())?.events {
//!         match &event.action {
//!             Action::ProductRemoved => println!("{:?} is gone", event.data.resource),
//!             Action::Unknown(new) => println!("{new} is new to this crate"),
//!             _ => println!("{} by {:?}", event.event_id, event.author),
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Give it the raw body: JSON that was read and written again has another signature. Answer within half a second (Events
//! API) or five (Event Platform), and expect events that come twice or out of order.

mod events_api;
mod platform;
mod refusal;
mod signature;

pub use events_api::{Action, AuthorType, EventBatch, EventData, EventsApi, PimEvent};
pub use platform::{
    EventAuthor, EventPlatform, EventType, Notification, NotificationType, PlatformData,
    PlatformEvent, ProductKey,
};
pub use refusal::EventError;
pub use sdk_runtime::HeaderMap;
