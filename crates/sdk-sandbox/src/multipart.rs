//! The parts of a `multipart/form-data` body.

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'b> {
    pub(crate) name: String,
    pub(crate) content: &'b [u8],
}

impl Part<'_> {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.content).into_owned()
    }
}

/// Takes a body apart; `None` where it is not what its content type says.
pub(crate) fn parts<'b>(content_type: &str, body: &'b [u8]) -> Option<Vec<Part<'b>>> {
    let boundary = parameter(content_type, "boundary").filter(|b| !b.is_empty())?;
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(format!("--{boundary}").as_bytes())?;
    let mut parts = Vec::new();
    while let Some(section) = rest.strip_prefix(b"\r\n") {
        let (head, tail) = split(section, b"\r\n\r\n")?;
        let (content, after) = split(tail, delimiter.as_bytes())?;
        let head = std::str::from_utf8(head).ok()?;
        let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let disposition = lines
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
            .map(|(_, v)| v)
            .next()?;
        parts.push(Part {
            name: parameter(disposition, "name")?,
            content,
        });
        rest = after;
    }
    rest.starts_with(b"--").then_some(parts)
}

/// A parameter of a header value, quoted or not.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let parameters = header
        .split(';')
        .skip(1)
        .filter_map(|p| p.trim().split_once('='));
    let (_, value) = parameters
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    let value = value.trim();
    let unquoted = value
        .strip_prefix('"')
        .and_then(|v| v.strip_suffix('"'))
        .unwrap_or(value);
    Some(unquoted.replace("%22", "\""))
}

fn split<'b>(bytes: &'b [u8], at: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let place = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..place], &bytes[place + at.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_name_and_kept_byte_for_byte() {
        let body = b"--b1\r\nContent-Disposition: form-data; name=\"grant\"\r\n\r\nclient\r\n--b1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\nContent-Type: image/png\r\n\r\n\x00\r\n\xff\r\n--b1--\r\n";
        let found = parts("multipart/form-data; boundary=\"b1\"", body).unwrap();
        assert_eq!(
            found[0],
            Part {
                name: "grant".into(),
                content: b"client"
            }
        );
        assert_eq!(
            found[1],
            Part {
                name: "file".into(),
                content: b"\x00\r\n\xff"
            }
        );
    }

    #[test]
    fn a_body_that_breaks_off_is_none() {
        for body in [
            &b""[..],
            b"--b1",
            b"--b1\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
            b"--b1\r\n\r\nx\r\n--b1--",
        ] {
            assert_eq!(parts("multipart/form-data; boundary=b1", body), None);
        }
        assert_eq!(parts("multipart/form-data", b"--b1--"), None);
    }
}
