//! The items of a bulk request.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use serde::Serialize;

use crate::value::secret::{Secret, written};

/// Items for a bulk request: an iterator or a stream of values, or of references to values.
///
/// The compiler infers `Kind`, which distinguishes iterators from streams.
pub trait IntoBulk<'a, T, Kind> {
    /// Encodes the items one by one, on demand.
    fn into_lines(self) -> Lines<'a>;
}

/// Marker type for an iterator of items.
#[derive(Debug)]
pub enum Iterated {}

/// Marker type for a stream of items.
#[derive(Debug)]
pub enum Streamed {}

/// Items as JSON text, each encoded on demand.
pub struct Lines<'a>(pub(super) Pin<Box<dyn Stream<Item = Encoded> + Send + 'a>>);

pub(super) type Encoded = Result<Line, String>;

/// An item as JSON text.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) json: Bytes,
    /// Secrets in the item. They must not appear in errors.
    pub(super) secrets: Vec<Secret>,
}

impl fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines(..)")
    }
}

impl<'a, T, I> IntoBulk<'a, T, Iterated> for I
where
    T: Serialize + 'a,
    I: IntoIterator,
    I::IntoIter: Send + 'a,
    I::Item: Borrow<T>,
{
    fn into_lines(self) -> Lines<'a> {
        Lines(Box::pin(FromIterator::<T, _> {
            items: self.into_iter(),
            item: PhantomData,
        }))
    }
}

impl<'a, T, S> IntoBulk<'a, T, Streamed> for S
where
    T: Serialize + 'a,
    S: Stream + Send + 'a,
    S::Item: Borrow<T>,
{
    fn into_lines(self) -> Lines<'a> {
        Lines(Box::pin(FromStream::<T, _> {
            items: Box::pin(self),
            item: PhantomData,
        }))
    }
}

struct FromIterator<T, I> {
    items: I,
    item: PhantomData<fn(T)>,
}

/// The iterator is never pinned in place, so it doesn't have to be `Unpin`.
impl<T, I> Unpin for FromIterator<T, I> {}

impl<T, I> Stream for FromIterator<T, I>
where
    T: Serialize,
    I: Iterator,
    I::Item: Borrow<T>,
{
    type Item = Encoded;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Encoded>> {
        Poll::Ready(self.items.next().map(|item| encode::<T>(item.borrow())))
    }
}

struct FromStream<T, S> {
    items: Pin<Box<S>>,
    item: PhantomData<fn(T)>,
}

impl<T, S> Stream for FromStream<T, S>
where
    T: Serialize,
    S: Stream,
    S::Item: Borrow<T>,
{
    type Item = Encoded;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Encoded>> {
        let next = self.items.as_mut().poll_next(cx);
        next.map(|item| item.map(|item| encode::<T>(item.borrow())))
    }
}

fn encode<T: Serialize>(item: &T) -> Encoded {
    let (json, secrets) = written(|| serde_json::to_vec(item));
    match json {
        Ok(json) => Ok(Line {
            json: json.into(),
            secrets,
        }),
        Err(error) => Err(format!("the item cannot be encoded: {error}")),
    }
}
