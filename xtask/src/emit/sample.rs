//! Emits calls with sample arguments, for the examples in rustdoc and for the test cases.
//!
//! Each kind of sample has its own file: values of a type, strings for a schema, and strings that
//! match a pattern.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::typed_call::argument_type::{has_own_name, takes_object};
use crate::emit::typed_call::{BodyArgument, Call};
use crate::model::{Api, Encoding, Operation, Parameter, Variant};
use crate::name;
use crate::progenitor::{RustApi, inside};

mod pattern;
mod text;
mod value;

pub(crate) use value::Values;

/// Returns the lines of a rustdoc example. Hidden lines start with `#`.
pub(crate) fn example(
    api: &Api<'_>,
    rust_api: &RustApi,
    operation: &Operation<'_>,
) -> Result<String> {
    let qualify = rust_api.qualify("");
    let call = Call::new(api, rust_api, &qualify, operation)?;
    let krate = format_ident!("{}", crate::name::library(api.vendor));
    let values = Values::new(api, rust_api, quote! { #krate::types:: });
    let request = request(&values, &call, call.bodies.first(), 0);
    let answer = call.answer.to_string();
    let body = if call.is_bulk() {
        quote! {
            let mut statuses = #request.send();
            while let Some(status) = statuses.try_next().await? {
                println!("{}: {:?}", status.index, status.outcome);
            }
        }
    } else if is_paged(&call) {
        quote! {
            let mut items = #request.items();
            while let Some(item) = items.try_next().await? {
                println!("{item:?}");
            }
        }
    } else if answer.ends_with("Empty") {
        quote! { #request.await?; }
    } else if answer.ends_with("Download") {
        quote! { #request.await?.into_inner().save_to("file").await?; }
    } else {
        quote! { let answer = #request.await?; println!("{answer:?}"); }
    };
    let function = format_function(quote! {
        async fn example(client: &#krate::Client) -> Result<(), #krate::Error> {
            #body
            Ok(())
        }
    })?;
    Ok(hide(&function))
}

/// Returns the lines of the example that creates a client and makes a first call.
pub(crate) fn first_call(api: &Api<'_>, rust_api: &RustApi) -> Result<String> {
    let krate = format_ident!("{}", crate::name::library(api.vendor));
    let ask = first_read(api, rust_api)?.map(|request| {
        quote! { let answer = #request.await?; println!("{answer:?}"); }
    });
    let function = format_function(quote! {
        async fn example() -> Result<(), #krate::Error> {
            let client = #krate::Client::from_env()?;
            #ask
            Ok(())
        }
    })?;
    Ok(hide(&function))
}

/// Returns the statements that make a first call with `client` and format the response into the
/// string `printed`. If no operation is suitable, the statements make no call, and `printed`
/// contains the base URL.
pub(crate) fn first_statements(api: &Api<'_>, rust_api: &RustApi) -> Result<String> {
    let statements = match first_read(api, rust_api)? {
        Some(request) => quote! {
            let answer = #request.await?;
            let printed = format!("{answer:#?}");
        },
        None => quote! {
            let printed = format!("ready to call {}", client.base_url());
        },
    };
    let function = format_function(quote! { fn frame() { #statements } })?;
    let lines: Vec<&str> = function.lines().collect();
    let inside = lines.get(1..lines.len().saturating_sub(1));
    let inside = inside.unwrap_or_default().iter();
    Ok(inside.map(|line| format!("{line}\n")).collect())
}

/// Returns a call to the GET operation with the fewest arguments, with sample values as arguments.
/// If several operations have the fewest arguments, prefers a paged operation. Returns `None` if no
/// GET operation is suitable.
fn first_read(api: &Api<'_>, rust_api: &RustApi) -> Result<Option<TokenStream>> {
    let qualify = rust_api.qualify("");
    let krate = format_ident!("{}", crate::name::library(api.vendor));
    let values = Values::new(api, rust_api, quote! { #krate::types:: });
    let mut first = None;
    for operation in &api.operations {
        let call = Call::new(api, rust_api, &qualify, operation)?;
        let reads = operation.method == "get" && call.answer.to_string().contains("Json");
        if !reads || operation.internal || operation.deprecated || call.is_bulk() {
            continue;
        }
        let arguments = call
            .parameters
            .iter()
            .filter(|(parameter, _)| parameter.is_argument());
        let rank = (arguments.count(), operation.paging.is_none());
        if first.as_ref().is_none_or(|(known, _)| rank < *known) {
            first = Some((rank, request(&values, &call, call.bodies.first(), 0)));
        }
    }
    Ok(first.map(|(_, request)| request))
}

/// Formats a function in the style of rustfmt.
fn format_function(function: TokenStream) -> Result<String> {
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![syn::parse2(function)?],
    };
    Ok(prettyplease::unparse(&file))
}

/// Hides the enclosing function of the example and dedents its body.
fn hide(function: &str) -> String {
    let lines: Vec<&str> = function.lines().collect();
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let frame = index == 0 || index + 2 >= lines.len();
        if frame || line.trim() == "Ok(())" {
            out.push_str("# ");
            out.push_str(line);
        } else {
            out.push_str(line.strip_prefix("    ").unwrap_or(line));
        }
        out.push('\n');
    }
    out
}

fn is_paged(call: &Call<'_>) -> bool {
    call.operation.paging.is_some() && !call.answer.to_string().ends_with("Empty")
}

/// Returns `client.operation(arguments…)` with the given variant of the body. `index` is the
/// position of the variant.
pub(crate) fn request(
    values: &Values<'_>,
    call: &Call<'_>,
    variant: Option<&Variant<'_>>,
    index: usize,
) -> TokenStream {
    let mut arguments: Vec<TokenStream> = call
        .parameters
        .iter()
        .filter(|(parameter, _)| parameter.is_argument())
        .map(|(parameter, ty)| parameter_value(values, parameter, ty))
        .collect();
    let base = name::field(call.operation.id);
    let Some(variant) = variant else {
        let method = format_ident!("{base}");
        return quote! { client.#method(#(#arguments),*) };
    };
    if call.is_bulk() {
        let item = values.body_item(call);
        let method = format_ident!("{base}");
        return quote! { client.#method(#(#arguments,)* [#item]) };
    }
    if call.has_empty_body {
        let method = format_ident!("{base}");
        return quote! { client.#method(#(#arguments),*) };
    }
    let body = body_value(values, call, variant, index);
    if call.takes_body() {
        let method = match index {
            0 => format_ident!("{base}"),
            _ => format_ident!("{}", name::field_with_suffix(&base, &variant.suffix())),
        };
        arguments.push(body);
        quote! { client.#method(#(#arguments),*) }
    } else if index == 0 && values.is_own_exchange(call.operation) {
        let method = format_ident!("{base}");
        quote! { client.#method(#(#arguments),*) }
    } else {
        let method = format_ident!("{base}");
        let setter = match index {
            0 => format_ident!("body"),
            _ => format_ident!("{}", name::field_with_suffix("body", &variant.suffix())),
        };
        quote! { client.#method(#(#arguments),*).#setter(#body) }
    }
}

fn body_value(
    values: &Values<'_>,
    call: &Call<'_>,
    variant: &Variant<'_>,
    index: usize,
) -> TokenStream {
    let ty = call.body_types.get(index).and_then(Option::as_ref);
    let argument = call.body_arguments.get(index).and_then(Option::as_ref);
    match (ty, argument) {
        (Some(ty), Some(argument)) => {
            if let BodyArgument::Into(_) = argument {
                return values.argument(ty, variant.schema, "", 0);
            }
            let inner = inside("Option", ty);
            let inner = inner.as_ref().unwrap_or(ty);
            let is_text = *inner == syn::parse_quote!(String);
            argument.sample(&match is_text {
                true => values.argument(inner, variant.schema, "", 0),
                false => values.of(inner, variant.schema, 0),
            })
        }
        (Some(ty), None) if variant.encoding == Encoding::Parts => values.of(ty, variant.schema, 0),
        _ => quote! { "sample" },
    }
}

fn parameter_value(values: &Values<'_>, parameter: &Parameter<'_>, ty: &syn::Type) -> TokenStream {
    if parameter.json {
        let json = values.json(Some(parameter.schema));
        return quote! { &#json };
    }
    if parameter.is_object || parameter.has_objects {
        return structured_value(values, parameter, ty);
    }
    match ty {
        syn::Type::Reference(reference) if *reference.elem == syn::parse_quote!(str) => {
            let text = text::of(parameter.schema, parameter.name);
            quote! { #text }
        }
        syn::Type::Reference(reference)
            if inside("Vec", &reference.elem) == Some(syn::parse_quote!(String)) =>
        {
            values.argument(&reference.elem, Some(parameter.schema), "", 0)
        }
        syn::Type::Reference(reference) if inside("Vec", &reference.elem).is_none() => {
            values.argument(&reference.elem, Some(parameter.schema), parameter.name, 0)
        }
        syn::Type::Reference(reference) => values.list(&reference.elem, Some(parameter.schema)),
        ty => values.argument(ty, Some(parameter.schema), parameter.name, 0),
    }
}

fn structured_value(values: &Values<'_>, parameter: &Parameter<'_>, ty: &syn::Type) -> TokenStream {
    let items = match ty {
        syn::Type::Reference(reference) => inside("Vec", &reference.elem),
        _ => None,
    };
    match (ty, items) {
        (syn::Type::Reference(reference), Some(items)) if has_own_name(&items) => {
            values.list(&reference.elem, Some(parameter.schema))
        }
        (syn::Type::Reference(reference), None) if takes_object(parameter, &reference.elem) => {
            let value = values.of(&reference.elem, Some(parameter.declared), 0);
            quote! { &#value }
        }
        _ => {
            let json = values.json(Some(parameter.schema));
            quote! { &#json }
        }
    }
}
