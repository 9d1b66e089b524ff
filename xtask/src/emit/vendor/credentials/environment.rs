//! The environment variables of a vendor: as a list for the crate, and as a table for its README.

use serde_json::Value;

use super::{is_optional, kinds};
use crate::emit::docs_text::{code, line};
use crate::model::{Api, elements, text};

/// A variable, and what it is for.
struct Variable {
    name: String,
    meaning: String,
}

/// The names of all variables, besides that of the base URL.
pub(super) fn variables(api: &Api<'_>, kinds: &[Value]) -> Vec<String> {
    let variables = of_kinds(kinds).into_iter().chain(of_server(api));
    variables.map(|variable| variable.name).collect()
}

/// The table of variables in the README; `None` for a crate that has its credentials by hand.
pub(crate) fn table(api: &Api<'_>) -> Option<String> {
    let kinds = kinds(api)?;
    let base_url = Variable {
        name: variable(api, "base_url"),
        meaning: "URL that paths are added to; the default server where it is not set".to_owned(),
    };
    let mut lines = String::from("| variable | what it is |\n|---|---|\n");
    let variables = of_kinds(kinds).into_iter().chain(of_server(api));
    for Variable { name, meaning } in variables.chain([base_url]) {
        let meaning = meaning.trim_end_matches('.').replace('|', "\\|");
        lines.push_str(&format!("| {} | {meaning} |\n", code(&name)));
    }
    let found: Vec<String> = kinds
        .iter()
        .filter(|kind| {
            let mut required = elements(kind, "fields")
                .iter()
                .filter(|field| !is_optional(field));
            required.all(|field| !elements(field, "env").is_empty())
        })
        .map(|kind| code(&format!("Credentials::{}", text(kind, "name"))))
        .collect();
    if found.len() > 1 {
        lines.push_str(&format!(
            "\nThe first one counts whose variables are all set: {}.\n",
            found.join(", then ")
        ));
    }
    Some(lines)
}

/// Those of each kind: first choices before fallbacks.
fn of_kinds(kinds: &[Value]) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    for kind in kinds {
        let fields = elements(kind, "fields");
        let most = fields
            .iter()
            .map(|field| elements(field, "env").len())
            .max();
        for choice in 0..most.unwrap_or(0) {
            for field in fields {
                let names: Vec<&str> = elements(field, "env")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                let Some(name) = names.get(choice) else {
                    continue;
                };
                if found.iter().any(|known| known.name == *name) {
                    continue;
                }
                let meaning = match choice {
                    0 => meaning(kind, field),
                    _ => format!("the same as {}, which it stands in for", code(names[0])),
                };
                let name = (*name).to_owned();
                found.push(Variable { name, meaning });
            }
        }
    }
    found
}

fn meaning(kind: &Value, field: &Value) -> String {
    let (constructor, name) = (text(kind, "name"), text(field, "name"));
    let description = line(text(field, "description"));
    let description = description.trim_end_matches('.');
    match field.get("default").and_then(Value::as_str) {
        _ if !is_optional(field) => {
            format!(
                "`{name}` of {}: {description}",
                code(&format!("Credentials::{constructor}"))
            )
        }
        Some(default) => format!(
            "optional, as {}, {} where it is not set: {description}",
            code(&format!(".with_{name}(…)")),
            code(default)
        ),
        None => format!(
            "optional, as {}: {description}",
            code(&format!(".with_{name}(…)"))
        ),
    }
}

/// Those of the default server's URL.
fn of_server(api: &Api<'_>) -> Vec<Variable> {
    let server = api.servers.first();
    let variables = server.into_iter().flat_map(|server| &server.variables);
    variables
        .map(|(name, description)| Variable {
            name: variable(api, name),
            meaning: format!("`{{{name}}}` of the default server: {}", line(description)),
        })
        .collect()
}

fn variable(api: &Api<'_>, name: &str) -> String {
    format!("{}_{name}", api.vendor)
        .replace('-', "_")
        .to_ascii_uppercase()
}
