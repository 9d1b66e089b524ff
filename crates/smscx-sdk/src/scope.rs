//! Scopes of access tokens, for [`Credentials::with_scopes`](crate::Credentials::with_scopes).
//!
//! These are the scopes in the vendor's documentation. The list can be incomplete:
//! [`Client::list_scopes`](crate::Client::list_scopes) returns all scopes, and
//! [`Credentials::with_scopes`](crate::Credentials::with_scopes) accepts any string. Scopes are case-sensitive.

/// Attachments and the hits on them.
pub const ATTACHMENTS: &str = "attachments";
/// Groups and their contacts.
pub const GROUPS: &str = "groups";
/// Validation, lookup and rental of phone numbers.
pub const NUMBERS: &str = "numbers";
/// Originators, that is, the senders that recipients see.
pub const ORIGINATORS: &str = "originators";
/// Campaigns, delivery statuses and totals.
pub const REPORTS: &str = "reports";
/// Short links and the hits on them.
pub const SHORTLINKS: &str = "shortlinks";
/// Sending messages, and estimating their cost.
pub const SMS: &str = "sms";
/// Message templates.
pub const TEMPLATES: &str = "templates";
