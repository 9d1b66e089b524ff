//! Encodes the caller's value in the selected media type.

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::request::body::multipart::Multipart;
use crate::request::body::pairs::{Field, pairs};
use crate::request::body::parts::Parts;
use crate::request::body::{Body, form};
use crate::system::randomness::Randomness;
use crate::table::request_body::{Encoding, MediaType};

/// A body and its `Content-Type`.
pub(crate) struct Encoded {
    pub(crate) body: Body,
    pub(crate) content_type: String,
}

/// Encodes a value from its JSON text, which keeps numbers exact.
pub(crate) fn encode(
    json: &Bytes,
    media: &MediaType,
    randomness: &dyn Randomness,
) -> Result<Encoded, String> {
    let plain = |bytes: Bytes| Encoded {
        body: Body::Bytes(bytes),
        content_type: media.name.to_owned(),
    };
    Ok(match media.encoding {
        Encoding::Json => plain(json.clone()),
        Encoding::Form | Encoding::StyledForm(_) => {
            plain(form::encode(json, media.encoding.styles())?)
        }
        Encoding::Multipart | Encoding::KeyedParts(_) => {
            let mut parts = Parts::new();
            for (name, field) in pairs(json)? {
                let is_map = media.encoding.maps().contains(&name.as_str());
                parts = match field {
                    Field::Json(map) if is_map => entries(parts, &name, map)?,
                    Field::Json(value) => parts.json(name, value),
                    Field::Text(value) => parts.text(name, value),
                };
            }
            encode_parts(parts, media, randomness)?
        }
        Encoding::Text => {
            let text: String = serde_json::from_slice(json)
                .map_err(|_| "a text body must be a string".to_owned())?;
            plain(text.into())
        }
        Encoding::Lines => plain(lines(json)?),
        Encoding::Bytes => {
            return Err(format!(
                "a body of type {} must be bytes, not a value",
                media.name
            ));
        }
    })
}

/// Adds the entries of a map as parts, each named `name[key]`.
fn entries(mut parts: Parts, name: &str, map: &RawValue) -> Result<Parts, String> {
    for (key, field) in pairs(map.get().as_bytes())? {
        let name = format!("{name}[{key}]");
        parts = match field {
            Field::Text(value) => parts.text(name, value),
            Field::Json(value) => parts.json(name, value),
        };
    }
    Ok(parts)
}

/// Encodes parts. Adds the boundary to the `Content-Type`.
pub(crate) fn encode_parts(
    parts: Parts,
    media: &MediaType,
    randomness: &dyn Randomness,
) -> Result<Encoded, String> {
    if !media.encoding.is_multipart() {
        return Err(format!(
            "a body of type {} cannot consist of parts",
            media.name
        ));
    }
    let multipart = Multipart::new(parts, randomness)?;
    Ok(Encoded {
        content_type: format!("{}; boundary={}", media.name, multipart.boundary()),
        body: Body::Parts(multipart),
    })
}

