//! Inserts hostile text into the strings and keys of the fixtures. The generated files must stay
//! valid, and the hostile text must stay text.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::{Generated, generate};
use crate::spec::lint::lint;
use crate::spec::load::{Document, assemble, load, vendors};
use crate::spec::mutate::{Files, Xorshift};

/// Strings with a special meaning in Rust, Markdown, TOML, YAML, HTML or a terminal.
const HOSTILE: &[&str] = &[
    "```\nlet x: = 1;\n```",
    "~~~rust\nbroken(",
    "```no_run\npanic!()\n```",
    "a\n\n    indented();\n\n\tby_a_tab();",
    "- a\n\n        deep\n1. b\n\n         deeper",
    "\"#]\n#![doc = \"x\"]",
    "\"); std::process::exit(1); (\"",
    "*/ /* //! /// //",
    "'; '' \" \"\" \"\"\" ''' `",
    "{ } {{ }} {0} {:?} ${x} %s",
    "r#\"raw\"# b\"x\" c\"y\"",
    "\\ \\\" \\n \\u{0} \\x00 \\",
    "a\rb\r\nc",
    "a\u{0}b\u{1}c\u{7f}d\u{1b}[31m",
    "a\u{202e}b\u{2066}c\u{2069}d\u{200f}e\u{61c}",
    "\u{feff}é日本\u{85}\u{2028}\u{2029}x",
    "[link](x) <b> </script> <!-- --> ]]> [`Vec`] ` `` ```",
    "| a | b |\n|---|---|\n| c",
    "https://example.com/<x>. <https://example.com>",
    "# head\n===\n> quote\n***\n---",
    "[dependencies]\nevil = \"1\"\n",
    "@generated end features\n@generated end crate -->",
    "#[cfg(any())] mod x;",
    "&amp; &lt; &#96; &copy",
    "trailing space  \nand  ",
];

/// Keys with free-form text, whose content no lint rule checks.
const FREE_TEXT_KEYS: &[&str] = &["description", "title", "termsOfService", "version", "why"];

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/generate")
}

fn pick(random: &mut Xorshift) -> String {
    match random.below(HOSTILE.len() + 1) {
        index if index < HOSTILE.len() => HOSTILE[index].to_owned(),
        _ => "x".repeat(64 << 10),
    }
}

/// Inserts a hostile string at the start, in the middle or at the end of some text, or replaces the
/// text.
fn damaged(text: &str, random: &mut Xorshift) -> String {
    let hostile = pick(random);
    let at = text
        .char_indices()
        .map(|(at, _)| at)
        .nth(random.below(text.chars().count()));
    match random.below(4) {
        0 => format!("{hostile}{text}"),
        1 => format!("{text}{hostile}"),
        2 => {
            let (before, after) = text.split_at(at.unwrap_or(0));
            format!("{before}{hostile}{after}")
        }
        _ => hostile,
    }
}

