//! The list of vendors, and how to reach any of them by name.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sdk_runtime::operation_table::Vendor as About;
use sdk_runtime::{ClientConfig, Error, VendorClient};

/// Makes the list from one line per vendor.
macro_rules! vendors {
    ($($feature:literal $vendor:ident $krate:ident),* $(,)?) => {
        /// A vendor whose crate is compiled in: there is a feature for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Vendor {
            $(#[cfg(feature = $feature)] #[doc = concat!("The crate `", $feature, "-sdk`.")] $vendor,)*
        }

        impl Vendor {
            /// Every vendor, in alphabetical order.
            pub const ALL: &[Self] = &[$(#[cfg(feature = $feature)] Self::$vendor),*];

            /// The static description of its API: servers, operations, limits.
            pub fn about(self) -> &'static About {
                match self {
                    $(#[cfg(feature = $feature)] Self::$vendor => <$krate::Client as sdk_runtime::SdkClient>::VENDOR,)*
                }
            }

            /// The OpenAPI document from which its crate was made, as JSON.
            pub fn openapi(self) -> &'static str {
                match self {
                    $(#[cfg(feature = $feature)] Self::$vendor => $krate::OPENAPI,)*
                }
            }

            /// Environment variables of the credentials.
            fn variables(self) -> &'static [&'static str] {
                match self {
                    $(#[cfg(feature = $feature)]
                    Self::$vendor => <$krate::Credentials as sdk_runtime::Authenticate>::VARIABLES,)*
                }
            }
        }

        /// Builds the client of a vendor behind the trait that all of them share.
        ///
        /// `downcast_ref` gives the vendor's own client back, with the same token cache.
        ///
        /// # Errors
        ///
        /// When a credential is missing (the error names its variable and the builder's method) or the base URL is
        /// missing, malformed, a placeholder or plain `http` beyond loopback.
        pub fn connect(vendor: Vendor, config: ClientConfig) -> Result<Arc<dyn VendorClient>, Error> {
            // Without a vendor, no value of `Vendor` exists.
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
    /// The machine name, such as `oneshot`.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// The name for people, such as `1Shot`.
    pub fn display_name(self) -> &'static str {
        self.about().display_name
    }

    /// The name of its crate, such as `oneshot-sdk`.
    pub fn crate_name(self) -> &'static str {
        self.about().crate_name
    }

    /// The environment variables from which its client takes credentials and base URL.
    pub fn environment(self) -> Vec<String> {
        let base_url = format!("{}_BASE_URL", self.name().to_ascii_uppercase());
        let own = self.variables().iter().map(ToString::to_string);
        std::iter::once(base_url).chain(own).collect()
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.display_name())
    }
}

/// No vendor of the features that are on has this machine name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVendor(String);

impl fmt::Display for UnknownVendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Vendor::ALL.iter().map(|vendor| vendor.name()).collect();
        write!(f, "no vendor {:?}; there are: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownVendor {}

impl FromStr for Vendor {
    type Err = UnknownVendor;

    /// Takes a machine name.
    fn from_str(name: &str) -> Result<Self, UnknownVendor> {
        let known = Self::ALL.iter().find(|vendor| vendor.name() == name);
        known.copied().ok_or_else(|| UnknownVendor(name.to_owned()))
    }
}
