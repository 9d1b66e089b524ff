//! Which page comes next, by the rule of the vendor.

use crate::client::paging::cursor::Position;
use crate::json::pluck::Plucked;
use crate::request::call::Call;
use crate::table::paging::Paging;

/// A page that came.
pub(super) struct Came<'a> {
    pub(super) at: &'a Position,
    /// How many items it has.
    pub(super) count: u64,
    /// How many items were before it and in it.
    pub(super) seen: u64,
    /// What comes next and how many items there are in all, as the answer says.
    pub(super) signs: [Plucked; 2],
}

/// Where a list starts, and how many items are before that.
pub(super) fn start(paging: &Paging, call: &Call) -> (Position, u64) {
    match *paging {
        Paging::Page { page, first, .. } => {
            let number = call.number(page).unwrap_or(first);
            let before = number.saturating_sub(first);
            let limit = limit(paging, call).unwrap_or(0);
            (Position::Number(number), before.saturating_mul(limit))
        }
        Paging::Offset { offset, .. } => {
            let number = call.number(offset).unwrap_or(0);
            (Position::Number(number), number)
        }
        Paging::Cursor { .. } | Paging::Link { .. } => (Position::Start, 0),
    }
}

/// The page after one that came; none after the last. A link is as the vendor wrote it.
pub(super) fn next(paging: &Paging, call: &Call, came: &Came<'_>) -> Option<Position> {
    let [next_value, total_value] = &came.signs;
    match *paging {
        Paging::Page { next, .. } => {
            let Position::Number(number) = *came.at else {
                return None;
            };
            let more = if came.count == 0 {
                false
            } else if next.is_some() {
                !matches!(next_value, Plucked::Nothing) && text(next_value) != Some("")
            } else if let Some(total) =
                text(total_value).and_then(|total| total.parse::<u64>().ok())
            {
                came.seen < total
            } else {
                limit(paging, call).is_none_or(|size| came.count >= size)
            };
            let next = number.checked_add(1).filter(|_| more);
            next.map(Position::Number)
        }
        Paging::Offset { .. } => {
            let Position::Number(number) = *came.at else {
                return None;
            };
            let size = limit(paging, call).unwrap_or(1);
            let more = came.count > 0 && came.count >= size;
            let next = number.checked_add(came.count).filter(|_| more);
            next.map(Position::Number)
        }
        Paging::Cursor { .. } => named(next_value).map(Position::Token),
        Paging::Link { .. } => named(next_value).map(Position::Link),
    }
}

fn named(value: &Plucked) -> Option<String> {
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

/// How many items a full page has, if that is known.
fn limit(paging: &Paging, call: &Call) -> Option<u64> {
    let (name, documented) = match *paging {
        Paging::Page { limit, .. } | Paging::Cursor { limit, .. } | Paging::Link { limit, .. } => {
            (limit?, None)
        }
        Paging::Offset {
            limit,
            default_limit,
            ..
        } => (limit, Some(default_limit)),
    };
    let default = || call.operation().parameter(name)?.default?.parse().ok();
    call.number(name).or(documented).or_else(default)
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

    fn pages(next: Option<&'static str>, total: Option<&'static str>) -> Paging {
        Paging::Page {
            page: "page",
            limit: Some("limit"),
            first: 1,
            items: "/items",
            total,
            next,
        }
    }

    fn goes_on(paging: &Paging, count: u64, seen: u64, body: &str) -> bool {
        let came = Came {
            at: &Position::Number(3),
            count,
            seen,
            signs: crate::json::pluck::pluck(body.as_bytes(), paging.signs()),
        };
        let next = next(paging, &Call::new(&OPERATION), &came);
        assert!(next.is_none() || next == Some(Position::Number(4)));
        next.is_some()
    }

    #[test]
    fn numbered_pages_end_by_next_then_by_total_then_by_a_short_page() {
        let by_next = pages(Some("/next"), Some("/total"));
        assert!(goes_on(&by_next, 1, 7, r#"{"next":"x","total":1}"#));
        assert!(!goes_on(&by_next, 2, 6, r#"{"next":null,"total":100}"#));
        assert!(!goes_on(&by_next, 2, 6, "{}"));
        assert!(!goes_on(&by_next, 0, 6, r#"{"next":"x"}"#));
        let by_total = pages(None, Some("/total"));
        assert!(goes_on(&by_total, 1, 6, r#"{"total":7}"#));
        assert!(!goes_on(&by_total, 2, 7, r#"{"total":7}"#));
        assert!(goes_on(&by_total, 2, 7, r#"{"total":null}"#));
        assert!(!goes_on(&by_total, 1, 7, "{}"));
        let by_size = pages(None, None);
        assert!(goes_on(&by_size, 2, 6, "[]") && !goes_on(&by_size, 1, 6, "[]"));
    }

    #[test]
    fn a_start_in_the_middle_counts_what_is_before_it() {
        let mut call = Call::new(&OPERATION);
        call.argument("page", 4);
        call.argument("limit", "10");
        assert_eq!(start(&pages(None, None), &call), (Position::Number(4), 30));
    }
}
