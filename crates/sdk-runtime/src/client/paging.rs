//! Paged lists: iterates over all pages, or over the items of all pages.

pub(crate) mod cursor;
mod fetch;
mod fingerprint;
pub(crate) mod items;
pub(crate) mod link;
pub(crate) mod pager;
pub(crate) mod pages;
pub(crate) mod rule;
mod salvage;

use serde::de::DeserializeOwned;

use crate::response::decode::{Decode, TypedOperation};

/// An operation that answers with a page of a list.
///
/// The operation table says how the next page is requested and when the list ends.
pub trait PagedOperation: TypedOperation {
    /// The type of the items.
    type Item: DeserializeOwned + Send + 'static;

    /// Items of a page, if the answer contains any. `None` if an answer has a list per kind of
    /// item.
    fn items(answer: &mut <Self::Answer as Decode>::Output) -> Option<&mut Vec<Self::Item>>;

    /// Number of items in a page; `None` if the answer has no list.
    fn count_items(answer: &mut <Self::Answer as Decode>::Output) -> Option<usize> {
        Self::items(answer).map(|items| items.len())
    }

    /// Takes the items out of a page.
    fn take_items(answer: &mut <Self::Answer as Decode>::Output) -> Vec<Self::Item> {
        Self::items(answer).map(std::mem::take).unwrap_or_default()
    }
}
