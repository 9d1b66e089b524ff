//! Runs progenitor on the simplified document, and keeps the types and method signatures of the
//! output.

use std::collections::BTreeMap;
use std::thread;

use ::progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use anyhow::{Context, Result, anyhow, bail};
use openapiv3::OpenAPI;
use quote::ToTokens;
use schemars_08::schema::{InstanceType, SchemaObject};

use super::relevant::relevant;
use super::type_argument::first_argument;

/// Progenitor's output for a document.
pub(crate) struct ProgenitorOutput {
    /// Structs and enums, without their implementations.
    pub(crate) types: Vec<syn::Item>,
    /// Signatures by operation id.
    pub(crate) signatures: BTreeMap<String, Signature>,
}

/// Signature of a method: its parameters in order, and the type of the response that it returns.
pub(crate) struct Signature {
    pub(crate) arguments: Vec<(String, syn::Type)>,
    pub(crate) answer: syn::Type,
}

/// Stack size. It is large, because schemas can be deeply recursive.
const STACK: usize = 256 << 20;

/// Returns the types and signatures for the document. A panic of progenitor or typify becomes an
/// error.
pub(crate) fn run(vendor: &str, document: OpenAPI) -> Result<ProgenitorOutput> {
    let code = thread::Builder::new()
        .name(format!("progenitor-{vendor}"))
        .stack_size(STACK)
        .spawn(move || {
            let mut generator = Generator::new(&settings());
            generator
                .generate_tokens(&document)
                .map(|tokens| relevant(tokens).to_string())
                .map_err(|error| error.to_string())
        })
        .context("cannot start the generator's thread")?
        .join()
        .map_err(|panic| anyhow!("progenitor panicked: {}", panic_text(&*panic)))?
        .map_err(|error| anyhow!("progenitor rejects the document: {error}"))?;
    read(syn::parse_file(&code).context("the output of progenitor is not valid Rust")?)
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap");
    for (format, path) in [
        ("password", "::sdk_runtime::Secret"),
        ("date-time", "::sdk_runtime::DateTime"),
        ("date", "::sdk_runtime::Date"),
        ("binary", "::sdk_runtime::File"),
        ("big-number-string", "::sdk_runtime::BigNumber"),
    ] {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, path, std::iter::empty::<TypeImpl>());
    }
    settings
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

fn read(file: syn::File) -> Result<ProgenitorOutput> {
    let mut output = ProgenitorOutput {
        types: Vec::new(),
        signatures: BTreeMap::new(),
    };
    for item in file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                let items = module.content.map(|(_, items)| items).unwrap_or_default();
                output.types = items
                    .into_iter()
                    .filter(|item| matches!(item, syn::Item::Struct(_) | syn::Item::Enum(_)))
                    .collect();
            }
            syn::Item::Impl(block) if block.trait_.is_none() && is_client(&block.self_ty) => {
                for item in block.items {
                    if let syn::ImplItem::Fn(method) = item
                        && method.sig.asyncness.is_some()
                    {
                        let name = method.sig.ident.to_string();
                        output.signatures.insert(name, read_signature(&method.sig)?);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(output)
}

fn is_client(ty: &syn::Type) -> bool {
    ty.to_token_stream().to_string() == "Client"
}

fn read_signature(signature: &syn::Signature) -> Result<Signature> {
    let mut arguments = Vec::new();
    for input in &signature.inputs {
        if let syn::FnArg::Typed(argument) = input {
            let name = argument.pat.to_token_stream().to_string();
            arguments.push((name, (*argument.ty).clone()));
        }
    }
    // -> Result<ResponseValue<T>, Error<E>>
    let syn::ReturnType::Type(_, output) = &signature.output else {
        bail!("`{}` has no return type", signature.ident);
    };
    let answer = first_argument(output)
        .and_then(first_argument)
        .with_context(|| format!("`{}` has an unexpected return type", signature.ident))?;
    Ok(Signature {
        arguments,
        answer: answer.clone(),
    })
}
