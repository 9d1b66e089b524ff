//! x402 payments that buyers send.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sdk_runtime::{AnyJson, Secret};

use crate::types::{X402PaymentPayload, X402SignedPayload};

/// Padding is optional, because not all buyers send it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl X402PaymentPayload {
    /// Parses the payment header of a buyer's request.
    ///
    /// The header is `X-PAYMENT` in x402 version 1, and `PAYMENT-SIGNATURE` in version 2. Both contain JSON in Base64.
    ///
    /// # Errors
    /// Returns an error if the header is not Base64, or if [`from_json`](Self::from_json) rejects
    /// its content. The error does not contain the header.
    ///
    /// ```
    /// use oneshot_sdk::types::X402PaymentPayload;
    ///
    /// let header = "eyJ4NDAyVmVyc2lvbiI6MiwicGF5bG9hZCI6eyJzaWduYXR1cmUiOiIweDAxIn19";
    /// let payment = X402PaymentPayload::from_header(header)?;
    /// assert_eq!(payment.version(), Some(2));
    /// # Ok::<(), oneshot_sdk::payment::PaymentError>(())
    /// ```
    #[inline]
    pub fn from_header(header: &str) -> Result<Self, PaymentError> {
        let json = BASE64
            .decode(header.trim())
            .map_err(|_| PaymentError::Base64)?;
        let json = std::str::from_utf8(&json).map_err(|_| PaymentError::Json)?;
        Self::from_json(json)
    }

    /// Parses the JSON of a payment. Properties of all schemes are kept, and numbers keep all digits.
    ///
    /// # Errors
    /// Returns an error if `json` is not a JSON object, if `payload` or its `authorization` is not
    /// an object, or if the `signature` in `payload` is not a string. Each of these properties can
    /// be missing or null. The error does not contain the JSON.
    #[inline]
    pub fn from_json(json: &str) -> Result<Self, PaymentError> {
        let json = AnyJson::from_text(json).map_err(|_| PaymentError::Json)?;
        let mut extra = object(&json)?;
        let payload = match take_non_null(&mut extra, "payload") {
            Some(payload) => Some(signed_payload(&payload)?),
            None => None,
        };
        Ok(Self { payload, extra })
    }

    /// Returns the x402 version of the payment, such as 1 or 2, or `None` if the version is missing
    /// or is not a 32-bit integer.
    pub fn version(&self) -> Option<i32> {
        let version = self.extra.get("x402Version")?.value().as_i64()?;
        i32::try_from(version).ok()
    }
}

#[inline]
fn signed_payload(payload: &AnyJson) -> Result<X402SignedPayload, PaymentError> {
    let mut extra = object(payload)?;
    let signature = match take_non_null(&mut extra, "signature") {
        Some(signature) => {
            let text = signature.value().as_str().ok_or(PaymentError::Json)?;
            Some(Secret::from(text))
        }
        None => None,
    };
    let authorization = match take_non_null(&mut extra, "authorization") {
        Some(authorization) => Some(object(&authorization)?),
        None => None,
    };
    Ok(X402SignedPayload {
        signature,
        authorization,
        extra,
    })
}

#[inline]
fn object(json: &AnyJson) -> Result<BTreeMap<String, AnyJson>, PaymentError> {
    json.read().map_err(|_| PaymentError::Json)
}

/// Removes a property, and returns its value unless the value is null.
fn take_non_null(properties: &mut BTreeMap<String, AnyJson>, name: &str) -> Option<AnyJson> {
    let value = properties.remove(name)?;
    (!value.value().is_null()).then_some(value)
}

/// Error that occurs while parsing a payment. Respond to the buyer's request with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentError {
    /// The header is not Base64.
    Base64,
    /// The text is not JSON, or the JSON is not a payment.
    Json,
}

impl fmt::Display for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64 => "the payment header is not Base64",
            Self::Json => {
                "the JSON is not an x402 payment: expected an object in which `payload` and `authorization` are \
                 objects and `signature` is a string"
            }
        })
    }
}

impl std::error::Error for PaymentError {}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: &str = r#"{"x402Version":1,"scheme":"exact","network":"mainnet","payload":{"signature":"0xabc","authorization":{"value":"10000","validBefore":115792089237316195423570985008687907853269984665640564039457584007913129639935},"more":[1.0]}}"#;

    #[test]
    fn a_payment_round_trips_with_all_properties_and_digits() {
        let payment = X402PaymentPayload::from_json(PAYMENT).unwrap();
        let sent = serde_json::to_string(&payment).unwrap();
        let read = |text: &str| AnyJson::from_text(text).unwrap();
        assert_eq!(read(&sent).value(), read(PAYMENT).value());
        assert!(sent.contains(
            "115792089237316195423570985008687907853269984665640564039457584007913129639935"
        ));
        assert_eq!(payment.version(), Some(1));
        assert!(!format!("{payment:?}").contains("0xabc"), "{payment:?}");
    }

    #[test]
    fn a_payment_header_is_decoded_with_or_without_base64_padding() {
        for header in ["eyJhIjoxfQ==", " eyJhIjoxfQ "] {
            let payment = X402PaymentPayload::from_header(header).unwrap();
            assert_eq!(payment.extra["a"].value(), 1);
        }
    }

    #[test]
    fn invalid_payments_are_json_or_base64_errors() {
        let read = |json| X402PaymentPayload::from_json(json).unwrap_err();
        for wrong in [
            "secret",
            "[]",
            r#""secret""#,
            r#"{"payload":"secret"}"#,
            r#"{"payload":{"signature":["secret"]}}"#,
            r#"{"payload":{"authorization":"secret"}}"#,
        ] {
            assert_eq!(read(wrong), PaymentError::Json, "{wrong}");
        }
        let error = X402PaymentPayload::from_header("{}").unwrap_err();
        assert_eq!(error, PaymentError::Base64);
    }
}
