//! What the operation table says about lists in pages and writes in bulk.

/// How a list is split into pages. All `items`, `next` and `total` are JSON
/// pointers into the answer; an empty pointer is the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// Pages with numbers.
    Page {
        /// The parameter that takes the page's number.
        page: &'static str,
        /// The parameter that takes the size of a page.
        limit: Option<&'static str>,
        /// The number of the first page.
        first: u64,
        /// Where the items are.
        items: &'static str,
        /// Where the count of all items is.
        total: Option<&'static str>,
        /// What is absent or null on the last page.
        next: Option<&'static str>,
    },
    /// An offset counted in items; the last page is shorter than the limit.
    Offset {
        /// The parameter that takes the offset.
        offset: &'static str,
        /// The parameter that takes the size of a page.
        limit: &'static str,
        /// The size of a page when none is given.
        default_limit: u64,
        /// Where the items are.
        items: &'static str,
    },
    /// A cursor that each answer gives for the next page.
    Cursor {
        /// The parameter that takes the cursor.
        cursor: &'static str,
        /// Where the next cursor is.
        next: &'static str,
        /// The parameter that takes the size of a page.
        limit: Option<&'static str>,
        /// Where the items are.
        items: &'static str,
    },
    /// A link that each answer gives to the next page.
    Link {
        /// Where the link is.
        next: &'static str,
        /// Where the items are.
        items: &'static str,
        /// The parameter that takes the size of a page.
        limit: Option<&'static str>,
        /// A parameter and the value that asks for this kind of paging.
        choose: Option<(&'static str, &'static str)>,
    },
}

impl Paging {
    /// Where an answer says what comes next, and how many items there are in all.
    pub(crate) fn signs(&self) -> [Option<&'static str>; 2] {
        match *self {
            Self::Page { next, total, .. } => [next, total],
            Self::Offset { .. } => [None, None],
            Self::Cursor { next, .. } | Self::Link { next, .. } => [Some(next), None],
        }
    }

    /// Where the items are.
    pub fn items(&self) -> &'static str {
        match self {
            Self::Page { items, .. }
            | Self::Offset { items, .. }
            | Self::Cursor { items, .. }
            | Self::Link { items, .. } => items,
        }
    }
}

/// How an operation takes many items in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    /// How the items stand in the body.
    pub format: BulkFormat,
    /// The most items in one request.
    pub max_lines: Option<u32>,
    /// The most bytes in one item.
    pub max_line_length: Option<u32>,
}

/// How the items of a bulk request stand in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkFormat {
    /// One JSON value a line.
    Ndjson,
    /// A JSON array.
    Array,
}
