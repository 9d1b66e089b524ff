//! Page of a list that a call requests.

use serde_json::{Value, json};

use crate::http::parameter_value::value_of;
use crate::http::refusal::Refusal;
use crate::json::pointer::{remove, set};
use crate::openapi::paging::{Paging, Style};
use crate::openapi::property::at;
use crate::openapi::schema::is_type;
use crate::openapi::tree::Tree;
use crate::records::search::Search;
use crate::response::call_context::CallContext;
use crate::response::page_links::write_page_fields;
use crate::response::page_window::{CURSOR_PREFIX, Window, window};
use crate::rules::role::Role;
use crate::sample::sampler::Sampler;

/// Writes the requested page to a response.
pub(super) fn page(
    call: &CallContext<'_>,
    body: &mut Value,
    schema: &Value,
    search: Option<&Search>,
) -> Result<(), Refusal> {
    let Some(paging) = &call.operation.paging else {
        return Ok(());
    };
    let document = call.document();
    let parameters = &call.operation.parameters;
    let declared: Vec<&str> = parameters.iter().map(|p| p.name.as_str()).collect();
    let value = |name: &str| {
        let parameter = parameters.iter().find(|p| p.name == name)?;
        value_of(parameter, call.request, call.path).or_else(|| parameter.default.clone())
    };
    let rules = &call.vendor.profile.paging;
    let window = window(paging, value, &declared, rules)?;
    let listed = call.part().filter(|part| part.role == Role::List);
    let listed = listed.or_else(|| call.vendor.resources.inner(call.index));
    let (items, total) = match listed.and_then(|part| Some((part, part.node.as_ref()?))) {
        Some((part, node)) => {
            let mut listing = call.lookup.listing(part);
            if let Some(search) = search {
                listing.retain(node, search);
            }
            let turns = window.numbers(listing.total);
            let items: Vec<Value> = turns.map(|turn| listing.item(node, turn)).collect();
            (items, listing.total)
        }
        None => {
            let Some(item) = paging.item_schema(document, schema) else {
                return Ok(());
            };
            let sample = |number| Sampler::new(document, call.seed("item", number)).value(item);
            let total = call.vendor.items;
            (window.numbers(total).map(sample).collect(), total)
        }
    };
    let counted = rules
        .count
        .as_deref()
        .is_none_or(|name| !declared.contains(&name) || value(name) == Some(Value::Bool(true)));
    write_page(
        paging,
        body,
        items,
        &window,
        (counted.then_some(total), rules.total.as_ref()),
        total,
        |name, place| link(call, name, place),
    );
    if let Some(next) = &paging.next {
        replace_disallowed_null(document, schema, next, body);
    }
    Ok(())
}

/// If the schema doesn't allow null, replaces or removes the null that marks the last page.
fn replace_disallowed_null(tree: &Tree, schema: &Value, next: &str, body: &mut Value) {
    if body.pointer(next) != Some(&Value::Null) {
        return;
    }
    let Some(declared) = at(tree, schema, next) else {
        return;
    };
    let is_nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
    if is_nullable(declared) || is_nullable(tree.resolve(declared)) {
        return;
    }
    match is_type(tree, declared, "string") {
        true => set(body, next, json!("")),
        false => remove(body, next),
    }
}

/// Returns the URL of the request with another value for a query parameter.
fn link(call: &CallContext<'_>, name: &str, place: &str) -> String {
    let others = call.request.query.iter().filter(|(known, _)| known != name);
    let pairs: Vec<(&str, &str)> = others
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .chain([(name, place)])
        .collect();
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    format!("{}{}?{query}", call.vendor.origin(), call.request.path)
}

