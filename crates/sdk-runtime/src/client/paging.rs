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

    /// The items of a page, if the answer has any.
    fn items(answer: &mut <Self::Answer as Decode>::Output) -> Option<&mut Vec<Self::Item>>;
}
