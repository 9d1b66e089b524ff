//! Bulk request of one vendor, defined in the vendor's crate so that the crate can add setters.

/// Defines `BulkRequest` for a vendor with bulk operations.
///
/// It complements the types that [`vendor_client!`](crate::vendor_client) defines.
#[macro_export]
macro_rules! vendor_bulk {
    () => {
        impl<'c, Op: $crate::BulkOperation> Request<'c, Op> {
            pub(crate) fn bulk<T, K>(
                self,
                items: impl $crate::IntoBulk<'c, T, K>,
            ) -> BulkRequest<'c, Op> {
                let lines = items.into_lines();
                BulkRequest($crate::BulkRequest::new(
                    &self.client.core,
                    self.call,
                    lines,
                ))
            }
        }

        /// Builder for a bulk request. The items are read on demand, and the request never keeps
        /// all of them in memory.
        ///
        /// Setters add optional parameters. [`send`](Self::send) sends the request.
        #[must_use = "a request does nothing until it is sent"]
        pub struct BulkRequest<'c, Op: $crate::BulkOperation>($crate::BulkRequest<'c, Op::Status>);

        impl<'c, Op: $crate::BulkOperation> BulkRequest<'c, Op> {
            #[allow(dead_code)] // A vendor's bulk operations may have no optional parameters.
            pub(crate) fn set(self, name: &'static str, value: impl $crate::IntoArgument) -> Self {
                Self(self.0.argument(name, value))
            }

            /// Sets the number of concurrent requests.
            ///
            /// With the default, 1, the vendor processes the items in order.
            ///
            /// Statuses always arrive in the order of the items.
            pub fn with_concurrency(self, requests: usize) -> Self {
                Self(self.0.with_concurrency(requests))
            }

            /// Splits the items into requests of at most this many bytes.
            ///
            /// The default is 8 MiB. A longer item is sent alone.
            pub fn with_max_bytes(self, bytes: usize) -> Self {
                Self(self.0.with_max_bytes(bytes))
            }

            /// Limits the time of each request.
            pub fn with_timeout(self, limit: ::std::time::Duration) -> Self {
                Self(self.0.with_timeout(limit))
            }

            /// Sets the maximum number of attempts per request.
            pub fn with_attempts(self, attempts: u32) -> Self {
                Self(self.0.with_attempts(attempts))
            }

            /// Adds a header to each request.
            pub fn with_header(self, name: &str, value: &str) -> Self {
                Self(self.0.with_header(name, value))
            }

            /// Sends the items and returns a status for each.
            ///
            /// Nothing is sent before the first status is polled. A request that was started runs
            /// to completion, even if the statuses are dropped.
            pub fn send(self) -> $crate::BulkStatuses<'c, Op::Status> {
                self.0.send()
            }
        }

        impl<Op: $crate::BulkOperation> ::std::fmt::Debug for BulkRequest<'_, Op> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}
