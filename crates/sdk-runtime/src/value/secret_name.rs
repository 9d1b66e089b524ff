//! Names of secrets: one list, shared by redaction and the generator's lint.
//!
//! The generator includes this file by path, so that it doesn't have to build the runtime.

use std::sync::LazyLock;

/// Names of secrets in snake case.
const SECRET_NAMES: [&str; 21] = [
    "access_key",
    "access_token",
    "api_key",
    "api_secret",
    "auth_code",
    "authorization",
    "authorization_code",
    "client_secret",
    "cookie",
    "credential",
    "id_token",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "private_key",
    "pwd",
    "refresh_token",
    "secret",
    "signing_key",
    "token",
];

/// Suffixes of the names of properties that describe a secret but don't contain it, such as `type`
/// in `token_type`.
const HARMLESS_SUFFIXES: [&str; 9] = [
    "type",
    "expires",
    "expiresin",
    "expiry",
    "expiresat",
    "lifetime",
    "count",
    "url",
    "uri",
];

/// Returns whether a value with this name is redacted.
///
/// This is true if the name contains one of `SECRET_NAMES`, in any spelling, unless the name ends with a
/// secret's name and a harmless suffix.
#[allow(dead_code)] // Only the runtime uses this function.
pub(crate) fn may_hold_secret(name: &str) -> bool {
    static PLAIN: LazyLock<Vec<String>> =
        LazyLock::new(|| SECRET_NAMES.iter().map(|name| plain(name)).collect());
    let plain = plain(name);
    let names_a_secret = |start: &str| {
        let singular = start.strip_suffix('s').unwrap_or(start);
        let mut secrets = PLAIN.iter();
        secrets.any(|secret| start.ends_with(secret) || singular.ends_with(secret))
    };
    PLAIN.iter().any(|secret| plain.contains(secret))
        && !HARMLESS_SUFFIXES
            .iter()
            .any(|end| plain.strip_suffix(end).is_some_and(names_a_secret))
}

/// Returns whether a property with this name is certainly a secret.
///
/// This is true if the name, in snake case, equals one of `SECRET_NAMES` or ends with one as a separate
/// word.
#[allow(dead_code)] // Only the generator uses this function.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRET_NAMES.iter().any(|secret| {
        name.strip_suffix(secret)
            .is_some_and(|start| start.is_empty() || start.ends_with('_'))
    })
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognized_by_the_last_words_of_its_name() {
        assert!(is_secret("password") && is_secret("new_password") && is_secret("signing_key"));
        assert!(
            !is_secret("passwordless") && !is_secret("mypassword") && !is_secret("secret_count")
        );
    }

    #[test]
    fn names_of_secrets_are_redacted_except_with_a_harmless_suffix() {
        for name in SECRET_NAMES {
            assert!(is_secret(name) && may_hold_secret(name), "{name}");
        }
        assert!(may_hold_secret("X-Signing-Key") && may_hold_secret("accessToken"));
        assert!(!may_hold_secret("token_type") && !may_hold_secret("refreshTokenExpiresIn"));
        assert!(!may_hold_secret("total_tokens_count") && !may_hold_secret("name"));
        // `account` ends with `count`, and `prototype` ends with `type`.
        assert!(may_hold_secret("secret_account") && may_hold_secret("token_prototype"));
    }
}
