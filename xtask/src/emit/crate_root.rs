//! Emits the modules and re-exports in `lib.rs`. Only the modules and re-exports for credentials
//! differ between vendor crates.

use crate::model::{Api, flag};

/// Returns the modules and re-exports of the crate's `lib.rs`, in rustfmt style.
pub(crate) fn modules(api: &Api<'_>) -> &'static str {
    match api.credentials {
        None => BY_HAND,
        Some(_) if has_hook(api) => WITH_HOOK,
        Some(_) => GENERATED_ONLY,
    }
}

const GENERATED_ONLY: &str = "\
#[rustfmt::skip]
mod generated;

pub use generated::*;
";

/// Modules of crates that compute the body of a token exchange in `exchange_hook.rs`.
const WITH_HOOK: &str = "\
mod exchange_hook;
#[rustfmt::skip]
mod generated;

pub use generated::*;
";

/// Modules of crates with hand-written credentials, whose spec has no `x-sdk-credentials`.
const BY_HAND: &str = "\
// Not `mod auth`, because a tag of the API may have that name.
#[path = \"auth.rs\"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub use credentials::Credentials;
pub use generated::*;
";

/// Returns whether any kind of credentials has an exchange whose body the crate computes in
/// `exchange_hook.rs`.
pub(crate) fn has_hook(api: &Api<'_>) -> bool {
    let kinds = api.credentials.unwrap_or_default();
    kinds.iter().any(|kind| {
        kind.get("exchange")
            .is_some_and(|exchange| flag(exchange, "custom"))
    })
}
