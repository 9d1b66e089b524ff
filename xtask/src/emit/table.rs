//! Emits the operation table, with one static per operation, regardless of the enabled features.

mod job;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::media_type::MediaType;
use crate::model::{
    Answer, Api, Body, Media, Operation, OwnServer, Parameter, Place, Scheme, kind_words, text,
    texts,
};
use crate::name;

/// Emits the table of a tag.
pub(crate) fn emit(api: &Api<'_>, tag: &str) -> TokenStream {
    let rows = api
        .operations
        .iter()
        .filter(|operation| operation.tag == tag)
        .map(|operation| emit_row(api, operation));
    quote! {
        #[allow(unused_imports)]
        use ::sdk_runtime::{
            AnswerSpec, Bulk, BulkFormat, Effect, Encoding, Kind, ListEnd, MediaType, Method, Operation, Paging,
            OperationServer, Parameter, Place, Repeat, RequestBody, Scheme, Style,
        };
        #(#rows)*
    }
}

/// Emits the modules of the table, and the list of all operations in document order.
pub(crate) fn emit_list(api: &Api<'_>) -> TokenStream {
    let modules = api.tags.iter().map(|tag| {
        let module = format_ident!("{}", tag.module());
        quote! { pub(crate) mod #module; }
    });
    let rows = api.operations.iter().map(|operation| {
        let module = format_ident!("{}", name::field(operation.tag));
        let constant = format_ident!("{}", name::constant(operation.id));
        quote! { &#module::#constant }
    });
    quote! {
        #(#modules)*

        /// All operations of the vendor, regardless of the enabled features.
        pub static OPERATIONS: &[&::sdk_runtime::Operation] = &[#(#rows),*];
    }
}

fn emit_row(api: &Api<'_>, operation: &Operation<'_>) -> TokenStream {
    let constant = format_ident!("{}", name::constant(operation.id));
    let Operation {
        id,
        summary,
        path,
        tag,
        token,
        internal,
        deprecated,
        ..
    } = operation;
    let upstream_id = option(operation.upstream_id.map(|id| quote! { #id }));
    let method = format_ident!("{}", name::type_name(operation.method));
    let parameters = operation.parameters.iter().map(emit_parameter);
    let server = option(operation.server.as_ref().map(emit_server));
    let body = option(
        operation
            .body
            .as_ref()
            .map(|body| emit_body(api, operation, body)),
    );
    let answers = operation.answers.iter().map(emit_answer);
    let security = operation.security.iter().map(scheme);
    let repeat = emit_repeat(api, operation);
    let effect = option(operation.effect.map(|effect| {
        let effect = format_ident!("{}", name::type_name(effect));
        quote! { Effect::#effect }
    }));
    let paging = option(operation.paging.map(emit_paging));
    let bulk = option(operation.bulk.map(emit_bulk));
    let wait = option(operation.reads_job().map(job::read));
    let start = option(operation.starts_job().map(job::start));
    let find = option(operation.find.map(|find| quote! { #find }));
    quote! {
        pub(crate) static #constant: Operation = Operation {
            id: #id,
            upstream_id: #upstream_id,
            method: Method::#method,
            path: #path,
            server: #server,
            tag: #tag,
            summary: #summary,
            parameters: &[#(#parameters),*],
            body: #body,
            answers: &[#(#answers),*],
            security: &[#(#security),*],
            token: #token,
            paging: #paging,
            bulk: #bulk,
            wait: #wait,
            start: #start,
            find: #find,
            repeat: #repeat,
            effect: #effect,
            internal: #internal,
            deprecated: #deprecated,
        };
    }
}

/// Returns a security scheme as an expression of the runtime's type.
pub(crate) fn scheme(scheme: &Scheme<'_>) -> TokenStream {
    match scheme {
        Scheme::Bearer => quote! { Scheme::Bearer },
        Scheme::Basic => quote! { Scheme::Basic },
        Scheme::ApiKey(header) => quote! { Scheme::ApiKey { header: #header } },
        Scheme::QueryKey(parameter) => quote! { Scheme::QueryKey { parameter: #parameter } },
        Scheme::All(parts) => {
            let parts = parts.iter().map(self::scheme);
            quote! { Scheme::All(&[#(#parts),*]) }
        }
    }
}

fn emit_server(server: &OwnServer<'_>) -> TokenStream {
    let OwnServer {
        url,
        takes_credentials,
        ..
    } = server;
    let variables = server
        .variables
        .iter()
        .map(|(name, default)| quote! { (#name, #default) });
    quote! {
        OperationServer { url: #url, variables: &[#(#variables),*], takes_credentials: #takes_credentials }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote! { None }, |value| quote! { Some(#value) })
}

fn emit_parameter(parameter: &Parameter<'_>) -> TokenStream {
    let Parameter { name, required, .. } = parameter;
    let place = format_ident!("{}", name::type_name(parameter.place.word()));
    let kind = emit_kind(parameter);
    let style = match parameter {
        Parameter { json: true, .. } => quote! { Style::Json },
        Parameter {
            keep_slashes: true, ..
        } => quote! { Style::KeepSlashes },
        Parameter {
            style: "deepObject",
            ..
        } => quote! { Style::DeepObject },
        Parameter {
            place: Place::Query,
            explode: true,
            ..
        }
        | Parameter {
            is_object: true,
            explode: true,
            ..
        } => quote! { Style::Exploded },
        Parameter {
            style: "spaceDelimited",
            ..
        } => quote! { Style::Space },
        Parameter {
            style: "pipeDelimited",
            ..
        } => quote! { Style::Pipe },
        _ => quote! { Style::Simple },
    };
    let default = option(parameter.preset().map(|value| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        quote! { #value }
    }));
    quote! {
        Parameter { name: #name, place: Place::#place, kind: #kind, required: #required, style: #style, default: #default }
    }
}

fn emit_kind(parameter: &Parameter<'_>) -> TokenStream {
    if parameter.json {
        return quote! { Kind::Json };
    }
    if parameter.is_integer_bool() {
        return quote! { Kind::IntegerBool };
    }
    // If a choice can be an object, only `deepObject` can also serialize its other values.
    let is_any = parameter.is_choice && (parameter.style == "deepObject" || !parameter.is_object);
    match text(parameter.schema, "type") {
        _ if is_any => quote! { Kind::Json },
        "integer" => quote! { Kind::Integer },
        "number" => quote! { Kind::Number },
        "boolean" => quote! { Kind::Boolean },
        "array" => quote! { Kind::Array },
        _ if parameter.is_object => quote! { Kind::Object },
        _ => quote! { Kind::String },
    }
}

fn emit_body(api: &Api<'_>, operation: &Operation<'_>, body: &Body<'_>) -> TokenStream {
    let required = body.required;
    let media = body.media.iter().map(|media| {
        let name = media.name;
        let encoding = match MediaType::of(name) {
            _ if operation.has_lines() => quote! { Encoding::Lines },
            MediaType::Form => emit_form(media),
            MediaType::Multipart => emit_multipart(api, media.schema),
            MediaType::Json => quote! { Encoding::Json },
            MediaType::PlainText | MediaType::Text => quote! { Encoding::Text },
            MediaType::Bytes | MediaType::Other => quote! { Encoding::Bytes },
        };
        let schema = media.schema.map(kind_words).unwrap_or_default();
        quote! { MediaType { name: #name, encoding: #encoding, schema: #schema } }
    });
    quote! { RequestBody { required: #required, media: &[#(#media),*] } }
}

/// Emits the encoding of a form, in which some pairs may have their own styles.
fn emit_form(media: &Media<'_>) -> TokenStream {
    let styles = media.encoding.iter().filter_map(|(name, encoding)| {
        let style = match (text(encoding, "style"), encoding.get("explode")) {
            ("deepObject", _) => quote! { Style::DeepObject },
            ("spaceDelimited", Some(Value::Bool(true)))
            | ("pipeDelimited", Some(Value::Bool(true))) => {
                quote! { Style::Exploded }
            }
            ("spaceDelimited", _) => quote! { Style::Space },
            ("pipeDelimited", _) => quote! { Style::Pipe },
            // Without `style` and `explode`, the content type applies: objects are serialized as
            // JSON.
            ("", None) => return None,
            (_, Some(Value::Bool(false))) => quote! { Style::Comma },
            _ => quote! { Style::Exploded },
        };
        Some(quote! { (#name, #style) })
    });
    let styles: Vec<TokenStream> = styles.collect();
    match styles.is_empty() {
        true => quote! { Encoding::Form },
        false => quote! { Encoding::StyledForm(&[#(#styles),*]) },
    }
}

/// Emits the encoding of a multipart body. The parts of a map are named after the map's keys.
fn emit_multipart(api: &Api<'_>, schema: Option<&Value>) -> TokenStream {
    let properties = schema.map(|schema| api.properties(schema));
    let properties = properties.into_iter().flatten();
    let maps = properties.filter(|(_, property)| api.is_map_of_plain_values(property));
    let maps: Vec<String> = maps.map(|(name, _)| name).collect();
    match maps.is_empty() {
        true => quote! { Encoding::Multipart },
        false => quote! { Encoding::KeyedParts(&[#(#maps),*]) },
    }
}

fn emit_answer(answer: &Answer<'_>) -> TokenStream {
    let status = answer.status;
    let media = answer.accepted_media_types();
    let schema = crate::emit::docs::answer_schema(answer)
        .map(kind_words)
        .unwrap_or_default();
    let headers = answer.headers.iter().map(|header| header.name);
    quote! {
        AnswerSpec { status: #status, media: &[#(#media),*], schema: #schema, headers: &[#(#headers),*] }
    }
}

/// Emits the retry rule from the spec, or else from the method: `Never` for POST and PATCH, and
/// `Safe` for all others.
fn emit_repeat(api: &Api<'_>, operation: &Operation<'_>) -> TokenStream {
    match operation.repeat {
        Some(Value::String(word)) if word == "safe" => quote! { Repeat::Safe },
        Some(Value::String(_)) => quote! { Repeat::Never },
        Some(keyed @ Value::Object(_)) => {
            let place = &keyed["keyed"];
            let (word, name) = match place.get("header") {
                Some(_) => ("Header", text(place, "header")),
                None => ("Body", text(place, "body")),
            };
            let place = match operation.has_uuid_key(api) {
                true => format_ident!("Uuid{word}"),
                false => format_ident!("{word}"),
            };
            let place = quote! { ::sdk_runtime::KeyPlace::#place(#name) };
            quote! { Repeat::Keyed(#place) }
        }
        _ => match operation.method {
            "post" | "patch" => quote! { Repeat::Never },
            _ => quote! { Repeat::Safe },
        },
    }
}

fn emit_paging(paging: &Value) -> TokenStream {
    let word = |key: &str| text(paging, key);
    let optional = |key: &str| {
        option(
            paging
                .get(key)
                .and_then(Value::as_str)
                .map(|v| quote! { #v }),
        )
    };
    let number =
        |key: &str, default: u64| paging.get(key).and_then(Value::as_u64).unwrap_or(default);
    // The runtime looks for unreadable items only in the first of several lists.
    let items = texts(paging, "items").first().copied().unwrap_or_default();
    let max_limit = option(
        paging
            .get("max_limit")
            .and_then(Value::as_u64)
            .map(|most| quote! { #most }),
    );
    let end = format_ident!("{}", name::type_name(list_end(paging)));
    let end = quote! { ListEnd::#end };
    match word("style") {
        "page" => {
            let (page, limit, first) = (word("page"), optional("limit"), number("first", 1));
            let (total, next) = (optional("total"), optional("next"));
            quote! { Paging::Page { page: #page, limit: #limit, first: #first, items: #items, total: #total, next: #next, end: #end, max_limit: #max_limit } }
        }
        "offset" => {
            let (offset, limit, default_limit) =
                (word("offset"), word("limit"), number("default_limit", 0));
            let total = optional("total");
            quote! { Paging::Offset { offset: #offset, limit: #limit, default_limit: #default_limit, items: #items, total: #total, end: #end, max_limit: #max_limit } }
        }
        "cursor" => {
            let (cursor, next, limit) = (word("cursor"), word("next"), optional("limit"));
            quote! { Paging::Cursor { cursor: #cursor, next: #next, limit: #limit, items: #items } }
        }
        _ => {
            let (next, limit) = (word("next"), optional("limit"));
            let choose = option(paging.get("choose").map(|choose| {
                let (parameter, value) = (text(choose, "parameter"), text(choose, "value"));
                quote! { (#parameter, #value) }
            }));
            quote! { Paging::Link { next: #next, items: #items, limit: #limit, choose: #choose } }
        }
    }
}

/// Returns the condition for the end of a list with page numbers or offsets, from `end` or else
/// from the other keys of the paging rule.
fn list_end(paging: &Value) -> &str {
    match (paging.get("end").and_then(Value::as_str), paging) {
        (Some(end), _) => end,
        (None, paging) if paging.get("next").is_some() => "next",
        (None, paging) if paging.get("total").is_some() => "total",
        (None, _) => "short",
    }
}

fn emit_bulk(bulk: &Value) -> TokenStream {
    let format = match text(bulk, "format") {
        "array" => quote! { BulkFormat::Array },
        _ => quote! { BulkFormat::Ndjson },
    };
    let number = |key: &str| {
        let number = bulk
            .get(key)
            .and_then(Value::as_u64)
            .and_then(|v| u32::try_from(v).ok());
        option(number.map(|v| quote! { #v }))
    };
    let (max_lines, max_line_length) = (number("max_lines"), number("max_line_length"));
    quote! { Bulk { format: #format, max_lines: #max_lines, max_line_length: #max_line_length } }
}
