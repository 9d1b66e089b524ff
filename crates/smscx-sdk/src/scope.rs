//! Scopes of access tokens, for [`Credentials::with_scopes`](crate::Credentials::with_scopes).
//!
//! These are the names that the vendor's documentation shows. The set is open: [`Client::list_scopes`](crate::Client::list_scopes)
//! returns all names, and [`Credentials::with_scopes`](crate::Credentials::with_scopes) takes any text. Names are case-sensitive.

use crate::Credentials;

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

impl Credentials {
    /// Limits access tokens to these scopes: `with_scopes([scope::SMS, scope::REPORTS])`.
    ///
    /// The constants of [`scope`](self) are the known ones; any other name is taken, too. A scope that the application does not
    /// have is refused with 400 and the type `invalid_scope`. An API key has no scopes, so this changes nothing for it.
    #[must_use]
    pub fn with_scopes<S: AsRef<str>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        let mut list = String::new();
        for scope in scopes {
            if !list.is_empty() {
                list.push(' ');
            }
            list.push_str(scope.as_ref());
        }
        match list.is_empty() {
            true => self,
            false => self.with_scope(list),
        }
    }
}
