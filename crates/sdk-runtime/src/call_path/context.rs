//! Context of a client's calls: vendor, base URL, transport, settings and limits.

use std::borrow::Cow;
use std::sync::Arc;

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::call_path::budget::Budget;
use crate::call_path::rate_limiter::Limiter;
use crate::config::base_url::BaseUrl;
use crate::config::retry_policy::RetryPolicy;
use crate::config::settings::Settings;
use crate::config::timeouts::Timeouts;
use crate::error::Error;
use crate::system::randomness::Randomness;
use crate::system::wall_clock::WallClock;
use crate::table::operation::Operation;
use crate::table::vendor::Vendor;
use crate::transport::built_in::BuiltIn;
use crate::transport::built_in::client_settings::{ClientSettings, HAS_TLS};
use crate::transport::selected::SelectedTransport;

/// Parts of a client that calls and token exchanges share.
pub(crate) struct CallContext {
    pub(crate) vendor: &'static Vendor,
    pub(crate) base_url: BaseUrl,
    pub(crate) transport: SelectedTransport,
    /// Headers of every request.
    pub(crate) headers: HeaderMap,
    /// Whether the user set any of these headers.
    pub(crate) has_own_headers: bool,
    pub(crate) allow_plain_http: bool,
    pub(crate) timeouts: Timeouts,
    pub(crate) max_answer: Option<usize>,
    pub(crate) same_host_links: bool,
    operation_servers: Vec<(String, String)>,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) limiter: Limiter,
    pub(crate) clock: Arc<dyn WallClock>,
    pub(crate) randomness: Arc<dyn Randomness>,
}

impl CallContext {
    pub(crate) fn new(
        vendor: &'static Vendor,
        base_url: BaseUrl,
        settings: Settings,
        clock: Arc<dyn WallClock>,
        randomness: Arc<dyn Randomness>,
    ) -> Result<Self, Error> {
        let headers = headers(vendor, &settings)?;
        let transport = match (settings.transport, settings.http_client) {
            (Some(transport), _) => SelectedTransport::Own(transport),
            (None, Some(client)) => SelectedTransport::BuiltIn(BuiltIn::given(client)),
            (None, None) => {
                if !base_url.is_plain_http() && !HAS_TLS {
                    return Err(Error::configuration(format!(
                        "{}: {} cannot be reached without TLS: enable the feature `rustls` (the default) or `native-tls` \
                         of {}, or set .http_client(…) or .transport(…)",
                        vendor.name,
                        base_url.as_str(),
                        vendor.crate_name
                    )));
                }
                let settings = ClientSettings {
                    connect_timeout: settings.timeouts.connect(),
                    // For plain HTTP to loopback, proxy variables are ignored: the proxy would see
                    // the credentials.
                    ignores_environment: settings.proxies.is_empty()
                        && base_url.is_plain_loopback(),
                    proxies: settings.proxies,
                    adjust: settings.http,
                };
                let built_in = BuiltIn::new(settings).map_err(|error| {
                    Error::configuration(format!(
                        "{}: the HTTP client cannot be built; check .http(…), or set .http_client(…)",
                        vendor.name
                    ))
                    .with_source(error)
                })?;
                SelectedTransport::BuiltIn(built_in)
            }
        };
        Ok(Self {
            vendor,
            base_url,
            transport,
            headers,
            has_own_headers: !settings.headers.is_empty(),
            allow_plain_http: settings.allow_plain_http,
            timeouts: settings.timeouts,
            max_answer: settings.max_answer,
            same_host_links: settings.same_host_links,
            operation_servers: settings.operation_servers,
            budget: Budget::new(settings.retry.budget()),
            retry: settings.retry,
            limiter: Limiter::new(settings.limits.of(vendor.limits)),
            clock,
            randomness,
        })
    }

    /// Returns the URL to which the path of an operation is appended.
    pub(crate) fn base_url_for(&self, operation: &Operation) -> Result<Cow<'_, BaseUrl>, String> {
        let Some(server) = &operation.server else {
            return Ok(Cow::Borrowed(&self.base_url));
        };
        self.base_url
            .of_operation(server, &self.operation_servers, self.allow_plain_http)
            .map(Cow::Owned)
            .map_err(|why| {
                format!(
                    "the server of the operation cannot be used: {why}; give another one with .operation_server({:?}, \"https://…\") \
                     on the builder",
                    server.url
                )
            })
    }

    /// Returns whether the client's credentials may be sent to the server of an operation.
    ///
    /// Credentials may be sent to the origin of the base URL, and to servers for which the vendor's
    /// OpenAPI document allows it.
    pub(crate) fn trusts(&self, operation: &Operation, base: &BaseUrl) -> bool {
        operation
            .server
            .is_none_or(|server| server.takes_credentials || self.base_url.has_same_origin_as(base))
    }
}

fn headers(vendor: &Vendor, settings: &Settings) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let user_agent = settings
        .user_agent
        .clone()
        .unwrap_or_else(|| format!("{}/{}", vendor.crate_name, vendor.crate_version));
    let user_agent = HeaderValue::from_str(&user_agent).map_err(|_| {
        Error::configuration(format!(
            "{}: the user agent {user_agent:?} cannot be sent",
            vendor.name
        ))
    })?;
    headers.insert(USER_AGENT, user_agent);
    for (name, value) in &settings.headers {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
            _ => {
                return Err(Error::configuration(format!(
                    "{}: the header {name:?} cannot be sent",
                    vendor.name
                )));
            }
        }
    }
    Ok(headers)
}
