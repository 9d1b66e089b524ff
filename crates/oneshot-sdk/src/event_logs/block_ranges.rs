//! Splits a block range into searches. Every block belongs to exactly one successful search.

/// Number of consecutive rejected searches after which suggestions are ignored. Each later
/// rejection halves the range, at most 63 times.
const MAX_SUGGESTIONS: u32 = 8;

/// Remaining part of a block range, and the next search.
#[derive(Clone, Debug)]
pub(super) struct BlockRanges {
    /// First remaining block, or `None` if no block remains.
    next: Option<i64>,
    /// Last block of the whole range, or `None` for the newest block.
    last: Option<i64>,
    /// Last block of the next search, if it isn't the last block of the range.
    until: Option<i64>,
    /// First block of the most recent successful search.
    last_start: i64,
    /// Maximum number of logs per search, or `None` until the service has reported it.
    most: Option<usize>,
    /// Number of rejected searches since the most recent successful one.
    refusals: u32,
}

impl BlockRanges {
    pub(super) fn new(first: i64, last: Option<i64>) -> Self {
        let is_empty = last.is_some_and(|last| last < first);
        Self {
            next: (!is_empty).then_some(first),
            last,
            until: None,
            last_start: first,
            most: None,
            refusals: 0,
        }
    }

    /// Returns the range of the next search: the first block, and the last block if known.
    pub(super) fn wanted(&self) -> Option<(i64, Option<i64>)> {
        Some((self.next?, self.until.or(self.last)))
    }

    /// Returns the first block of the most recent successful search.
    pub(super) fn last_start(&self) -> i64 {
        self.last_start
    }

    /// Records that the current range was read, and determines the next range.
    pub(super) fn read(&mut self, logs: usize) {
        let Some((first, end)) = self.wanted() else {
            return;
        };
        self.last_start = first;
        self.refusals = 0;
        let until = self.until.take();
        let after = end
            .filter(|end| self.last.is_none_or(|last| *end < last))
            .and_then(|end| end.checked_add(1));
        self.next = after;
        // A search of a range of the same size will probably also succeed. If the whole range has
        // no last block, the number of remaining blocks is unknown, so the next search requests all
        // of them.
        let (Some(next), Some(until), Some(last)) = (after, until, self.last) else {
            return;
        };
        let mut width = until.saturating_sub(first);
        if self.most.is_some_and(|most| logs < most / 2) {
            width = width.saturating_mul(2).saturating_add(1);
        }
        let until = next.saturating_add(width);
        self.until = (until < last).then_some(until);
    }

    /// Reduces the current range to the range that the service suggests or, if that range is not
    /// usable, to the first half of the current range. Returns whether the range was reduced.
    ///
    /// If a suggestion starts after the first block of the current range, the blocks before the
    /// suggestion are searched first, so that no block is skipped.
    pub(super) fn narrow(
        &mut self,
        suggested_first: Option<i64>,
        suggested_last: Option<i64>,
        most: Option<usize>,
    ) -> bool {
        let Some((first, end)) = self.wanted() else {
            return false;
        };
        self.most = most.or(self.most);
        self.refusals = self.refusals.saturating_add(1);
        let suggested = match suggested_first {
            Some(later) if later > first => later.checked_sub(1),
            _ => suggested_last,
        };
        let is_smaller = |until: &i64| *until >= first && end.is_none_or(|end| *until < end);
        let suggested = suggested
            .filter(is_smaller)
            .filter(|_| self.refusals <= MAX_SUGGESTIONS);
        let half = || {
            let half = first.checked_add(end?.checked_sub(first)? / 2)?;
            Some(half).filter(is_smaller)
        };
        match suggested.or_else(half) {
            Some(until) => {
                self.until = Some(until);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_fits_needs_one_search() {
        let mut ranges = BlockRanges::new(5, Some(9));
        assert_eq!(ranges.wanted(), Some((5, Some(9))));
        ranges.read(3);
        assert_eq!(ranges.wanted(), None);
        assert_eq!(BlockRanges::new(5, Some(4)).wanted(), None);
    }

    #[test]
    fn searches_continue_at_the_suggested_size_and_widen_after_few_logs() {
        let mut ranges = BlockRanges::new(0, Some(99));
        assert!(ranges.narrow(Some(0), Some(9), Some(10)));
        assert_eq!(ranges.wanted(), Some((0, Some(9))));
        ranges.read(9);
        assert_eq!(ranges.wanted(), Some((10, Some(19))));
        ranges.read(2);
        assert_eq!(
            ranges.wanted(),
            Some((20, Some(39))),
            "the next range is wider after a search that returned few logs"
        );
        ranges.read(10);
        assert_eq!(ranges.last_start(), 20);
        ranges.read(10);
        ranges.read(10);
        assert_eq!(ranges.wanted(), Some((80, Some(99))));
        ranges.read(10);
        assert_eq!(ranges.wanted(), None);
    }

    #[test]
    fn blocks_before_a_suggestion_are_searched_first() {
        let mut ranges = BlockRanges::new(0, Some(99));
        assert!(ranges.narrow(Some(60), Some(99), None));
        assert_eq!(ranges.wanted(), Some((0, Some(59))));
    }

    #[test]
    fn a_useless_suggestion_halves_the_range_down_to_one_block() {
        let useless = [(None, None), (Some(0), Some(99)), (Some(-5), Some(-1))];
        for (first, last) in useless {
            let mut ranges = BlockRanges::new(0, Some(99));
            let mut ends = Vec::new();
            while ranges.narrow(first, last, None) {
                ends.extend(ranges.wanted().unwrap().1);
            }
            assert_eq!(ends, [49, 24, 12, 6, 3, 1, 0]);
        }
    }

    #[test]
    fn suggestions_that_barely_shrink_the_range_are_not_followed_forever() {
        let mut ranges = BlockRanges::new(0, Some(1_000_000));
        let mut refused = 0;
        while ranges.narrow(Some(0), ranges.wanted().unwrap().1.map(|end| end - 1), None) {
            refused += 1;
        }
        assert!(refused < 30, "{refused}");
    }

    #[test]
    fn an_open_range_continues_with_all_remaining_blocks() {
        let mut ranges = BlockRanges::new(7, None);
        assert_eq!(ranges.wanted(), Some((7, None)));
        assert!(
            !ranges.narrow(None, None, None),
            "a range without a last block cannot be halved"
        );
        assert!(ranges.narrow(Some(7), Some(9), None));
        ranges.read(1);
        assert_eq!(ranges.wanted(), Some((10, None)));
        ranges.read(1);
        assert_eq!(ranges.wanted(), None);
    }

    #[test]
    fn ranges_at_the_integer_limits_do_not_overflow() {
        let mut ranges = BlockRanges::new(i64::MAX - 1, Some(i64::MAX));
        assert!(ranges.narrow(None, None, None));
        ranges.read(0);
        assert_eq!(ranges.wanted(), Some((i64::MAX, Some(i64::MAX))));
        ranges.read(0);
        assert_eq!(ranges.wanted(), None);
        let mut ranges = BlockRanges::new(i64::MIN, Some(i64::MAX));
        assert!(
            !ranges.narrow(None, None, None),
            "a range that is too wide to halve is not reduced"
        );
    }
}