/// Returns the items of a JSON list, one per line.
fn lines(json: &Bytes) -> Result<Bytes, String> {
    let items: Vec<&RawValue> = serde_json::from_slice(json).map_err(|_| {
        "the value must be a list, because the body has one JSON value per line".to_owned()
    })?;
    let lines: Vec<&str> = items.iter().map(|item| item.get()).collect();
    Ok(lines.join("\n").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::randomness::SystemRandomness;
    use crate::table::parameter::Style;
    use crate::transport::request::TransportBody;

    fn encoded(json: &'static str, encoding: Encoding) -> Result<String, String> {
        let media = MediaType {
            name: "x/y",
            encoding,
            schema: "",
        };
        let encoded = encode(&Bytes::from(json), &media, &SystemRandomness::new())?;
        match encoded.body {
            Body::Bytes(bytes) => Ok(String::from_utf8(bytes.to_vec()).unwrap()),
            _ => Ok(String::new()),
        }
    }

    #[test]
    fn a_value_can_be_encoded_as_json_a_form_text_or_lines() {
        let json = r#"{"amount":1234567890.123456789012345678,"ids":[1,2],"note":"a b&ü","none":null,"ok":true}"#;
        assert_eq!(encoded(json, Encoding::Json).unwrap(), json);
        assert_eq!(
            encoded(json, Encoding::Form).unwrap(),
            "amount=1234567890.123456789012345678&ids=1&ids=2&note=a+b%26%C3%BC&ok=true"
        );
        assert_eq!(
            encoded(r#""plain \"text\"""#, Encoding::Text).unwrap(),
            r#"plain "text""#
        );
        assert_eq!(
            encoded(r#"[{"a":1},{"a":2}]"#, Encoding::Lines).unwrap(),
            "{\"a\":1}\n{\"a\":2}"
        );
    }

    #[test]
    fn form_fields_are_encoded_in_their_documented_styles() {
        let styles = Encoding::StyledForm(&[
            ("deep", Style::DeepObject),
            ("expand", Style::DeepObject),
            ("ids", Style::Comma),
            ("words", Style::Space),
            ("colors", Style::Pipe),
            ("point", Style::Exploded),
            ("box", Style::Comma),
        ]);
        let json = r#"{"deep":{"a":{"b":1.10},"n":null,"l":[{"c":"x"}]},"expand":["e f"],"ids":[1,2],"words":["a","b"],"colors":["r","g"],"point":{"x":1,"y":2},"box":{"w":3},"plain":{"z":[1]},"list":["p","q"],"none":[]}"#;
        assert_eq!(
            encoded(json, styles)
                .unwrap()
                .split('&')
                .collect::<Vec<_>>(),
            [
                "deep%5Ba%5D%5Bb%5D=1.10",
                "deep%5Bl%5D%5B0%5D%5Bc%5D=x",
                "expand%5B0%5D=e+f",
                "ids=1%2C2",
                "words=a+b",
                "colors=r%7Cg",
                "x=1",
                "y=2",
                "box=w%2C3",
                "plain=%7B%22z%22%3A%5B1%5D%7D",
                "list=p",
                "list=q",
            ]
        );
    }

    #[tokio::test]
    async fn nested_values_become_json_parts_and_each_map_entry_becomes_a_part() {
        let media = MediaType {
            name: "multipart/form-data",
            encoding: Encoding::KeyedParts(&["map"]),
            schema: "",
        };
        let json =
            r#"{"name":"n","inner":{"size":1.10},"list":[{"a":1},"b"],"map":{"x":"1","y":2}}"#;
        let encoded = encode(&json.into(), &media, &SystemRandomness::new()).unwrap();
        let mut body = encoded.body.open().await.unwrap_or(TransportBody::EMPTY);
        let mut text = String::new();
        let mut body = std::pin::Pin::new(&mut body);
        while let Some(frame) =
            std::future::poll_fn(|cx| http_body::Body::poll_frame(body.as_mut(), cx)).await
        {
            let data = frame.unwrap().into_data().unwrap();
            text.push_str(std::str::from_utf8(&data).unwrap());
        }
        for part in [
            "name=\"name\"\r\n\r\nn\r\n",
            "name=\"inner\"\r\nContent-Type: application/json\r\n\r\n{\"size\":1.10}\r\n",
            "name=\"list\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n",
            "name=\"list\"\r\n\r\nb\r\n",
            "name=\"map[x]\"\r\n\r\n1\r\n",
            "name=\"map[y]\"\r\n\r\n2\r\n",
        ] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
    }

    #[test]
    fn a_value_that_does_not_fit_the_encoding_is_rejected() {
        assert!(encoded("[1]", Encoding::Form).is_err());
        assert!(encoded("{}", Encoding::Text).is_err());
        assert!(encoded("{}", Encoding::Lines).is_err());
        assert!(encoded("{}", Encoding::Bytes).is_err());
    }
}
