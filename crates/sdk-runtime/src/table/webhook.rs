//! Description of the webhooks of a vendor: what they look like and how they are verified.

use std::time::Duration;

/// One family of webhooks (`x-sdk-webhooks`): requests of one vendor that are verified in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookFamily {
    /// The name, snake_case.
    pub name: &'static str,
    /// JSON pointer to the name of the event in the body.
    pub event: &'static str,
    /// How a request is verified.
    pub verification: Verification,
}

/// How a request is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// Not at all: anybody who knows the URL can send such a request. Take it as a hint to read the thing again.
    None,
    /// HMAC-SHA256 over the raw body, with the signature in a header.
    HmacSha256 {
        /// Headers that may carry the signature; one that fits is enough.
        headers: &'static [&'static str],
        /// How the signature is written.
        encoding: SignatureEncoding,
        /// A header that names the algorithm, and its value.
        algorithm: Option<(&'static str, &'static str)>,
        /// A header with the time of signing in Unix seconds. The signed text then is that time, a dot, and the body.
        timestamp: Option<&'static str>,
        /// How far the time may be from now, before or after, unless the keys say otherwise.
        tolerance: Duration,
    },
    /// Ed25519 over the body in canonical JSON without the signature, which is a property of the body.
    Ed25519 {
        /// The property that holds the signature, in Base64.
        signature: &'static str,
        /// JSON pointer to the time of signing, in Unix seconds.
        timestamp: &'static str,
        /// How far the time may be from now, before or after, unless the keys say otherwise.
        tolerance: Duration,
    },
}

/// How the bytes of a signature are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureEncoding {
    /// Hexadecimal digits of either case.
    Hex,
    /// Base64 with padding, RFC 4648 section 4.
    Base64,
}
