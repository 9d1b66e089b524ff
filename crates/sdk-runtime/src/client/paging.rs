//! Lists in pages: every page, or every item of every page.

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
/// How the next page is asked for and when the list ends stands in the operation table.
pub trait PagedOperation: TypedOperation {
    /// The type of the items.
    type Item: DeserializeOwned + Send + 'static;

    /// The items of a page, if the answer has any. None where an answer has a list per kind of item.
    fn items(answer: &mut <Self::Answer as Decode>::Output) -> Option<&mut Vec<Self::Item>>;

    /// Counts the items of a page; none if the answer has no list.
    fn count_items(answer: &mut <Self::Answer as Decode>::Output) -> Option<usize> {
        Self::items(answer).map(|items| items.len())
    }

    /// Takes the items out of a page.
    fn take_items(answer: &mut <Self::Answer as Decode>::Output) -> Vec<Self::Item> {
        Self::items(answer).map(std::mem::take).unwrap_or_default()
    }
}
