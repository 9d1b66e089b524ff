//! The URL of a server that was chosen by name.

use crate::ServerInfo;

/// A named server's URL, with its variables filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    name: &'static str,
    url: String,
    placeholder: bool,
}

impl ServerUrl {
    /// Takes a server as the vendor's document has it.
    pub fn new(server: &ServerInfo) -> Self {
        Self {
            name: server.name,
            url: server.url.to_owned(),
            placeholder: server.placeholder || server.url.contains('{'),
        }
    }

    /// Fills in one variable. An empty value leaves it open.
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        let open = format!("{{{name}}}");
        if !value.is_empty() && self.url.contains(&open) {
            self.url = self.url.replace(&open, value);
            self.placeholder = self.url.contains('{');
        }
        self
    }

    /// The server's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Whether the URL cannot be used as it is.
    pub fn is_placeholder(&self) -> bool {
        self.placeholder
    }
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
    fn a_server_with_an_open_variable_is_a_placeholder_until_it_is_given() {
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
}
