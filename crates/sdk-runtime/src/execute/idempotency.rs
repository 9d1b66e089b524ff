//! The key by which a vendor tells a repetition from a second call.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::randomness::Randomness;
use crate::wire::Wire;
use crate::{Call, Repeat};

/// Puts the key of the call into its headers: the caller's own, or one made now, which every attempt will carry.
pub(super) fn put(wire: &Wire, call: &Call, headers: &mut HeaderMap) -> Result<(), String> {
    let given = call.idempotency_key.as_deref();
    let Repeat::Keyed { header } = call.operation.repeat else {
        return match given {
            Some(_) => Err("the operation takes no idempotency key".to_owned()),
            None => Ok(()),
        };
    };
    let name = HeaderName::from_bytes(header.as_bytes())
        .map_err(|_| format!("the header {header:?} cannot be sent"))?;
    let said = [&wire.headers, headers, &call.headers];
    if given.is_none() && said.iter().any(|headers| headers.contains_key(&name)) {
        return Ok(());
    }
    let key = given.map_or_else(|| uuid(&*wire.randomness), str::to_owned);
    let value = HeaderValue::try_from(key)
        .ok()
        .filter(|value| !value.is_empty())
        .ok_or("the idempotency key cannot be sent")?;
    headers.insert(name, value);
    Ok(())
}

/// A random UUID, version 4.
fn uuid(randomness: &dyn Randomness) -> String {
    let bits = (u128::from(randomness.next()) << 64) | u128::from(randomness.next());
    let bits = (bits & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u64);

    impl Randomness for Fixed {
        fn next(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn a_key_that_was_made_is_a_random_uuid() {
        assert_eq!(uuid(&Fixed(0)), "00000000-0000-4000-8000-000000000000");
        assert_eq!(
            uuid(&Fixed(u64::MAX)),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        assert_eq!(
            uuid(&Fixed(0x1122_3344_5566_7788)),
            "11223344-5566-4788-9122-334455667788"
        );
    }
}
