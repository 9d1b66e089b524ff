//! The codes of uploaded files, which come in the headers of an answer and go into values.

use sdk_runtime::HasHeaders;

use crate::AnswerHeaders;

/// Takes the code of the new file out of the answer to an upload.
///
/// Assets and reference entities have a header of their own for it; products and categories have it in `Location`. Its
/// slashes are part of it: a download takes it as it is.
///
/// ```no_run
/// # async fn example(client: &akeneo_sdk::Client) -> Result<(), akeneo_sdk::Error> {
/// use akeneo_sdk::media::MediaCode;
/// use akeneo_sdk::types::FileUpload;
///
/// let upload = FileUpload::new(akeneo_sdk::File::path("lamp.jpg"));
/// let answer = client.upload_asset_media_file(upload).await?;
/// println!("{:?}", answer.media_code()); // Some("1/a/2/b/0f3c_lamp.jpg")
/// # Ok(())
/// # }
/// ```
pub trait MediaCode: HasHeaders + Sized {
    /// The code of the file; `None` for the files of PAM assets, which have none.
    fn media_code(&self) -> Option<String> {
        self.asset_media_file_code()
            .or_else(|| self.reference_entities_media_file_code())
            .or_else(|| code_in(&self.location()?))
    }
}

impl<T: HasHeaders> MediaCode for T {}

/// The code is what follows `media-files/` in the address of the file, decoded.
fn code_in(location: &str) -> Option<String> {
    let path = location.split(['?', '#']).next()?;
    let (_, code) = path.split_once("media-files/")?;
    let code = code.strip_suffix("/download").unwrap_or(code);
    (!code.is_empty()).then(|| decoded(code))?
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sdk_runtime::HeaderMap;

    fn code(name: &'static str, value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers.media_code()
    }

    #[test]
    fn the_code_is_read_from_whichever_header_has_it() {
        let expected = Some("1/a/0f_my lamp.jpg");
        for address in [
            "https://pim/api/rest/v1/media-files/1/a/0f_my%20lamp.jpg",
            "https://pim/api/rest/v1/media-files/1/a/0f_my%20lamp.jpg/download?x=1",
            "/api/rest/v1/category-media-files/1/a/0f_my%20lamp.jpg",
        ] {
            assert_eq!(code("location", address).as_deref(), expected, "{address}");
        }
        for name in [
            "asset-media-file-code",
            "reference-entities-media-file-code",
        ] {
            assert_eq!(code(name, "1/a/0f_my lamp.jpg").as_deref(), expected);
        }
        assert_eq!(code("location", "https://pim/api/rest/v1/assets/a"), None);
        assert_eq!(code("location", "https://pim/media-files/"), None);
        assert_eq!(code("location", "/media-files/100%"), Some("100%".into()));
    }
}
