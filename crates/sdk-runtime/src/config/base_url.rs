//! Base URL of a client, and the checks that determine which URLs may receive the client's requests
//! and credentials.

mod of_operation;

use std::net::IpAddr;

use url::Url;

use crate::config::server_url::ServerUrl;
use crate::config::url_path::{is_path_traversal, split_query};
use crate::error::Error;
use crate::table::vendor::Vendor;

/// A validated base URL.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl {
    url: Url,
    /// The URL without a trailing slash.
    text: String,
    /// Whether the user set the URL instead of selecting a server from the OpenAPI document.
    is_given: bool,
    /// Values of the selected server's variables.
    variables: Vec<(String, String)>,
}

impl BaseUrl {
    pub(crate) fn choose(
        vendor: &Vendor,
        given: Option<&str>,
        server: &ServerUrl,
        allow_plain_http: bool,
    ) -> Result<Self, Error> {
        let help = help(vendor, server);
        let refuse = |what: String| {
            Err(Error::configuration(format!(
                "{}: {what}: {help}",
                vendor.name
            )))
        };
        let text = match given {
            Some(given) if given.contains(['{', '}']) => {
                return refuse(format!("the base URL {} is a placeholder", shown(given)));
            }
            Some(given) => given.trim(),
            None if server.is_placeholder() => {
                if let Some((name, value)) = server.invalid_host() {
                    return refuse(format!(
                        "the server `{}` needs a bare host for `{name}`, such as example.com or example.com:8443, not {}",
                        server.name(),
                        shown(value)
                    ));
                }
                return refuse(format!(
                    "the server `{}`, {}, is a placeholder that cannot be used unchanged",
                    server.name(),
                    server.as_str()
                ));
            }
            None => server.as_str(),
        };
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => {
                return refuse(format!(
                    "the base URL {} is not a URL ({error})",
                    shown(text)
                ));
            }
        };
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return refuse(format!("the base URL {} is not an https URL", shown(text)));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(
                "the base URL contains a user name or password, which belong in the credentials"
                    .to_owned(),
            );
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(format!(
                "the base URL {} has a query or fragment",
                shown(text)
            ));
        }
        if !may_be_plain(&url, allow_plain_http) {
            return Err(Error::configuration(format!(
                "{}: {}; or {help}",
                vendor.name,
                plain_http_error(&url)
            )));
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            url,
            text,
            is_given: given.is_some(),
            variables: server.values().to_vec(),
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether requests to this URL are unencrypted.
    pub(crate) fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Returns whether requests to this URL are unencrypted and stay on this machine.
    pub(crate) fn is_plain_loopback(&self) -> bool {
        self.url.scheme() == "http" && is_loopback(&self.url)
    }

    /// Returns the URL for a path and a query.
    ///
    /// The path must be percent-encoded, and must be empty or start with a slash. If the path
    /// contains a query, `query` is appended to it. A fragment is dropped, because it is never
    /// sent. A path that leads outside the base URL is an error.
    pub(crate) fn join(&self, path: &str, query: &str) -> Result<Url, String> {
        if !path.is_empty() && !path.starts_with('/') {
            return Err("the path does not begin with a slash".to_owned());
        }
        let (path, own_query) = split_query(path);
        // A path can't change the host, so the host isn't parsed again.
        let mut url = self.url.clone();
        if self.path().is_empty() {
            url.set_path(path);
        } else {
            url.set_path(&[self.path(), path].concat());
        }
        match (own_query, query) {
            (None, "") => {}
            (None, query) | (Some(query), "") => url.set_query(Some(query)),
            (Some(own), query) => url.set_query(Some(&format!("{own}&{query}"))),
        }
        // `Url` resolves dot segments, including `%2e`. A server may also decode `%2f` and `%5c`
        // before it resolves dot segments.
        let is_below = url
            .path()
            .strip_prefix(self.path())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if !is_below || is_path_traversal(path) {
            return Err("the path leads outside the base URL".to_owned());
        }
        Ok(url)
    }

    /// Returns whether a redirect may lead to a URL.
    ///
    /// An https URL is always allowed. A plain-http URL is allowed only if the user allows plain
    /// http, or if both URLs use plain http on loopback. Without this rule, a remote vendor could
    /// redirect to services on the caller's own machine.
    pub(crate) fn can_redirect_to(&self, url: &Url, allow_plain_http: bool) -> bool {
        url.scheme() == "https"
            || allow_plain_http
            || (self.is_plain_loopback() && is_loopback(url))
    }

    /// Returns the path without a trailing slash.
    pub(crate) fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Returns the URL of a path and query that already include the base path.
    ///
    /// The path may start with two slashes.
    pub(crate) fn at(&self, path_and_query: &str) -> Url {
        let (path, query) = split_query(path_and_query);
        let mut url = self.url.clone();
        url.set_path(path);
        url.set_query(query);
        url
    }

    /// Returns a URL with this URL's origin and the path and query of another URL.
    ///
    /// Returns `None` unless the other URL is an http or https URL with the same host.
    pub(crate) fn at_own_origin(&self, url: &Url) -> Option<Url> {
        let is_web = matches!(url.scheme(), "http" | "https");
        if !is_web || url.host() != self.url.host() {
            return None;
        }
        let mut own = self.url.clone();
        own.set_path(url.path());
        own.set_query(url.query());
        Some(own)
    }

    /// Returns whether a URL has the same scheme, host and port. Only such a URL may receive
    /// credentials.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        // For http and https, the only schemes here, this is equivalent to comparing `Url::origin`,
        // but doesn't copy the host.
        self.url.scheme() == url.scheme()
            && self.url.host() == url.host()
            && self.url.port_or_known_default() == url.port_or_known_default()
    }
}

