//! Deterministic pseudorandom numbers (SplitMix64). The generator is implemented here, because an
//! update to a library could change the sequence.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// A random number generator, seeded with the purpose of its numbers.
#[derive(Debug, Clone)]
pub(crate) struct Prng(u64);

impl Prng {
    pub(crate) fn new(purpose: impl Hash, seed: u64) -> Self {
        let mut hasher = DefaultHasher::new();
        (purpose, seed).hash(&mut hasher);
        Self(hasher.finish())
    }

    /// Returns the next number (SplitMix64).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Creates a generator for a part of the purpose. The new generator depends on the current
    /// state of this one, which doesn't change.
    pub(crate) fn child(&self, part: &str) -> Self {
        Self::new((self.0, part), 0)
    }

    /// Returns a number below a bound, or zero if the bound is zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// Returns a string of `digits` hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        (0..digits)
            .filter_map(|_| char::from_digit((self.next() % 16) as u32, 16))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_purpose_and_seed_give_the_same_numbers() {
        let numbers = |purpose: &str, seed| Prng::new(purpose, seed).next();
        assert_eq!(numbers("a", 1), numbers("a", 1));
        assert_ne!(numbers("a", 1), numbers("a", 2));
        assert_ne!(numbers("a", 1), numbers("b", 1));
        assert_eq!(Prng::new("a", 1).below(0), 0);
    }
}