/// Damages all free-form text, and adds hostile properties, enum values, defaults, examples,
/// patterns and formats wherever possible.
fn damage_all(node: &mut Value, random: &mut Xorshift) {
    match node {
        Value::Object(object) => {
            for key in FREE_TEXT_KEYS {
                if let Some(Value::String(text)) = object.get_mut(*key) {
                    *text = damaged(text, random);
                }
            }
            let is_text = object.get("type").is_some_and(|kind| kind == "string");
            let has_room = !["enum", "format", "pattern", "maxLength"]
                .iter()
                .any(|key| object.contains_key(*key));
            if is_text && has_room && !object.contains_key("in") {
                let key = ["default", "example", "pattern", "format"][random.below(4)];
                object.insert(key.to_owned(), pick(random).into());
            }
            if let Some(Value::Array(values)) = object.get_mut("enum")
                && values.len() > 1
                && values[0].is_string()
            {
                let hostile = Value::from(pick(random));
                if !values.contains(&hostile) {
                    values.push(hostile);
                }
            }
            // A property may itself be called `properties`.
            if let Some(Value::Object(properties)) = object.get_mut("properties")
                && properties.values().all(Value::is_object)
            {
                let name: String = pick(random).chars().take(900).collect();
                properties
                    .entry(name)
                    .or_insert_with(|| json!({ "type": "string", "description": "It." }));
            }
            // The values in `x-sdk-variants` must match the values of the operation's parameter, so
            // leave the parameters unchanged.
            let has_variants = object.contains_key("x-sdk-variants");
            for (key, child) in object {
                if !(has_variants && key == "parameters") {
                    damage_all(child, random);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| damage_all(item, random)),
        _ => {}
    }
}

/// Returns the number of strings and keys in a node.
fn count(node: &Value) -> usize {
    match node {
        Value::String(_) => 1,
        Value::Object(object) => object.values().map(count).sum::<usize>() + object.len(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// Damages the string or key with a given number, in the order of [`count`].
fn damage_one(node: &mut Value, left: &mut Option<usize>, random: &mut Xorshift) {
    let is_it = |left: &mut Option<usize>| match left {
        Some(0) => left.take().is_some(),
        Some(rest) => {
            *rest -= 1;
            false
        }
        None => false,
    };
    match node {
        Value::String(text) if is_it(left) => *text = damaged(text, random),
        Value::Object(object) => {
            let old = std::mem::take(object);
            let mut new = Map::new();
            for (key, mut value) in old {
                let key = match is_it(left) {
                    true => damaged(&key, random).chars().take(900).collect(),
                    false => key,
                };
                damage_one(&mut value, left, random);
                new.insert(key, value);
            }
            *object = new;
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| damage_one(item, left, random)),
        _ => {}
    }
}

/// Returns the files of a document, as JSON. Each operation is in the file of its tag.
fn files(document: &Document, root: &Value) -> Files {
    let mut main = root.clone();
    let mut files = Files::new();
    let mut by_tag: Vec<(&String, Map<String, Value>)> = document
        .tag_files
        .iter()
        .map(|tag| (tag, Map::new()))
        .collect();
    let paths = main
        .as_object_mut()
        .and_then(|main| main.insert("paths".to_owned(), json!({})));
    let Some(Value::Object(paths)) = paths else {
        return files;
    };
    for (path, item) in paths {
        for (key, value) in item.as_object().into_iter().flatten() {
            let tag = value.pointer("/tags/0").and_then(Value::as_str);
            let file = by_tag
                .iter_mut()
                .filter(|(known, _)| tag.is_none_or(|tag| tag == *known));
            for (_, paths) in file {
                let own = paths.entry(path.clone()).or_insert_with(|| json!({}));
                if let Some(own) = own.as_object_mut() {
                    own.insert(key.clone(), value.clone());
                }
            }
        }
    }
    // The path-level parameters were copied to every file, even if none of the path's methods
    // belong there. Paths without methods are removed.
    for (tag, mut paths) in by_tag {
        paths.retain(|_, item| {
            item.as_object()
                .is_some_and(|item| item.keys().any(|key| key != "parameters"))
        });
        let text = format!("{}\n", json!({ "paths": paths }));
        files.insert(tag.clone(), text.into_bytes());
    }
    files.insert("openapi".to_owned(), format!("{main}\n").into_bytes());
    files
}

/// Returns the code for a damaged document; `None` if lint rejects it.
fn generated(root: &Path, document: &Document, damaged: &Value, what: &str) -> Option<Generated> {
    let files = files(document, damaged);
    let read = assemble(&document.vendor, &files).ok()?;
    if !lint(&read).is_empty() {
        return None;
    }
    match generate(root, &read) {
        Ok(generated) => Some(generated),
        Err(error) => panic!("{}, {what}: {error:?}", document.vendor),
    }
}

/// Checks that generated files are valid, and that text from the document adds no hidden
/// characters, code blocks, manifest sections or markers.
fn check(generated: &Generated, what: &str) {
    for (path, text) in &generated.output.files {
        let name = format!("{what}: {}", path.display());
        let hidden = [
            '\r', '\u{0}', '\u{1b}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{200f}', '\u{61c}',
        ];
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => {
                syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"));
                let shown = text.lines().find(|line| line.contains(hidden));
                assert_eq!(shown, None, "{name} has hidden characters");
                for (line, language) in fences(text, "///") {
                    let is_ours = language == "no_run";
                    assert!(
                        is_ours || !language.is_empty() && language != "rust",
                        "{name}: {line}"
                    );
                }
            }
            Some("toml") => {
                let table: toml::Table = text
                    .parse()
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                let keys: BTreeSet<&str> = table.keys().map(String::as_str).collect();
                assert_eq!(keys, BTreeSet::from(["features", "package"]), "{name}");
            }
            Some("md") => {
                let shown = text.lines().find(|line| line.contains(hidden));
                assert_eq!(shown, None, "{name} has hidden characters");
                if path.ends_with("README.md") {
                    assert_eq!(fences(text, ""), [], "{name}");
                    let marks = |text: &str| {
                        let is_mark = |line: &&str| line.starts_with("<!-- @generated");
                        text.lines().filter(is_mark).count()
                    };
                    let before = std::fs::read_to_string(fixtures().join(path)).unwrap();
                    assert_eq!(marks(text), marks(&before), "{name}");
                }
            }
            _ => {}
        }
    }
}

/// Returns the opening fences of code blocks in documentation, each with its line and language.
/// Indented code is treated as a fence without a language.
fn fences(text: &str, mark: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    let mut is_after_blank = true;
    for line in text.lines() {
        let line = match mark {
            "" => Some(line),
            mark => line.trim_start().strip_prefix(mark),
        };
        let Some(line) = line else {
            open = None;
            is_after_blank = true;
            continue;
        };
        let line = line.strip_prefix(' ').unwrap_or(line);
        let bare = line.trim_start();
        match &open {
            Some(fence) if bare.trim_end() == fence => open = None,
            Some(_) => {}
            None if bare.starts_with("```") || bare.starts_with("~~~") => {
                let mark = &bare[..1];
                let length = bare.len() - bare.trim_start_matches(mark).len();
                // A code span of three backticks ends on its line.
                if mark == "~" || !bare[length..].contains('`') {
                    open = Some(mark.repeat(length));
                    found.push((line.to_owned(), bare[length..].trim().to_owned()));
                }
            }
            None if is_after_blank && line.starts_with("        ") => {
                found.push((line.to_owned(), String::new()));
            }
            None => {}
        }
        is_after_blank = bare.is_empty();
    }
    found
}

#[test]
fn hostile_text_in_many_locations_at_once_stays_text() {
    let root = fixtures();
    let mut random = Xorshift::new(0x7e47);
    for vendor in vendors(&root).unwrap() {
        let document = load(&root, &vendor).map_err(|_| "findings").unwrap();
        for round in 0..2 {
            let mut damaged = document.root.clone();
            damage_all(&mut damaged, &mut random);
            let what = format!("{vendor}, round {round}");
            let files = files(&document, &damaged);
            let found = assemble(&vendor, &files).map_or_else(|found| found, |read| lint(&read));
            assert_eq!(found, [], "{what}");
            let generated = generated(&root, &document, &damaged, &what).unwrap();
            check(&generated, &what);
        }
    }
}

#[test]
fn hostile_text_in_any_location_is_rejected_or_stays_text() {
    let root = fixtures();
    let mut random = Xorshift::new(0x7e48);
    let (mut taken, mut refused) = (0, 0);
    for vendor in vendors(&root).unwrap() {
        let document = load(&root, &vendor).map_err(|_| "findings").unwrap();
        let texts = count(&document.root);
        for _ in 0..25 {
            let mut damaged = document.root.clone();
            let place = random.below(texts);
            damage_one(&mut damaged, &mut Some(place), &mut random);
            let what = format!("{vendor}, text {place}");
            match generated(&root, &document, &damaged, &what) {
                Some(generated) => {
                    check(&generated, &what);
                    taken += 1;
                }
                None => refused += 1,
            }
        }
    }
    println!("{taken} taken, {refused} refused");
    assert!(
        taken > 25 && refused > 25,
        "{taken} taken, {refused} refused"
    );
}

/// Compiles every fixture with hostile text in all places, and runs its doctests. The hostile text
/// must not add any doctests.
#[cfg(feature = "programs")]
#[test]
fn code_with_hostile_text_compiles_and_gains_no_doctests() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = workspace.join("target/hostile-texts");
    let _ = std::fs::remove_dir_all(&folder);
    let mut random = Xorshift::new(0x7e49);
    let mut members = Vec::new();
    let mut examples = 0;
    for vendor in vendors(&fixtures()).unwrap() {
        let document = load(&fixtures(), &vendor).map_err(|_| "findings").unwrap();
        let mut damaged = document.root.clone();
        damage_all(&mut damaged, &mut random);
        let generated = generated(&fixtures(), &document, &damaged, &vendor).unwrap();
        for (path, text) in &generated.output.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            examples += text.matches("/// ```no_run").count();
        }
        let package = crate::name::package(&vendor);
        let krate = folder.join("crates").join(&package);
        std::fs::write(krate.join("src/auth.rs"), CREDENTIALS).unwrap();
        let hook = format!("crates/{package}/src/exchange_hook.rs");
        if fixtures().join(&hook).exists() {
            std::fs::copy(fixtures().join(&hook), folder.join(&hook)).unwrap();
        }
        let manifest = std::fs::read_to_string(krate.join("Cargo.toml")).unwrap();
        let manifest = manifest.replace(
            "[features]\n",
            "edition = \"2024\"\n\n[features]\nserde-both-ways = []\nfile-store = [\"sdk-runtime/file-store\"]\n",
        );
        let runtime = workspace.join("crates/sdk-runtime");
        let dependencies = format!(
            "\n[dependencies]\nsdk-runtime = {{ path = {runtime:?}, default-features = false, features = [\"webhooks\"] }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n"
        );
        std::fs::write(krate.join("Cargo.toml"), manifest + &dependencies).unwrap();
        members.push(format!("\"crates/{package}\""));
    }
    let root = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        members.join(", ")
    );
    std::fs::write(folder.join("Cargo.toml"), root).unwrap();
    // Uses the versions of this workspace, so that cargo downloads nothing.
    std::fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "test",
            "--offline",
            "--doc",
            "--workspace",
            "--all-features",
            "--no-fail-fast",
        ])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    let passed: usize = said
        .lines()
        .filter_map(|line| {
            line.strip_prefix("test result: ok. ")?
                .split(' ')
                .next()?
                .parse::<usize>()
                .ok()
        })
        .sum();
    println!("{} crates, {passed} doctests", members.len());
    // Each operation and each client has one doctest.
    assert_eq!(passed, examples + members.len());
}

/// Hand-written credentials of a vendor crate.
#[cfg(feature = "programs")]
const CREDENTIALS: &str = "\
use sdk_runtime::{AccessToken, Authenticate, BoxFuture, Error, Exchange, TokenSource, Variables, Vendor};

/// A fixed token.
#[derive(Debug)]
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new(\"token\")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &crate::VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}
";
