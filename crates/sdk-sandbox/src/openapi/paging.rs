//! Lists that come in pages.

use serde_json::{Value, json};

use crate::http::refusal::{FieldFault, Kind, Refusal};
use crate::json::pointer::{remove, set};
use crate::openapi::document::Document;
use crate::openapi::property::property;
use crate::rules::profile::PagingRules;

/// The largest page; a list is never cut short without a word, so more is refused.
const MOST: u64 = 10_000;
/// What a cursor begins with.
pub(crate) const CURSOR: &str = "after-";

/// How an operation pages, as `x-sdk-pagination` says.
#[derive(Debug)]
pub(crate) struct Paging {
    pub(crate) style: Style,
    limit: Option<String>,
    default_limit: u64,
    items: String,
    pub(crate) total: Option<String>,
    pub(crate) next: Option<String>,
    /// The parameter and its value that switch to the other way of following links.
    choose: Option<(String, String)>,
}

#[derive(Debug)]
pub(crate) enum Style {
    /// Pages by number, counted from `first`.
    Page {
        parameter: String,
        first: u64,
    },
    Offset {
        parameter: String,
    },
    Cursor {
        parameter: String,
    },
    Link,
}

/// The part of a list that was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: u64,
    pub(crate) limit: u64,
    /// The parameter that carries the place of the next page.
    pub(crate) carrier: String,
    pub(crate) numbered: bool,
}

impl Paging {
    /// `None` where the style is none that is known.
    pub(crate) fn read(node: &Value) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| node.get(key).and_then(Value::as_u64);
        let style = match node.get("style")?.as_str()? {
            "page" => Style::Page {
                parameter: text("page")?,
                first: number("first").unwrap_or(1),
            },
            "offset" => Style::Offset {
                parameter: text("offset")?,
            },
            "cursor" => Style::Cursor {
                parameter: text("cursor")?,
            },
            "link" => Style::Link,
            _ => return None,
        };
        let choose = node.get("choose").and_then(|c| {
            Some((
                c.get("parameter")?.as_str()?.to_owned(),
                c.get("value")?.as_str()?.to_owned(),
            ))
        });
        Some(Self {
            style,
            limit: text("limit"),
            default_limit: number("default_limit").unwrap_or(25),
            items: text("items").unwrap_or_default(),
            total: text("total"),
            next: text("next"),
            choose,
        })
    }

    /// Reads the window from the parameters; `value` gives one by name, its default included.
    pub(crate) fn window(
        &self,
        value: impl Fn(&str) -> Option<Value>,
        declared: &[&str],
        rules: &PagingRules,
    ) -> Result<Window, Refusal> {
        let number = |name: &str| value(name).and_then(|v| v.as_u64());
        let limit = self
            .limit
            .as_deref()
            .and_then(number)
            .unwrap_or(self.default_limit)
            .max(1);
        if limit > MOST {
            let name = self.limit.clone().unwrap_or_default();
            return Err(beyond(name, format!("{MOST} is the most at once")));
        }
        let at = |carrier: &str, start: u64, numbered| Window {
            start,
            limit,
            carrier: carrier.to_owned(),
            numbered,
        };
        let given = |name: &str| value(name).filter(|cursor| cursor.as_str() != Some(""));
        // The way back is a cursor, too, under the name that answers have for it.
        let back = || {
            self.previous()
                .filter(|name| declared.contains(&name.as_str()))
        };
        let cursor = |carrier: &str| given(carrier).or_else(|| given(&back()?));
        let by_cursor = |carrier: &str| match cursor(carrier).as_ref().and_then(Value::as_str) {
            None => Ok(at(carrier, 0, false)),
            Some(text) => match text.strip_prefix(CURSOR).and_then(|rest| rest.parse().ok()) {
                // A page cannot begin so late that its end has no number.
                Some(start) => Ok(at(carrier, start, false)),
                None => Err(Refusal::of_fields(
                    Kind::Parameter,
                    vec![FieldFault {
                        field: carrier.to_owned(),
                        message: "is no cursor of this list".to_owned(),
                    }],
                )),
            },
        };
        let by_number = |carrier: &str, first: u64| {
            let page = number(carrier).unwrap_or(first);
            let last = page
                .saturating_sub(first)
                .saturating_add(1)
                .saturating_mul(limit);
            if let Some(ceiling) = rules.ceiling.filter(|ceiling| last > *ceiling) {
                return Err(beyond(
                    carrier.to_owned(),
                    format!("{ceiling} records can be reached by number"),
                ));
            }
            Ok(at(
                carrier,
                page.saturating_sub(first).saturating_mul(limit),
                true,
            ))
        };
        match &self.style {
            Style::Page { parameter, first } => by_number(parameter, *first),
            Style::Offset { parameter } => Ok(at(parameter, number(parameter).unwrap_or(0), false)),
            Style::Cursor { parameter } => by_cursor(parameter),
            Style::Link => {
                let chosen = self
                    .choose
                    .as_ref()
                    .filter(|(name, wanted)| value(name).as_ref() == Some(&json!(wanted)));
                let has = |name: &&str| declared.contains(name);
                match chosen {
                    Some((_, carrier)) => by_cursor(carrier),
                    None if has(&"page") => by_number("page", 1),
                    None => by_cursor(
                        ["search_after", "cursor", "after"]
                            .into_iter()
                            .find(has)
                            .unwrap_or("cursor"),
                    ),
                }
            }
        }
    }

    /// What answers call the cursor of the page before.
    fn previous(&self) -> Option<String> {
        let (_, next) = self.next.as_ref()?.rsplit_once('/')?;
        (next == "next").then(|| "previous".to_owned())
    }

    /// Where the items stand in the answer.
    pub(crate) fn items(&self) -> &str {
        &self.items
    }

    /// The schema of one item within the schema of the answer.
    pub(crate) fn item_schema<'d>(
        &self,
        document: &'d Document,
        schema: &'d Value,
    ) -> Option<&'d Value> {
        let steps = self.items.split('/').filter(|step| !step.is_empty());
        let list = steps
            .into_iter()
            .try_fold(schema, |schema, step| property(document, schema, step))?;
        document.resolve(list).get("items")
    }

    /// Puts the items in their place, and the fields that lead on.
    pub(crate) fn lay(
        &self,
        body: &mut Value,
        items: Vec<Value>,
        window: &Window,
        counted: Option<u64>,
        total: u64,
        link: impl Fn(&str, &str) -> String,
    ) {
        let end = window.start.saturating_add(items.len() as u64);
        set(body, &self.items, Value::Array(items));
        // Some answers repeat what was asked for under the names of the parameters.
        let number = window
            .numbered
            .then_some((window.carrier.as_str(), window.start / window.limit + 1));
        let limit = self.limit.as_deref().map(|name| (name, window.limit));
        for (name, value) in number.into_iter().chain(limit) {
            if let Some(known) = body.get_mut(name).filter(|known| known.is_number()) {
                *known = json!(value);
            }
        }
        if let Some(pointer) = &self.total {
            match counted {
                Some(total) => set(body, pointer, json!(total)),
                None => remove(body, pointer),
            }
        }
        self.tell(body, window, end, &link);
        let Some(pointer) = &self.next else { return };
        let first = match &self.style {
            Style::Page { first, .. } => *first,
            _ => 1,
        };
        let place = if window.numbered {
            (end / window.limit).saturating_add(first).to_string()
        } else {
            format!("{CURSOR}{end}")
        };
        let more = end < total;
        match &self.style {
            Style::Cursor { .. } => {
                set(body, pointer, if more { json!(place) } else { Value::Null })
            }
            _ if more => set(body, pointer, json!(link(&window.carrier, &place))),
            // A link without an address is no link: the whole of it goes.
            _ if pointer.ends_with("/href") => remove(body, pointer.trim_end_matches("/href")),
            _ => set(body, pointer, Value::Null),
        }
    }
}

