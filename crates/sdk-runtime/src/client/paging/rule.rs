//! Determines the next page according to the vendor's rule.

use crate::client::paging::cursor::Position;
use crate::json::pluck::Plucked;
use crate::request::call::Call;
use crate::table::paging::{ListEnd, Paging};

/// A received page.
pub(super) struct ReceivedPage<'a> {
    pub(super) at: &'a Position,
    /// Number of items on the page.
    pub(super) count: u64,
    /// Number of items up to and including this page. This is a lower bound unless `is_certain` is
    /// set.
    pub(super) seen: u64,
    pub(super) is_certain: bool,
    /// Largest number of items on an earlier page.
    pub(super) largest: u64,
    /// Values from the response: the next position, and the total number of items.
    pub(super) signs: [Plucked; 2],
}

/// Start of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) at: Position,
    /// Number of items before the start, if known.
    pub(super) before: Option<u64>,
}

/// Returns the start of the call's list.
pub(super) fn start(paging: &Paging, call: &Call) -> Start {
    match *paging {
        Paging::Page { page, first, .. } => {
            let number = call.number(page).unwrap_or(first);
            let pages = number.saturating_sub(first);
            let before = match size(paging, call).filter(|_| is_size_honored(paging, call)) {
                _ if pages == 0 => Some(0),
                size => size.map(|size| pages.saturating_mul(size)),
            };
            Start {
                at: Position::Number(number),
                before,
            }
        }
        Paging::Offset { offset, .. } => {
            let number = call.number(offset).unwrap_or(0);
            Start {
                at: Position::Number(number),
                before: Some(number),
            }
        }
        Paging::Cursor { .. } | Paging::Link { .. } => Start {
            at: Position::Start,
            before: Some(0),
        },
    }
}

/// Returns the minimum number of items before a page.
///
/// Assumes that each earlier page had at least `largest` items.
pub(super) fn min_items_before(paging: &Paging, at: &Position, largest: u64) -> u64 {
    match (paging, at) {
        (Paging::Page { first, .. }, Position::Number(number)) => {
            number.saturating_sub(*first).saturating_mul(largest)
        }
        _ => 0,
    }
}

/// Returns the position of the page after a received one, or `None` after the last page.
///
/// A link is returned as the vendor sent it.
///
/// # Errors
///
/// Returns an error if the list ends before all items in the vendor's total were received, unless
/// the number of earlier items is uncertain.
pub(super) fn next(
    paging: &Paging,
    call: &Call,
    came: &ReceivedPage<'_>,
) -> Result<Option<Position>, String> {
    let [next_value, total_value] = &came.signs;
    let (end, step) = match *paging {
        Paging::Page { end, .. } => (end, 1),
        Paging::Offset { end, .. } => (end, came.count),
        Paging::Cursor { .. } => return Ok(non_empty_text(next_value).map(Position::Token)),
        Paging::Link { .. } => return Ok(non_empty_text(next_value).map(Position::Link)),
    };
    let Position::Number(number) = *came.at else {
        return Ok(None);
    };
    let total = text(total_value).and_then(|total| total.parse::<u64>().ok());
    let more = match (end, total) {
        (ListEnd::Next, _) => {
            !matches!(next_value, Plucked::Nothing) && text(next_value) != Some("")
        }
        (ListEnd::Total, Some(total)) if came.count == 0 && came.seen < total => {
            if came.is_certain {
                return Err(format!(
                    "the list ended early: received {} of {total} items, and page {number} is empty",
                    came.seen
                ));
            }
            false
        }
        (ListEnd::Total, Some(total)) => came.seen < total,
        (ListEnd::Empty, _) => came.count > 0,
        (ListEnd::Short | ListEnd::Total, _) => may_be_full(paging, call, came),
    };
    let next = number.checked_add(step).filter(|_| more && step > 0);
    Ok(next.map(Position::Number))
}

/// Returns whether a page may be full, in which case another one may follow.
fn may_be_full(paging: &Paging, call: &Call, came: &ReceivedPage<'_>) -> bool {
    if came.count == 0 || came.count < came.largest {
        return false;
    }
    let is_short = size(paging, call).is_some_and(|size| came.count < size);
    !(is_short && is_size_honored(paging, call))
}