/// Writes the items of a page, its number and size, the total, and the fields that refer to other
/// pages.
fn write_page(
    paging: &Paging,
    body: &mut Value,
    items: Vec<Value>,
    window: &Window,
    (counted, told): (Option<u64>, Option<&String>),
    total: u64,
    link: impl Fn(&str, &str) -> String,
) {
    let end = window.start.saturating_add(items.len() as u64);
    set(body, &paging.items, Value::Array(items));
    // The first list contains all items and the others are empty, so that the page has the
    // requested size.
    for list in &paging.further {
        set(body, list, Value::Array(Vec::new()));
    }
    // Some responses repeat the page parameters under the same names.
    let number = window
        .numbered
        .then_some((window.carrier.as_str(), window.start / window.limit + 1));
    let limit = paging.limit.as_deref().map(|name| (name, window.limit));
    for (name, value) in number.into_iter().chain(limit) {
        if let Some(known) = body.get_mut(name).filter(|known| known.is_number()) {
            *known = json!(value);
        }
    }
    if let Some(pointer) = paging.total.as_ref().or(told) {
        match counted {
            Some(total) => set(body, pointer, json!(total)),
            None => remove(body, pointer),
        }
    }
    write_page_fields(paging, body, window, end, &link);
    let Some(pointer) = &paging.next else { return };
    let first = match &paging.style {
        Style::Page { first, .. } => *first,
        _ => 1,
    };
    let place = if window.numbered {
        (end / window.limit).saturating_add(first).to_string()
    } else {
        format!("{CURSOR_PREFIX}{end}")
    };
    let more = end < total;
    match &paging.style {
        Style::Cursor { .. } => set(body, pointer, if more { json!(place) } else { Value::Null }),
        _ if more => set(body, pointer, json!(link(&window.carrier, &place))),
        // Removes the whole link object if there is no next page.
        _ if pointer.ends_with("/href") => remove(body, pointer.trim_end_matches("/href")),
        _ => set(body, pointer, Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;
    use crate::rules::call_rules::PagingRules;

    #[test]
    fn a_disallowed_null_next_link_is_replaced_or_removed() {
        let end = |next: &Value| {
            let schema = json!({ "properties": { "meta": { "properties": { "next": next } } } });
            let mut body = json!({ "meta": { "next": null } });
            let document = Document::read(r#"{ "paths": {} }"#).unwrap();
            replace_disallowed_null(&document, &schema, "/meta/next", &mut body);
            body["meta"].get("next").cloned()
        };
        assert_eq!(end(&json!({ "type": "string" })), Some(json!("")));
        assert_eq!(end(&json!({ "type": "integer" })), None);
        let nullable = json!({ "type": "string", "nullable": true });
        assert_eq!(end(&nullable), Some(Value::Null));
    }

    /// Reads a list of seven items in pages of three, and returns the sizes of the pages.
    fn sizes(shape: &Value, declared: &[&str]) -> Vec<usize> {
        let paging = Paging::read(shape).unwrap();
        let mut given = json!({ "limit": 3 });
        let mut sizes = Vec::new();
        for _ in 0..9 {
            let window = window(
                &paging,
                |name| given.get(name).cloned(),
                declared,
                &PagingRules::default(),
            )
            .unwrap();
            let items: Vec<Value> = window.numbers(7).map(|n| json!(n)).collect();
            let (count, end) = (items.len(), window.start + items.len() as u64);
            sizes.push(count);
            let mut body =
                json!({ "paging": { "next": "old" }, "_links": { "next": { "href": "old" } } });
            write_page(
                &paging,
                &mut body,
                items,
                &window,
                (Some(7), None),
                7,
                |name, place| format!("{name}={place}"),
            );
            let next = paging
                .next
                .as_deref()
                .and_then(|pointer| body.pointer(pointer))
                .and_then(Value::as_str);
            let (name, place) = match (&paging.style, next) {
                (Style::Offset { parameter }, _) if count == 3 => (parameter.clone(), json!(end)),
                (Style::Cursor { parameter }, Some(next)) => (parameter.clone(), json!(next)),
                (_, Some(link)) => {
                    let (name, place) = link.split_once('=').unwrap();
                    (
                        name.to_owned(),
                        serde_json::from_str(place).unwrap_or_else(|_| json!(place)),
                    )
                }
                _ => break,
            };
            given[name] = place;
        }
        sizes
    }

    #[test]
    fn every_paging_style_reaches_the_last_item_and_ends() {
        let pages = json!({ "style": "page", "page": "page", "limit": "limit", "items": "/data", "next": "/paging/next" });
        let offset = json!({ "style": "offset", "offset": "first", "limit": "limit", "items": "" });
        let cursor = json!({ "style": "cursor", "cursor": "next", "limit": "limit", "items": "/data", "next": "/paging/next" });
        let link = json!({ "style": "link", "limit": "limit", "items": "/_embedded/items", "next": "/_links/next/href" });
        for (shape, declared) in [
            (&pages, &["page"][..]),
            (&offset, &[]),
            (&cursor, &[]),
            (&link, &["page"]),
            (&link, &["search_after"]),
        ] {
            assert_eq!(sizes(shape, declared), [3, 3, 1], "{shape}");
        }
    }
}
