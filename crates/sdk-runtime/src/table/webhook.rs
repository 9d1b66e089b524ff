//! Description of a vendor's webhooks: their events and their verification.

use std::time::Duration;

/// A family of webhooks (`x-sdk-webhooks`): requests from one vendor that are verified in the same
/// way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookFamily {
    /// Name, snake_case.
    pub name: &'static str,
    /// JSON pointer to the event name in the body.
    pub event: &'static str,
    /// Verification of a request.
    pub verification: Verification,
}

/// Verification of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// None: anybody who knows the URL can send such a request. Treat it as a hint, and read the
    /// resource again.
    None,
    /// HMAC-SHA256 over the raw body, with the signature in a header.
    HmacSha256 {
        /// Headers that may carry the signature; one valid signature is enough.
        headers: &'static [&'static str],
        /// Encoding of the signature.
        encoding: SignatureEncoding,
        /// Header that names the algorithm, and its value.
        algorithm: Option<(&'static str, &'static str)>,
        /// Header with the time of signing as a Unix time in seconds. The signed text is then that
        /// time, a dot, and the body.
        timestamp: Option<&'static str>,
        /// Largest difference between the time of signing and now, unless the keys set another
        /// one.
        tolerance: Duration,
    },
    /// Ed25519 over the body in canonical JSON without the signature, which is a property of the body.
    Ed25519 {
        /// Property with the signature, in Base64.
        signature: &'static str,
        /// JSON pointer to the time of signing, a Unix time in seconds.
        timestamp: &'static str,
        /// Largest difference between the time of signing and now, unless the keys set another
        /// one.
        tolerance: Duration,
    },
}

/// Encoding of a signature as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureEncoding {
    /// Hexadecimal digits in either case.
    Hex,
    /// Base64 with padding, RFC 4648 section 4.
    Base64,
}
