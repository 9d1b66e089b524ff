//! Response bodies that are declared as ISO-8859-1 (Latin-1).

use std::borrow::Cow;

/// Returns the body as UTF-8. The body is unchanged unless its `Content-Type` declares ISO-8859-1.
///
/// RFC 8259, section 8.1, requires UTF-8 for JSON text that systems exchange. Servers that send
/// Latin-1 declare it.
pub(crate) fn in_utf8<'a>(body: &'a [u8], content_type: &str) -> Cow<'a, [u8]> {
    if !declares_latin_1(content_type) || body.is_ascii() {
        return Cow::Borrowed(body);
    }
    let text: String = body.iter().copied().map(char::from).collect();
    Cow::Owned(text.into_bytes())
}

fn declares_latin_1(content_type: &str) -> bool {
    content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .any(|(_, value)| {
            let value = value.trim().trim_matches('"');
            ["iso-8859-1", "latin1", "iso8859-1", "iso_8859-1"]
                .iter()
                .any(|name| value.eq_ignore_ascii_case(name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_body_declared_as_latin_1_is_converted() {
        let latin = b"\"M\xfcller\"";
        for declared in [
            "application/json; charset=ISO-8859-1",
            "application/json;Charset=\"iso-8859-1\"",
        ] {
            assert_eq!(&*in_utf8(latin, declared), "\"Müller\"".as_bytes());
        }
        for other in ["application/json", "application/json; charset=utf-8", ""] {
            assert_eq!(&*in_utf8(latin, other), latin);
        }
    }
}
