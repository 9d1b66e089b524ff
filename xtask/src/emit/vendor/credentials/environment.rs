//! Emits the environment variables of a vendor: a list for the crate, a table for its README, and a
//! row in the table of all vendors.

use serde_json::Value;

use super::kinds::{is_optional, kinds};
use crate::emit::docs_text::{code, line};
use crate::model::{Api, elements, text};
use crate::name;

/// Returns the names of all variables except the variable for the base URL. For each kind,
/// preferred names precede fallbacks.
pub(super) fn variables(api: &Api<'_>, kinds: &[Value]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for kind in kinds {
        let fields = elements(kind, "fields");
        for choice in 0..most_choices(fields.iter()) {
            let names = fields.iter().filter_map(|field| variable_of(field, choice));
            for name in names {
                if !found.iter().any(|known| known == name) {
                    found.push(name.to_owned());
                }
            }
        }
    }
    found.extend(server_variables(api).map(|(name, _)| name::variable(api.vendor, name)));
    found
}

/// Returns the table for a crate's README, or `None` for a crate with hand-written credentials.
pub(crate) fn table(api: &Api<'_>) -> Option<String> {
    let kinds = kinds(api)?;
    let mut lines = String::from("| setting | builder | environment |\n|---|---|---|\n");
    let mut row = |what: &str, builder: &str, environment: &str| {
        let what = what.split(". ").next().unwrap_or_default();
        let what = what.trim_end_matches('.').replace('|', "\\|");
        lines.push_str(&format!("| {what} | {builder} | {environment} |\n").replace("|  |", "| |"));
    };
    for kind in kinds {
        let required = || {
            elements(kind, "fields")
                .iter()
                .filter(|field| !is_optional(field))
        };
        let arguments: Vec<&str> = required().map(|field| text(field, "name")).collect();
        let constructor = format!(
            "Credentials::{}({})",
            text(kind, "name"),
            arguments.join(", ")
        );
        let choices = (0..most_choices(required())).filter_map(|choice| {
            let names: Option<Vec<String>> = required()
                .map(|field| variable_of(field, choice).map(code))
                .collect();
            names.map(|names| names.join(", "))
        });
        let choices: Vec<String> = choices.collect();
        let summary = text(kind, "description")
            .split("\n\n")
            .next()
            .unwrap_or_default();
        let setting = setting(&line(summary));
        row(&setting, &code(&constructor), &choices.join("; or "));
    }
    let mut known: Vec<&str> = Vec::new();
    let fields = kinds.iter().flat_map(|kind| elements(kind, "fields"));
    for field in fields.filter(|field| is_optional(field)) {
        let field_name = text(field, "name");
        if known.contains(&field_name) {
            continue;
        }
        known.push(field_name);
        let names: Vec<String> = (0..most_choices([field].into_iter()))
            .filter_map(|choice| variable_of(field, choice).map(code))
            .collect();
        let setter = format!(".with_{field_name}(..)");
        row(
            &line(text(field, "description")),
            &format!("{} on the credentials", code(&setter)),
            &names.join(" or "),
        );
    }
    for (server_variable, description) in server_variables(api) {
        let server = name::type_name(api.servers.first().map_or("", |server| server.name));
        let field = name::field(server_variable);
        let builder = format!(".server(Server::{server} {{ {field} }})");
        row(
            &line(description),
            &code(&builder),
            &code(&name::variable(api.vendor, server_variable)),
        );
    }
    row(
        "Base URL of the API, if it differs from the URL of the default server",
        "`.base_url(..)` or `.server(..)`",
        &code(&name::variable(api.vendor, "base_url")),
    );
    let found: Vec<String> = kinds
        .iter()
        .filter(|kind| can_come_from_environment(kind))
        .map(|kind| code(text(kind, "name")))
        .collect();
    if found.len() > 1 {
        lines.push_str(&format!(
            "\nIf the variables of several kinds are set, the first kind in this order is used: {}.\n",
            found.join(", then ")
        ));
    }
    Some(lines)
}

/// Turns the description of a constructor, such as `Takes an API key.`, into the name of a setting,
/// such as `API key.`.
fn setting(description: &str) -> String {
    let mut rest = description.strip_prefix("Takes ").unwrap_or(description);
    for article in ["the ", "an ", "a "] {
        rest = rest.strip_prefix(article).unwrap_or(rest);
    }
    let mut letters = rest.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Header of the table of all vendors.
pub(crate) const HEAD: &str = "\
| vendor | crate | environment variables (in addition to `<VENDOR>_BASE_URL`) |
| --- | --- | --- |
";

/// Returns the row of a vendor in the table of all vendors.
pub(crate) fn row(api: &Api<'_>) -> String {
    let krate = code(&name::package(api.vendor));
    let mut ways: Vec<String> = Vec::new();
    for kind in kinds(api)
        .unwrap_or_default()
        .iter()
        .filter(|kind| can_come_from_environment(kind))
    {
        let fields = elements(kind, "fields").iter();
        let names = fields.filter_map(|field| {
            let name = code(variable_of(field, 0)?);
            Some(match is_optional(field) {
                true => format!("optional {name}"),
                false => name,
            })
        });
        let names: Vec<String> = names.collect();
        if !names.is_empty() {
            ways.push(names.join(", "));
        }
    }
    let ways = Some(ways.join("; or ")).filter(|ways| !ways.is_empty());
    let server_variables =
        server_variables(api).map(|(name, _)| code(&name::variable(api.vendor, name)));
    let environment: Vec<String> = ways.into_iter().chain(server_variables).collect();
    let environment = environment.join(", ");
    format!("| {} | {krate} | {environment} |\n", line(api.title))
}

/// Returns whether environment variables can provide all required fields of a kind.
fn can_come_from_environment(kind: &Value) -> bool {
    let mut required = elements(kind, "fields")
        .iter()
        .filter(|field| !is_optional(field));
    required.all(|field| !elements(field, "env").is_empty())
}

fn variable_of(field: &Value, choice: usize) -> Option<&str> {
    elements(field, "env").get(choice)?.as_str()
}

fn most_choices<'v>(fields: impl Iterator<Item = &'v Value>) -> usize {
    fields
        .map(|field| elements(field, "env").len())
        .max()
        .unwrap_or(0)
}

/// Returns the name and description of each variable of the default server's URL.
fn server_variables<'a>(api: &'a Api<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let server = api.servers.first();
    let variables = server.into_iter().flat_map(|server| &server.variables);
    variables.map(|(name, description)| (*name, *description))
}
