//! Starts a sandbox for a vendor, and connects a client to it or to another server.

use sdk_runtime::{
    AccessToken, BoxFuture, ClientBuilder, Error, Exchange, Operation, RetryPolicy, SdkClient,
    TokenSource,
};
use sdk_sandbox::Sandbox;

use crate::fitting::fitting;

/// Returns the URL of the server to use instead of the sandbox, if one is set.
pub(crate) fn other_server() -> Option<String> {
    std::env::var("EVERY_OPERATION_BASE_URL").ok()
}

pub(crate) async fn sandbox_of<C: SdkClient>() -> Result<Sandbox, sdk_sandbox::Error> {
    let vendor = C::VENDOR.name;
    // Sample bodies refer to records that don't exist.
    let builder = Sandbox::builder().lenient_references();
    // Embedded vendors may have a profile. Other vendors are simulated from the OpenAPI document
    // alone.
    let builder = match Sandbox::embedded().contains(&vendor) {
        true => builder.vendor(vendor),
        false => builder.document(vendor, C::OPENAPI, ""),
    };
    builder.start().await
}

/// Creates a client that never retries and has no rate limit.
///
/// For the sandbox, the client has credentials that the operation accepts. For another server, it
/// uses the token in `EVERY_OPERATION_TOKEN`, or `token` if that variable is not set.
pub(crate) fn connect<C: SdkClient>(
    sandbox: &Sandbox,
    operation: &Operation,
    other: Option<&str>,
) -> Result<C, Box<dyn std::error::Error>> {
    let builder = ClientBuilder::<C>::from_config(fitting::<C>(sandbox, operation)?.config)?
        .retry(RetryPolicy::never())
        .without_limits();
    Ok(match other {
        Some(url) => {
            let token = std::env::var("EVERY_OPERATION_TOKEN");
            let token = token.unwrap_or_else(|_| "token".to_owned());
            let builder = builder.base_url(url).allow_plain_http();
            builder.token_source(Given(token)).build()?
        }
        None => builder.build()?,
    })
}

/// A token source that always returns the same access token.
pub(crate) struct Given(pub(crate) String);

impl TokenSource for Given {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new(self.0.as_str())) })
    }
}
