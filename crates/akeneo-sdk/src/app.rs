//! Apps: where a user of the PIM agrees, and what the code that comes back is exchanged with.
//!
//! An app sends the browser to [`authorize_url`]. The PIM sends it back to the app's callback with `code` and `state`;
//! the code goes to [`Credentials::authorization_code`](crate::Credentials::authorization_code), which makes the call.
//! Who needs the `id_token` of the scope `openid` makes it with [`token_request`] and
//! [`Client::post_app_token`](crate::Client::post_app_token).

use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};

use sdk_runtime::Secret;
use sha2::{Digest, Sha256};

use crate::authentication::AppTokenRequest;

/// The address that an app sends the browser to, so that a user of the PIM agrees to what it asks for.
///
/// `pim` is the address of the PIM; it comes to the app's activation URL as `pim_url`. The scopes are Akeneo's, such
/// as `read_products`; a write scope includes its read scope. `state` comes back to the callback: take a random
/// text, keep it in the user's session, and refuse a callback with another one.
///
/// ```
/// let url = akeneo_sdk::app::authorize_url(
///     "https://pim.example.com",
///     "client-id",
///     &["write_products", "read_categories"],
///     "d2f1c0",
/// );
/// assert_eq!(
///     url,
///     "https://pim.example.com/connect/apps/v1/authorize?response_type=code\
///      &client_id=client-id&scope=write_products%20read_categories&state=d2f1c0"
/// );
/// ```
pub fn authorize_url(pim: &str, client_id: &str, scopes: &[&str], state: &str) -> String {
    let mut url = pim.trim_end_matches('/').to_owned();
    url.push_str("/connect/apps/v1/authorize?response_type=code&client_id=");
    push_encoded(&mut url, client_id);
    url.push_str("&scope=");
    push_encoded(&mut url, &scopes.join(" "));
    url.push_str("&state=");
    push_encoded(&mut url, state);
    url
}

/// The body of the exchange of an authorization code, with a random identifier and the challenge made of it and of the secret.
///
/// Every call makes another one.
pub fn token_request(
    client_id: impl Into<String>,
    client_secret: &Secret,
    code: impl Into<Secret>,
) -> AppTokenRequest {
    let identifier = identifier();
    let challenge = challenge(&identifier, client_secret);
    AppTokenRequest::new(client_id, code, identifier, challenge)
}

/// SHA-256 of the identifier followed by the client secret, in hex.
fn challenge(identifier: &str, client_secret: &Secret) -> Secret {
    Secret::new(hash(&[identifier, client_secret.expose()]))
}

/// SHA-256 of texts one after the other, in hex.
fn hash(texts: &[&str]) -> String {
    let hash = texts.iter().fold(Sha256::new(), Sha256::chain_update);
    let bytes = hash.finalize();
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 64 random hex digits. They are sent in the clear, so that the standard library's source, seeded by the system, will do.
fn identifier() -> String {
    (0_u64..4).fold(String::new(), |mut text, part| {
        let _ = write!(text, "{:016x}", RandomState::new().hash_one(part));
        text
    })
}

fn push_encoded(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_hash_of_identifier_and_secret_in_hex() {
        // echo -n "identifiersecret" | sha256sum
        assert_eq!(
            challenge("identifier", &Secret::new("secret")).expose(),
            "0a225c774dbf56850f32fd45c7013aaeeff68e5cffe55e29df47624072975f25"
        );
    }

    #[test]
    fn every_request_has_an_identifier_of_its_own_and_the_challenge_that_fits_it() {
        let secret = Secret::new("secret");
        let [one, other] = [(); 2].map(|()| token_request("id", &secret, "code"));
        assert_ne!(one.code_identifier, other.code_identifier);
        assert_eq!(one.code_identifier.len(), 64);
        assert_eq!(
            one.code_challenge.expose(),
            challenge(&one.code_identifier, &secret).expose()
        );
    }

    #[test]
    fn what_goes_into_the_browsers_address_is_encoded() {
        let url = authorize_url("https://pim/", "a&b", &["openid"], "é=1");
        assert!(
            url.ends_with(
                "pim/connect/apps/v1/authorize?response_type=code&client_id=a%26b&scope=openid&state=%C3%A9%3D1"
            ),
            "{url}"
        );
    }
}
