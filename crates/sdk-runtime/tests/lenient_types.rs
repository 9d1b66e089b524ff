//! Generated types convert values whose JSON type differs from the documented one, at any position.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::collections::BTreeMap;

use sdk_runtime::object::{Object, Properties, object};
use sdk_runtime::{AnyJson, Patch, Secret, union};
use serde::de::{Deserialize, Deserializer, MapAccess};

/// Defines a struct in the same way as the generator.
macro_rules! generated {
    ($name:ident { $($field:ident: $ty:ty = $reader:ident),* $(,)? }) => {
        #[derive(Debug, Clone)]
        #[allow(dead_code)]
        struct $name { $($field: $ty),* }

        impl Object for $name {
            const NAME: &'static str = stringify!($name);
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];

            fn read<'de, A: MapAccess<'de>>(mut properties: Properties<A>) -> Result<Self, A::Error> {
                $(let mut $field = None;)*
                while let Some(place) = properties.next(Self::NAMES)? {
                    match Self::NAMES.get(place).copied() {
                        $(Some(stringify!($field)) => generated!($reader $field properties),)*
                        _ => properties.skip()?,
                    }
                }
                Ok(Self { $($field: properties.or_missing($field, stringify!($field))?),* })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                object(deserializer)
            }
        }
    };
    (value $field:ident $properties:ident) => { $field = Some($properties.value()?) };
    (list $field:ident $properties:ident) => { $field = Some($properties.list()?.unwrap_or_default()) };
    (number $field:ident $properties:ident) => { $field = Some($properties.number()?) };
}

generated!(Line {
    line: Option<i32> = number,
    identifier: Option<String> = value,
    status_code: i32 = value,
});

generated!(Product {
    id: String = value,
    count: i64 = value,
    amount: f64 = value,
    enabled: bool = value,
    family: Option<String> = value,
    visible: Option<bool> = value,
    price: Option<f64> = number,
    key: Option<Secret> = value,
    categories: Vec<String> = list,
    values: Option<BTreeMap<String, Vec<Part>>> = value,
    totals: Option<BTreeMap<String, f64>> = value,
    sizes: Option<Vec<Vec<i64>>> = value,
    parts: Option<Vec<Part>> = value,
    maybe: Option<Vec<Option<i64>>> = value,
    any: Option<Vec<AnyJson>> = value,
    patched: Option<Patch<bool>> = value,
    boxed: Option<Box<Part>> = value,
});

generated!(Part {
    code: String = value,
    parts: Option<Vec<Part>> = value,
});

const PLAIN: &str = r#""id":"a","count":1,"amount":1.5,"enabled":true,"categories":[]"#;

/// Reads a product with valid required properties, followed by the properties in `more`, which may
/// replace them.
fn product(more: &str) -> Result<Product, serde_json::Error> {
    serde_json::from_str(&format!("{{{PLAIN},{more}}}"))
}