/// Returns advice on how to set the base URL.
fn help(vendor: &Vendor, server: &ServerUrl) -> String {
    let url = vendor.variable("base_url");
    let Some((first, others)) = server.variables().split_first() else {
        return format!(
            "call .base_url(\"https://…\") on the builder, or set {url} for from_env()"
        );
    };
    let fields = others.iter().fold(format!("{first}: …"), |fields, name| {
        format!("{fields}, {name}: …")
    });
    let choice = format!(".server(Server::{} {{ {fields} }})", variant(server.name()));
    let is_default = vendor
        .servers
        .first()
        .is_some_and(|first| first.name == server.name());
    // Only the variables of the default server are read from the environment.
    let set = if is_default {
        let names = server.variables().iter().map(|name| vendor.variable(name));
        format!("{} or {url}", names.collect::<Vec<_>>().join(", "))
    } else {
        url
    };
    format!("call {choice} or .base_url(\"https://…\") on the builder, or set {set} for from_env()")
}

/// Returns the name of a server's variant in generated code.
///
/// The generator's rules for Rust names are more complex, and the runtime can't import them. The
/// lint requires server names in snake_case, for which this rule is sufficient.
fn variant(name: &str) -> String {
    let words = name.split('_');
    words
        .map(|word| match word.split_at_checked(1) {
            Some((first, rest)) => first.to_ascii_uppercase() + rest,
            None => String::new(),
        })
        .collect()
}

/// Returns a quoted URL without possible secrets: user name, password, query and fragment.
fn shown(text: &str) -> String {
    if let Some(at) = text.find(['?', '#']) {
        let (before, _) = text.split_at(at);
        let shown = shown(before);
        return format!("{}?…\"", shown.trim_end_matches('"'));
    }
    match text.rsplit_once('@') {
        Some((_, host)) => format!("\"…@{host}\""),
        None => format!("{text:?}"),
    }
}

/// Returns whether requests to a URL are encrypted or stay on this machine, or whether plain http
/// is explicitly allowed.
fn may_be_plain(url: &Url, allow_plain_http: bool) -> bool {
    url.scheme() == "https" || allow_plain_http || is_loopback(url)
}

