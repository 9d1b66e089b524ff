//! URL of a server that was selected by name.

use url::Url;

use crate::config::environment::Variables;
use crate::table::vendor::{ServerInfo, Vendor};

/// URL of a named server, in which variables are replaced by their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    name: &'static str,
    url: String,
    placeholder: bool,
    /// Names of the URL's variables, including those that have values.
    variables: Vec<String>,
    /// Name and value of a host variable whose value can't be part of a host.
    invalid_host: Option<(String, String)>,
    /// The variables that have values.
    values: Vec<(String, String)>,
}

impl ServerUrl {
    /// Creates the URL of a server in the vendor's OpenAPI document.
    pub fn new(server: &ServerInfo) -> Self {
        Self {
            name: server.name,
            url: server.url.to_owned(),
            variables: variables(server.url).map(str::to_owned).collect(),
            invalid_host: None,
            values: Vec::new(),
            placeholder: server.placeholder || server.url.contains('{'),
        }
    }

    /// Sets the value of one variable.
    ///
    /// An empty or invalid value leaves the variable without a value. The client's builder then
    /// returns an error, unless you set a base URL.
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        let open = format!("{{{name}}}");
        if is_in_host(&self.url, &open) && !value.is_empty() && !is_host(value) {
            self.invalid_host = Some((name.to_owned(), value.to_owned()));
        } else if !value.is_empty() && self.url.contains(&open) {
            self.url = self.url.replace(&open, value);
            self.placeholder = self.url.contains('{');
            self.values.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Returns the variables that have values, together with their values.
    pub(crate) fn values(&self) -> &[(String, String)] {
        &self.values
    }

    /// Sets each variable of the URL to the value of the setting `<VENDOR>_<NAME>`, if that setting
    /// has a value.
    pub(crate) fn with_variables(self, vendor: &Vendor, given: &Variables) -> Self {
        let names = self.variables.clone();
        names.iter().fold(self, |server, name| {
            let value = given.get(&vendor.variable(name)).unwrap_or_default();
            server.with_variable(name, &value)
        })
    }

    /// Returns the names of the variables in the URL.
    pub(crate) fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Returns the name and the value of the host variable with an invalid value, if there is one.
    pub(crate) fn invalid_host(&self) -> Option<(&str, &str)> {
        let (name, value) = self.invalid_host.as_ref()?;
        Some((name, value))
    }

    /// Returns the name of the server.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the URL.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Returns whether the URL is a placeholder that can't be used unchanged.
    pub fn is_placeholder(&self) -> bool {
        self.placeholder
    }
}

fn variables(url: &str) -> impl Iterator<Item = &str> {
    let opened = url.split('{').skip(1);
    opened.filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

fn is_in_host(url: &str, variable: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    host.split('/')
        .next()
        .is_some_and(|host| host.contains(variable))
}

/// Returns whether a string can be a host, with or without a port, or a part of a host.
fn is_host(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '\\' | '?' | '#' | '@'))
        && Url::parse(&format!("https://{text}/")).is_ok()
}

impl From<&ServerInfo> for ServerUrl {
    fn from(server: &ServerInfo) -> Self {
        Self::new(server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: ServerInfo = ServerInfo {
        name: "tenant",
        url: "https://{host}/api/v1",
        placeholder: true,
        description: "",
    };

    #[test]
    fn a_server_is_a_placeholder_until_its_variable_has_a_value() {
        assert!(ServerUrl::new(&TENANT).is_placeholder());
        assert!(
            ServerUrl::new(&TENANT)
                .with_variable("host", "")
                .is_placeholder()
        );
        let given = ServerUrl::new(&TENANT).with_variable("host", "acme.example.com");
        assert!(!given.is_placeholder());
        assert_eq!(given.as_str(), "https://acme.example.com/api/v1");
    }

    #[test]
    fn a_host_variable_accepts_only_a_bare_host() {
        let given = |value| ServerUrl::new(&TENANT).with_variable("host", value);
        for good in [
            "acme",
            "acme.example.com:8443",
            "[::1]:80",
            "bücher.example",
        ] {
            assert_eq!(given(good).as_str(), format!("https://{good}/api/v1"));
        }
        for bad in [
            "https://acme.example.com",
            "acme.example.com/",
            "acme.example.com/api",
            "acme.example.com?x",
            "acme.example.com#x",
            "me@acme.example.com",
            " acme.example.com",
            "acme.example.com:port",
            "acme\\x",
            "<acme>",
        ] {
            assert_eq!(given(bad).invalid_host(), Some(("host", bad)));
            assert!(given(bad).is_placeholder());
        }
        let version = ServerInfo {
            url: "https://a.example.com/{version}",
            ..TENANT
        };
        let server = ServerUrl::new(&version).with_variable("version", "api/v2");
        assert_eq!(server.as_str(), "https://a.example.com/api/v2");
    }
}
