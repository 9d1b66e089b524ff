//! The rules of `cargo xtask diff` agree with the compiler: for the change of each rule, both crates are generated and a small
//! user program is checked against them.
//!
//! Behind the feature `programs`, because it builds some ninety programs. Everything is one workspace: a package has the
//! generated code of all changes as modules, so that the compiler reads the dependencies once.
#![cfg(feature = "programs")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Files = BTreeMap<String, String>;

/// One seeded change.
struct Case {
    /// The name of its rule.
    rule: String,
    /// The same as an identifier.
    module: String,
    base: Files,
    new: Files,
    program: String,
    /// What the compiler does with the program and the new crate; `None` for a change judged compatible.
    refuses: Option<bool>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff")
}

fn files_in(folder: &Path, ending: &str) -> Files {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let named = paths.filter_map(|path| {
        let name = path.file_name()?.to_str()?.strip_suffix(ending)?.to_owned();
        Some((name, fs::read_to_string(&path).unwrap()))
    });
    named.collect()
}

fn cases() -> Vec<Case> {
    let shop = files_in(&fixtures().join("base"), ".yaml");
    let mut cases = Vec::new();
    for (rule, text) in files_in(&fixtures(), ".toml") {
        let table: toml::Table = text.parse().unwrap();
        // Lint refuses an extension that nobody knows.
        if rule == "other-extension" {
            continue;
        }
        let mut edited = shop.clone();
        for row in table["edit"].as_array().unwrap() {
            let word = |key: &str| row[key].as_str().unwrap();
            let file = edited.entry(word("file").to_owned()).or_default();
            *file = file.replacen(word("find"), word("replace"), 1);
        }
        let (base, new) = match table.contains_key("reverse") {
            true => (edited, shop.clone()),
            false => (shop.clone(), edited),
        };
        cases.push(Case {
            module: rule.replace('-', "_"),
            rule,
            base,
            new,
            program: table["program"].as_str().unwrap().to_owned(),
            refuses: table.get("compiler_refuses").and_then(toml::Value::as_bool),
        });
    }
    cases
}

/// Writes a folder of specs for each document and generates all of them: `specs/base-of-…`, `specs/new-of-…`.
fn generate(root: &Path, cases: &[Case]) {
    for case in cases {
        for (side, files) in [("base", &case.base), ("new", &case.new)] {
            let name = format!("{side}-of-{}", case.rule);
            for (stem, text) in files {
                write(&root.join(format!("specs/{name}/{stem}.yaml")), text);
            }
            let region = |begin: &str, end: &str| {
                format!(
                    "{begin}@generated begin features{end}\n{begin}@generated end features{end}\n"
                )
            };
            let manifest = format!(
                "[package]\nname = \"{name}-sdk\"\nversion = \"0.0.0\"\n\n[features]\n{}",
                region("# ", "")
            );
            write(
                &root.join(format!("crates/{name}-sdk/Cargo.toml")),
                &manifest,
            );
            write(
                &root.join(format!("crates/{name}-sdk/README.md")),
                &region("<!-- ", " -->"),
            );
        }
    }
    xtask::generate::run(root, &[], false).unwrap();
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The workspace: `shops` has the generated code, `programs` one program for each side of each case.
fn write_workspace(root: &Path, cases: &[Case]) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let runtime = workspace.join("crates/sdk-runtime");
    let dependencies = format!(
        "sdk-runtime = {{ path = {runtime:?}, default-features = false }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n"
    );
    write(
        &root.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"shops\", \"programs\"]\n",
    );
    // The same versions as in this workspace, so that nothing is fetched.
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    write(
        &root.join("shops/Cargo.toml"),
        &format!(
            "[package]\nname = \"shops\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[features]\ndefault = [\"items\", \"orders\", \
             \"reviews\"]\nitems = []\norders = []\nreviews = []\ninternal = []\nschemars = []\nserde-both-ways = []\n\n[dependencies]\n{dependencies}"
        ),
    );
    write(
        &root.join("programs/Cargo.toml"),
        &format!(
            "[package]\nname = \"programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nshops = {{ path = \"../shops\" }}\n\
             futures-core = {{ version = \"0.3\", default-features = false }}\n{dependencies}"
        ),
    );
    let mut library = LIBRARY.to_owned();
    for case in cases {
        for side in ["base", "new"] {
            let (rule, module) = (&case.rule, &case.module);
            let _ = writeln!(
                library,
                "#[path = \"../../crates/{side}-of-{rule}-sdk/src/generated/mod.rs\"]\npub mod {side}_of_{module};"
            );
            let program = PROGRAM
                .replace("SHOP", &format!("{side}_of_{module}"))
                .replace("PROGRAM", &case.program);
            write(
                &root.join(format!("programs/src/bin/{side}-of-{rule}.rs")),
                &program,
            );
        }
    }
    write(&root.join("shops/src/lib.rs"), &library);
}

