//! Emits the part of a vendor crate that differs from its siblings only in names: its modules and re-exports.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Api;
use crate::progenitor::RustApi;

/// The modules of the crate, for `lib.rs`; formatted as rustfmt does.
pub(crate) const MODULES: &str = "\
// Not `mod auth`: a tag of the API may have that name.
#[path = \"auth.rs\"]
mod credentials;
#[rustfmt::skip]
mod generated;

pub use credentials::Credentials;
pub use generated::*;
";

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
