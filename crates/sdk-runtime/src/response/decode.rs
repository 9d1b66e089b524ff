//! Decodes the body of a response as the operation's response type.
//!
//! For the raw response, see the module `raw_response`.

pub(crate) mod download;
mod file_name;
pub(crate) mod json;
mod watch;

use std::marker::PhantomData;

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::json::charset::in_utf8;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::operation::Operation;

/// A marker type that represents an operation.
///
/// Generated code contains one marker type per operation.
pub trait TypedOperation: Send + Sync + 'static {
    /// Decoder of the response, such as [`Json`], [`Text`], [`Empty`] or
    /// [`Download`](crate::Download).
    type Answer: Decode;
    /// The operation.
    const OPERATION: &'static Operation;
}

/// An operation that accepts many items and responds with a status for each.
pub trait BulkOperation: TypedOperation {
    /// The vendor's status for an item.
    type Status: serde::de::DeserializeOwned;
}

/// Decoder for the body of a success response.
pub trait Decode: 'static {
    /// Type of the decoded response.
    type Output: Send;
    /// How much of the body is read before [`decode`](Self::decode).
    const READING: Reading;

    /// Decodes the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the body can't be decoded as the documented response type.
    fn decode(raw: &mut RawResponse) -> Result<Self::Output, Error>;
}

/// Decodes JSON.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(PhantomData<fn() -> T>);

/// Ignores the body.
#[derive(Debug, Clone, Copy)]
pub struct Empty;

/// Decodes text.
#[derive(Debug, Clone, Copy)]
pub struct Text;

/// Reads the whole body as bytes, up to the call's limit.
#[derive(Debug, Clone, Copy)]
pub struct WholeBody;

impl<T: serde::de::DeserializeOwned + Send + 'static> Decode for Json<T> {
    type Output = T;
    const READING: Reading = Reading::Whole;

    fn decode(raw: &mut RawResponse) -> Result<T, Error> {
        json::decode(raw)
    }
}

impl Decode for Empty {
    type Output = ();
    const READING: Reading = Reading::Nothing;

    fn decode(_: &mut RawResponse) -> Result<(), Error> {
        Ok(())
    }
}

impl Decode for WholeBody {
    type Output = bytes::Bytes;
    const READING: Reading = Reading::Whole;

    fn decode(raw: &mut RawResponse) -> Result<bytes::Bytes, Error> {
        Ok(raw.whole())
    }
}

impl Decode for Text {
    type Output = String;
    const READING: Reading = Reading::Whole;

    fn decode(raw: &mut RawResponse) -> Result<String, Error> {
        let body = raw.whole();
        String::from_utf8(in_utf8(&body, raw.content_type()).into_owned())
            .map_err(|_| raw.error(ErrorKind::Decode, "the response is not valid UTF-8"))
    }
}
