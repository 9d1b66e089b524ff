//! The rules of `cargo xtask diff` agree with the compiler: for each rule, the test generates a
//! crate before and after a change, and compiles a small user program with both versions.
//!
//! The test requires the feature `programs`, because it builds about ninety versions of a crate.
//! All versions are in one workspace: a single package contains their generated code as modules, so
//! that the compiler reads the dependencies only once.
#![cfg(feature = "programs")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Files = BTreeMap<String, String>;

/// One deliberate change.
struct Case {
    /// Name of the rule for the change, as an identifier.
    module: String,
    /// Whether the edited document is the base, and the common document is the new document.
    is_reverse: bool,
    base: Files,
    new: Files,
    program: String,
    /// Whether the compiler rejects the program with the new crate, or `None` for a change that is
    /// classified as compatible.
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
        // Lint refuses unknown extensions.
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
            is_reverse: table.contains_key("reverse"),
            base,
            new,
            program: table["program"].as_str().unwrap().to_owned(),
            refuses: table.get("compiler_refuses").and_then(toml::Value::as_bool),
        });
    }
    cases
}

/// Returns the documents: the common base, and a changed document for each case.
fn documents(cases: &[Case]) -> BTreeMap<String, &Files> {
    let mut documents = BTreeMap::new();
    for case in cases {
        for (side, files) in [("base", &case.base), ("new", &case.new)] {
            documents.insert(case.module_of(side), files);
        }
    }
    documents
}

impl Case {
    /// Returns the module with the generated code for one side: the module of the common document,
    /// or the module of the case's changed document.
    fn module_of(&self, side: &str) -> String {
        let is_common = (side == "base") != self.is_reverse;
        if is_common {
            "shop".to_owned()
        } else {
            format!("shop_{}", self.module)
        }
    }
}

fn generate(root: &Path, documents: &BTreeMap<String, &Files>) {
    for (name, files) in documents {
        for (stem, text) in *files {
            write(&root.join(format!("specs/{name}/{stem}.yaml")), text);
        }
        let region = |name: &str, begin: &str, end: &str| {
            format!("{begin}@generated begin {name}{end}\n{begin}@generated end {name}{end}\n")
        };
        let package =
            format!("[package]\nname = \"{name}-sdk\"\nversion = \"0.0.0\"\n\n[features]\n");
        let krate = root.join(format!("crates/{name}-sdk"));
        let manifest = package + &region("features", "# ", "");
        write(&krate.join("Cargo.toml"), &manifest);
        let readme = region("features", "<!-- ", " -->");
        write(&krate.join("README.md"), &readme);
        write(&krate.join("src/lib.rs"), &region("crate", "// ", ""));
    }
    xtask::generate::run(root, &[], false).unwrap();
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Writes the workspace: `shops` contains the generated code, and `programs` contains the programs
/// that use the code. Programs that must compile are modules of one binary. Every other program is
/// a separate binary, because its errors could hide the errors of other programs.
fn write_workspace(root: &Path, cases: &[Case], documents: &BTreeMap<String, &Files>) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let dependencies = format!(
        "sdk-runtime = {{ path = {:?}, default-features = false }}\nserde = {{ version = \"1\", features = [\"derive\"] \
         }}\nserde_json = \"1\"\nfutures-core = {{ version = \"0.3\", default-features = false }}\n",
        workspace.join("crates/sdk-runtime")
    );
    let package = |name: &str, features: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{features}[dependencies]\n{dependencies}"
        )
    };
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"shops\", \"programs\"]\n";
    write(&root.join("Cargo.toml"), members);
    // Uses the versions of this workspace, so that cargo downloads nothing.
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let features = "[features]\ndefault = [\"items\", \"orders\", \"reviews\"]\nitems = []\norders = []\nreviews = \
                    []\ninternal = []\nschemars = []\nserde-both-ways = []\n\n";
    write(&root.join("shops/Cargo.toml"), &package("shops", features));
    let programs = package("programs", "") + "shops = { path = \"../shops\" }\n";
    write(&root.join("programs/Cargo.toml"), &programs);
    let mut library = LIBRARY.to_owned();
    for name in documents.keys() {
        let _ = writeln!(
            library,
            "#[path = \"../../crates/{name}-sdk/src/generated/mod.rs\"]\npub mod {name};"
        );
    }
    write(&root.join("shops/src/lib.rs"), &library);
    let bins = root.join("programs/src/bin");
    let mut sound = "#![allow(warnings)]\nfn main() {}\n".to_owned();
    for case in cases {
        for side in ["base", "new"] {
            let program = PROGRAM.replace("SHOP", &case.module_of(side));
            let program = program.replace("PROGRAM", &case.program);
            let name = format!("{side}_{}", case.module);
            if side == "new" && case.refuses == Some(true) {
                let program = format!("#![allow(warnings)]\n{program}\nfn main() {{}}\n");
                write(&bins.join(format!("{name}.rs")), &program);
            } else {
                let _ = writeln!(sound, "mod {name};");
                write(&bins.join(format!("sound/{name}.rs")), &program);
            }
        }
    }
    write(&bins.join("sound/main.rs"), &sound);
}

/// Hand-written part of a vendor crate, which all modules share.
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
    const VENDOR: &'static Vendor = &shop::VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, Error> {
        Ok(Self)
    }
}
";

const PROGRAM: &str = "\
use shops::SHOP as sdk;

async fn program(client: &sdk::Client) -> Result<(), sdk_runtime::Error> {
    PROGRAM
    Ok(())
}
";

/// Returns the errors of the compiler, by binary.
fn errors(root: &Path) -> BTreeMap<String, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-programs");
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
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let mut errors: BTreeMap<String, String> = BTreeMap::new();
    let mut targets = BTreeSet::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = message["target"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if message["message"]["level"] == "error" {
            let text = message["message"]["rendered"].as_str().unwrap_or_default();
            errors.entry(name.clone()).or_default().push_str(text);
        }
        targets.insert(name);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        targets.contains("sound"),
        "cargo checked no programs:\n{stderr}"
    );
    let broken = errors.get("shops");
    assert!(
        broken.is_none(),
        "the generated code does not compile:\n{broken:?}"
    );
    errors
}

#[test]
fn the_compiler_agrees_with_the_compatibility_rules() {
    let cases = cases();
    let is_compatible = |case: &&Case| case.refuses.is_none();
    assert!(
        cases.iter().filter(is_compatible).count() >= 20,
        "too few changes"
    );
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-programs-source");
    let _ = fs::remove_dir_all(&root);
    let documents = documents(&cases);
    generate(&root, &documents);
    write_workspace(&root, &cases, &documents);
    let errors = errors(&root);
    let mut wrong = Vec::new();
    if let Some(errors) = errors.get("sound") {
        wrong.push(format!("these programs must compile:\n{errors}"));
    }
    for case in cases.iter().filter(|case| case.refuses == Some(true)) {
        if !errors.contains_key(&format!("new_{}", case.module)) {
            wrong.push(format!(
                "{}: the program compiles, but the fixture expects an error",
                case.module
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
