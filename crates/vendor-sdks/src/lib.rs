#![doc = include_str!("../README.md")]

mod vendor;

#[doc(inline)]
pub use sdk_runtime::surface::*;
pub use vendor::{UnknownVendor, Vendor, connect};

// @generated begin vendors
#[cfg(feature = "akeneo")]
pub use akeneo_sdk as akeneo;
#[cfg(feature = "metquay")]
pub use metquay_sdk as metquay;
#[cfg(feature = "motaword")]
pub use motaword_sdk as motaword;
#[cfg(feature = "oneshot")]
pub use oneshot_sdk as oneshot;
#[cfg(feature = "smscx")]
pub use smscx_sdk as smscx;
// @generated end vendors
