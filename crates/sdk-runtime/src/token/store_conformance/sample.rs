//! Keys, records and random numbers for the checks.

use std::time::SystemTime;

use crate::token::access_token::AccessToken;
use crate::token::fingerprint::Fingerprint;
use crate::token::store::TokenKey;
use crate::token::store::saved::SavedToken;
use crate::token::store_conformance::violation::Violation;

pub(super) fn key(name: &str) -> TokenKey {
    TokenKey {
        vendor: "conformance".to_owned(),
        base_url: "https://conformance.example".to_owned(),
        fingerprint: Fingerprint::of(&"conformance".into(), &[("name", Some(name))]),
    }
}

/// Returns the record with this number. It is more than 2,000 bytes long, so that an interrupted
/// save is likely to cut it off.
pub(super) fn record(number: u64) -> SavedToken {
    let token = AccessToken::new(format!("token-{number}"))
        .with_expires_in(3600_u64)
        .with_scope("x".repeat(2000));
    SavedToken::new(
        &token,
        Some(format!("refresh-{number}").into()),
        vec![format!("used-{number}").into()],
        SystemTime::UNIX_EPOCH,
    )
}

/// Returns the number of a record, or 0 if there is no record. Fails if the record differs from the
/// one that [`record`] returns for its number.
pub(super) fn number(saved: Option<&SavedToken>) -> Result<u64, Violation> {
    let Some(saved) = saved else {
        return Ok(0);
    };
    let token = saved.access_token();
    let number = token
        .as_ref()
        .and_then(|token| token.value().expose().strip_prefix("token-")?.parse().ok());
    match number {
        Some(number) if *saved == record(number) => Ok(number),
        _ => Err(Violation::new(
            "the store contains a record that was never saved, or only part of a record",
        )),
    }
}

/// Deterministic random numbers, generated with SplitMix64.
pub(super) struct SeededRandom(pub(super) u64);

impl SeededRandom {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}
