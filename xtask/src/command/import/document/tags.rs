//! Gives every operation exactly one tag, whose name is valid for a file, a module and a Cargo
//! feature.

use crate::command::import::draft::Draft;
use crate::command::import::visit::operations;
use crate::spec::lint::operations::tag::is_usable;
use anyhow::Result;
use heck::ToKebabCase as _;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOPIC: &str = "tags";

/// Maximum length of the name of a tag; longer names are truncated, and end with a hash.
const MAX_NAME_LENGTH: usize = 40;

/// Names that specs/ uses for other files, or that file systems reject.
const RESERVED: [&str; 9] = [
    "overlay", "import", "debt", "con", "prn", "aux", "nul", "com1", "lpt1",
];

/// Reduces the tags of each operation to the first one. If an operation has no usable first tag,
/// derives a tag from the path.
pub(in crate::command::import) fn one_per_operation(draft: &mut Draft) -> Result<()> {
    let declared = declared(&draft.document);
    let notes = &mut draft.notes;
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    operations(&mut draft.document, |pointer, path, _, operation| {
        let own = operation.get("tags").and_then(Value::as_array);
        let own: Vec<&str> = own
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let tag = match own.first().map(|tag| (*tag, house_name(tag))) {
            Some((vendor, Some(name))) => {
                if own.len() > 1 {
                    let others = own[1..].join("`, `");
                    let text = format!("an operation keeps only its first tag, not `{others}`");
                    notes.change(TOPIC, pointer, text);
                }
                used.entry(name.clone())
                    .or_default()
                    .insert(vendor.to_owned());
                name
            }
            _ => {
                let name = tag_from_path(path);
                used.entry(name.clone()).or_default();
                name
            }
        };
        operation.insert("tags".to_owned(), json!([tag]));
    });
    for (name, vendors) in &used {
        if vendors.len() > 1 {
            let all: Vec<&str> = vendors.iter().map(String::as_str).collect();
            let text = format!("the tags `{}` are merged into `{name}`", all.join("`, `"));
            notes.change(TOPIC, "/tags", text);
        } else if let Some(vendor) = vendors.iter().find(|vendor| *vendor != name) {
            notes.change(TOPIC, "/tags", format!("`{vendor}` is renamed to `{name}`"));
        }
    }
    let tags = used.iter().map(|(name, vendors)| {
        let of_vendor = vendors.iter().find_map(|vendor| declared.get(vendor));
        let mut tag = Map::new();
        tag.insert("name".to_owned(), json!(name));
        let description = of_vendor.and_then(|tag| tag.get("description")?.as_str());
        let description = description.filter(|text| !text.trim().is_empty());
        let shown = vendors.first().unwrap_or(name);
        let made = format!("Operations of `{}`.", shown.replace('`', "'"));
        tag.insert(
            "description".to_owned(),
            json!(description.unwrap_or(&made)),
        );
        if let Some(docs) = of_vendor.and_then(|tag| tag.get("externalDocs")) {
            tag.insert("externalDocs".to_owned(), docs.clone());
        }
        Value::Object(tag)
    });
    let tags: Vec<Value> = tags.collect();
    for vendor in declared.keys() {
        if !used.values().any(|vendors| vendors.contains(vendor)) {
            notes.change(
                TOPIC,
                "/tags",
                format!("the tag `{vendor}` is omitted, because it is not the first tag of any operation"),
            );
        }
    }
    if let Some(root) = draft.document.as_object_mut() {
        root.insert("tags".to_owned(), Value::Array(tags));
    }
    Ok(())
}

/// Returns the tags that the document declares, by name.
fn declared(document: &Value) -> BTreeMap<String, Value> {
    let tags = document.get("tags").and_then(Value::as_array);
    let named = |tag: &Value| Some((tag.get("name")?.as_str()?.to_owned(), tag.clone()));
    tags.into_iter().flatten().filter_map(named).collect()
}

