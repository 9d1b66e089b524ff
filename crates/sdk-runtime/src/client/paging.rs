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

/// An operation whose response is a page of a list.
///
/// The operation table describes how to request the next page, and when the list ends.
pub trait PagedOperation: TypedOperation {
    /// The type of the items.
    type Item: DeserializeOwned + Send + 'static;

    /// Returns the items of a page, or `None` if the response has no list.
    ///
    /// Also returns `None` for an operation whose responses contain a separate list for each kind of
    /// item.
    fn items(answer: &mut <Self::Answer as Decode>::Output) -> Option<&mut Vec<Self::Item>>;

    /// Returns the number of items in a page, or `None` if the response has no list.
    fn count_items(answer: &mut <Self::Answer as Decode>::Output) -> Option<usize> {
        Self::items(answer).map(|items| items.len())
    }

    /// Takes the items out of a page.
    fn take_items(answer: &mut <Self::Answer as Decode>::Output) -> Vec<Self::Item> {
        Self::items(answer).map(std::mem::take).unwrap_or_default()
    }
}
