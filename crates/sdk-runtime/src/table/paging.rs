//! Entries of the operation table for paged lists and bulk requests.

/// How a list is paged. `items`, `next` and `total` are JSON pointers into the answer; an empty
/// pointer is the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// Pages with numbers.
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
        /// Pointer to a value that is absent or null on the last page.
        next: Option<&'static str>,
        /// What ends the list.
        end: ListEnd,
        /// Largest page size, if documented.
        max_limit: Option<u64>,
    },
    /// An offset counted in items.
    Offset {
        /// Parameter with the offset.
        offset: &'static str,
        /// Parameter with the page size.
        limit: &'static str,
        /// Default page size; 0 if it isn't documented.
        default_limit: u64,
        /// Pointer to the items.
        items: &'static str,
        /// Pointer to the total number of items.
        total: Option<&'static str>,
        /// What ends the list.
        end: ListEnd,
        /// Largest page size, if documented.
        max_limit: Option<u64>,
    },
    /// Each answer contains a cursor for the next page.
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
    /// Each answer contains a link to the next page.
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

/// What ends a list whose pages have numbers or offsets. Lists by cursor or link end at an answer
/// without a next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListEnd {
    /// The total number of items in the answer. An empty page before that is an error. If an
    /// answer has no total, a short page ends the list.
    Total,
    /// A page without a next one.
    Next,
    /// An empty page.
    Empty,
    /// A page with fewer items than the vendor sends in one: fewer than an earlier page, or fewer
    /// than the limit if the limit is at most the documented default or the documented largest
    /// page. In doubt, one more request is sent.
    Short,
}

impl Paging {
    /// Pointers to the next page and to the total number of items.
    pub(crate) fn signs(&self) -> [Option<&'static str>; 2] {
        match *self {
            Self::Page { next, total, .. } => [next, total],
            Self::Offset { total, .. } => [None, total],
            Self::Cursor { next, .. } | Self::Link { next, .. } => [Some(next), None],
        }
    }

    /// Pointer to the items.
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
    /// Most items per request.
    pub max_lines: Option<u32>,
    /// Most bytes per item.
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
