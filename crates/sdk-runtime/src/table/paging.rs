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
        /// What ends the list.
        end: ListEnd,
        /// The largest page that the vendor sends, if it is documented.
        max_limit: Option<u64>,
    },
    /// An offset counted in items.
    Offset {
        /// The parameter that takes the offset.
        offset: &'static str,
        /// The parameter that takes the size of a page.
        limit: &'static str,
        /// The size of a page when none is given; 0 if it is not documented.
        default_limit: u64,
        /// Where the items are.
        items: &'static str,
        /// Where the count of all items is.
        total: Option<&'static str>,
        /// What ends the list.
        end: ListEnd,
        /// The largest page that the vendor sends, if it is documented.
        max_limit: Option<u64>,
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

/// What ends a list whose pages have numbers or offsets. Lists by cursor or link end at an answer without a next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListEnd {
    /// As many items as the answer counts in all. An empty page before that is an error. Where an answer has no
    /// count, a short page ends the list.
    Total,
    /// A page that names no next one.
    Next,
    /// An empty page.
    Empty,
    /// A page that has fewer items than the vendor sends in one: fewer than an earlier page, or fewer than the limit
    /// where the limit is at most the documented default or the documented largest page. Where neither tells, one more
    /// request settles the doubt.
    Short,
}

impl Paging {
    /// Where an answer says what comes next, and how many items there are in all.
    pub(crate) fn signs(&self) -> [Option<&'static str>; 2] {
        match *self {
            Self::Page { next, total, .. } => [next, total],
            Self::Offset { total, .. } => [None, total],
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