/// What a vendor crate has by hand, once for all modules.
const LIBRARY: &str = "\
#![allow(warnings)]
use sdk_runtime::{AccessToken, Authenticate, BoxFuture, Error, Exchange, TokenSource, Variables, Vendor};

#[derive(Debug)]
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new(\"token\")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static Vendor = &base_of_documentation::VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}
";

const PROGRAM: &str = "\
#![allow(warnings)]
use shops::SHOP as sdk;

async fn program(client: &sdk::Client) -> Result<(), sdk_runtime::Error> {
    PROGRAM
    Ok(())
}

fn main() {
    let _ = program;
}
";

/// The programs that the compiler refuses, each with its first error.
fn refused(root: &Path) -> BTreeMap<String, String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "check",
            "--offline",
            "--bins",
            "--keep-going",
            "--message-format",
            "json",
        ])
        .current_dir(root)
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-programs"),
        )
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let mut refused = BTreeMap::new();
    let mut checked = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        checked += usize::from(
            message["reason"] == "compiler-artifact" || message["reason"] == "compiler-message",
        );
        let is_error = message["message"]["level"] == "error";
        let name = message["target"]["name"].as_str().unwrap_or_default();
        if is_error {
            let text = message["message"]["rendered"].as_str().unwrap_or_default();
            refused
                .entry(name.to_owned())
                .or_insert_with(|| text.to_owned());
        }
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(checked > 0, "cargo checked nothing:\n{stderr}");
    assert!(
        !refused.contains_key("shops"),
        "the generated code does not compile:\n{}",
        refused["shops"]
    );
    refused
}

#[test]
fn the_compiler_takes_every_change_that_is_judged_compatible_and_refuses_what_is_said_to_break() {
    let cases = cases();
    assert!(cases.len() >= 20, "only {} seeded changes", cases.len());
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-programs-source");
    let _ = fs::remove_dir_all(&root);
    generate(&root, &cases);
    write_workspace(&root, &cases);
    let refused = refused(&root);
    let mut wrong = Vec::new();
    for case in &cases {
        let error = |side: &str| refused.get(&format!("{side}-of-{}", case.rule));
        if let Some(error) = error("base") {
            wrong.push(format!(
                "{}: the program does not compile against the base:\n{error}",
                case.rule
            ));
        }
        match (case.refuses.unwrap_or(false), error("new")) {
            (false, Some(error)) => {
                wrong.push(format!("{}: judged to compile, but:\n{error}", case.rule))
            }
            (true, None) => wrong.push(format!(
                "{}: said to be refused, but it compiles",
                case.rule
            )),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let compatible: BTreeSet<&str> = cases
        .iter()
        .filter(|case| case.refuses.is_none())
        .map(|case| case.rule.as_str())
        .collect();
    println!(
        "{} changes: {} judged compatible, {} programs refused",
        cases.len(),
        compatible.len(),
        refused.len()
    );
}
