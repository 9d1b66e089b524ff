//! Files inside JSON: documents of continuous projects are sent as Base64.
//!
//! [`EncodedFile::encode`](crate::types::EncodedFile::encode) encodes a file, and
//! [`InstantTranslationResult::file`](crate::types::InstantTranslationResult::file) decodes a translated file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

impl crate::continuous_project::EncodedFile {
    /// Encodes the content of a file as Base64.
    ///
    /// The name must have an extension, from which the server derives the format.
    ///
    /// ```
    /// use motaword_sdk::types::EncodedFile;
    ///
    /// let file = EncodedFile::encode("page.html", "<h1>Hello</h1>");
    /// assert_eq!(file.data.as_deref(), Some("PGgxPkhlbGxvPC9oMT4="));
    /// ```
    pub fn encode(name: impl Into<String>, content: impl AsRef<[u8]>) -> Self {
        Self {
            name: Some(name.into()),
            data: Some(STANDARD.encode(content)),
        }
    }
}

impl crate::continuous_project::InstantTranslationResult {
    /// Decodes the translation of a file that was sent as a document.
    ///
    /// Returns `None` if the response does not contain the file, or if the file's value is not
    /// Base64.
    ///
    /// Translations of the strings in the request's `contents` are not encoded, so read them from
    /// the field `results`.
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        STANDARD.decode(self.results.as_ref()?.get(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::types::InstantTranslationResult;

    #[test]
    fn a_translated_file_is_decoded_and_plain_text_is_not_mistaken_for_one() {
        let pairs = [
            ("page.html", "PGgxPkJvbmpvdXI8L2gxPg=="),
            ("Hello", "Bonjour!"),
        ];
        let pairs = pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let answer = InstantTranslationResult {
            results: Some(BTreeMap::from(pairs)),
        };
        let page = answer.file("page.html");
        assert_eq!(page.as_deref(), Some(&b"<h1>Bonjour</h1>"[..]));
        assert_eq!(answer.file("Hello"), None);
        assert_eq!(answer.file("other.html"), None);
    }
}
