//! Emits trait implementations for operations that read or start jobs.

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::emit::typed_call::Call;
use crate::model::{Api, Operation, text};
use crate::name;

pub(super) fn emit(
    api: &Api<'_>,
    call: &Call<'_>,
    gate: Option<&TokenStream>,
) -> Result<TokenStream> {
    let marker = &call.marker;
    if call.operation.reads_job().is_some() {
        return Ok(quote! {
            #gate
            impl ::sdk_runtime::WaitOperation for #marker {}
        });
    }
    let Some(rule) = call.operation.starts_job() else {
        return Ok(TokenStream::new());
    };
    let poll = target(api, &rule["poll"])?;
    let outcome = match rule.get("result") {
        Some(result) => target(api, result)?,
        None => poll,
    };
    let mut gates = Vec::new();
    let is_internal = [poll, outcome].iter().any(|target| target.internal);
    if is_internal && !call.operation.internal {
        gates.push(quote! { #[cfg(feature = "internal")] });
    }
    for tag in tags_besides(api, call.operation, &[poll, outcome]) {
        gates.push(quote! { #[cfg(feature = #tag)] });
    }
    let (poll, outcome) = (path(poll), path(outcome));
    Ok(quote! {
        #gate
        #(#gates)*
        impl ::sdk_runtime::StartOperation for #marker {
            type Poll = #poll;
            type Outcome = #outcome;
        }
    })
}

fn target<'a, 'd>(api: &'a Api<'d>, follow_up: &Value) -> Result<&'a Operation<'d>> {
    let id = text(follow_up, "operation");
    let mut operations = api.operations.iter();
    operations
        .find(|operation| operation.id == id)
        .with_context(|| format!("`x-sdk-wait` refers to `{id}`, which is not an operation"))
}

/// Returns the tags of the targets, except the operation's own tag and the tags that are always
/// enabled.
fn tags_besides<'d>(
    api: &Api<'d>,
    operation: &Operation<'d>,
    targets: &[&Operation<'d>],
) -> Vec<&'d str> {
    let mut tags: Vec<&str> = targets.iter().map(|target| target.tag).collect();
    tags.retain(|tag| *tag != operation.tag);
    tags.retain(|tag| {
        !api.tags
            .iter()
            .any(|known| known.name == *tag && known.always)
    });
    tags.dedup();
    tags
}

/// Returns the path to the marker of an operation, from the module of any tag.
fn path(operation: &Operation<'_>) -> TokenStream {
    let module = format_ident!("{}", name::field(operation.tag));
    let marker = format_ident!("{}", operation.marker());
    quote! { super::#module::#marker }
}
