//! Reads a page that contains unreadable items without losing the readable items.

use std::collections::BTreeMap;

use bytes::Bytes;
use memchr::memmem;
use serde_json::value::RawValue;

use crate::client::paging::PagedOperation;
use crate::error::Error;
use crate::json::byte_order_mark::without_byte_order_mark;
use crate::json::convert;
use crate::response::decode::json::unreadable_at;
use crate::response::decode::{Decode, TypedOperation};
use crate::response::raw_response::RawResponse;

/// Maximum number of unreadable items on a page. If a page contains more, the whole page is
/// unreadable.
const MAX_UNREADABLE_ITEMS: usize = 10_000;

/// Errors for unreadable items, with the positions of the items on the page.
pub(super) type Unreadable = Vec<(u64, Error)>;

type Output<Op> = <<Op as TypedOperation>::Answer as Decode>::Output;

/// Reads a page without its unreadable items.
///
/// # Errors
///
/// Returns `error`, the error from reading the whole page, if unreadable items aren't its only
/// cause, or if there are more than [`MAX_UNREADABLE_ITEMS`] of them.
pub(super) fn without_unreadable<Op: PagedOperation>(
    raw: &mut RawResponse,
    pointer: &str,
    error: Error,
) -> Result<(Output<Op>, Unreadable), Error> {
    let body = raw.whole();
    let Some(list) = list_at(&body, pointer) else {
        return Err(error);
    };
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(list) else {
        return Err(error);
    };
    let (mut readable, mut unreadable) = (Vec::with_capacity(items.len()), Vec::new());
    let path = pointer.replace('/', ".");
    let mut place = 0;
    for (index, item) in items.iter().enumerate() {
        let json = item.get();
        match convert::from_str::<Op::Item>(json) {
            // Decoding skips nulls in a list whose items can't be null.
            Err(_) if json == "null" => readable.push(json),
            Err(_) if unreadable.len() == MAX_UNREADABLE_ITEMS => return Err(error),
            Err(why) => {
                let at = format!("${path}[{index}]");
                let why = unreadable_at::<Op::Item>(raw, json.as_bytes(), &at, why);
                unreadable.push((place, why));
                place += 1;
            }
            Ok(_) => {
                readable.push(json);
                place += 1;
            }
        }
    }
    if unreadable.is_empty() {
        return Err(error);
    }
    // The list is a slice of the body, so its position in the body is known.
    let start = list.as_ptr().addr() - body.as_ptr().addr();
    let mut rest = Vec::with_capacity(body.len());
    rest.extend_from_slice(&body[..start]);
    rest.push(b'[');
    for (index, item) in readable.iter().enumerate() {
        if index > 0 {
            rest.push(b',');
        }
        rest.extend_from_slice(item.as_bytes());
    }
    rest.push(b']');
    rest.extend_from_slice(&body[start + list.len()..]);
    raw.set_whole(Bytes::from(rest));
    let read = Op::Answer::decode(raw);
    raw.set_whole(body);
    match read {
        Ok(answer) => Ok((answer, unreadable)),
        Err(_) => Err(error),
    }
}

/// Returns the number of entries in a page's list, including nulls.
///
/// Returns `None` if no list in the body contains a null. Decoding then skips no entries, so the
/// caller can count the decoded items. Also returns `None` if there is no list at the pointer.
pub(super) fn entries_with_nulls(body: &[u8], pointer: &str) -> Option<u64> {
    let has_nulls = memmem::find_iter(body, "null").any(|at| {
        let before = body[..at].iter().rfind(|byte| !byte.is_ascii_whitespace());
        matches!(before, Some(b'[' | b','))
    });
    if !has_nulls {
        return None;
    }
    let items: Vec<&RawValue> = serde_json::from_str(list_at(body, pointer)?).ok()?;
    Some(items.len() as u64)
}

/// Returns the JSON text at a pointer, which can pass only through objects.
fn list_at<'j>(body: &'j [u8], pointer: &str) -> Option<&'j str> {
    let mut text = std::str::from_utf8(without_byte_order_mark(body)).ok()?;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let mut properties: BTreeMap<String, &'j RawValue> = serde_json::from_str(text).ok()?;
        text = properties.remove(&step)?.get();
    }
    Some(text.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_entries_are_counted_if_some_of_them_are_null() {
        let count = |body: &str| entries_with_nulls(body.as_bytes(), "/a~1b/items");
        assert_eq!(count(r#"{"a/b":{"items":[1, null,3]}}"#), Some(3));
        assert_eq!(count(r#"{"a/b":{"items":[ null]}}"#), Some(1));
        assert_eq!(count(r#"{"a/b":{"items":[{"x":null},2]},"c":null}"#), None);
        assert_eq!(count(r#"{"a/b":null,"c":[null]}"#), None);
    }
}
