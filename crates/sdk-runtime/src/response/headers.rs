//! Typed access to the headers of a response.

use std::str::FromStr;

use http::HeaderMap;

use crate::error::Error;
use crate::response::raw_response::RawResponse;
use crate::response::typed::Response;

/// A type that may have the headers of a response: a response, an error, or a header map.
///
/// A vendor crate adds a trait with a method for every header that the vendor documents.
pub trait HasHeaders {
    /// Returns the headers, if there was a response.
    fn header_map(&self) -> Option<&HeaderMap>;

    /// Returns the value of a header, or `None` if it is absent or doesn't parse.
    fn header<T: FromStr>(&self, name: &str) -> Option<T>
    where
        Self: Sized,
    {
        let value = self.header_map()?.get(name)?;
        // `to_str` would reject UTF-8, which file names and messages may contain.
        std::str::from_utf8(value.as_bytes())
            .ok()?
            .trim()
            .parse()
            .ok()
    }
}

impl HasHeaders for HeaderMap {
    fn header_map(&self) -> Option<&HeaderMap> {
        Some(self)
    }
}

impl HasHeaders for RawResponse {
    fn header_map(&self) -> Option<&HeaderMap> {
        Some(self.headers())
    }
}

impl<T> HasHeaders for Response<T> {
    fn header_map(&self) -> Option<&HeaderMap> {
        Some(self.headers())
    }
}

impl HasHeaders for Error {
    fn header_map(&self) -> Option<&HeaderMap> {
        self.headers()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    trait AnswerHeaders: HasHeaders + Sized {
        fn remaining(&self) -> Option<i64> {
            self.header("X-Remaining")
        }
    }
    impl<T: HasHeaders> AnswerHeaders for T {}

    #[test]
    fn a_header_is_parsed_as_the_requested_type() {
        let mut headers = HeaderMap::new();
        headers.insert("x-remaining", " 7".parse().unwrap());
        headers.insert("location", "/things/ü".parse().unwrap());
        assert_eq!(headers.remaining(), Some(7));
        assert_eq!(
            headers.header::<String>("Location").as_deref(),
            Some("/things/ü")
        );
        assert_eq!(headers.header::<u32>("location"), None);
        assert_eq!(headers.header::<String>("absent"), None);
    }
}
