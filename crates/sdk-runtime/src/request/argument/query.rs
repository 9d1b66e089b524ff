//! Writes query parameters into a query string.

use crate::request::argument::Argument;
use crate::request::argument::text::{deep_pairs, members, percent_encoded, texts};
use crate::table::parameter::{Kind, Parameter, Style};

/// Appends one parameter to a query string.
pub(crate) fn append(
    query: &mut String,
    parameter: &Parameter,
    argument: &Argument,
) -> Result<(), String> {
    let pairs = match (parameter.style, parameter.kind) {
        (Style::DeepObject, _) => Some(deep_pairs(parameter.name, &argument.0)?),
        (Style::Exploded, Kind::Object) => Some(members(&argument.0)?),
        _ => None,
    };
    if let Some(pairs) = pairs {
        for (name, value) in &pairs {
            append_pair(query, name, value);
        }
        return Ok(());
    }
    let texts = texts(parameter, &argument.0)?;
    match parameter.style {
        Style::Simple | Style::Comma | Style::Space | Style::Pipe if texts.len() > 1 => {
            append_name(query, parameter.name);
            for (number, text) in texts.iter().enumerate() {
                if number > 0 {
                    query.push_str(match parameter.style {
                        // RFC 3986 allows neither spaces nor pipes in a URL, but it allows
                        // unencoded commas.
                        Style::Space => "%20",
                        Style::Pipe => "%7C",
                        _ => ",",
                    });
                }
                query.extend(percent_encoded(text));
            }
        }
        _ => {
            for text in &texts {
                append_pair(query, parameter.name, text);
            }
        }
    }
    Ok(())
}

/// Appends one `name=value` pair, with the name and the value percent-encoded.
pub(crate) fn append_pair(query: &mut String, name: &str, value: &str) {
    append_name(query, name);
    query.extend(percent_encoded(value));
}

fn append_name(query: &mut String, name: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.extend(percent_encoded(name));
    query.push('=');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::argument::{AsJson, IntoArgument};
    use crate::table::parameter::Kind;

    fn query(parameter: Parameter, value: impl IntoArgument) -> String {
        let mut query = String::new();
        append(&mut query, &parameter, &value.into_argument()).unwrap();
        query
    }

    const STATUS: Parameter = Parameter {
        name: "status[]",
        ..Parameter::EMPTY
    };

    #[test]
    fn a_list_is_repeated_or_joined_according_to_its_style() {
        let values = ["a b", "c,d"];
        assert_eq!(
            query(
                Parameter {
                    style: Style::Exploded,
                    ..STATUS
                },
                values
            ),
            "status%5B%5D=a%20b&status%5B%5D=c%2Cd"
        );
        assert_eq!(
            query(
                Parameter {
                    style: Style::Comma,
                    ..STATUS
                },
                values
            ),
            "status%5B%5D=a%20b,c%2Cd"
        );
        assert_eq!(
            query(
                Parameter {
                    style: Style::Comma,
                    ..STATUS
                },
                Vec::<i64>::new()
            ),
            ""
        );
    }

    #[test]
    fn a_list_can_be_joined_with_spaces_or_pipes() {
        let of = |style| query(Parameter { style, ..STATUS }, ["a b", "c|d"]);
        assert_eq!(of(Style::Space), "status%5B%5D=a%20b%20c%7Cd");
        assert_eq!(of(Style::Pipe), "status%5B%5D=a%20b%7Cc%7Cd");
    }

    #[test]
    fn an_object_is_written_according_to_its_style() {
        let value = serde_json::json!({"G": "a,b", "R": 100, "none": null});
        let of = |style| {
            let color = Parameter {
                name: "color",
                kind: Kind::Object,
                style,
                ..Parameter::EMPTY
            };
            query(color, &value)
        };
        assert_eq!(of(Style::Exploded), "G=a%2Cb&R=100");
        assert_eq!(of(Style::Comma), "color=G,a%2Cb,R,100");
        assert_eq!(of(Style::DeepObject), "color%5BG%5D=a%2Cb&color%5BR%5D=100");
    }

    #[test]
    fn a_deep_object_can_contain_nested_objects_and_lists() {
        let filter = Parameter {
            name: "filter",
            kind: Kind::Object,
            style: Style::DeepObject,
            ..Parameter::EMPTY
        };
        let value =
            serde_json::json!({"a": {"b": {"c": 1}}, "lines": [{"q": true}], "tags": ["x", "y"]});
        let text = "filter%5Ba%5D%5Bb%5D%5Bc%5D=1&filter%5Blines%5D%5B0%5D%5Bq%5D=true&filter%5Btags%5D%5B0%5D=x&filter%5Btags%5D%5B1%5D=y";
        assert_eq!(query(filter, &value), text);
        assert_eq!(query(filter, AsJson(&value)), text);
        let expand = Parameter {
            kind: Kind::Array,
            ..filter
        };
        assert_eq!(
            query(expand, ["x", "{y}"]),
            "filter%5B0%5D=x&filter%5B1%5D=%7By%7D"
        );
        assert_eq!(query(expand, Vec::<String>::new()), "");
        assert_eq!(query(filter, None::<&str>), "");
    }

    #[test]
    fn a_json_parameter_is_sent_as_json_text() {
        let json = Parameter {
            name: "search",
            kind: Kind::Json,
            style: Style::Json,
            ..Parameter::EMPTY
        };
        let value = serde_json::json!({"enabled": [{"operator": "=", "value": true}]});
        let text = "search=%7B%22enabled%22%3A%5B%7B%22operator%22%3A%22%3D%22%2C%22value%22%3Atrue%7D%5D%7D";
        assert_eq!(query(json, &value), text);
        assert_eq!(query(json, AsJson(&value)), text);
        assert_eq!(query(json, value.to_string()), text);
        assert_eq!(
            query(json, vec!["a", "b"]),
            "search=%5B%22a%22%2C%22b%22%5D"
        );
    }

    #[test]
    fn booleans_are_words_unless_the_vendor_expects_numbers() {
        let flag = Parameter {
            name: "async",
            ..Parameter::EMPTY
        };
        assert_eq!(query(flag, true), "async=true");
        assert_eq!(
            query(
                Parameter {
                    kind: Kind::IntegerBool,
                    ..flag
                },
                true
            ),
            "async=1"
        );
        assert_eq!(
            query(
                Parameter {
                    kind: Kind::IntegerBool,
                    ..flag
                },
                false
            ),
            "async=0"
        );
    }

    #[test]
    fn an_absent_value_is_omitted_and_nan_is_rejected() {
        let number = Parameter {
            name: "limit",
            ..Parameter::EMPTY
        };
        assert_eq!(query(number, None::<i64>), "");
        assert_eq!(query(number, 2.5), "limit=2.5");
        assert!(append(&mut String::new(), &number, &f64::NAN.into_argument()).is_err());
    }
}
