//! Scopes of access tokens, for [`Credentials::with_scopes`](crate::Credentials::with_scopes).
//!
//! These are the names that the vendor's documentation shows. The set is open: [`Client::list_scopes`](crate::Client::list_scopes)
//! returns all names, and [`Credentials::with_scopes`](crate::Credentials::with_scopes) takes any text. Names are case-sensitive.

/// Attachments and the hits on them.
pub const ATTACHMENTS: &str = "attachments";
/// Groups and their contacts.
pub const GROUPS: &str = "groups";
/// Validation, look-up and rental of phone numbers.
pub const NUMBERS: &str = "numbers";
/// Originators: the senders that recipients see.
pub const ORIGINATORS: &str = "originators";
/// Campaigns, delivery states and totals.
pub const REPORTS: &str = "reports";
/// Short links and the hits on them.
pub const SHORTLINKS: &str = "shortlinks";
/// Messages: sending them, and their cost.
pub const SMS: &str = "sms";
/// Templates of messages.
pub const TEMPLATES: &str = "templates";
