//! Names by which users of the crate select a server.

use crate::name;
use std::collections::BTreeSet;

/// Words that distinguish servers, with their spellings, in order of preference.
const WORDS: [(&str, &[&str]); 9] = [
    ("sandbox", &["sandbox"]),
    ("staging", &["staging", "stage", "stg"]),
    ("local", &["localhost", "127.0.0.1", "local"]),
    ("mock", &["mock"]),
    ("development", &["development", "dev"]),
    ("test", &["test", "testing", "qa", "uat"]),
    ("demo", &["demo"]),
    ("beta", &["beta"]),
    ("production", &["production", "prod", "live"]),
];

/// Returns a unique snake_case name for each server. Derives the name from the hint if there is
/// one, and otherwise from the description or the URL.
pub(super) fn names(servers: &[(Option<&str>, &str, &str)]) -> Vec<String> {
    let hint = |(hint, description, url): &(Option<&str>, &str, &str)| {
        if let Some(hint) = hint {
            return snake(hint);
        }
        let words_of = |text: &str| -> BTreeSet<String> {
            let lower = text.to_ascii_lowercase();
            lower
                .split(|c: char| !c.is_ascii_alphanumeric())
                .map(str::to_owned)
                .collect()
        };
        for text in [description, url] {
            let words = words_of(text);
            let known = WORDS
                .iter()
                .find(|(_, all)| all.iter().any(|word| words.contains(*word)));
            if let Some((name, _)) = known {
                return Some((*name).to_owned());
            }
        }
        Some("main".to_owned())
    };
    let wished: Vec<String> = servers
        .iter()
        .map(|server| hint(server).unwrap_or_else(|| "main".to_owned()))
        .collect();
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for (server, wish) in servers.iter().zip(&wished) {
        let is_shared = wished.iter().filter(|other| *other == wish).count() > 1;
        let first = !is_shared || !taken.contains(wish);
        let longer = || {
            let rest = server.2.split("://").nth(1).unwrap_or_default();
            snake(rest).unwrap_or_else(|| "server".to_owned())
        };
        let mut name = if first { wish.clone() } else { longer() };
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{}_{number}", longer());
            number += 1;
        }
        names.push(name);
    }
    names
}

/// Converts text to ASCII words in snake_case; `None` if nothing is left.
fn snake(text: &str) -> Option<String> {
    let ascii: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let name = name::field(&ascii).trim_matches('_').to_owned();
    let name: String = name
        .split('_')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    match name.chars().next() {
        None => None,
        Some(first) if first.is_ascii_lowercase() => Some(name),
        Some(_) => Some(format!("s{name}")),
    }
}
