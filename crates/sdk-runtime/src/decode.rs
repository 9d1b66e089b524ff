//! How the body of an answer becomes the value of its operation.

mod download;
mod file_name;
mod json;
mod pluck;
mod positional;
mod save;
mod watch;

use std::marker::PhantomData;

pub use download::Download;
pub(crate) use json::unreadable;

pub(crate) use pluck::{Plucked, pluck};

use crate::{Error, ErrorKind, Operation, RawResponse};

/// A JSON text without the byte order mark that some servers put before it (RFC 8259, section 8.1).
pub(crate) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json)
}

/// An operation with a type of its own.
///
/// Generated code has one marker type per operation.
pub trait TypedOperation: Send + Sync + 'static {
    /// How its answer is read: [`Json`], [`Text`], [`Empty`] or [`Download`].
    type Answer: Decode;
    /// The operation.
    const OPERATION: &'static Operation;
}

/// An operation that takes many items.
pub trait BulkOperation: TypedOperation {
    /// What the vendor reports on an item.
    type Status: serde::de::DeserializeOwned;
}

/// How the body of a successful answer is read.
pub trait Decode: 'static {
    /// What it is read as.
    type Output: Send;
    /// How much of the body is to be read before [`decode`](Self::decode).
    const READING: Reading;

    /// Reads the answer.
    ///
    /// # Errors
    /// If the body is not what the operation promises.
    fn decode(raw: &mut RawResponse) -> Result<Self::Output, Error>;
}

/// How much of a body is read before the call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of it, up to the call's limit (`max_answer_bytes`).
    Whole,
    /// To its end, but only the first 64 KiB are kept, to see whether they are an error.
    Nothing,
    /// Of a success nothing, of an error its start.
    Stream,
    /// Nothing, whatever the status.
    Untouched,
}

/// Reads JSON.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(PhantomData<fn() -> T>);

/// Reads nothing, whatever comes.
#[derive(Debug, Clone, Copy)]
pub struct Empty;

/// Reads text.
#[derive(Debug, Clone, Copy)]
pub struct Text;

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

impl Decode for Text {
    type Output = String;
    const READING: Reading = Reading::Whole;

    fn decode(raw: &mut RawResponse) -> Result<String, Error> {
        String::from_utf8(raw.whole().into())
            .map_err(|_| raw.error(ErrorKind::Decode, "the answer is not UTF-8 text"))
    }
}
