//! The key by which a vendor tells a repetition from a second call.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::call_path::context::CallContext;
use crate::request::body::pairs::Fields;
use crate::request::call::{Call, Given};
use crate::system::randomness::Randomness;
use crate::table::operation::{KeyPlace, Repeat};

/// Puts the key into the call: the caller's own, or one made now, which every attempt will carry.
///
/// Returns whether the call may be repeated, which it may not where there is no place for the key that it needs.
pub(super) fn put(
    context: &CallContext,
    call: &mut Call,
    headers: &mut HeaderMap,
) -> Result<Repeat, String> {
    let given = call.idempotency_key.take();
    if let Some(given) = &given
        && (given.trim().is_empty() || given.contains(char::is_control))
    {
        return Err("the idempotency key is blank or holds control characters".to_owned());
    }
    match (call.rules().repeat, given) {
        (Repeat::Keyed(KeyPlace::Header(name)), given) => {
            into_headers(context, call, name, given, headers)?;
        }
        (Repeat::Keyed(KeyPlace::Body(name)), given) => match (&call.body, given) {
            (Some(Given::Json(json)), given) => {
                let json = into_body(json, name, given, &*context.randomness)?;
                call.body = Some(Given::Json(json.into()));
            }
            (_, Some(_)) => {
                return Err(format!(
                    "the idempotency key is the property `{name}` of a JSON body, and there is none"
                ));
            }
            (_, None) => return Ok(Repeat::Never),
        },
        (_, Some(_)) => return Err("the operation takes no idempotency key".to_owned()),
        (_, None) => {}
    }
    Ok(call.repeat.unwrap_or(call.rules().repeat))
}

fn into_headers(
    context: &CallContext,
    call: &Call,
    name: &str,
    given: Option<String>,
    headers: &mut HeaderMap,
) -> Result<(), String> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("the header {name:?} cannot be sent"))?;
    let said = [&context.headers, headers, &call.headers];
    if given.is_none() && said.iter().any(|headers| headers.contains_key(&name)) {
        return Ok(());
    }
    let value = HeaderValue::try_from(given.map_or_else(|| uuid(&*context.randomness), Ok)?)
        .map_err(|_| "the idempotency key cannot be sent")?;
    headers.insert(name, value);
    Ok(())
}

/// The object with the key in it, all else as it was. A key that stands in it already stays, unless another one was given.
fn into_body(
    json: &[u8],
    name: &str,
    given: Option<String>,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, String> {
    let Fields(mut fields) = serde_json::from_slice(json)
        .map_err(|_| format!("the body is no object, and has no place for `{name}`"))?;
    let stands = fields
        .iter()
        .find(|(known, value)| known == name && value.get() != "null");
    if given.is_none()
        && let Some((_, value)) = stands
    {
        if serde_json::from_str::<String>(value.get()).is_ok_and(|key| key.trim().is_empty()) {
            return Err(format!(
                "the property `{name}` of the body is a blank idempotency key: leave it out, and a key is made"
            ));
        }
        return Ok(json.to_vec());
    }
    fields.retain(|(known, _)| known != name);
    let key = serde_json::value::to_raw_value(&given.map_or_else(|| uuid(randomness), Ok)?)
        .map_err(|error| error.to_string())?;
    fields.push((name.to_owned(), &*key));
    serde_json::to_vec(&Fields(fields)).map_err(|error| error.to_string())
}

/// A random UUID, version 4 (RFC 9562, section 5.4).
fn uuid(randomness: &dyn Randomness) -> Result<String, String> {
    let bits = randomness
        .key()
        .map_err(|error| format!("no idempotency key could be made: {error}"))?;
    let bits = (bits & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    Ok([
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-"))
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
    fn a_key_in_the_body_leaves_the_rest_as_it_was() {
        let put = |json: &str, given: Option<&str>| {
            let body = into_body(json.as_bytes(), "key", given.map(str::to_owned), &Fixed(0));
            body.map(|body| String::from_utf8(body).unwrap())
        };
        let made = r#""key":"00000000-0000-4000-8000-000000000000""#;
        assert_eq!(
            put(r#"{"b":1234567890.123456789012345678,"a":{"key":1}}"#, None).unwrap(),
            format!(r#"{{"b":1234567890.123456789012345678,"a":{{"key":1}},{made}}}"#)
        );
        assert_eq!(put("{}", None).unwrap(), format!("{{{made}}}"));
        assert_eq!(put(r#"{"key":null}"#, None).unwrap(), format!("{{{made}}}"));
        let own = r#"{"key":"hers","a":1}"#;
        assert_eq!(put(own, None).unwrap(), own);
        assert_eq!(
            put(own, Some("mi\"ne")).unwrap(),
            r#"{"a":1,"key":"mi\"ne"}"#
        );
        for blank in [r#"{"key":""}"#, r#"{"key":" \t"}"#] {
            assert!(put(blank, None).unwrap_err().contains("`key`"), "{blank}");
        }
        assert!(put("[1]", None).unwrap_err().contains("`key`"));
    }

    #[test]
    fn a_key_that_was_made_is_a_random_uuid() {
        assert_eq!(
            uuid(&Fixed(0)).unwrap(),
            "00000000-0000-4000-8000-000000000000"
        );
        assert_eq!(
            uuid(&Fixed(u64::MAX)).unwrap(),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        assert_eq!(
            uuid(&Fixed(0x1122_3344_5566_7788)).unwrap(),
            "11223344-5566-4788-9122-334455667788"
        );
    }
}