#[test]
fn a_bulk_status_with_a_numeric_identifier_is_read() {
    let line: Line =
        serde_json::from_str(r#"{"line": "1", "identifier": 0, "status_code": "201"}"#).unwrap();
    assert_eq!(
        (line.line, line.identifier.as_deref(), line.status_code),
        (Some(1), Some("0"), 201)
    );
}

#[test]
fn a_number_is_read_as_a_string_if_no_digits_are_lost() {
    let read = product(
        r#""id":2021,"family":-7,"categories":[2021,"shoes",1.5,5.0],"key":12,"boxed":{"code":3}"#,
    );
    let read = read.unwrap();
    assert_eq!(
        (read.id.as_str(), read.family.as_deref()),
        ("2021", Some("-7"))
    );
    assert_eq!(read.categories, ["2021", "shoes", "1.5", "5.0"]);
    assert_eq!(read.key.unwrap().expose(), "12");
    assert_eq!(read.boxed.unwrap().code, "3");
    let exact = product(r#""id":18446744073709551615"#).unwrap();
    assert_eq!(exact.id, "18446744073709551615");
    // The conversion could lose digits.
    for id in [
        "123456789012345678901234567890",
        "0.12345678901234567",
        "1e30",
    ] {
        let error = product(&format!(r#""id":{id}"#)).unwrap_err();
        assert!(error.to_string().contains("expected a string"), "{error}");
    }
}

#[test]
fn a_numeric_string_is_read_as_a_number() {
    for (count, read) in [
        (r#""5""#, 5),
        ("5.0", 5),
        (r#""5.00""#, 5),
        (r#"" -7 ""#, -7),
    ] {
        let product = product(&format!(r#""count":{count},"sizes":[[{count}]]"#)).unwrap();
        assert_eq!((product.count, product.sizes.unwrap()[0][0]), (read, read));
    }
    let read = product(r#""amount":"2.50","price":"3","totals":{"a":"1.5","b":2}"#).unwrap();
    assert_eq!((read.amount, read.price), (2.5, Some(3.0)));
    assert_eq!(
        read.totals.unwrap().into_values().collect::<Vec<_>>(),
        [1.5, 2.0]
    );
    for count in [
        "5.5",
        r#""5.5""#,
        r#""""#,
        r#""many""#,
        "true",
        "1e300",
        "null",
    ] {
        assert!(product(&format!(r#""count":{count}"#)).is_err(), "{count}");
    }
}

#[test]
fn infinite_and_nan_amounts_are_rejected() {
    for amount in [
        "NaN", "nan", "inf", "-inf", "Infinity", "infinity", "1e999", "-1e999",
    ] {
        for more in [
            format!(r#""amount":"{amount}""#),
            format!(r#""price":"{amount}""#),
            format!(r#""totals":{{"a":"{amount}"}}"#),
        ] {
            assert!(product(&more).is_err(), "{more}");
        }
    }
    assert!(product(r#""amount":1e999"#).is_err());
}

#[test]
fn a_boolean_is_read_from_a_number_or_string() {
    for (text, read) in [
        ("0", false),
        ("1", true),
        (r#""0""#, false),
        (r#""1""#, true),
        (r#""true""#, true),
        (r#""False""#, false),
    ] {
        let product = product(&format!(
            r#""enabled":{text},"visible":{text},"patched":{text}"#
        ));
        let product = product.unwrap();
        assert_eq!(
            (product.enabled, product.visible),
            (read, Some(read)),
            "{text}"
        );
        assert_eq!(product.patched.unwrap(), Patch::Set(read));
    }
    for text in ["2", "-1", r#""yes""#, r#""""#, "1.0"] {
        assert!(product(&format!(r#""enabled":{text}"#)).is_err(), "{text}");
    }
}

#[test]
fn null_entries_are_omitted_where_entries_cannot_be_null() {
    let read = product(
        r#""categories":[null,"a",null,null,"b",null],"sizes":[null,[null,1]],"parts":[null,{"code":"x"}],
        "values":{"a":null,"b":[null,{"code":1}],"c":null},"totals":{"a":1,"b":null}"#,
    )
    .unwrap();
    assert_eq!(read.categories, ["a", "b"]);
    assert_eq!(read.sizes.unwrap(), [[1]]);
    assert_eq!(read.parts.unwrap()[0].code, "x");
    let values = read.values.unwrap();
    assert_eq!(values.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(values["b"][0].code, "1");
    assert_eq!(read.totals.unwrap().len(), 1);
    let read = product(r#""maybe":[1,null],"any":[null,1.10,{"a":null}]"#).unwrap();
    assert_eq!(read.maybe.unwrap(), [Some(1), None]);
    let any = read.any.unwrap();
    let texts: Vec<_> = any.iter().map(AnyJson::to_string).collect();
    assert_eq!(texts, ["null", "1.10", r#"{"a":null}"#]);
}

#[test]
fn a_list_can_be_null_or_an_empty_object_and_a_map_can_be_an_empty_list() {
    let read = product(r#""categories":null,"values":{"a":{},"b":[]},"sizes":[{},[]],"totals":[]"#);
    let read = read.unwrap();
    assert!(read.categories.is_empty() && read.totals.unwrap().is_empty());
    assert_eq!(read.sizes.unwrap(), [[0; 0], []]);
    let values = read.values.unwrap();
    assert!(values["a"].is_empty() && values["b"].is_empty());
    let read = product(r#""values":[],"categories":{}"#).unwrap();
    assert!(read.values.unwrap().is_empty() && read.categories.is_empty());
    for more in [
        r#""values":[1]"#,
        r#""sizes":[{"a":1}]"#,
        r#""categories":{"a":1}"#,
    ] {
        assert!(product(more).is_err(), "{more}");
    }
}

#[test]
fn an_error_contains_the_path_of_the_value() {
    let json = format!(
        r#"{{{PLAIN},"values":{{"a":null,"b":[null,{{"code":"x","parts":[{{"code":[]}}]}}]}}}}"#
    );
    let mut json = serde_json::Deserializer::from_str(&json);
    let error = serde_path_to_error::deserialize::<_, Product>(&mut json).unwrap_err();
    assert_eq!(error.path().to_string(), "values.b[1].parts[0].code");
}

#[test]
fn union_variants_are_chosen_by_exact_types() {
    generated!(ByText { id: String = value });
    generated!(ByNumber { id: i64 = value });
    let value: AnyJson = serde_json::from_str(r#"{"id":5}"#).unwrap();
    assert!(union::read::<ByText>(&value).is_err());
    assert_eq!(union::read::<ByNumber>(&value).unwrap().id, 5);
    // If a tag selects the variant, the conversion can't change the choice.
    let tagged: ByText = union::variant::<_, serde_json::Error>(&value).unwrap();
    assert_eq!(tagged.id, "5");
}
