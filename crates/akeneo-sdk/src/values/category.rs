//! Category values, whose structure differs between responses and requests. SaaS editions only.
//!
//! A response contains a map. Each key consists of the code and the UUID of the attribute, followed by the channel and
//! the locale if the value has them, all joined with `|`. A request contains a list of values with `attribute_code`.

use std::collections::BTreeMap;

use sdk_runtime::AnyJson;

use super::{At, Value, Values, WritableValues};
use crate::categories::{CategoryValue, CategoryValueRequest};

const SEPARATOR: char = '|';

impl Value for CategoryValue {
    fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    fn scope(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    fn data(&self) -> Option<&AnyJson> {
        self.data.as_ref().filter(|data| !data.is_null())
    }
}

impl Value for CategoryValueRequest {
    fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    fn scope(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    fn data(&self) -> Option<&AnyJson> {
        (!self.data.is_null()).then_some(&self.data)
    }
}

/// Values in a response, with keys of the form `code|UUID|channel|locale`.
///
/// They are read-only. To write values, use the list in a request.
///
/// An attribute is found by its code, or by its code and UUID joined with `|`.
impl Values for BTreeMap<String, CategoryValue> {
    type Value = CategoryValue;

    fn entries_of(&self, attribute: &str) -> impl Iterator<Item = (At<'_>, &CategoryValue)> {
        // Keys are sorted, but keys of longer codes with the same prefix can occur between the keys
        // of this attribute.
        self.range(attribute.to_owned()..)
            .take_while(move |(key, _)| key.starts_with(attribute))
            .filter(move |(key, _)| {
                let rest = key.strip_prefix(attribute);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(SEPARATOR))
            })
            .map(|(key, value)| (locale_and_scope_of(key, value), value))
    }
}

/// Returns the locale and channel of a value, or the ones in its key if the value has neither.
fn locale_and_scope_of<'a>(key: &'a str, value: &'a CategoryValue) -> At<'a> {
    let at = At::of(value);
    if at != At::EVERYWHERE {
        return at;
    }
    let mut after_uuid = key.split(SEPARATOR).skip(2);
    match (after_uuid.next(), after_uuid.next()) {
        (Some(channel), Some(locale)) => At::scope(channel).in_locale(locale),
        (Some(code), None) if is_locale(code) => At::locale(code),
        (Some(channel), None) => At::scope(channel),
        (None, _) => at,
    }
}

/// Returns whether a code looks like a locale, such as `en_US` or `es_419`. The PIM has a fixed set
/// of locale codes.
fn is_locale(code: &str) -> bool {
    let Some((language, rest)) = code.split_once('_') else {
        return false;
    };
    let is_language = language.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_region = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    is_language && (2..=3).contains(&language.len()) && rest.bytes().next().is_some_and(is_region)
}

/// Values in a request, each with its `attribute_code`.
impl Values for Vec<CategoryValueRequest> {
    type Value = CategoryValueRequest;

    fn entries_of(&self, attribute: &str) -> impl Iterator<Item = (At<'_>, &CategoryValueRequest)> {
        let code = code_of(attribute);
        self.iter()
            .filter(move |value| value.attribute_code == code)
            .map(|value| (At::of(value), value))
    }
}

impl WritableValues for Vec<CategoryValueRequest> {
    fn put(&mut self, attribute: &str, at: At<'_>, data: AnyJson) {
        match index_of(self, attribute, at).and_then(|place| self.get_mut(place)) {
            Some(value) => value.data = data,
            None => self.push(CategoryValueRequest {
                attribute_code: code_of(attribute).to_owned(),
                locale: at.locale.map(str::to_owned),
                channel: at.scope.map(str::to_owned),
                data,
            }),
        }
    }