fn non_empty_text(value: &Plucked) -> Option<String> {
    text(value)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn text(value: &Plucked) -> Option<&str> {
    match value {
        Plucked::Text(text) => Some(text),
        Plucked::Nothing | Plucked::Other => None,
    }
}

/// Returns the page size in the call, or the documented default.
pub(super) fn size(paging: &Paging, call: &Call) -> Option<u64> {
    let (name, default) = documented(paging, call);
    name.and_then(|name| call.number(name)).or(default)
}

/// Returns whether the requested page size is within the documented maximum or default, in which
/// case the vendor sends pages of that size.
fn is_size_honored(paging: &Paging, call: &Call) -> bool {
    let largest = match *paging {
        Paging::Page { max_limit, .. } | Paging::Offset { max_limit, .. } => max_limit,
        Paging::Cursor { .. } | Paging::Link { .. } => None,
    };
    let largest = largest.max(documented(paging, call).1);
    size(paging, call).is_some_and(|size| largest.is_some_and(|largest| size <= largest))
}

/// Returns the parameter for the page size, and the default size.
fn documented(paging: &Paging, call: &Call) -> (Option<&'static str>, Option<u64>) {
    let (name, default) = match *paging {
        Paging::Page { limit, .. } | Paging::Cursor { limit, .. } | Paging::Link { limit, .. } => {
            (limit, None)
        }
        Paging::Offset {
            limit,
            default_limit,
            ..
        } => (Some(limit), Some(default_limit).filter(|size| *size > 0)),
    };
    let of_parameter = || call.operation().parameter(name?)?.default?.parse().ok();
    (name, default.or_else(of_parameter))
}

/// Returns the parameters for the position and size of a page.
pub(super) fn position_parameters(paging: &Paging) -> [Option<&'static str>; 2] {
    match *paging {
        Paging::Page { page, limit, .. } => [Some(page), limit],
        Paging::Offset { offset, limit, .. } => [Some(offset), Some(limit)],
        Paging::Cursor { cursor, limit, .. } => [Some(cursor), limit],
        Paging::Link { limit, .. } => [None, limit],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::operation::Operation;
    use crate::table::parameter::Parameter;

    static OPERATION: Operation = Operation {
        id: "list_things",
        parameters: &[
            Parameter {
                name: "page",
                ..Parameter::EMPTY
            },
            Parameter {
                name: "limit",
                default: Some("2"),
                ..Parameter::EMPTY
            },
        ],
        ..Operation::EMPTY
    };

    fn pages(end: ListEnd) -> Paging {
        Paging::Page {
            page: "page",
            limit: Some("limit"),
            first: 1,
            items: "/items",
            total: Some("/total"),
            next: Some("/next"),
            end,
            max_limit: Some(20),
        }
    }

    fn outcome(
        paging: &Paging,
        call: &Call,
        (count, seen, largest): (u64, u64, u64),
        body: &str,
    ) -> Result<Option<Position>, String> {
        let came = ReceivedPage {
            at: &Position::Number(3),
            count,
            seen,
            is_certain: true,
            largest,
            signs: crate::json::pluck::pluck(body.as_bytes(), paging.signs()),
        };
        next(paging, call, &came)
    }

    fn has_next_page(end: ListEnd, count: u64, seen: u64, body: &str) -> bool {
        let next = outcome(&pages(end), &Call::new(&OPERATION), (count, seen, 0), body).unwrap();
        assert!(next.is_none() || next == Some(Position::Number(4)));
        next.is_some()
    }

    #[test]
    fn numbered_pages_end_according_to_the_documented_rule() {
        assert!(has_next_page(
            ListEnd::Next,
            1,
            7,
            r#"{"next":"x","total":1}"#
        ));
        assert!(!has_next_page(
            ListEnd::Next,
            2,
            6,
            r#"{"next":null,"total":100}"#
        ));
        assert!(!has_next_page(ListEnd::Next, 2, 6, "{}"));
        assert!(has_next_page(ListEnd::Next, 0, 6, r#"{"next":"x"}"#));
        assert!(has_next_page(ListEnd::Total, 1, 6, r#"{"total":7}"#));
        assert!(!has_next_page(ListEnd::Total, 2, 7, r#"{"total":7}"#));
        assert!(has_next_page(ListEnd::Total, 2, 7, r#"{"total":null}"#));
        assert!(!has_next_page(ListEnd::Total, 1, 7, "{}"));
        assert!(
            has_next_page(ListEnd::Short, 2, 6, "{}") && !has_next_page(ListEnd::Short, 1, 6, "{}")
        );
        assert!(
            has_next_page(ListEnd::Empty, 1, 6, "{}") && !has_next_page(ListEnd::Empty, 0, 6, "{}")
        );
    }

    #[test]
    fn the_requested_page_size_counts_only_up_to_the_documented_maximum() {
        let mut call = Call::new(&OPERATION);
        let mut has_next_page = |limit: u64, count, largest| {
            call.argument("limit", limit);
            outcome(&pages(ListEnd::Short), &call, (count, count, largest), "{}")
                .unwrap()
                .is_some()
        };
        // Up to the documented maximum page size, the vendor honors the requested size.
        assert!(!has_next_page(20, 19, 0) && has_next_page(20, 20, 0));
        // Beyond the maximum, only a comparison with an earlier page, or an empty page, shows the
        // end.
        assert!(has_next_page(200, 15, 0) && has_next_page(200, 15, 15));
        assert!(!has_next_page(200, 14, 15) && !has_next_page(200, 0, 0));
    }

    #[test]
    fn an_empty_page_before_the_total_is_reached_is_an_error() {
        let call = Call::new(&OPERATION);
        let error = outcome(&pages(ListEnd::Total), &call, (0, 6, 2), r#"{"total":9}"#);
        assert!(error.unwrap_err().contains("6 of 9"));
    }

    #[test]
    fn items_before_the_start_page_are_counted_only_if_the_page_size_is_certain() {
        let mut call = Call::new(&OPERATION);
        call.argument("page", 4);
        for (limit, before) in [("10", Some(30)), ("50", None)] {
            call.argument("limit", limit);
            let start = start(&pages(ListEnd::Total), &call);
            assert_eq!(start.before, before);
            assert_eq!(start.at, Position::Number(4));
        }
        assert_eq!(
            min_items_before(&pages(ListEnd::Total), &Position::Number(4), 7),
            21
        );
    }
}
