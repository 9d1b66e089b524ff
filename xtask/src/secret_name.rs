//! The names under which secrets travel: the one list that decides which text has to be marked in a spec.
//!
//! The runtime has a list of its own for redaction (`sdk-runtime`). The two differ today: the runtime prints `signing_key`,
//! which has to be marked, and hides `jwt`, which need not be. This file is the list to share: it depends on nothing but the form
//! of names, so that the runtime can take it over.

/// Names of text that is secret, in snake case, as a whole or as their end: `new_password`.
const SECRET_NAMES: [&str; 12] = [
    "access_token",
    "api_key",
    "api_secret",
    "authorization_code",
    "client_secret",
    "id_token",
    "password",
    "private_key",
    "refresh_token",
    "secret",
    "secret_key",
    "signing_key",
];

/// Whether a name in snake case is that of a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRET_NAMES.iter().any(|secret| {
        name.strip_suffix(secret)
            .is_some_and(|start| start.is_empty() || start.ends_with('_'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn a_secret_is_known_by_the_words_at_the_end_of_its_name() {
        assert!(is_secret("password") && is_secret("new_password") && is_secret("signing_key"));
        assert!(
            !is_secret("passwordless") && !is_secret("mypassword") && !is_secret("secret_count")
        );
    }
}
