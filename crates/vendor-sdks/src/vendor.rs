//! The list of vendors, and a function that builds the client of any of them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sdk_runtime::operation_table::Vendor as About;
use sdk_runtime::{ClientConfig, Error, VendorClient};

/// Generates the list from one line per vendor.
macro_rules! vendors {
    ($($feature:literal $vendor:ident $krate:ident),* $(,)?) => {
        /// A vendor whose crate is compiled in. Each vendor has a feature.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Vendor {
            $(#[cfg(feature = $feature)] #[doc = concat!("The crate `", $feature, "-sdk`.")] $vendor,)*
        }

        impl Vendor {
            /// All vendors whose features are enabled, in alphabetical order.
            pub const ALL: &[Self] = &[$(#[cfg(feature = $feature)] Self::$vendor),*];

            /// Returns the static description of the API: servers, operations and limits.
            pub fn about(self) -> &'static About {
                match self {
                    $(#[cfg(feature = $feature)] Self::$vendor => <$krate::Client as sdk_runtime::SdkClient>::VENDOR,)*
                }
            }

            /// Returns the OpenAPI document that the crate was generated from, as JSON.
            pub fn openapi(self) -> &'static str {
                match self {
                    $(#[cfg(feature = $feature)] Self::$vendor => $krate::OPENAPI,)*
                }
            }

            /// Returns the environment variables for the credentials and for the variables of the
            /// default server's URL.
            fn variables(self) -> &'static [&'static str] {
                match self {
                    $(#[cfg(feature = $feature)]
                    Self::$vendor => <$krate::Credentials as sdk_runtime::Authenticate>::VARIABLES,)*
                }
            }
        }

        /// Builds the client of a vendor, and returns it as a `VendorClient`, the trait that all clients implement.
        ///
        /// `downcast_ref` returns the vendor's own client, which uses the same token cache.
        ///
        /// # Errors
        ///
        /// Returns an error if a credential is missing. The error message lists the environment
        /// variable and the builder method for that credential. Also returns an error if the base
        /// URL or another setting is missing or invalid, if the base URL is a placeholder, or if it
        /// uses plain `http` for a host other than loopback and the configuration does not allow
        /// this.
        pub fn connect(vendor: Vendor, config: ClientConfig) -> Result<Arc<dyn VendorClient>, Error> {
            // If no vendor is enabled, `Vendor` has no variants.
            match (vendor, config) {
                $(#[cfg(feature = $feature)] (Vendor::$vendor, config) => Ok(Arc::new($krate::Client::from_config(config)?)),)*
            }
        }
    };
}

vendors! {
    // @generated begin vendors
    "akeneo" Akeneo akeneo_sdk,
    "metquay" Metquay metquay_sdk,
    "motaword" MotaWord motaword_sdk,
    "oneshot" OneShot oneshot_sdk,
    "smscx" Smscx smscx_sdk,
    // @generated end vendors
}

impl Vendor {
    /// Returns the machine-readable name, such as `oneshot`.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// Returns the display name, such as `1Shot`.
    pub fn display_name(self) -> &'static str {
        self.about().display_name
    }

    /// Returns the name of the crate, such as `oneshot-sdk`.
    pub fn crate_name(self) -> &'static str {
        self.about().crate_name
    }

    /// Returns the environment variables from which the client reads its credentials, its base URL,
    /// and the variables of the default server's URL.
    pub fn environment(self) -> Vec<String> {
        let base_url = self.about().variable("BASE_URL");
        let own = self.variables().iter().map(ToString::to_string);
        std::iter::once(base_url).chain(own).collect()
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.display_name())
    }
}

/// Error for a name that doesn't match any vendor with an enabled feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVendor(String);

impl fmt::Display for UnknownVendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Vendor::ALL.iter().map(|vendor| vendor.name()).collect();
        let (name, names) = (&self.0, names.join(", "));
        write!(f, "unknown vendor {name:?}; expected one of: {names}")
    }
}

impl std::error::Error for UnknownVendor {}

impl FromStr for Vendor {
    type Err = UnknownVendor;

    /// Parses a machine-readable name.
    fn from_str(name: &str) -> Result<Self, UnknownVendor> {
        let known = Self::ALL.iter().find(|vendor| vendor.name() == name);
        known.copied().ok_or_else(|| UnknownVendor(name.to_owned()))
    }
}
