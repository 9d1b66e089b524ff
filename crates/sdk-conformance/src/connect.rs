//! A sandbox for one vendor, and a client for it or for another server.

use sdk_runtime::{
    AccessToken, BoxFuture, ClientBuilder, Error, Exchange, Operation, RetryPolicy, SdkClient,
    TokenSource,
};
use sdk_sandbox::Sandbox;

use crate::fitting::fitting;

/// URL of a server other than the sandbox.
pub(crate) fn other_server() -> Option<String> {
    std::env::var("EVERY_OPERATION_BASE_URL").ok()
}

pub(crate) async fn sandbox_of<C: SdkClient>() -> Result<Sandbox, sdk_sandbox::Error> {
    let vendor = C::VENDOR.name;
    // Sample bodies refer to records that nobody created.
    let builder = Sandbox::builder().lenient_references();
    // An embedded vendor may have a profile; of any other one the document has to do.
    let builder = match Sandbox::embedded().contains(&vendor) {
        true => builder.vendor(vendor),
        false => builder.document(vendor, C::OPENAPI, ""),
    };
    builder.start().await
}

/// A client for the sandbox with credentials that the operation accepts, or for another server with
/// the token in `EVERY_OPERATION_TOKEN`. It never retries.
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

/// A token that was set by the user.
pub(crate) struct Given(pub(crate) String);

impl TokenSource for Given {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new(self.0.as_str())) })
    }
}