pub(crate) fn plain_http_error(url: &Url) -> String {
    format!(
        "plain http to {} is refused, because others on the network could read the credentials: use https, or call .allow_plain_http()",
        url.host_str().unwrap_or_default(),
    )
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::vendor::{ErrorShape, ServerInfo};

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

    fn choose(given: Option<&str>, server: &'static str) -> Result<String, String> {
        let server = ServerInfo {
            name: "main",
            url: server,
            placeholder: false,
            description: "",
        };
        BaseUrl::choose(&VENDOR, given, &ServerUrl::new(&server), false)
            .map(|url| url.as_str().to_owned())
            .map_err(|error| {
                assert!(error.is_configuration());
                error.to_string()
            })
    }

    #[test]
    fn an_explicit_base_url_overrides_the_server_and_trailing_slashes_are_removed() {
        assert_eq!(
            choose(Some("https://a.example.com/v1/"), "https://b.example.com").unwrap(),
            "https://a.example.com/v1"
        );
        assert_eq!(
            choose(None, "https://b.example.com/").unwrap(),
            "https://b.example.com"
        );
    }

    #[test]
    fn an_invalid_base_url_is_rejected_with_advice_and_without_secrets() {
        for bad in [
            "",
            "acme.example.com",
            "ftp://acme.example.com",
            "https://",
            "https://{host}/v1",
            "mailto:a@b",
            "https://a.example.com/?x=1",
            "https://a.example.com/#x",
        ] {
            let error = choose(Some(bad), "https://b.example.com").unwrap_err();
            assert!(
                error.contains(".base_url(") && error.contains("ACME_BASE_URL"),
                "{bad}: {error}"
            );
        }
        let error = choose(None, "https://{host}/v1").unwrap_err();
        assert!(
            error.contains("placeholder") && error.contains(".base_url("),
            "{error}"
        );
        for bad in [
            "https://user:hush@a.example.com",
            "https://user:hush@{host}",
            "user:hush@a.example.com",
            "https://a.example.com/?key=hush",
            "https://a.example.com/#hush",
            "a.example.com?key=hush",
            "https://{host}/?key=hush",
            "https://a.example.com/?to=x@hush",
        ] {
            let error = choose(Some(bad), "").unwrap_err();
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn plain_http_is_rejected_except_on_loopback() {
        for bad in [
            "http://acme.example.com",
            "http://128.0.0.1",
            "http://localhost.example.com",
            "http://[::2]",
            "http://0.0.0.0",
        ] {
            assert!(
                choose(Some(bad), "")
                    .unwrap_err()
                    .contains(".allow_plain_http()"),
                "{bad}"
            );
        }
        for good in [
            "http://127.0.0.1:1",
            "http://127.9.9.9",
            "http://[::1]:1",
            "http://localhost:1",
            "http://LOCALHOST",
        ] {
            assert!(choose(Some(good), "").is_ok(), "{good}");
        }
    }

    #[test]
    fn a_different_scheme_host_or_port_is_a_different_origin() {
        let server = ServerInfo {
            name: "main",
            url: "https://a.example.com/v1",
            placeholder: false,
            description: "",
        };
        let base = BaseUrl::choose(&VENDOR, None, &ServerUrl::new(&server), false).unwrap();
        let same = |text: &str| base.is_origin_of(&Url::parse(text).unwrap());
        assert!(same("https://a.example.com:443/other"));
        for other in [
            "http://a.example.com/v1",
            "https://a.example.com:444/v1",
            "https://a.example.com.evil.com/v1",
            "https://evil.com/a.example.com",
        ] {
            assert!(!same(other), "{other}");
        }
        let bare = BaseUrl::choose(
            &VENDOR,
            Some("https://a.example.com"),
            &ServerUrl::new(&server),
            false,
        )
        .unwrap();
        assert!(bare.join("@evil.com/x", "").is_err());
        assert!(bare.join(".evil.com/x", "").is_err());
        assert_eq!(
            base.join("/x", "a=1").unwrap().as_str(),
            "https://a.example.com/v1/x?a=1"
        );
    }

    #[test]
    fn a_path_that_leads_outside_the_base_url_is_rejected() {
        let server = ServerInfo {
            name: "main",
            url: "https://a.example.com/v1",
            placeholder: false,
            description: "",
        };
        let base = BaseUrl::choose(&VENDOR, None, &ServerUrl::new(&server), false).unwrap();
        for path in [
            "/../admin",
            "/..",
            "/x/../../admin",
            "/%2e%2e/admin",
            "/.%2E/admin",
            "/..%2fadmin",
            "/%2e%2e%2Fadmin",
            "/..%5cadmin",
            "/..\\admin",
            "/x%2fy/../../admin",
            "/x%2f..%2f..%2fadmin",
            "/./../v1x",
            "//../../admin",
            "x",
        ] {
            assert!(base.join(path, "").is_err(), "{path}");
        }
        for path in [
            "/",
            "/a/../b",
            "/a..b",
            "/..a",
            "/a%2f..%2fb",
            "/x?to=/../..",
            "",
        ] {
            assert!(base.join(path, "").is_ok(), "{path}");
        }
    }

    #[test]
    fn a_fragment_is_dropped_and_the_query_is_kept() {
        let server = ServerInfo {
            name: "main",
            url: "https://a.example.com/v1",
            placeholder: false,
            description: "",
        };
        let base = BaseUrl::choose(&VENDOR, None, &ServerUrl::new(&server), false).unwrap();
        for (path, url) in [
            ("/x#part", "https://a.example.com/v1/x?b=2"),
            ("/x?a=1#part?", "https://a.example.com/v1/x?a=1&b=2"),
        ] {
            assert_eq!(base.join(path, "b=2").unwrap().as_str(), url);
        }
        assert_eq!(
            base.at("/v1/x?a=1#part").as_str(),
            "https://a.example.com/v1/x?a=1"
        );
        assert_eq!(
            base.at("//evil.example.com/x").as_str(),
            "https://a.example.com//evil.example.com/x"
        );
    }
}