    fn take(&mut self, attribute: &str, at: At<'_>) -> Option<CategoryValueRequest> {
        index_of(self, attribute, at).map(|place| self.remove(place))
    }
}

fn index_of(all: &[CategoryValueRequest], attribute: &str, at: At<'_>) -> Option<usize> {
    let code = code_of(attribute);
    all.iter()
        .position(|value| value.attribute_code == code && At::of(value) == at)
}

/// Returns the code of an attribute that is specified by its code or, as in responses, as `code|UUID`.
fn code_of(attribute: &str) -> &str {
    attribute
        .split_once(SEPARATOR)
        .map_or(attribute, |(code, _)| code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::categories::{Category, CategoryPatch};
    use serde_json::json;

    /// A category as a PIM sends it.
    fn read() -> Category {
        let value = |locale, channel, code: &str, data| json!({"data": data, "type": "text", "locale": locale, "channel": channel, "attribute_code": code});
        let title = "title|87939c45-1d85-4134-9579-d594fff65030";
        let photo = "photo|8587cda6-58c8-47fa-9278-033e1d8c735c";
        let image = json!({"size": 168107, "extension": "jpg", "file_path": "8/8/3/d/883d_shoes.jpg",
            "mime_type": "image/jpeg", "original_filename": "shoes.jpg"});
        serde_json::from_value(json!({"code": "shoes", "values": {
            (photo): value(None, None, photo, image),
            (format!("{title}|ecommerce|en_US")): value(Some("en_US"), Some("ecommerce"), title, json!("Shoes!")),
            (format!("{title}|ecommerce|fr_FR")): value(Some("fr_FR"), Some("ecommerce"), title, json!(null)),
            (format!("{title}|fr_FR")): value(Some("fr_FR"), None, title, json!("Chaussures")),
            "title_2|0b3f|en_US": value(Some("en_US"), None, "title_2|0b3f", json!("Other")),
        }}))
        .unwrap()
    }

    #[test]
    fn a_response_value_is_found_by_code_locale_and_channel() {
        let category = read();
        let shop = At::locale("en_US").in_scope("ecommerce");
        let text = |attribute: &str, at| {
            let data = category.values.data(attribute, at)?;
            data.text().map(str::to_owned)
        };
        assert_eq!(text("title", shop).as_deref(), Some("Shoes!"));
        let with_uuid = "title|87939c45-1d85-4134-9579-d594fff65030";
        assert_eq!(text(with_uuid, shop).as_deref(), Some("Shoes!"));
        assert_eq!(text("title", At::locale("en_US")), None);
        assert_eq!(text("titl", shop), None);
        assert_eq!(text("title|8793", shop), None);
        assert_eq!(category.values.values_of("title").count(), 3);
        let photo = category.values.data("photo", At::EVERYWHERE).unwrap();
        let image = photo.category_image().unwrap();
        assert_eq!(image.file_path.as_deref(), Some("8/8/3/d/883d_shoes.jpg"));
        assert!(category.values.value("title", shop).is_some());
    }

    #[test]
    fn missing_locale_and_channel_are_read_from_the_key() {
        let values: BTreeMap<String, CategoryValue> = serde_json::from_value(json!({
            "title|0b3f": {"data": "all"},
            "title|0b3f|en_US": {"data": "locale"},
            "title|0b3f|print": {"data": "channel"},
            "title|0b3f|print|es_419": {"data": "both"},
        }))
        .unwrap();
        let places = [
            (At::EVERYWHERE, "all"),
            (At::locale("en_US"), "locale"),
            (At::scope("print"), "channel"),
            (At::locale("es_419").in_scope("print"), "both"),
        ];
        for (at, expected) in places {
            assert_eq!(values.data("title", at).unwrap().text(), Some(expected));
        }
    }

    #[test]
    fn the_best_category_value_is_never_null() {
        let category = read();
        let best = |locale| category.values.best("title", locale, "ecommerce");
        assert_eq!(best("en_US").unwrap().text(), Some("Shoes!"));
        assert_eq!(best("fr_FR").unwrap().text(), Some("Chaussures"));
        assert!(best("de_DE").is_none());
        // PHP writes an empty map as an array.
        let none: Category = serde_json::from_value(json!({"code": "a", "values": []})).unwrap();
        assert!(none.values.best("title", "en_US", "ecommerce").is_none());
    }

    #[test]
    fn a_request_lists_each_value_once_with_its_attribute_code() {
        let mut change = CategoryPatch::default();
        let shop = At::locale("en_US").in_scope("ecommerce");
        change.values.set("title", shop, "Boots");
        change.values.set("title|87939c45", shop, "Shoes");
        change.values.set("is_new", At::EVERYWHERE, true);
        change.values.erase("title", At::locale("fr_FR"));
        change.values.set("draft", At::EVERYWHERE, "no");
        assert!(change.values.forget("draft", At::EVERYWHERE).is_some());
        assert!(change.values.forget("draft", At::EVERYWHERE).is_none());
        assert_eq!(
            serde_json::to_value(&change).unwrap(),
            json!({"values": [
                {"attribute_code": "title", "locale": "en_US", "channel": "ecommerce", "data": "Shoes"},
                {"attribute_code": "is_new", "locale": null, "channel": null, "data": true},
                {"attribute_code": "title", "locale": "fr_FR", "channel": null, "data": null},
            ]})
        );
        let data = change.values.data("title", shop).unwrap();
        assert_eq!(data.text(), Some("Shoes"));
    }
}
