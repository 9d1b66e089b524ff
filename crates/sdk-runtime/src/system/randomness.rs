//! Where jitter and boundaries take their randomness from.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random numbers, for jitter and boundaries and nothing secret.
///
/// Give a client one of your own to make a test repeatable.
pub trait Randomness: Send + Sync {
    /// The next number, evenly spread over all of `u64`.
    fn next(&self) -> u64;
}

/// A number from 0 up to 1, never 1.
pub(crate) fn fraction(randomness: &dyn Randomness) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
    let bits = (randomness.next() >> 11) as f64;
    bits / 9_007_199_254_740_992.0
}

/// Seeded by the operating system through the standard library's hasher.
pub(crate) struct SystemRandomness {
    hasher: RandomState,
    count: AtomicU64,
}

impl SystemRandomness {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            count: AtomicU64::new(0),
        }
    }
}

impl Randomness for SystemRandomness {
    fn next(&self) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_u64(self.count.fetch_add(1, Ordering::Relaxed));
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_spread_between_nought_and_one() {
        let randomness = SystemRandomness::new();
        let fractions: Vec<f64> = (0..1000).map(|_| fraction(&randomness)).collect();
        assert!(
            fractions
                .iter()
                .all(|fraction| (0.0..1.0).contains(fraction))
        );
        assert!(
            fractions.iter().any(|fraction| *fraction < 0.1)
                && fractions.iter().any(|fraction| *fraction > 0.9)
        );
    }
}
