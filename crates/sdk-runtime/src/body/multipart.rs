//! Encodes a flat value as the text parts of a multipart body.

use bytes::Bytes;

use super::pairs::pairs;
use crate::randomness::Randomness;

/// The body, and the boundary that the header must name.
pub(super) fn encode(json: &[u8], randomness: &dyn Randomness) -> Result<(Bytes, String), String> {
    let pairs = pairs(json)?;
    let boundary = format!("{:016x}{:016x}", randomness.next(), randomness.next());
    let mut body = String::new();
    for (name, value) in pairs {
        let name = name
            .replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A");
        body.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    Ok((body.into(), boundary))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Randomness for Fixed {
        fn next(&self) -> u64 {
            10
        }
    }

    #[test]
    fn every_field_is_a_part_of_its_own() {
        let (body, boundary) = encode(
            br#"{"grant_type":"x","to[]":["de","fr"],"a\"b\n":1}"#,
            &Fixed,
        )
        .unwrap();
        assert_eq!(boundary, "000000000000000a000000000000000a");
        let part = |name: &str, value: &str| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
        };
        let expected = [
            part("grant_type", "x"),
            part("to[]", "de"),
            part("to[]", "fr"),
            part("a%22b%0A", "1"),
        ]
        .concat();
        assert_eq!(body, format!("{expected}--{boundary}--\r\n"));
    }
}
