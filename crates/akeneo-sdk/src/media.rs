//! Codes of uploaded files, and the values that uploads set.

use percent_encoding::percent_decode_str;
use sdk_runtime::HasHeaders;

use crate::AnswerHeaders;
#[cfg(any(feature = "media-files", feature = "category-media-files"))]
use crate::values::At;

#[cfg(feature = "media-files")]
impl crate::media_files::ProductMediaTarget {
    /// Creates the target of an upload: the value of a product in one locale and channel.
    ///
    /// ```
    /// use akeneo_sdk::types::ProductMediaTarget;
    /// use akeneo_sdk::values::At;
    ///
    /// let same_for_all = ProductMediaTarget::at("lamp-1", "picture", At::EVERYWHERE);
    /// let for_print = ProductMediaTarget::at("lamp-1", "leaflet", At::locale("en_US").in_scope("print"));
    /// assert_eq!(for_print.locale.as_deref(), Some("en_US"));
    /// ```
    pub fn at(identifier: impl Into<String>, attribute: impl Into<String>, at: At<'_>) -> Self {
        Self {
            identifier: identifier.into(),
            attribute: attribute.into(),
            scope: at.scope.map(str::to_owned),
            locale: at.locale.map(str::to_owned),
        }
    }
}

#[cfg(feature = "media-files")]
impl crate::media_files::ProductModelMediaTarget {
    /// Creates the target of an upload: the value of a product model in one locale and channel.
    pub fn at(code: impl Into<String>, attribute: impl Into<String>, at: At<'_>) -> Self {
        Self {
            code: code.into(),
            attribute: attribute.into(),
            scope: at.scope.map(str::to_owned),
            locale: at.locale.map(str::to_owned),
        }
    }
}

#[cfg(feature = "category-media-files")]
impl crate::category_media_files::CategoryMediaTarget {
    /// Creates the target of an upload: the value of a category in one locale and channel.
    pub fn at(code: impl Into<String>, attribute: impl Into<String>, at: At<'_>) -> Self {
        Self {
            code: code.into(),
            attribute_code: attribute.into(),
            channel: at.scope.map(str::to_owned),
            locale: at.locale.map(str::to_owned),
        }
    }
}

/// Reads the code of the new file from the response to an upload.
///
/// For assets and reference entities, the code is in a separate header. For products and categories, it is part of
/// `Location`. The slashes are part of the code, so pass the code to a download unchanged.
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
    /// Returns the code of the file, or `None` if the response does not contain a code, for example
    /// for PAM assets.
    fn media_code(&self) -> Option<String> {
        self.asset_media_file_code()
            .or_else(|| self.reference_entities_media_file_code())
            .or_else(|| code_in(&self.location()?))
    }
}

impl<T: HasHeaders> MediaCode for T {}

/// Returns the percent-decoded part of a file's URL after `media-files/`, without `/download`, a
/// query or a fragment at the end. Returns `None` if that part is missing, empty or not UTF-8.
fn code_in(location: &str) -> Option<String> {
    let path = location.split(['?', '#']).next()?;
    let (_, code) = path.split_once("media-files/")?;
    let code = code.strip_suffix("/download").unwrap_or(code);
    let code = percent_decode_str(code).decode_utf8().ok()?;
    (!code.is_empty()).then(|| code.into_owned())
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
    fn the_media_code_is_read_from_its_header_or_the_location() {
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
        assert_eq!(code("location", "/media-files/a%+f"), Some("a%+f".into()));
    }
}
