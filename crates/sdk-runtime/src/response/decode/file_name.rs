//! File name in the `Content-Disposition` header.

use percent_encoding::percent_decode_str;

/// Maximum length of a name in bytes. File systems allow 255.
const MAX_NAME_BYTES: usize = 200;

/// Returns the file name in a `Content-Disposition` header, without folders, and with unsafe
/// characters replaced.
pub(super) fn file_name(header: &str) -> Option<String> {
    let (mut plain, mut extended) = (None, None);
    for (name, value) in parameters(header) {
        match name.as_str() {
            "filename" if plain.is_none() => plain = Some(value),
            "filename*" if extended.is_none() => extended = decode(&value),
            _ => {}
        }
    }
    sanitize(&extended.or(plain)?)
}

/// Returns the parameters of a header, without quotes.
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, left) = if let Some(quoted) = after.strip_prefix('"') {
            unquote(quoted)
        } else {
            let (value, left) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), left)
        };
        let name = name.trim_matches([' ', ';', '\t']).to_ascii_lowercase();
        parameters.push((name, value));
        rest = left;
    }
    parameters
}

fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                // This is a Windows path from a server that doesn't escape backslashes.
                Some((_, other)) => value.extend(['\\', other]),
                None => {}
            },
            other => value.push(other),
        }
    }
    (value, "")
}

/// Decodes a value in the format of RFC 8187, such as `UTF-8''%e2%82%ac.txt`. Also accepts the
/// charset ISO-8859-1.
fn decode(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes = percent_decode_str(encoded);
    if charset.eq_ignore_ascii_case("utf-8") {
        return bytes.decode_utf8().ok().map(|text| text.into_owned());
    }
    charset
        .eq_ignore_ascii_case("iso-8859-1")
        .then(|| bytes.map(char::from).collect())
}

fn sanitize(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_refused = |character: char| {
        character.is_control() || matches!(character, ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    let clean: String = last
        .chars()
        .map(|character| {
            if is_refused(character) {
                '_'
            } else {
                character
            }
        })
        .collect();
    let mut clean = clean
        .trim_start_matches(['.', ' '])
        .trim_end_matches(['.', ' ']);
    while clean.len() > MAX_NAME_BYTES {
        let (end, _) = clean.char_indices().next_back()?;
        clean = &clean[..end];
    }
    (!clean.is_empty()).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_read_in_every_supported_format() {
        for (header, name) in [
            (r#"attachment; filename="a b.pdf""#, "a b.pdf"),
            ("attachment; filename=a.pdf", "a.pdf"),
            ("attachment;filename=a.pdf;size=3", "a.pdf"),
            (r#"inline; size=3; FileName="a\"b;c.pdf""#, "a_b;c.pdf"),
            (
                "attachment; filename=\"e.txt\"; filename*=UTF-8''%e2%82%ac%20x.txt",
                "€ x.txt",
            ),
            ("attachment; filename*=iso-8859-1'en'%A3.txt", "£.txt"),
            (
                "attachment; filename=\"e.txt\"; filename*=KOI8''%e2",
                "e.txt",
            ),
            (r#"attachment; filename="ü.txt""#, "ü.txt"),
        ] {
            assert_eq!(file_name(header).as_deref(), Some(name), "{header}");
        }
    }

    #[test]
    fn a_file_name_cannot_escape_its_folder() {
        for (header, name) in [
            (r#"attachment; filename="../../etc/passwd""#, Some("passwd")),
            (r#"attachment; filename="C:\dir\a.txt""#, Some("a.txt")),
            ("attachment; filename*=UTF-8''..%2F..%2Fx", Some("x")),
            (r#"attachment; filename=".bashrc""#, Some("bashrc")),
            (r#"attachment; filename="..""#, None),
            (r#"attachment; filename="a/""#, None),
            ("attachment; filename*=UTF-8''a%00b%0A", Some("a_b_")),
            ("attachment", None),
            ("", None),
        ] {
            assert_eq!(file_name(header).as_deref(), name, "{header}");
        }
        let long = format!("attachment; filename=\"{}\"", "ü".repeat(300));
        assert_eq!(file_name(&long).unwrap().len(), 200);
    }
}
