//! The base URL of an operation that has its own server.

use url::Url;

use super::{BaseUrl, may_be_plain, plain_http_error, shown};
use crate::table::operation::OperationServer;

impl BaseUrl {
    /// Returns the base URL of an operation that has its own server.
    ///
    /// Each pair in `others` contains the server of an operation and the URL that the user set for
    /// it, which takes precedence.
    ///
    /// A server without a host is resolved against this URL. A server with a host is used
    /// unchanged, unless the user set this URL, for example to the URL of a test server. In that
    /// case, the path of the operation's server replaces the path of this URL.
    pub(crate) fn of_operation(
        &self,
        server: &OperationServer,
        others: &[(String, String)],
        allow_plain_http: bool,
    ) -> Result<Self, String> {
        let given = others.iter().rev().find(|(of, _)| of == server.url);
        let text = given.map_or_else(|| self.filled(server), |(_, url)| url.trim().to_owned());
        let is_absolute = text.contains("://");
        let below = Url::parse(&format!("{}/", self.text)).map_err(|error| error.to_string())?;
        let mut url = below
            .join(&text)
            .map_err(|error| format!("{} is not a URL ({error})", shown(&text)))?;
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() || text.contains('{') {
            return Err(format!("{} is not an https URL", shown(&text)));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it contains a user name or password".to_owned());
        }
        if given.is_none() && is_absolute && self.is_given {
            let mut here = self.url.clone();
            here.set_path(url.path());
            url = here;
        }
        url.set_query(None);
        url.set_fragment(None);
        if !may_be_plain(&url, allow_plain_http) {
            return Err(plain_http_error(&url));
        }
        Ok(Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            url,
            is_given: self.is_given,
            variables: Vec::new(),
        })
    }

    /// Returns the URL of a server with its variables filled in.
    fn filled(&self, server: &OperationServer) -> String {
        let mut url = server.url.to_owned();
        for (name, default) in server.variables {
            let known = self.variables.iter().find(|(known, _)| known == name);
            let value = known.map_or(*default, |(_, value)| value);
            url = url.replace(&format!("{{{name}}}"), value);
        }
        url
    }

    /// Returns whether another base URL has the same scheme, host and port.
    pub(crate) fn has_same_origin_as(&self, other: &Self) -> bool {
        self.is_origin_of(&other.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::server_url::ServerUrl;
    use crate::table::vendor::{ErrorShape, ServerInfo, Vendor};

    const VENDOR: Vendor = Vendor {
        name: "acme",
        display_name: "Acme",
        crate_name: "acme-sdk",
        crate_version: "0.0.0",
        servers: &[],
        operations: &[],
        limits: None,
        wait: None,
        error: ErrorShape::EMPTY,
    };

    #[test]
    fn an_operation_uses_its_own_server_unless_another_url_is_set() {
        let main = ServerInfo {
            name: "main",
            url: "https://{area}.example.com/v1",
            placeholder: false,
            description: "",
        };
        let chosen = ServerUrl::new(&main).with_variable("area", "eu");
        let own = BaseUrl::choose(&VENDOR, None, &chosen, false).unwrap();
        let test = BaseUrl::choose(&VENDOR, Some("http://127.0.0.1:7/v1"), &chosen, false).unwrap();
        let server = |url| OperationServer {
            url,
            variables: &[("area", "us"), ("version", "v9")],
            takes_credentials: false,
        };
        let other = [(
            "https://files.example.com/up".to_owned(),
            "https://my.example.com/x/".to_owned(),
        )];
        for (url, from_document, from_given) in [
            (
                "https://up.example.com/files/",
                "https://up.example.com/files",
                "http://127.0.0.1:7/files",
            ),
            (
                "https://{area}.up.example.com/{version}",
                "https://eu.up.example.com/v9",
                "http://127.0.0.1:7/v9",
            ),
            ("/v2", "https://eu.example.com/v2", "http://127.0.0.1:7/v2"),
            (
                "beta",
                "https://eu.example.com/v1/beta",
                "http://127.0.0.1:7/v1/beta",
            ),
            (
                "https://files.example.com/up",
                "https://my.example.com/x",
                "https://my.example.com/x",
            ),
        ] {
            let at = |base: &BaseUrl| {
                let found = base.of_operation(&server(url), &other, false).unwrap();
                found.as_str().to_owned()
            };
            assert_eq!(
                (at(&own).as_str(), at(&test).as_str()),
                (from_document, from_given)
            );
        }
        for bad in [
            "ftp://a.example.com",
            "https://u:p@a.example.com",
            "https://{open}.example.com",
            "http://a.example.com",
        ] {
            assert!(own.of_operation(&server(bad), &[], false).is_err(), "{bad}");
        }
    }
}
