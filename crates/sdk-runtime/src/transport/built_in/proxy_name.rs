//! Determines the proxy that a request uses.
//!
//! reqwest and hyper don't expose the address of a proxy, not even in errors. Only the `Debug`
//! output of a client shows its proxies: those of the environment, the system and the builder,
//! without their credentials. The output is read when a connection has failed. If its format
//! changes, errors don't name the proxy, and the tests here fail.

use url::Url;

/// The proxy for the scheme of a URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProxyName {
    /// Scheme, host and port.
    pub(crate) url: String,
    /// Whether some hosts bypass the proxy, such as those in `NO_PROXY`.
    pub(crate) has_exceptions: bool,
}

impl ProxyName {
    /// Returns the proxy that a client uses for the scheme of a URL, unless the user's own code
    /// chooses it. Hosts that bypass the proxy aren't considered.
    pub(super) fn of(client: &reqwest::Client, url: &Url) -> Option<Self> {
        Self::read(&format!("{client:?}"), url.scheme())
    }

    /// Reads `proxies: [Matcher { https: Intercept { uri: http://proxy:3128/ }, no: … }, …]`.
    fn read(client: &str, scheme: &str) -> Option<Self> {
        let (_, proxies) = client.split_once("proxies: [")?;
        let field = format!(" {scheme}: Intercept {{ uri: ");
        for matcher in proxies.split("Matcher {").skip(1) {
            let Some((_, uri)) = matcher.split_once(&field) else {
                continue;
            };
            let (uri, rest) = uri.split_once(" }")?;
            return Some(Self {
                url: uri.trim_end_matches('/').to_owned(),
                has_exceptions: rest.contains(", no: "),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{Client, NoProxy, Proxy};

    use super::*;

    fn name(proxies: impl IntoIterator<Item = Proxy>, url: &str) -> Option<(String, bool)> {
        let client = Client::builder().no_proxy();
        let client = proxies
            .into_iter()
            .fold(client, |client, proxy| client.proxy(proxy));
        let name = ProxyName::of(&client.build().unwrap(), &url.parse().unwrap());
        name.map(|name| (name.url, name.has_exceptions))
    }

    #[test]
    fn the_proxy_for_the_scheme_is_named_without_credentials() {
        let secure = || Proxy::https("http://me:hush@proxy.example:3128").unwrap();
        let plain = || Proxy::http("http://plain.example").unwrap();
        let given = Some(("http://proxy.example:3128".to_owned(), false));
        assert_eq!(name([plain(), secure()], "https://a.example/x"), given);
        assert_eq!(name([secure()], "http://a.example"), None);
        let given = Some(("http://plain.example".to_owned(), false));
        assert_eq!(name([secure(), plain()], "http://a.example"), given);
        assert_eq!(name([], "https://a.example"), None);
    }

    #[test]
    fn proxy_exceptions_are_detected() {
        let proxy = Proxy::all("http://[::1]:3128").unwrap();
        let proxy = proxy.no_proxy(NoProxy::from_string("b.example"));
        let given = Some(("http://[::1]:3128".to_owned(), true));
        assert_eq!(name([proxy], "https://a.example"), given);
    }

    #[test]
    fn a_proxy_chosen_by_custom_code_has_no_name() {
        let custom = Proxy::custom(|_| Some("http://proxy.example"));
        assert_eq!(name([custom], "https://a.example"), None);
    }
}
