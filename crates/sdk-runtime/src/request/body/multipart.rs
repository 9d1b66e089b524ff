//! Writes parts separated by a boundary.

use bytes::Bytes;

use crate::request::body::chain::{Chain, Piece};
use crate::request::body::parts::{Content, Part, Parts};
use crate::request::body::source::NotOpened;
use crate::system::randomness::Randomness;

/// A multipart body, which is opened for every attempt.
#[derive(Clone)]
pub(crate) struct Multipart {
    parts: std::sync::Arc<[Part]>,
    boundary: String,
}

impl Multipart {
    pub(super) fn new(parts: Parts, randomness: &dyn Randomness) -> Result<Self, String> {
        if let Some(failure) = parts.failure {
            return Err(failure);
        }
        Ok(Self {
            parts: parts.parts.into(),
            boundary: format!("{:016x}{:016x}", randomness.next(), randomness.next()),
        })
    }

    pub(super) fn boundary(&self) -> &str {
        &self.boundary
    }

    pub(super) fn is_replayable(&self) -> bool {
        self.parts.iter().all(|part| match &part.content {
            Content::File(file) => file.source.is_replayable(),
            Content::Text(_) | Content::Json(_) => true,
        })
    }

    pub(super) fn is_streamed(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| matches!(part.content, Content::File(_)))
    }

    /// Fills a chain. Consecutive strings are joined, so that small bodies are sent in one piece.
    pub(super) async fn open(&self, chain: &mut Chain) -> Result<(), NotOpened> {
        let mut text = Vec::new();
        for part in self.parts.iter() {
            text.extend_from_slice(self.head(part).as_bytes());
            match &part.content {
                Content::Text(bytes) | Content::Json(bytes) => text.extend_from_slice(bytes),
                Content::File(file) => {
                    chain.push(Piece::Bytes(Bytes::from(std::mem::take(&mut text))));
                    chain.push(file.source.open().await?);
                }
            }
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        chain.push(Piece::Bytes(text.into()));
        Ok(())
    }

    fn head(&self, part: &Part) -> String {
        let mut head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"",
            self.boundary,
            escaped_name(&part.name)
        );
        match &part.content {
            Content::Text(_) => {}
            Content::Json(_) => head.push_str("\r\nContent-Type: application/json"),
            Content::File(file) => head.push_str(&format!(
                "; filename=\"{}\"\r\nContent-Type: {}",
                escaped_name(file.name()),
                file.media_type().replace(['\r', '\n'], "")
            )),
        }
        head.push_str("\r\n\r\n");
        head
    }
}

/// Escapes names as browsers do. Not every server supports the alternatives: backslash escapes and
/// `filename*`.
fn escaped_name(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::body::Body;
    use crate::request::body::file::File;
    use crate::transport::request::TransportBody;

    struct Fixed;

    impl Randomness for Fixed {
        fn next(&self) -> u64 {
            10
        }
    }

    async fn written(parts: Parts) -> (String, Option<u64>) {
        let body = Body::Parts(Multipart::new(parts, &Fixed).unwrap());
        let mut body = body.open().await.unwrap_or(TransportBody::EMPTY);
        let length = http_body::Body::size_hint(&body).exact();
        let mut text = Vec::new();
        while let Some(frame) = std::future::poll_fn(|cx| {
            http_body::Body::poll_frame(std::pin::Pin::new(&mut body), cx)
        })
        .await
        {
            text.extend_from_slice(&frame.unwrap().into_data().unwrap());
        }
        (String::from_utf8(text).unwrap(), length)
    }

    #[tokio::test]
    async fn every_part_has_its_own_header() {
        let parts = Parts::new()
            .text("to[]", ["de", "fr"])
            .text("none", None::<&str>)
            .json("meta", &serde_json::json!({"a": null}))
            .json("nothing", &None::<i64>)
            .keyed("custom", [("k", 1)])
            .file("a\"b\n", File::bytes("ü\".pdf", "%PDF"));
        let (text, length) = written(parts).await;
        let boundary = "--000000000000000a000000000000000a";
        let expected = [
            "Content-Disposition: form-data; name=\"to[]\"\r\n\r\nde",
            "Content-Disposition: form-data; name=\"to[]\"\r\n\r\nfr",
            "Content-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"a\":null}",
            "Content-Disposition: form-data; name=\"custom[k]\"\r\n\r\n1",
            "Content-Disposition: form-data; name=\"a%22b%0A\"; filename=\"ü%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF",
        ]
        .map(|part| format!("{boundary}\r\n{part}\r\n"))
        .concat();
        assert_eq!(text, format!("{expected}{boundary}--\r\n"));
        assert_eq!(length, Some(text.len() as u64));
    }

    #[tokio::test]
    async fn an_error_names_the_part_that_cannot_be_sent() {
        let failure = Multipart::new(Parts::new().text("n", f64::NAN), &Fixed).err();
        assert!(failure.unwrap().contains("`n`"));
    }
}
