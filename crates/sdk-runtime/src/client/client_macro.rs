//! Types of one vendor, defined in the vendor's crate so that the crate can add methods to them.

mod bulk;

/// Defines `Client`, `ClientBuilder` and `Request` for a vendor.
///
/// The types belong to the crate that invokes the macro, so that generated code can write
/// `impl Client { … }` and `impl Request<'_, ListThings> { … }`. Attributes before the first
/// argument, such as documentation, apply to `Client`.
#[macro_export]
macro_rules! vendor_client {
    (
        $(#[$docs:meta])*
        credentials = $credentials:ty,
        server = $server:ty,
        vendor = $vendor:expr,
        openapi = $openapi:expr $(,)?
    ) => {
        $(#[$docs])*
        #[derive(Clone)]
        pub struct Client {
            core: $crate::ClientCore,
        }

        /// Builds a [`Client`].
        pub type ClientBuilder = $crate::ClientBuilder<Client>;

        impl Client {
            /// Creates a client builder.
            pub fn builder() -> ClientBuilder {
                ClientBuilder::new()
            }

            /// Creates a client with the credentials and the base URL from environment variables.
            ///
            /// # Errors
            ///
            /// Returns an error if credentials are missing, or if the base URL is missing or
            /// invalid. The message describes what to set.
            pub fn from_env() -> ::std::result::Result<Self, $crate::Error> {
                Self::from_config($crate::ClientConfig::new())
            }

            /// Creates a client with the given settings.
            ///
            /// Credentials and a base URL that the settings lack are read from environment
            /// variables, unless the settings ignore the environment.
            ///
            /// # Errors
            ///
            /// Returns an error if credentials are missing, or if the base URL or another setting
            /// is missing or invalid. The message describes what to set.
            pub fn from_config(
                config: $crate::ClientConfig,
            ) -> ::std::result::Result<Self, $crate::Error> {
                ClientBuilder::from_config(config)?.build()
            }

            /// Creates a request to any path, with the client's token and limits.
            ///
            /// For the path of an operation, the rules of that operation apply. A write to any
            /// other path isn't repeated if it may have taken effect: see `PathRequest`.
            pub fn request(
                &self,
                method: $crate::Method,
                path: impl ::std::convert::Into<::std::string::String>,
            ) -> $crate::PathRequest<'_> {
                $crate::PathRequest::new(&self.core, method, path)
            }

            /// Resumes waiting for a job that was started earlier. `key` identifies the job.
            ///
            /// `Op` is the operation that started the job.
            pub fn resume<Op: $crate::StartOperation>(
                &self,
                key: $crate::JobKey,
            ) -> $crate::JobRun<Op> {
                $crate::JobRun::resume(self, key)
            }

            /// Returns the client's base URL. Operations with their own server use a different URL.
            pub fn base_url(&self) -> &str {
                self.core.base_url()
            }

            /// Returns a valid access token: the current one, or a new one.
            ///
            /// # Errors
            ///
            /// Returns an error if no token can be obtained, for example because the exchange
            /// fails, or because the client has no credentials that can provide one.
            pub async fn access_token(
                &self,
            ) -> ::std::result::Result<$crate::AccessToken, $crate::Error> {
                self.core.access_token().await
            }

            /// Obtains a new access token, or joins the in-flight exchange.
            ///
            /// # Errors
            ///
            /// Returns an error if no token can be obtained, for example because the exchange
            /// fails, or because the client has no credentials that can provide one.
            pub async fn renew_access_token(
                &self,
            ) -> ::std::result::Result<$crate::AccessToken, $crate::Error> {
                self.core.renew_access_token().await
            }
        }

        impl ::std::fmt::Debug for Client {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.core, f)
            }
        }

        impl $crate::SdkClient for Client {
            type Credentials = $credentials;
            type Server = $server;
            const VENDOR: &'static $crate::Vendor = &$vendor;
            const OPENAPI: &'static str = $openapi;

            fn from_core(core: $crate::ClientCore) -> Self {
                Self { core }
            }

            fn core(&self) -> &$crate::ClientCore {
                &self.core
            }
        }

        impl $crate::VendorClient for Client {
            fn name(&self) -> &'static str {
                self.core.vendor().name
            }

            fn base_url(&self) -> &str {
                self.core.base_url()
            }

            fn access_token(
                &self,
            ) -> $crate::BoxFuture<'_, ::std::result::Result<$crate::AccessToken, $crate::Error>>
            {
                self.core.access_token()
            }

            fn renew_access_token(
                &self,
            ) -> $crate::BoxFuture<'_, ::std::result::Result<$crate::AccessToken, $crate::Error>>
            {
                self.core.renew_access_token()
            }

            fn client_core(&self) -> &$crate::ClientCore {
                &self.core
            }
        }

        /// Builder for a call.
        ///
        /// Setters add optional parameters. `.await` or [`send`](Self::send) sends the request.
        #[must_use = "a request does nothing until it is sent"]
        pub struct Request<'c, Op> {
            client: &'c Client,
            call: $crate::Call,
            operation: ::std::marker::PhantomData<fn() -> Op>,
        }

        #[allow(dead_code)] // The vendor's operations determine which methods are used.
        impl<'c, Op: $crate::TypedOperation> Request<'c, Op> {
            pub(crate) fn new(client: &'c Client) -> Self {
                Self {
                    client,
                    call: $crate::Call::new(Op::OPERATION),
                    operation: ::std::marker::PhantomData,
                }
            }

            pub(crate) fn set(
                mut self,
                name: &'static str,
                value: impl $crate::IntoArgument,
            ) -> Self {
                self.call.argument(name, value);
                self
            }

            pub(crate) fn with_body<T: $crate::serde::Serialize + ?Sized>(
                mut self,
                body: &T,
            ) -> Self {
                self.call.json_body(body);
                self
            }

            pub(crate) fn with_bytes(
                mut self,
                body: impl ::std::convert::Into<$crate::Bytes>,
            ) -> Self {
                self.call.bytes_body(body);
                self
            }

            pub(crate) fn with_upload(
                mut self,
                body: impl ::std::convert::Into<$crate::UploadBody>,
            ) -> Self {
                self.call.upload_body(body);
                self
            }

            pub(crate) fn with_parts(mut self, parts: impl $crate::IntoParts) -> Self {
                self.call.parts_body(parts);
                self
            }

            pub(crate) fn with_media(mut self, media: &'static str) -> Self {
                self.call.content_type(media);
                self
            }

            pub(crate) fn with_basic_auth(
                mut self,
                user: impl ::std::convert::Into<::std::string::String>,
                password: impl ::std::convert::Into<$crate::Secret>,
            ) -> Self {
                self.call.basic_auth(user, password);
                self
            }

            /// Limits the time of the whole call.
            pub fn with_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.call.timeout(limit);
                self
            }

            /// Limits the time to connect for this call.
            ///
            /// The limit has no effect if it exceeds the client's own limit, or if you use your own
            /// HTTP client.
            pub fn with_connect_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.call.connect_timeout(limit);
                self
            }

            /// Limits the time of each attempt of this call.
            pub fn with_attempt_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.call.attempt_timeout(limit);
                self
            }

            /// Limits the time between two chunks of this call's response.
            pub fn with_idle_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.call.idle_timeout(limit);
                self
            }

            /// Limits how much of this call's response is read into memory.
            ///
            /// The limit is in bytes after decompression.
            pub fn with_max_answer_bytes(mut self, bytes: usize) -> Self {
                self.call.max_answer_bytes(bytes);
                self
            }

            /// Sets the maximum number of attempts for this call; 1 disables retries.
            pub fn with_attempts(mut self, attempts: u32) -> Self {
                self.call.attempts(attempts);
                self
            }

            /// Sets the idempotency key, which lets the vendor recognize a repeated call.
            ///
            /// By default, the client creates a new key for each call to an operation that accepts
            /// one. Store your own key with the data of the call, and send it again after a crash.
            /// If the operation doesn't accept idempotency keys, the call fails and nothing is
            /// sent.
            pub fn with_idempotency_key(
                mut self,
                key: impl ::std::convert::Into<::std::string::String>,
            ) -> Self {
                self.call.idempotency_key(key);
                self
            }

            /// Adds a header to this call.
            pub fn with_header(mut self, name: &str, value: &str) -> Self {
                self.call.header(name, value);
                self
            }

            /// Sends the call and decodes its response.
            ///
            /// # Errors
            ///
            /// Returns an error if no response arrived, or if the response is an error or can't be
            /// decoded. Use the predicates of the error to find the cause.
            pub fn send(
                self,
            ) -> impl ::std::future::Future<
                Output = ::std::result::Result<
                    $crate::Response<<Op::Answer as $crate::Decode>::Output>,
                    $crate::Error,
                >,
            > + ::std::marker::Send
            + use<'c, Op> {
                self.client.core.send::<Op>(self.call)
            }

            /// Sends the call and returns the raw response, regardless of its status.
            ///
            /// If you didn't set a body, the request is sent without one, even if the operation
            /// requires it.
            ///
            /// # Errors
            ///
            /// Returns an error if no response arrived.
            pub async fn send_raw(
                self,
            ) -> ::std::result::Result<$crate::RawResponse, $crate::Error> {
                self.client
                    .core
                    .call(self.call, $crate::Reading::Untouched)
                    .await
            }
        }

        #[allow(dead_code)] // A vendor may have no list.
        impl<'c, Op: $crate::PagedOperation> Request<'c, Op> {
            /// Iterates over the pages of the list, starting at the requested page.
            pub fn pages(self) -> $crate::Pages<Op> {
                $crate::Pages::new(self.client, self.call)
            }

            /// Iterates over the items of all pages of the list, starting at the requested page.
            pub fn items(self) -> $crate::Items<Op> {
                $crate::Items::new(self.client, self.call)
            }
        }

        #[allow(dead_code)] // A vendor may have no jobs.
        impl<'c, Op: $crate::WaitOperation> Request<'c, Op> {
            /// Polls until the job has finished.
            pub fn wait(self) -> $crate::Waiting<Op> {
                $crate::Waiting::new(self.client, self.call)
            }
        }

        #[allow(dead_code)] // A vendor may have no jobs.
        impl<'c, Op: $crate::StartOperation> Request<'c, Op> {
            /// Starts the job, waits for it and returns its result.
            pub fn run(self) -> $crate::JobRun<Op> {
                $crate::JobRun::new(self.client, self.call)
            }
        }

        impl<'c, Op: $crate::TypedOperation> ::std::future::IntoFuture for Request<'c, Op> {
            type Output = ::std::result::Result<
                $crate::Response<<Op::Answer as $crate::Decode>::Output>,
                $crate::Error,
            >;
            type IntoFuture = $crate::BoxFuture<'c, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }

        impl<Op> ::std::fmt::Debug for Request<'_, Op> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct("Request")
                    .field("call", &self.call)
                    .finish_non_exhaustive()
            }
        }
    };
}
