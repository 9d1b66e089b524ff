//! Implements the traits of a vendor crate's `Credentials`, which wraps
//! [`GivenCredentials`](crate::GivenCredentials).

/// Implements the credential traits for a type that wraps
/// [`GivenCredentials`](crate::GivenCredentials).
///
/// `hook` is a function that computes values for the vendor. Omit it if the vendor's OpenAPI
/// document covers every value.
#[macro_export]
macro_rules! vendor_credentials {
    (
        $credentials:ty, vendor = $vendor:expr, kinds = $kinds:expr, variables = $variables:expr $(, hook = $hook:path)? $(,)?
    ) => {
        impl $credentials {
            /// Hook that computes values that the OpenAPI document can't express.
            const HOOK: ::std::option::Option<$crate::ExchangeHook> = {
                #[allow(unused_mut, unused_assignments)] // A vendor may have no hook.
                let mut hook: ::std::option::Option<$crate::ExchangeHook> = ::std::option::Option::None;
                $(hook = ::std::option::Option::Some($hook);)?
                hook
            };

            /// Reads the credentials from environment variables.
            ///
            /// # Errors
            ///
            /// Returns an error if no kind of credentials is complete. The error message lists the
            /// variables of a missing field and the builder method.
            pub fn from_env() -> ::std::result::Result<Self, $crate::Error> {
                <Self as $crate::Authenticate>::from_variables(&$crate::Variables::from_env())
            }
        }

        impl ::std::fmt::Debug for $credentials {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl $crate::TokenSource for $credentials {
            fn exchange<'a>(
                &'a self,
                exchange: $crate::Exchange<'a>,
            ) -> $crate::BoxFuture<'a, ::std::result::Result<$crate::AccessToken, $crate::Error>> {
                self.0.exchange(exchange, Self::HOOK)
            }

            fn rules(&self) -> $crate::TokenRules {
                self.0.rules()
            }

            fn initial_refresh_token(&self) -> ::std::option::Option<$crate::Secret> {
                self.0.initial_refresh_token()
            }

            fn fingerprint(&self) -> ::std::option::Option<$crate::Fingerprint> {
                self.0.fingerprint()
            }
        }

        impl $crate::Authenticate for $credentials {
            const VENDOR: &'static $crate::Vendor = &$vendor;
            const VARIABLES: &'static [&'static str] = $variables;

            fn from_variables(
                variables: &$crate::Variables,
            ) -> ::std::result::Result<Self, $crate::Error> {
                $crate::GivenCredentials::from_variables(&$vendor, $kinds, variables).map(Self)
            }

            fn complete(&self, call: &mut $crate::Call) {
                self.0.complete(call, Self::HOOK);
            }

            fn presents(
                &self,
                scheme: &$crate::Scheme,
            ) -> ::std::option::Option<$crate::Presented> {
                self.0.presents(scheme)
            }

            fn takes_token(&self) -> bool {
                self.0.takes_token()
            }
        }
    };
}
