//! Entries in the operation table for paged lists and bulk requests.

/// How a list is paged.
///
/// `items`, `next` and `total` are JSON pointers into the response. An empty pointer refers to the
/// response itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// Numbered pages.
    Page {
        /// Parameter with the page number.
        page: &'static str,
        /// Parameter with the page size.
        limit: Option<&'static str>,
        /// Number of the first page.
        first: u64,
        /// Pointer to the items.
        items: &'static str,
        /// Pointer to the total number of items.
        total: Option<&'static str>,
        /// Pointer to a value that is absent, null or an empty string on the last page.
        next: Option<&'static str>,
        /// Condition for the end of the list.
        end: ListEnd,
        /// Maximum page size, if documented.
        max_limit: Option<u64>,
    },
    /// An offset counted in items.
    Offset {
        /// Parameter with the offset.
        offset: &'static str,
        /// Parameter with the page size.
        limit: &'static str,
        /// Default page size, or 0 if it isn't documented.
        default_limit: u64,
        /// Pointer to the items.
        items: &'static str,
        /// Pointer to the total number of items.
        total: Option<&'static str>,
        /// Condition for the end of the list.
        end: ListEnd,
        /// Maximum page size, if documented.
        max_limit: Option<u64>,
    },
    /// Each response contains a cursor for the next page.
    Cursor {
        /// Parameter with the cursor.
        cursor: &'static str,
        /// Pointer to the next cursor.
        next: &'static str,
        /// Parameter with the page size.
        limit: Option<&'static str>,
        /// Pointer to the items.
        items: &'static str,
    },
    /// Each response contains a link to the next page.
    Link {
        /// Pointer to the link.
        next: &'static str,
        /// Pointer to the items.
        items: &'static str,
        /// Parameter with the page size.
        limit: Option<&'static str>,
        /// Parameter and value that select this style of paging.
        choose: Option<(&'static str, &'static str)>,
    },
}

/// Condition for the end of a list whose pages have numbers or offsets.
///
/// Lists with cursors or links end at a response without a cursor or link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListEnd {
    /// The number of received items has reached the total in the response. An empty page before
    /// that is an error, unless the number of earlier items is uncertain. If a response doesn't
    /// contain the total, the list ends as with `Short`.
    Total,
    /// A page doesn't contain a value for the next page.
    Next,
    /// A page is empty.
    Empty,
    /// A page is shorter than usual: it is empty, or it has fewer items than an earlier page or
    /// than the page size. The page size is considered only if it doesn't exceed the documented
    /// default or maximum. If it isn't considered, the last request may return an empty page.
    Short,
}

impl Paging {
    /// Returns pointers to the next page and to the total number of items.
    pub(crate) fn signs(&self) -> [Option<&'static str>; 2] {
        match *self {
            Self::Page { next, total, .. } => [next, total],
            Self::Offset { total, .. } => [None, total],
            Self::Cursor { next, .. } | Self::Link { next, .. } => [Some(next), None],
        }
    }

    /// Returns the pointer to the items.
    pub fn items(&self) -> &'static str {
        match self {
            Self::Page { items, .. }
            | Self::Offset { items, .. }
            | Self::Cursor { items, .. }
            | Self::Link { items, .. } => items,
        }
    }
}

/// Format and limits of a bulk request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    /// Format of the body.
    pub format: BulkFormat,
    /// Maximum number of items per request.
    pub max_lines: Option<u32>,
    /// Maximum number of bytes per item.
    pub max_line_length: Option<u32>,
}

/// Format of a bulk request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkFormat {
    /// One JSON value per line.
    Ndjson,
    /// A JSON array.
    Array,
}
