//! Remembers the secrets that are written into a body, so that an error can keep out what a vendor repeats of it.

use std::cell::RefCell;
use std::sync::Arc;

use crate::value::secret::Secret;

thread_local! {
    /// What has been serialised since a body was begun; nothing while none is.
    static WRITTEN: RefCell<Option<Vec<Secret>>> = const { RefCell::new(None) };
}

/// Runs what serialises a body, and gives the secrets that went into it.
pub(crate) fn written<R>(serialise: impl FnOnce() -> R) -> (R, Option<Arc<[Secret]>>) {
    let outer = WRITTEN.replace(Some(Vec::new()));
    let result = serialise();
    let secrets = WRITTEN.replace(outer).unwrap_or_default();
    (result, (!secrets.is_empty()).then(|| secrets.into()))
}

/// Notes a secret that is being serialised.
pub(super) fn note(secret: &Secret) {
    WRITTEN.with_borrow_mut(|written| {
        if let Some(written) = written {
            written.push(secret.clone());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secrets_of_a_body_are_known_and_no_others() {
        let before = Secret::from("before");
        assert!(serde_json::to_string(&before).is_ok());
        let (json, secrets) = written(|| serde_json::to_string(&[Secret::from("a"), "b".into()]));
        assert_eq!(json.unwrap(), r#"["a","b"]"#);
        assert_eq!(secrets.as_deref(), Some(&["a".into(), "b".into()][..]));
        assert_eq!(written(|| ()).1, None);
    }
}
