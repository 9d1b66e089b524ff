//! Writes the fields of a page other than its items: number, size and links.

use serde_json::{Value, json};

use crate::json::pointer::{remove, set};
use crate::openapi::paging::{Paging, Style};
use crate::response::page_window::{CURSOR_PREFIX, Window};

/// Writes the page fields of a list that has only one page.
pub(super) fn write_only_page(body: &mut Value, pointer: &str, records: u64) {
    let Some(Value::Object(facts)) = body.pointer_mut(pointer) else {
        return;
    };
    for (name, fact) in [
        ("page", 1),
        ("per_page", records),
        ("count", records),
        ("total_count", records),
    ] {
        if let Some(known) = facts.get_mut(name) {
            *known = json!(fact);
        }
    }
    if let Some(Value::Object(links)) = facts.get_mut("links") {
        for name in ["next", "previous"] {
            if let Some(known) = links.get_mut(name) {
                *known = Value::Null;
            }
        }
    }
}

/// Writes the number and size of the page, and the links to the page itself and to earlier pages.
pub(super) fn write_page_fields(
    paging: &Paging,
    body: &mut Value,
    window: &Window,
    end: u64,
    link: &impl Fn(&str, &str) -> String,
) {
    let page = window.start / window.limit + 1;
    let told = paging
        .total
        .as_deref()
        .and_then(|pointer| pointer.rsplit_once('/'));
    let beside = told.map_or("", |(parent, _)| parent);
    let first = match &paging.style {
        Style::Page { first, .. } => *first,
        _ => 1,
    };
    for (names, value) in [
        (
            &["page", "current_page"][..],
            (page - 1).saturating_add(first),
        ),
        (&["per_page"], window.limit),
        (&["count"], end.saturating_sub(window.start)),
    ] {
        for name in names {
            let known = body.pointer_mut(&format!("{beside}/{name}"));
            if let Some(known) = known.filter(|known| known.is_number()) {
                *known = json!(value);
            }
        }
    }
    let Some(next) = &paging.next else { return };
    if let Some(known) = body.pointer_mut(&next.replace("next", "size")) {
        *known = json!(end.saturating_sub(window.start));
    }
    let before = window.start.saturating_sub(window.limit);
    let back = window.start > 0;
    let previous = next.replace("next", "previous");
    if matches!(paging.style, Style::Cursor { .. }) {
        if let Some(known) = body.pointer_mut(&previous) {
            *known = if back {
                json!(format!("{CURSOR_PREFIX}{before}"))
            } else {
                Value::Null
            };
        }
        return;
    }
    let number = |page: u64| page.saturating_sub(1).saturating_add(first).to_string();
    let here = if window.numbered {
        number(page)
    } else {
        format!("{CURSOR_PREFIX}{}", window.start)
    };
    let links = [
        ("self", Some(here)),
        ("first", window.numbered.then(|| number(1))),
        (
            "previous",
            (back && window.numbered).then(|| number(page - 1)),
        ),
    ];
    for (name, place) in links {
        let stem = next.trim_end_matches("/href").trim_end_matches("next");
        let pointer = format!("{stem}{name}");
        let Some(known) = body.pointer_mut(&pointer) else {
            continue;
        };
        let to = place.map(|place| link(&window.carrier, &place));
        match (known, to) {
            (Value::Object(known), Some(to)) => {
                known.insert("href".to_owned(), json!(to));
            }
            (known @ Value::String(_), Some(to)) => *known = json!(to),
            (Value::Object(_), None) if name == "first" => {
                let start = link(&window.carrier, &format!("{CURSOR_PREFIX}0"));
                set(body, &format!("{pointer}/href"), json!(start));
            }
            (Value::Object(_), None) => remove(body, &pointer),
            (known, None) => *known = Value::Null,
            _ => {}
        }
    }
}
