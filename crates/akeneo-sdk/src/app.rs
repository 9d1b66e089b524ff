//! Authorization of apps: the authorization URL, and the exchange of the code for an access token.
//!
//! An app redirects the user's browser to [`authorize_url`]. After the user agrees, the PIM redirects the browser to
//! the callback URL of the app, with the parameters `code` and `state`. Pass the code to
//! [`Credentials::authorization_code`](crate::Credentials::authorization_code), which exchanges it on the first call.
//! If you need the `id_token` of the scope `openid`, exchange the code yourself, with [`token_request`] and
//! [`Client::post_app_token`](crate::Client::post_app_token).

use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sdk_runtime::Secret;
use sha2::{Digest, Sha256};

use crate::authentication::AppTokenRequest;

/// All ASCII characters except the unreserved ones in RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the URL at which a user of the PIM grants scopes to an app.
///
/// `pim` is the URL of the PIM. The activation URL of the app receives it as the parameter `pim_url`. `scopes` are
/// Akeneo scopes, such as `read_products`. A write scope includes the read scope. The callback receives the same
/// `state`: generate a random value, store it in the user's session, and reject callbacks with a different value.
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
    let encoded = |text| utf8_percent_encode(text, RESERVED);
    format!(
        "{}/connect/apps/v1/authorize?response_type=code&client_id={}&scope={}&state={}",
        pim.trim_end_matches('/'),
        encoded(client_id),
        encoded(&scopes.join(" ")),
        encoded(state),
    )
}

/// Creates the request body for the exchange of an authorization code.
///
/// Each body has a new random code identifier and the matching code challenge: the SHA-256 of the
/// identifier followed by the client secret, in hexadecimal. The secret itself is not sent.
pub fn token_request(
    client_id: impl Into<String>,
    client_secret: &Secret,
    code: impl Into<Secret>,
) -> AppTokenRequest {
    let identifier = identifier();
    let challenge = challenge(&identifier, client_secret);
    AppTokenRequest::new(client_id, code, identifier, challenge)
}

/// Returns the SHA-256 of the identifier followed by the client secret, in hexadecimal.
fn challenge(identifier: &str, client_secret: &Secret) -> Secret {
    Secret::new(hash(&[identifier, client_secret.expose()]))
}

/// Returns the SHA-256 of the concatenated strings, in hexadecimal.
fn hash(texts: &[&str]) -> String {
    let hash = texts.iter().fold(Sha256::new(), Sha256::chain_update);
    let bytes = hash.finalize();
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns 64 random hexadecimal digits.
///
/// They are not secret, so the random seed of the standard library's hasher is sufficient.
fn identifier() -> String {
    (0_u64..4).fold(String::new(), |mut text, part| {
        let _ = write!(text, "{:016x}", RandomState::new().hash_one(part));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_hex_sha256_of_identifier_and_secret() {
        // echo -n "identifiersecret" | sha256sum
        assert_eq!(
            challenge("identifier", &Secret::new("secret")).expose(),
            "0a225c774dbf56850f32fd45c7013aaeeff68e5cffe55e29df47624072975f25"
        );
    }

    #[test]
    fn each_request_has_a_new_identifier_and_the_matching_challenge() {
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
    fn authorization_url_parameters_are_percent_encoded() {
        let url = authorize_url("https://pim/", "a&b", &["openid"], "é=1");
        assert!(
            url.ends_with(
                "pim/connect/apps/v1/authorize?response_type=code&client_id=a%26b&scope=openid&state=%C3%A9%3D1"
            ),
            "{url}"
        );
    }
}