/// Converts a vendor's tag to the house style; `None` if the tag has no ASCII letters or digits, or
/// if more than half of its letters and digits are not ASCII.
fn house_name(tag: &str) -> Option<String> {
    let ascii: String = tag
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let mut name = ascii.to_kebab_case();
    // If more than half of the tag is in another script, the remaining letters would be
    // misleading.
    let kept = name.chars().filter(char::is_ascii_alphanumeric).count();
    let all = tag.chars().filter(|c| c.is_alphanumeric()).count();
    if kept == 0 || kept * 2 < all {
        return None;
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name = format!("tag-{name}");
    }
    if name.len() > MAX_NAME_LENGTH {
        let digest = crate::name::spelling::digest(tag);
        let end = MAX_NAME_LENGTH - digest.len() - 1;
        name = format!("{}-{digest}", name[..end].trim_end_matches('-'));
    }
    match is_usable(&name) && !RESERVED.contains(&name.as_str()) {
        true => Some(name),
        false => Some(format!("{name}-api")),
    }
}

/// Returns the first resource name in a path, in the house style; `main` if there is none.
fn tag_from_path(path: &str) -> String {
    let is_version = |word: &str| {
        let digits = word.strip_prefix(['v', 'V']).unwrap_or(word);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let words = path
        .split(['/', '?', '#'])
        .map(|word| word.split(':').next().unwrap_or(word));
    let mut words = words.filter(|word| {
        let lower = word.to_ascii_lowercase();
        !word.is_empty()
            && !word.contains(['{', '='])
            && !is_version(word)
            && !["api", "rest"].contains(&lower.as_str())
    });
    words
        .find_map(house_name)
        .unwrap_or_else(|| "main".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::import::read::Source;

    #[test]
    fn tags_are_converted_to_valid_file_module_and_feature_names() {
        for (vendor, house) in [
            ("Pet Store", Some("pet-store")),
            ("UserAccounts", Some("user-accounts")),
            ("static", Some("static-api")),
            ("default", Some("default-api")),
            ("overlay", Some("overlay-api")),
            ("nul", Some("nul-api")),
            ("../../etc/passwd", Some("etc-passwd")),
            ("3D", Some("tag-3d")),
            ("订单", None),
            ("", None),
        ] {
            assert_eq!(house_name(vendor).as_deref(), house, "{vendor}");
        }
        let long = house_name(&"word ".repeat(20)).unwrap();
        assert!(long.len() <= MAX_NAME_LENGTH && is_usable(&long), "{long}");
    }

    #[test]
    fn an_operation_without_a_tag_gets_one_from_its_path() {
        for (path, tag) in [
            ("/v1/users/{id}", "users"),
            ("/{id}", "main"),
            ("/api/2.0/userGroups", "user-groups"),
            ("/#Action=CreateTags", "main"),
        ] {
            assert_eq!(tag_from_path(path), tag, "{path}");
        }
    }

    #[test]
    fn an_operation_keeps_its_first_tag_and_equal_tag_names_are_merged() {
        let text = b"tags: [{name: Beta Pets, description: D.}, {name: unused}]\npaths:\n  /a:\n    get: {tags: [Beta Pets, x]}\n    put: {tags: [betaPets]}\n  /cats: {get: {}}\n";
        let mut draft = Draft::new("acme", Source::parse("a.yaml", text).unwrap());
        one_per_operation(&mut draft).unwrap();
        let document = &draft.document;
        assert_eq!(document["paths"]["/a"]["get"]["tags"], json!(["beta-pets"]));
        assert_eq!(document["paths"]["/a"]["put"]["tags"], json!(["beta-pets"]));
        assert_eq!(document["paths"]["/cats"]["get"]["tags"], json!(["cats"]));
        assert_eq!(
            document["tags"],
            json!([{"name": "beta-pets", "description": "D."}, {"name": "cats", "description": "Operations of `cats`."}])
        );
        let report = draft.notes.report.markdown("", "");
        assert!(report.contains("not `x` (4)"), "{report}");
        assert!(
            report.contains(
                "the tag `unused` is omitted, because it is not the first tag of any operation"
            ),
            "{report}"
        );
    }
}
