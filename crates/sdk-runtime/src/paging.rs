//! Lists in pages: every page, or every item of every page.

mod cursor;
mod items;
mod link;
mod pager;
mod pages;
mod rule;

pub use cursor::PageCursor;
pub use items::Items;
pub use pages::Pages;

use crate::{Decode, TypedOperation};

/// An operation that answers with a page of a list.
///
/// How the next page is asked for and when the list ends stands in the operation table.
pub trait PagedOperation: TypedOperation {
    /// What is listed.
    type Item: Send + 'static;

    /// The items of a page, if the answer has any.
    fn items(answer: &mut <Self::Answer as Decode>::Output) -> Option<&mut Vec<Self::Item>>;
}
