//! The bulk request of one vendor, made in the vendor's crate so that it can add setters to it.

/// Makes `BulkRequest` of a vendor that has bulk operations, beside what [`vendor_client!`](crate::vendor_client) makes.
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

        /// A bulk request that is being put together. Items are taken when there is room for them, never all at once.
        ///
        /// Optional parameters are setters; [`send`](Self::send) sends it.
        #[must_use = "a request does nothing until it is sent"]
        pub struct BulkRequest<'c, Op: $crate::BulkOperation>($crate::BulkRequest<'c, Op::Status>);

        impl<'c, Op: $crate::BulkOperation> BulkRequest<'c, Op> {
            #[allow(dead_code)] // A vendor's bulk operations may have no optional parameters.
            pub(crate) fn set(self, name: &'static str, value: impl $crate::IntoArgument) -> Self {
                Self(self.0.argument(name, value))
            }

            /// Sends this many requests at once; the default, 1, has the vendor work the items off in their order.
            ///
            /// Statuses come in the order of the items however many there are.
            pub fn with_concurrency(self, requests: usize) -> Self {
                Self(self.0.with_concurrency(requests))
            }

            /// Splits the items into requests of this many bytes; the default is 8 MiB. A longer item goes alone.
            pub fn with_max_bytes(self, bytes: usize) -> Self {
                Self(self.0.with_max_bytes(bytes))
            }

            /// Limits the time of each request.
            pub fn with_timeout(self, limit: ::std::time::Duration) -> Self {
                Self(self.0.with_timeout(limit))
            }

            /// Sets how often each request is sent at most.
            pub fn with_attempts(self, attempts: u32) -> Self {
                Self(self.0.with_attempts(attempts))
            }

            /// Adds a header to each request.
            pub fn with_header(self, name: &str, value: &str) -> Self {
                Self(self.0.with_header(name, value))
            }

            /// Sends the items and hands out a status for each. Nothing is sent before the first status is asked for, and a
            /// request that has begun runs to its end even if the statuses are dropped.
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
