//! Kinds of credentials: one for each set of locations where operations expect values, and an
//! additional one for all operations if no set is sufficient for all of them.

use crate::command::import::extensions::requirement::{Set, known};
use crate::command::import::extensions::scheme::{Scheme, Schemes, Travel};
use crate::command::import::schemas::words::in_ascii;
use crate::name;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of sets that each become a kind. If there are more sets, only sets with a single
/// location become kinds, up to this number. An additional kind then has a scheme for every
/// location.
const MAX_SETS: usize = 12;

/// Returns the kinds of credentials for a document. The kinds with the most schemes come first,
/// because a kind with fewer schemes also matches when the environment variables of a larger kind
/// are set.
pub(super) fn of(
    document: &Value,
    vendor: &str,
    schemes: &Schemes,
    operations: &BTreeSet<BTreeSet<Set>>,
) -> Vec<Value> {
    let schemes = known(document, schemes);
    let names = Names::of(&schemes, operations);
    // Sets whose values are sent in the same locations form one kind.
    let mut sets: BTreeMap<BTreeSet<Travel>, Set> = BTreeMap::new();
    let mut add = |set: &Set| {
        let travels = travels(set, &schemes);
        if !travels.is_empty() {
            sets.entry(travels)
                .or_insert_with(|| one_per_place(set, &schemes));
        }
    };
    operations.iter().flatten().for_each(&mut add);
    let serves = |travels: &BTreeSet<Travel>, alternatives: &BTreeSet<Set>| {
        alternatives.is_empty()
            || alternatives
                .iter()
                .any(|set| self::travels(set, &schemes).is_subset(travels))
    };
    let has_one_for_all = sets.keys().any(|travels| {
        operations
            .iter()
            .all(|alternatives| serves(travels, alternatives))
    });
    if !has_one_for_all || sets.len() > MAX_SETS {
        let firsts: Set = operations
            .iter()
            .filter_map(BTreeSet::first)
            .flatten()
            .cloned()
            .collect();
        let all: Set = match sets.len() > MAX_SETS {
            true => operations.iter().flatten().flatten().cloned().collect(),
            false => firsts,
        };
        if sets.len() > MAX_SETS {
            let single: BTreeMap<_, _> = sets
                .iter()
                .filter(|(travels, _)| travels.len() == 1)
                .take(MAX_SETS)
                .map(|(travels, set)| (travels.clone(), set.clone()))
                .collect();
            sets = single;
        }
        let travels = travels(&all, &schemes);
        if !travels.is_empty() {
            sets.entry(travels)
                .or_insert_with(|| one_per_place(&all, &schemes));
        }
    }
    let mut order: Vec<(&BTreeSet<Travel>, &Set)> = sets.iter().collect();
    order.sort_by_key(|(travels, _)| (std::cmp::Reverse(travels.len()), (*travels).clone()));
    let mut taken = BTreeSet::new();
    order
        .into_iter()
        .map(|(_, set)| kind(set, &schemes, &names, vendor, &mut taken))
        .collect()
}

fn travels(set: &Set, schemes: &Schemes) -> BTreeSet<Travel> {
    set.iter()
        .filter_map(|name| schemes.get(name))
        .map(|scheme| scheme.travel.clone())
        .collect()
}

/// Returns the first scheme for each location where a value is sent.
fn one_per_place(set: &Set, schemes: &Schemes) -> Set {
    let mut seen = BTreeSet::new();
    set.iter()
        .filter(|name| {
            schemes
                .get(*name)
                .is_some_and(|scheme| seen.insert(scheme.travel.clone()))
        })
        .cloned()
        .collect()
}

/// The names of the fields that contain keys, by scheme.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(schemes: &Schemes, operations: &BTreeSet<BTreeSet<Set>>) -> Self {
        let used: BTreeSet<&String> = operations.iter().flatten().flatten().collect();
        let is_key =
            |scheme: &Scheme| matches!(scheme.travel, Travel::Header(_) | Travel::Query(_));
        let keys: Vec<(&String, &Scheme)> = schemes
            .iter()
            .filter(|(name, scheme)| used.contains(name) && is_key(scheme))
            .collect();
        let places: BTreeSet<&Travel> = keys.iter().map(|(_, scheme)| &scheme.travel).collect();
        let mut names = BTreeMap::new();
        let mut taken: BTreeSet<String> = ["username", "password", "access_token"]
            .map(str::to_owned)
            .into();
        for (name, scheme) in &keys {
            let wire = match (&scheme.travel, &scheme.cookie) {
                (_, Some(cookie)) => cookie,
                (Travel::Header(wire) | Travel::Query(wire), _) => wire,
                _ => *name,
            };
            let mut field = match places.len() {
                1 if scheme.cookie.is_none() => "api_key".to_owned(),
                _ => field_name(wire),
            };
            if !taken.insert(field.clone()) {
                field = field_name(name);
                while !taken.insert(field.clone()) {
                    field.push('x');
                }
            }
            names.insert((*name).clone(), field);
        }
        Self(names)
    }

    fn get(&self, scheme: &str) -> &str {
        self.0.get(scheme).map_or("api_key", String::as_str)
    }
}

