//! Emits the calls of a tag: a marker type, a client method and the setters of each operation.
//!
//! Every method is `#[inline]`, so that the compiler generates machine code for the method, and for
//! the body that the method serializes, in the calling crate. Without the attribute, building a
//! vendor crate would generate code for all operations.
//!
//! Each part of a call has its own file. The module `types` emits the types of bodies and
//! responses, and the module `sample` emits sample arguments.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs_text::{attributes, prose};
use crate::emit::typed_call::Call;
use crate::model::{Api, Operation};
use crate::name;
use crate::progenitor::RustApi;

mod answer;
mod argument;
mod body;
mod bulk;
mod job;
mod media;
mod method;
mod paging;
mod setter;

/// Emits all calls of a tag.
pub(crate) fn emit(
    api: &Api<'_>,
    rust_api: &RustApi,
    tag: &str,
    module: &str,
) -> Result<TokenStream> {
    let qualify = rust_api.qualify(module);
    let (mut all_methods, mut parts) = (Vec::new(), Vec::new());
    for operation in api.operations.iter().filter(|o| o.tag == tag) {
        let call = Call::new(api, rust_api, &qualify, operation)?;
        let gate = operation
            .internal
            .then(|| quote! { #[cfg(feature = "internal")] });
        let marker = marker(operation, &call, gate.as_ref());
        all_methods.push(method::emit(api, rust_api, &call, gate.as_ref())?);
        let setters = setter::emit(&call, gate.as_ref());
        let paging = paging::emit(api, rust_api, &call, gate.as_ref());
        let job = job::emit(api, &call, gate.as_ref())?;
        let status = bulk::status(&call, gate.as_ref());
        let answers = answer::emit(rust_api, &call, gate.as_ref());
        parts.push(quote! {
            #marker
            #setters
            #paging
            #job
            #status
            #answers
        });
    }
    if all_methods.is_empty() {
        return Ok(TokenStream::new());
    }
    // Emit one block per tag, so that the page of `Client` groups the operations by tag.
    let docs = attributes(&tag_docs(api, tag));
    let mut of_tag = api.operations.iter().filter(|o| o.tag == tag);
    let gate = of_tag
        .all(|operation| operation.internal)
        .then(|| quote! { #[cfg(feature = "internal")] });
    Ok(quote! {
        #docs
        #gate
        impl Client { #(#all_methods)* }
        #(#parts)*
    })
}

/// Returns the heading and description of the tag.
fn tag_docs(api: &Api<'_>, tag: &str) -> String {
    let description = api
        .tags
        .iter()
        .find(|known| known.name == tag)
        .map_or("", |known| known.description);
    format!("# Operations of `{tag}`\n\n{}", prose(description))
}

fn marker(operation: &Operation<'_>, call: &Call<'_>, gate: Option<&TokenStream>) -> TokenStream {
    let Call { marker, answer, .. } = call;
    let id = operation.id;
    let doc = format!(" Marker for the operation [`{id}`](crate::Client::{id}).");
    let constant = format_ident!("{}", name::constant(id));
    let module = format_ident!("{}", name::field(operation.tag));
    quote! {
        #gate
        #[doc = #doc]
        pub struct #marker;

        #gate
        impl ::sdk_runtime::TypedOperation for #marker {
            type Answer = #answer;
            const OPERATION: &'static ::sdk_runtime::Operation = &super::table::#module::#constant;
        }
    }
}
