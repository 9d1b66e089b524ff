//! Idempotency key, which lets a vendor recognize a repeated call.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::call_path::context::CallContext;
use crate::request::body::pairs::Fields;
use crate::request::call::{Call, Given};
use crate::system::randomness::Randomness;
use crate::table::operation::{KeyPlace, Repeat};

/// Adds an idempotency key to the call, if the operation accepts one. All attempts of the call use
/// the same key.
///
/// Uses the caller's key if there is one, and a new key otherwise. Returns whether the call may be
/// repeated. The call must not be repeated if the key belongs in a JSON body but the call has no
/// JSON body.
pub(super) fn put(
    context: &CallContext,
    call: &mut Call,
    headers: &mut HeaderMap,
) -> Result<Repeat, String> {
    let given = call.idempotency_key.take();
    let repeat = call.rules().repeat;
    let Repeat::Keyed(place) = repeat else {
        if given.is_some() {
            return Err("the operation does not accept an idempotency key".to_owned());
        }
        return Ok(call.repeat.unwrap_or(repeat));
    };
    if let Some(given) = &given {
        check(given, place).map_err(|why| refused(place, why))?;
    }
    match place {
        KeyPlace::Header(name) | KeyPlace::UuidHeader(name) => {
            add_to_headers(context, call, (name, place), given, headers)?;
        }
        KeyPlace::Body(name) | KeyPlace::UuidBody(name) => match (&call.body, given) {
            (Some(Given::Json(json)), given) => {
                let json = add_to_body(json, (name, place), given, &*context.randomness)?;
                call.body = Some(Given::Json(json.into()));
            }
            (_, Some(_)) => {
                return Err(format!(
                    "the idempotency key is the property `{name}` of a JSON body, but the call has no JSON body"
                ));
            }
            (_, None) => return Ok(Repeat::Never),
        },
    }
    Ok(call.repeat.unwrap_or(repeat))
}

/// Rejects a key that the vendor would reject or ignore.
fn check(key: &str, place: KeyPlace) -> Result<(), &'static str> {
    if key.trim().is_empty() || key.contains(char::is_control) {
        return Err("is blank or contains control characters");
    }
    if place.is_uuid() && !is_uuid(key) {
        return Err("is not a UUID, such as 0f8fad5b-d9cb-469f-a165-70867728950e");
    }
    Ok(())
}

fn refused(place: KeyPlace, why: &str) -> String {
    let name = match place {
        KeyPlace::Header(name) | KeyPlace::UuidHeader(name) => format!("header `{name}`"),
        KeyPlace::Body(name) | KeyPlace::UuidBody(name) => {
            format!("property `{name}` of the body")
        }
    };
    format!(
        "the idempotency key ({name}) {why}: set another key, or omit it to let the client create one"
    )
}

/// Returns whether a string is a UUID in its usual format (RFC 9562, section 4).
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn add_to_headers(
    context: &CallContext,
    call: &Call,
    (name, place): (&str, KeyPlace),
    given: Option<String>,
    headers: &mut HeaderMap,
) -> Result<(), String> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("the header {name:?} cannot be sent"))?;
    let said = [&call.headers, headers, &context.headers];
    if given.is_none()
        && let Some(said) = said.iter().find_map(|headers| headers.get(&name))
    {
        let said = String::from_utf8_lossy(said.as_bytes());
        return check(&said, place).map_err(|why| refused(place, why));
    }
    let value = HeaderValue::try_from(given.map_or_else(|| uuid(&*context.randomness), Ok)?)
        .map_err(|_| "the idempotency key cannot be sent")?;
    headers.insert(name, value);
    Ok(())
}

/// Returns the object with the key added. Keeps an existing key unless the caller set another one.
fn add_to_body(
    json: &[u8],
    (name, place): (&str, KeyPlace),
    given: Option<String>,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, String> {
    let Fields(mut fields) = serde_json::from_slice(json)
        .map_err(|_| format!("the body is not an object, so `{name}` cannot be added"))?;
    let stands = fields
        .iter()
        .find(|(known, value)| known == name && value.get() != "null");
    if given.is_none()
        && let Some((_, value)) = stands
    {
        let key = serde_json::from_str::<String>(value.get());
        let key = key.unwrap_or_else(|_| value.get().to_owned());
        check(&key, place).map_err(|why| refused(place, why))?;
        return Ok(json.to_vec());
    }
    fields.retain(|(known, _)| known != name);
    let key = serde_json::value::to_raw_value(&given.map_or_else(|| uuid(randomness), Ok)?)
        .map_err(|error| error.to_string())?;
    fields.push((name.to_owned(), &*key));
    serde_json::to_vec(&Fields(fields)).map_err(|error| error.to_string())
}

/// Returns a random UUID, version 4 (RFC 9562, section 5.4).
fn uuid(randomness: &dyn Randomness) -> Result<String, String> {
    let bits = randomness
        .key()
        .map_err(|error| format!("could not create an idempotency key: {error}"))?;
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
    fn adding_a_key_to_the_body_leaves_the_rest_unchanged() {
        let put = |json: &str, given: Option<&str>| {
            let place = ("key", KeyPlace::Body("key"));
            let body = add_to_body(json.as_bytes(), place, given.map(str::to_owned), &Fixed(0));
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
    fn a_key_that_is_not_a_uuid_is_rejected_if_the_vendor_requires_one() {
        let uuid = "0F8fad5b-d9cb-469f-a165-70867728950e";
        let place = KeyPlace::UuidBody("key");
        assert_eq!(check(uuid, place), Ok(()));
        for bad in [
            "mine",
            "0f8fad5bd9cb469fa16570867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950g",
            "{0f8fad5b-d9cb-469f-a165-70867728950}",
            "0f8fad5b-d9cb-469f-a165+70867728950e",
        ] {
            assert!(
                check(bad, place).unwrap_err().contains("not a UUID"),
                "{bad}"
            );
            assert_eq!(check(bad, KeyPlace::Body("key")), Ok(()));
            let body = format!(r#"{{"key":"{bad}"}}"#);
            let refused = add_to_body(body.as_bytes(), ("key", place), None, &Fixed(0));
            assert!(refused.unwrap_err().contains("`key`"), "{bad}");
        }
    }

    #[test]
    fn a_generated_key_is_a_version_4_uuid() {
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
