//! Emits the part of a vendor crate that differs from its siblings only in names: its modules and re-exports.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Api, flag};
use crate::progenitor::RustApi;

/// The modules of the crate, for `lib.rs`; formatted as rustfmt does.
pub(crate) fn modules(api: &Api<'_>) -> &'static str {
    match api.credentials {
        None => BY_HAND,
        Some(_) if has_hook(api) => WITH_HOOK,
        Some(_) => DESCRIBED,
    }
}

const DESCRIBED: &str = "\
#[rustfmt::skip]
mod generated;

pub use generated::*;
";

/// Some credentials have a value that the crate computes.
const WITH_HOOK: &str = "\
mod exchange_hook;
#[rustfmt::skip]
mod generated;

pub use generated::*;
";

/// Without a description, the crate has its credentials by hand.
const BY_HAND: &str = "\
// Not `mod auth`: a tag of the API may have that name.
#[path = \"auth.rs\"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub use credentials::Credentials;
pub use generated::*;
";

/// Whether a kind has an exchange whose body the crate computes in `exchange_hook.rs`.
pub(crate) fn has_hook(api: &Api<'_>) -> bool {
    let kinds = api.credentials.unwrap_or_default();
    kinds.iter().any(|kind| {
        kind.get("exchange")
            .is_some_and(|exchange| flag(exchange, "custom"))
    })
}

/// The re-exports of the runtime that a user of the crate needs.
pub(crate) fn re_exports(api: &Api<'_>, rust_api: &RustApi) -> TokenStream {
    let file = rust_api
        .types
        .values()
        .any(|ty| ty.parts)
        .then(|| quote! { File, });
    let has_jobs = api
        .operations
        .iter()
        .any(|operation| operation.wait.is_some());
    let jobs = has_jobs.then(|| {
        quote! {
            pub use ::sdk_runtime::{
                Job, JobKey, JobProgress, JobRun, JobStates, StartOperation, WaitOperation, Waiting,
            };
        }
    });
    quote! {
        #jobs
        #[cfg(feature = "file-store")]
        pub use ::sdk_runtime::FileStore;
        pub use ::sdk_runtime::{
            AccessToken, ClientConfig, Error, #file Limits, MemoryStore, RawResponse, Response,
            RetryPolicy, Secret, TokenSource, TokenStore, VendorClient,
        };
    }
}