/// Converts a key's name to a valid argument name.
fn field_name(wire: &str) -> String {
    let ascii: String = in_ascii(wire)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let field = name::field(&ascii);
    let field = field.trim_matches('_').to_owned();
    let is_right = !field.is_empty()
        && field.starts_with(|c: char| c.is_ascii_lowercase())
        && name::field(&field) == field
        && !["from_env", "clone", "fmt", "exchange", "base_url"].contains(&field.as_str())
        && !field.starts_with("with_");
    match is_right {
        true => field,
        false => format!(
            "{}_key",
            if field.is_empty() {
                "api"
            } else {
                field.trim_start_matches(|c: char| !c.is_ascii_lowercase())
            }
        )
        .trim_start_matches('_')
        .to_owned(),
    }
}

/// Returns a field of a kind of credentials. The field becomes an argument of the kind's
/// constructor.
pub(super) fn field(vendor: &str, name: &str, is_secret: bool, description: &str) -> Value {
    let variable = crate::name::variable(vendor, name);
    let mut field = Map::from_iter([("name".to_owned(), json!(name))]);
    if is_secret {
        field.insert("secret".to_owned(), json!(true));
    } else if crate::secret_name::is_secret(name) {
        field.insert("secret".to_owned(), json!(false));
    }
    field.insert("env".to_owned(), json!([variable]));
    field.insert("description".to_owned(), json!(description));
    Value::Object(field)
}

fn kind(
    set: &Set,
    schemes: &Schemes,
    names: &Names,
    vendor: &str,
    taken: &mut BTreeSet<String>,
) -> Value {
    let mut fields = Vec::new();
    let mut values = Map::new();
    let mut words = Vec::new();
    let mut about = Vec::new();
    for name in set {
        let Some(scheme) = schemes.get(name) else {
            continue;
        };
        match &scheme.travel {
            Travel::Bearer => {
                words.push("access_token".to_owned());
                about.push("an access token, which is sent as a bearer token".to_owned());
                fields.push(field(
                    vendor,
                    "access_token",
                    true,
                    "Access token of the user, as issued by the API.",
                ));
                values.insert(name.clone(), json!("{access_token}"));
            }
            Travel::Basic => {
                words.push("basic".to_owned());
                about.push("a user name and a password, which are sent as HTTP Basic".to_owned());
                fields.push(field(
                    vendor,
                    "username",
                    false,
                    "User name for HTTP Basic, or the value that the API expects instead.",
                ));
                fields.push(field(
                    vendor,
                    "password",
                    true,
                    "Password for HTTP Basic, or the value that the API expects instead.",
                ));
                values.insert(name.clone(), json!(["{username}", "{password}"]));
            }
            Travel::Header(wire) | Travel::Query(wire) => {
                let own = names.get(name);
                let place = match (&scheme.travel, &scheme.cookie) {
                    (_, Some(cookie)) => format!("the cookie `{}`", cookie.replace('`', "'")),
                    (Travel::Query(_), _) => {
                        format!("the query parameter `{}`", wire.replace('`', "'"))
                    }
                    _ => format!("the header `{}`", wire.replace('`', "'")),
                };
                words.push(own.to_owned());
                about.push(format!("a key, which is sent in {place}"));
                fields.push(field(
                    vendor,
                    own,
                    true,
                    &format!("Key that is sent in {place}, as issued by the API."),
                ));
                let value = match &scheme.cookie {
                    Some(cookie) => format!("{}={{{own}}}", cookie.replace(['{', '}'], "")),
                    None => format!("{{{own}}}"),
                };
                values.insert(name.clone(), json!(value));
            }
        }
    }
    let mut name = words.join("_and_");
    if name.len() > 60 {
        name = "all".to_owned();
    }
    while !taken.insert(name.clone()) {
        name.push('x');
    }
    json!({
        "name": name,
        "description": format!("Takes {}.", about.join(", and ")),
        "fields": fields,
        "schemes": values,
    })
}
