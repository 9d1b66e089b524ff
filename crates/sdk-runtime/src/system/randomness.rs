//! Randomness for jitter, multipart boundaries and idempotency keys.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random numbers for jitter, multipart boundaries and idempotency keys, not for
/// secrets.
///
/// Replace it to make a test repeatable.
pub trait Randomness: Send + Sync {
    /// Returns the next number, uniformly distributed over `u64`.
    fn next(&self) -> u64;

    /// Returns the bits of an idempotency key, which must be unique across processes.
    ///
    /// The default implementation draws two numbers, so that tests are repeatable. The SDK's own
    /// source calls the operating system each time, so that forked processes never share a key.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system returns no random bytes. In that case, the call
    /// fails before anything is sent.
    fn key(&self) -> io::Result<u128> {
        Ok((u128::from(self.next()) << 64) | u128::from(self.next()))
    }
}

/// Returns a number from 0 (inclusive) to 1 (exclusive).
pub(crate) fn fraction(randomness: &dyn Randomness) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits fit into an f64 exactly"
    )]
    let bits = (randomness.next() >> 11) as f64;
    bits / 9_007_199_254_740_992.0
}

/// The default source, seeded by the operating system through the standard library's hasher.
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

    fn key(&self) -> io::Result<u128> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(u128::from_ne_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_with_the_same_seed_draws_different_keys() {
        let parent = SystemRandomness::new();
        let child = SystemRandomness {
            hasher: parent.hasher.clone(),
            count: AtomicU64::new(0),
        };
        assert_eq!(parent.next(), child.next(), "the seed is the same");
        assert_ne!(parent.key().unwrap(), child.key().unwrap());
    }

    #[test]
    fn fractions_are_spread_between_zero_and_one() {
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
