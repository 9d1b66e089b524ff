//! Range of a list that a call requests.

use serde_json::{Value, json};

use crate::http::refusal::Refusal;
use crate::openapi::paging::{Paging, Style};
use crate::openapi::schema::FieldViolation;
use crate::rules::call_rules::PagingRules;
use crate::rules::error_kind::ErrorKind;

/// Maximum page size. Requests for larger pages are rejected, because a silently shortened page
/// would look like the end of the list.
const MAX_PAGE_SIZE: u64 = 10_000;
/// Prefix of every cursor.
pub(crate) const CURSOR_PREFIX: &str = "after-";

/// The requested range of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: u64,
    pub(crate) limit: u64,
    /// Parameter with the position of the next page.
    pub(crate) carrier: String,
    pub(crate) numbered: bool,
}

impl Window {
    /// Returns the numbers of the items in the range.
    pub(crate) fn numbers(&self, total: u64) -> std::ops::Range<u64> {
        self.start
            ..self
                .start
                .saturating_add(self.limit)
                .min(total)
                .max(self.start)
    }
}

/// Reads the range from the parameters. `value` returns a parameter's value or its default.
pub(crate) fn window(
    paging: &Paging,
    value: impl Fn(&str) -> Option<Value>,
    declared: &[&str],
    rules: &PagingRules,
) -> Result<Window, Refusal> {
    let number = |name: &str| value(name).and_then(|v| v.as_u64());
    let limit = paging
        .limit
        .as_deref()
        .and_then(number)
        .unwrap_or(paging.default_limit)
        .max(1);
    if limit > MAX_PAGE_SIZE {
        let name = paging.limit.clone().unwrap_or_default();
        return Err(ceiling_error(
            name,
            format!("is greater than the maximum of {MAX_PAGE_SIZE}"),
        ));
    }
    let at = |carrier: &str, start: u64, numbered| Window {
        start,
        limit,
        carrier: carrier.to_owned(),
        numbered,
    };
    let given = |name: &str| value(name).filter(|cursor| cursor.as_str() != Some(""));
    // A request for the previous page sends the cursor under the name that responses use.
    let back = || previous(paging).filter(|name| declared.contains(&name.as_str()));
    let cursor = |carrier: &str| given(carrier).or_else(|| given(&back()?));
    let by_cursor = |carrier: &str| match cursor(carrier).as_ref().and_then(Value::as_str) {
        None => Ok(at(carrier, 0, false)),
        Some(text) => match text
            .strip_prefix(CURSOR_PREFIX)
            .and_then(|rest| rest.parse().ok())
        {
            // Any start is valid, because the end of the range saturates.
            Some(start) => Ok(at(carrier, start, false)),
            None => Err(Refusal::of_fields(
                ErrorKind::Parameter,
                vec![FieldViolation {
                    field: carrier.to_owned(),
                    message: "is not a cursor of this list".to_owned(),
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
            return Err(ceiling_error(
                carrier.to_owned(),
                format!("ends after record {ceiling}, the last record that page numbers can reach"),
            ));
        }
        Ok(at(
            carrier,
            page.saturating_sub(first).saturating_mul(limit),
            true,
        ))
    };
    match &paging.style {
        Style::Page { parameter, first } => by_number(parameter, *first),
        Style::Offset { parameter } => Ok(at(parameter, number(parameter).unwrap_or(0), false)),
        Style::Cursor { parameter } => by_cursor(parameter),
        Style::Link => {
            let chosen = paging
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

/// Returns the name that responses use for the cursor of the previous page, if it can be inferred.
fn previous(paging: &Paging) -> Option<String> {
    let (_, next) = paging.next.as_ref()?.rsplit_once('/')?;
    (next == "next").then(|| "previous".to_owned())
}

fn ceiling_error(field: String, message: String) -> Refusal {
    Refusal::of_fields(ErrorKind::Ceiling, vec![FieldViolation { field, message }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_cursor_is_rejected() {
        let paging =
            Paging::read(&json!({ "style": "cursor", "cursor": "next", "items": "" })).unwrap();
        let refusal = window(
            &paging,
            |_| Some(json!("abc")),
            &[],
            &PagingRules::default(),
        )
        .unwrap_err();
        assert_eq!(refusal.detail, "next is not a cursor of this list");
    }

    #[test]
    fn a_window_beyond_the_end_is_empty() {
        let paging =
            Paging::read(&json!({ "style": "offset", "offset": "first", "items": "" })).unwrap();
        let start = |name: &str| (name == "first").then(|| json!(u64::MAX));
        let window = window(&paging, start, &[], &PagingRules::default()).unwrap();
        assert_eq!(window.numbers(7).count(), 0);
    }
}
