//! Emits the kinds of credentials as static data.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::kinds::is_optional;
use crate::emit::table::scheme;
use crate::model::{Api, elements, flag, members, text};
use crate::name;
use crate::spec::credential_template::{self, REFRESH_TOKEN, pieces};

/// Emits the static with all kinds, in order of precedence.
pub(super) fn emit(api: &Api<'_>, kinds: &[Value]) -> TokenStream {
    let count = Literal::usize_unsuffixed(kinds.len());
    let kinds = kinds.iter().map(|value| kind(api, value));
    quote! {
        /// Kinds of credentials: their fields, and how they are sent.
        static KINDS: [CredentialKind; #count] = [#(#kinds),*];
    }
}

/// Names of a kind's fields, which templates refer to.
struct Fields<'k> {
    names: Vec<&'k str>,
    /// Whether the templates belong to a refresh grant, and can therefore refer to the refresh
    /// token.
    is_refresh: bool,
}

fn kind(api: &Api<'_>, kind: &Value) -> TokenStream {
    let name = text(kind, "name");
    let all = elements(kind, "fields");
    let names = Fields {
        names: all.iter().map(|field| text(field, "name")).collect(),
        is_refresh: false,
    };
    let fields = all.iter().map(field);
    let schemes = members(kind, "schemes").iter().filter_map(|(name, value)| {
        let scheme = scheme(&api.scheme(name)?);
        let value = scheme_value(&names, value);
        Some(quote! { (#scheme, #value) })
    });
    let exchange = match kind.get("exchange") {
        Some(value) => exchange(api, &names, value),
        None => quote! { None },
    };
    quote! {
        CredentialKind {
            name: #name,
            fields: &[#(#fields),*],
            schemes: &[#(#schemes),*],
            exchange: #exchange,
        }
    }
}

fn field(field: &Value) -> TokenStream {
    let name = text(field, "name");
    let (is_secret, is_optional) = (flag(field, "secret"), is_optional(field));
    let variables = elements(field, "env").iter().filter_map(Value::as_str);
    let default = match field.get("default").and_then(Value::as_str) {
        Some(default) => quote! { Some(#default) },
        None => quote! { None },
    };
    quote! {
        CredentialField {
            name: #name,
            is_secret: #is_secret,
            variables: &[#(#variables),*],
            is_optional: #is_optional,
            default: #default,
        }
    }
}

fn scheme_value(fields: &Fields<'_>, value: &Value) -> TokenStream {
    match pair(fields, Some(value)) {
        Some((user, password)) => quote! { SchemeValue::Basic(#user, #password) },
        None => {
            let text = template(fields, value.as_str().unwrap_or_default());
            quote! { SchemeValue::Text(#text) }
        }
    }
}

fn exchange(api: &Api<'_>, fields: &Fields<'_>, exchange: &Value) -> TokenStream {
    let id = text(exchange, "operation");
    let operation = api.operations.iter().find(|operation| operation.id == id);
    let Some(operation) = operation else {
        return quote! { None }; // Lint refuses unknown operations.
    };
    let module = api.tags.iter().find(|tag| tag.name == operation.tag);
    let module = format_ident!("{}", module.map(|tag| tag.module()).unwrap_or_default());
    let constant = format_ident!("{}", name::constant(id));
    let grant = travel(fields, exchange).unwrap_or_else(|| quote! { None });
    let refresh = exchange.get("refresh");
    let travels_again = refresh
        .and_then(|refresh| {
            let fields = Fields {
                names: fields.names.clone(),
                is_refresh: true,
            };
            travel(&fields, refresh)
        })
        .unwrap_or_else(|| quote! { None });
    let starts_with = refresh.map(|refresh| text(refresh, "starts_with"));
    let initial = fields.place(starts_with.unwrap_or_default());
    let initial = match initial {
        Some(place) => quote! { Some(#place) },
        None => quote! { None },
    };
    let rules = rules(exchange);
    quote! {
        Some(CredentialExchange {
            operation: &super::table::#module::#constant,
            grant: #grant,
            refresh: #travels_again,
            initial_refresh_token: #initial,
            rules: #rules,
        })
    }
}

/// Emits the description of how fields are sent in one request. Returns `None` if there is nothing
/// to describe.
fn travel(fields: &Fields<'_>, value: &Value) -> Option<TokenStream> {
    let is_custom = flag(value, "custom");
    let mut parts = Vec::new();
    if let Some((user, password)) = pair(fields, value.get("basic")) {
        parts.push(quote! { basic: Some((#user, #password)) });
    }
    if value.get("body").is_some() {
        let body = members(value, "body").iter().map(|(name, value)| {
            let value = match value.as_str() {
                Some(text) => {
                    let text = template(fields, text);
                    quote! { PropertyValue::Text(#text) }
                }
                None => {
                    let json = value.to_string();
                    quote! { PropertyValue::Json(#json) }
                }
            };
            quote! { (#name, #value) }
        });
        parts.push(quote! { body: &[#(#body),*] });
    }
    for place in ["headers", "query", "path"] {
        if value.get(place).is_none() {
            continue;
        }
        let ident = format_ident!("{place}");
        let pairs = members(value, place).iter().map(|(name, value)| {
            let text = template(fields, value.as_str().unwrap_or_default());
            quote! { (#name, #text) }
        });
        parts.push(quote! { #ident: &[#(#pairs),*] });
    }
    if is_custom {
        parts.push(quote! { is_custom: true });
    }
    (!parts.is_empty()).then(|| quote! { Some(Travel { #(#parts,)* ..Travel::EMPTY }) })
}

fn pair(fields: &Fields<'_>, value: Option<&Value>) -> Option<(TokenStream, TokenStream)> {
    let [user, password] = value?.as_array()?.as_slice() else {
        return None;
    };
    let text = |value: &Value| template(fields, value.as_str().unwrap_or_default());
    Some((text(user), text(password)))
}

/// Emits the rules for the lifetime of tokens and for refresh requests.
fn rules(exchange: &Value) -> TokenStream {
    let mut parts = Vec::new();
    if let Some(seconds) = exchange.get("lifetime").and_then(Value::as_u64) {
        parts.push(quote! { default_lifetime: Some(::std::time::Duration::from_secs(#seconds)) });
    }
    if flag(exchange, "single_use") {
        parts.push(quote! { is_single_use: true });
    }
    if let Some(refresh) = exchange.get("refresh") {
        if let Some(used_up) = refresh.get("used_up").and_then(Value::as_str) {
            parts.push(quote! { refresh_only: Some(#used_up) });
        }
        if flag(refresh, "repeat_doubtful") {
            parts.push(quote! { retries_doubtful: true });
        }
        if let Some(refused) = refresh.get("refused") {
            let statuses = elements(refused, "statuses")
                .iter()
                .filter_map(Value::as_u64);
            let statuses = statuses.map(Literal::u64_unsuffixed);
            let texts = |key| elements(refused, key).iter().filter_map(Value::as_str);
            let (codes, others) = (texts("codes"), texts("unless_message"));
            parts.push(quote! {
                refusal: RefreshRefusal {
                    statuses: &[#(#statuses),*],
                    codes: &[#(#codes),*],
                    other_messages: &[#(#others),*],
                }
            });
        }
    }
    match parts.is_empty() {
        true => quote! { TokenRules::DEFAULT },
        false => quote! { TokenRules { #(#parts,)* ..TokenRules::DEFAULT } },
    }
}

impl Fields<'_> {
    fn place(&self, name: &str) -> Option<Literal> {
        let place = self.names.iter().position(|known| *known == name)?;
        Some(Literal::usize_unsuffixed(place))
    }
}

/// Emits the parts of a template.
fn template(fields: &Fields<'_>, text: &str) -> TokenStream {
    let pieces = pieces(text).unwrap_or_default();
    let pieces = pieces.into_iter().filter_map(|piece| match piece {
        credential_template::Piece::Literal(text) => Some(quote! { Piece::Literal(#text) }),
        credential_template::Piece::Field(REFRESH_TOKEN) if fields.is_refresh => {
            Some(quote! { Piece::RefreshToken })
        }
        credential_template::Piece::Field(name) => {
            let place = fields.place(name)?;
            Some(quote! { Piece::Field(#place) })
        }
    });
    quote! { &[#(#pieces),*] }
}
