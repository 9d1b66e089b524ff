//! Description of a vendor's webhooks: their events and their verification.

use std::time::Duration;

/// A family of webhooks (`x-sdk-webhooks`).
///
/// A family consists of requests from one vendor that are verified in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookFamily {
    /// Name of the family, snake_case.
    pub name: &'static str,
    /// JSON pointer to the event name in the body.
    pub event: &'static str,
    /// Verification of a request.
    pub verification: Verification,
}

/// How a request is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// The requests are not signed, and anyone who knows the URL can send one. Treat the request as
    /// a hint, and read the resource again.
    None,
    /// HMAC-SHA256 over the raw body, with the signature in a header.
    HmacSha256 {
        /// Headers that may contain the signature. One valid signature is sufficient.
        headers: &'static [&'static str],
        /// Encoding of the signature.
        encoding: SignatureEncoding,
        /// Header with the name of the algorithm, and the expected name. The header may be absent.
        algorithm: Option<(&'static str, &'static str)>,
        /// Header with the time of signing as a Unix time in seconds. If the family has this
        /// header, the signed text consists of the time, a dot, and the body.
        timestamp: Option<&'static str>,
        /// Maximum difference between the time of signing and the current time, unless the keys set
        /// a different maximum.
        tolerance: Duration,
    },
    /// Ed25519 over the body in canonical JSON. The signature is a property of the body, and is
    /// left out of the signed text.
    Ed25519 {
        /// Property with the signature, in Base64.
        signature: &'static str,
        /// JSON pointer to the time of signing, a Unix time in seconds.
        timestamp: &'static str,
        /// Maximum difference between the time of signing and the current time, unless the keys set
        /// a different maximum.
        tolerance: Duration,
    },
}

/// Encoding of a signature as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureEncoding {
    /// Hexadecimal digits in either case.
    Hex,
    /// Base64 with padding (RFC 4648, section 4).
    Base64,
}
