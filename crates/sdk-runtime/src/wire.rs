//! The connection to one vendor: where to, through which HTTP client, with which limits.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::base_url::BaseUrl;
use crate::randomness::Randomness;
use crate::{Error, Vendor};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What calls and token exchanges share.
pub(crate) struct Wire {
    pub(crate) vendor: &'static Vendor,
    pub(crate) base_url: BaseUrl,
    pub(crate) http: reqwest::Client,
    pub(crate) user_agent: HeaderValue,
    pub(crate) allow_plain_http: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) randomness: Arc<dyn Randomness>,
}

/// What the HTTP client is built from.
#[derive(Default)]
pub(crate) struct HttpSettings {
    pub(crate) client: Option<reqwest::Client>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) user_agent: Option<String>,
}

impl Wire {
    pub(crate) fn new(
        vendor: &'static Vendor,
        base_url: BaseUrl,
        settings: HttpSettings,
        allow_plain_http: bool,
        timeout: Option<Duration>,
        randomness: Arc<dyn Randomness>,
    ) -> Result<Self, Error> {
        let user_agent = settings
            .user_agent
            .unwrap_or_else(|| format!("{}/{}", vendor.crate_name, vendor.crate_version));
        let user_agent = HeaderValue::from_str(&user_agent).map_err(|_| {
            Error::configuration(format!(
                "{}: the user agent {user_agent:?} cannot be sent",
                vendor.name
            ))
        })?;
        let http = match settings.client {
            Some(client) => client,
            None => reqwest::Client::builder()
                // We follow them ourselves, so that no credential goes to another origin.
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(settings.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
                .build()
                .map_err(|error| {
                    Error::configuration(format!(
                        "{}: the HTTP client cannot be built; give .http_client(…)",
                        vendor.name
                    ))
                    .with_source(error)
                })?,
        };
        Ok(Self {
            vendor,
            base_url,
            http,
            user_agent,
            allow_plain_http,
            timeout,
            randomness,
        })
    }
}
