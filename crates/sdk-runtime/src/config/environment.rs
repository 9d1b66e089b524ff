//! Settings by name: explicit ones first, then environment variables.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::Error;
use crate::table::vendor::Vendor;
use crate::value::secret::Secret;

/// Settings, keyed by the names of environment variables.
///
/// Explicit values take precedence over the environment.
#[derive(Clone, Default)]
pub struct Variables {
    given: BTreeMap<String, Secret>,
    environment: bool,
}

impl Variables {
    /// Creates a set of variables that reads the environment of the process.
    pub fn from_env() -> Self {
        Self {
            given: BTreeMap::new(),
            environment: true,
        }
    }

    /// Creates an empty set of variables, which doesn't read the environment.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Sets one variable.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Secret>) {
        self.given.insert(name.into(), value.into());
    }

    pub(crate) fn ignore_environment(&mut self) {
        self.environment = false;
    }

    /// Returns the value of a variable, trimmed. A blank value is treated as missing.
    pub fn get(&self, name: &str) -> Option<String> {
        let value = match self.given.get(name) {
            Some(given) => Some(given.expose().to_owned()),
            None if self.environment => std::env::var(name).ok(),
            None => None,
        };
        let value = value?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Returns the value of a variable as a secret.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.get(name).map(Secret::from)
    }

    /// Returns the value of the first variable that is set.
    ///
    /// # Errors
    ///
    /// Returns an error if none of the variables is set. The error message lists the variables and
    /// the builder method, such as `credentials(Credentials::new(id, secret))`.
    pub fn require(&self, vendor: &Vendor, names: &[&str], builder: &str) -> Result<Secret, Error> {
        let found = names.iter().find_map(|name| self.secret(name));
        found.ok_or_else(|| self.missing(vendor, names, builder))
    }

    /// Returns the error that reports that none of the variables is set.
    pub(crate) fn missing(&self, vendor: &Vendor, names: &[&str], builder: &str) -> Error {
        if self.environment {
            Error::missing_credentials(vendor, names, builder)
        } else {
            Error::credentials_not_given(vendor, names, builder)
        }
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables")
            .field("given", &self.given)
            .field("environment", &self.environment)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explicit_value_overrides_the_environment_even_if_it_is_empty() {
        let mut variables = Variables::from_env();
        assert!(variables.get("PATH").is_some());
        variables.set("PATH", "mine");
        assert_eq!(variables.get("PATH").as_deref(), Some("mine"));
        variables.set("PATH", "");
        assert_eq!(variables.get("PATH"), None);
        assert_eq!(Variables::empty().get("PATH"), None);
    }

    #[test]
    fn values_are_trimmed_and_a_blank_value_counts_as_missing() {
        let mut variables = Variables::empty();
        variables.set("KEY", " a b\r\n");
        assert_eq!(variables.get("KEY").as_deref(), Some("a b"));
        assert_eq!(variables.secret("KEY"), Some("a b".into()));
        variables.set("KEY", " \t\n");
        assert_eq!(variables.get("KEY"), None);
        let vendor = Vendor {
            name: "acme",
            display_name: "Acme",
            crate_name: "acme-sdk",
            crate_version: "0.0.0",
            servers: &[],
            operations: &[],
            limits: None,
            wait: None,
            error: crate::table::vendor::ErrorShape::EMPTY,
        };
        let error = variables.require(&vendor, &["KEY"], "credentials(…)");
        let text = error.unwrap_err().to_string();
        assert!(
            text.contains("KEY") && !text.contains("is not set"),
            "{text}"
        );
    }

    #[test]
    fn variables_do_not_print_their_values() {
        let mut variables = Variables::empty();
        variables.set("NAME", "hush");
        assert!(!format!("{variables:?}").contains("hush"));
    }
}