impl Window {
    /// The numbers of the items in the window.
    pub(crate) fn numbers(&self, total: u64) -> std::ops::Range<u64> {
        self.start
            ..self
                .start
                .saturating_add(self.limit)
                .min(total)
                .max(self.start)
    }
}

fn beyond(field: String, message: String) -> Refusal {
    Refusal::of_fields(Kind::Ceiling, vec![FieldFault { field, message }])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows a list of seven to its end, three at a time, and tells the sizes of its pages.
    fn sizes(shape: &Value, declared: &[&str]) -> Vec<usize> {
        let paging = Paging::read(shape).unwrap();
        let mut given = json!({ "limit": 3 });
        let mut sizes = Vec::new();
        for _ in 0..9 {
            let window = paging
                .window(
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
            paging.lay(&mut body, items, &window, Some(7), 7, |name, place| {
                format!("{name}={place}")
            });
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
    fn every_style_leads_to_the_last_item_and_ends() {
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

    #[test]
    fn a_cursor_of_somebody_else_is_refused() {
        let paging =
            Paging::read(&json!({ "style": "cursor", "cursor": "next", "items": "" })).unwrap();
        let refusal = paging
            .window(|_| Some(json!("abc")), &[], &PagingRules::default())
            .unwrap_err();
        assert_eq!(refusal.detail, "next is no cursor of this list");
    }

    #[test]
    fn a_window_beyond_the_end_is_empty() {
        let paging =
            Paging::read(&json!({ "style": "offset", "offset": "first", "items": "" })).unwrap();
        let start = |name: &str| (name == "first").then(|| json!(u64::MAX));
        let window = paging.window(start, &[], &PagingRules::default()).unwrap();
        assert_eq!(window.numbers(7).count(), 0);
    }
}
