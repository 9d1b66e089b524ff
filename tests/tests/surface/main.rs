//! Tests that each vendor crate and the facade export everything that their users need.
//!
//! A program that depends on only one of these crates can name every type in the public signatures
//! of the crate, and implement a token store, a token source and a transport. The public signatures
//! come from rustdoc's JSON. The tests need the feature `programs`, because they run rustdoc and
//! `cargo check` on all crates again.
#![cfg(feature = "programs")]
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod rustdoc_json;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustdoc_json::Documentation;

/// Returns the vendor crates and the facade, which are the crates that users depend on.
fn crates() -> Vec<String> {
    let folders = fs::read_dir(workspace().join("crates")).unwrap();
    let names = folders.map(|folder| folder.unwrap().file_name().to_string_lossy().into_owned());
    let is_vendor = |name: &String| {
        workspace()
            .join("crates")
            .join(name)
            .join("openapi.json")
            .exists()
    };
    let mut crates: Vec<String> = names
        .filter(|name| is_vendor(name) || name == "vendor-sdks")
        .collect();
    assert!(crates.len() > 5, "{crates:?}");
    crates.sort();
    crates
}

/// A program that implements a token store, a token source and a transport.
const IMPLEMENTATIONS: &str = include_str!("implementations.txt");

fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_path_buf()
}

fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(folder)
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("surface"),
        )
        .env_remove("RUSTFLAGS");
    command
}

/// Returns the Cargo features that add types to a crate.
fn features(krate: &str) -> Vec<&'static str> {
    let manifest = workspace().join("crates").join(krate).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    let all = ["call", "file-store", "schemars", "webhooks"];
    let has = |feature: &&str| {
        manifest
            .lines()
            .any(|line| line.starts_with(&format!("{feature} = ")))
    };
    all.into_iter().filter(has).collect()
}

/// Returns rustdoc's JSON for the runtime, the vendor crates and the facade, by library name.
fn documentation() -> BTreeMap<String, Documentation> {
    let mut command = cargo(&workspace());
    command.args([
        "doc",
        "--no-deps",
        "--locked",
        "--offline",
        "--lib",
        "-p",
        "sdk-runtime",
    ]);
    let crates = crates();
    for krate in &crates {
        command.args(["-p", krate]);
        for feature in features(krate) {
            command.args(["--features", &format!("{krate}/{feature}")]);
        }
    }
    // rustdoc's JSON isn't stable yet, so the stable toolchain must be told to emit it.
    let output = command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = crates.iter().map(String::as_str).chain(["sdk-runtime"]);
    names
        .map(|krate| {
            let library = krate.replace('-', "_");
            let file = format!("surface/doc/{library}.json");
            let text =
                fs::read_to_string(Path::new(env!("CARGO_TARGET_TMPDIR")).join(file)).unwrap();
            (library.clone(), Documentation::read(&library, &text))
        })
        .collect()
}

/// Returns two lists: the paths at which a crate exports the types in its public signatures, and
/// the types that the crate doesn't export.
fn paths(library: &str, all: &BTreeMap<String, Documentation>) -> (Vec<String>, Vec<String>) {
    let runtime = &all["sdk_runtime"];
    let own = &all[library];
    let (mut paths, mut missing) = (Vec::new(), Vec::new());
    // Every crate re-exports the items of the runtime's `surface` module, so their signatures are
    // public as well.
    let root = runtime.names_in("surface");
    let mut named = own.named();
    named.extend(runtime.named_from("surface"));
    for (krate, path) in named {
        let last = path.last().unwrap().as_str();
        let of_vendor = all.get(&krate).filter(|_| krate != "sdk_runtime");
        let found = match krate.as_str() {
            "std" | "core" | "alloc" => continue,
            // A program that uses the traits of these crates depends on them directly.
            "serde" | "serde_core" | "schemars" | "futures_core" => continue,
            "time" | "serde_json" => Some(format!("{library}::{krate}::{last}")),
            "reqwest" => Some(format!("{library}::http_client::{last}")),
            _ if of_vendor.is_some() => all[&krate]
                .path_of(&path)
                .map(|path| path.replacen(&krate, &crate_path(library, &krate), 1)),
            _ if root.contains(last) => Some(format!("{library}::{last}")),
            _ if runtime.names_in("surface::operation_table").contains(last) => {
                Some(format!("{library}::operation_table::{last}"))
            }
            _ if runtime.names_in("http_client").contains(last) => {
                Some(format!("{library}::http_client::{last}"))
            }
            _ => None,
        };
        match found {
            Some(found) => paths.push(found),
            None => missing.push(format!("{library}: {}", path.join("::"))),
        }
    }
    (paths, missing)
}

/// Returns the path that programs use for a vendor crate if they depend on `library`.
///
/// The facade re-exports each vendor crate under a shorter name.
fn crate_path(library: &str, krate: &str) -> String {
    match library == krate {
        true => library.to_owned(),
        false => format!("{library}::{}", krate.trim_end_matches("_sdk")),
    }
}

/// Writes a workspace with one library per source. Each library depends on a single crate.
fn write_programs(root: &Path, sources: &BTreeMap<String, (String, String)>) {
    let _ = fs::remove_dir_all(root);
    let mut members = Vec::new();
    for (name, (krate, source)) in sources {
        let folder = root.join(name);
        fs::create_dir_all(folder.join("src")).unwrap();
        let path = workspace().join("crates").join(krate);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{krate} = {{ path = {path:?}, features = {:?} }}\n",
            features(krate)
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("src/lib.rs"), source).unwrap();
        members.push(format!("{name:?}"));
    }
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        members.join(", ")
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    // Pins dependencies to the versions of this workspace, so that cargo doesn't download anything.
    fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
}

#[test]
fn every_type_in_a_public_signature_can_be_named_through_one_crate() {
    let all = documentation();
    let mut sources = BTreeMap::new();
    let mut missing = Vec::new();
    for krate in crates() {
        let library = krate.replace('-', "_");
        let (paths, absent) = paths(&library, &all);
        assert!(paths.len() > 80, "{krate} has only {} paths", paths.len());
        missing.extend(absent);
        let mut source = "#![allow(warnings)]\n".to_owned();
        for (index, path) in paths.iter().enumerate() {
            let _ = writeln!(source, "pub use {path} as N{index};");
        }
        let implementations = IMPLEMENTATIONS.replace("SDK", &library);
        let _ = write!(source, "mod implementations {{\n{implementations}}}\n");
        sources.insert(format!("names-{krate}"), (krate, source));
    }
    assert!(
        missing.is_empty(),
        "these types have no public path:\n{}",
        missing.join("\n")
    );
    let float = "pub fn price() -> akeneo_sdk::types::PriceData {\n    akeneo_sdk::types::PriceData::new(9.9, \"EUR\")\n}\n";
    sources.insert(
        "float".to_owned(),
        ("akeneo-sdk".to_owned(), float.to_owned()),
    );

    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("surface-source");
    write_programs(&root, &sources);
    let output = cargo(&root)
        .args(["check", "--offline", "--workspace", "--exclude", "float"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    // Passing a float as a decimal causes a compile error that suggests a fix.
    let output = cargo(&root)
        .args(["check", "--offline", "-p", "float"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        said.contains("is not an exact number") && said.contains("\"9.90\""),
        "{said}"
    );
}

/// A program might depend only on a vendor crate, so the documentation of the crate must not
/// mention the runtime.
#[test]
fn vendor_crate_docs_and_examples_do_not_mention_the_runtime() {
    let mut found = Vec::new();
    for krate in crates() {
        let mut open = vec![workspace().join("crates").join(krate)];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(
                    fs::read_dir(&path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
                continue;
            }
            let is_for_people = path.extension().is_some_and(|end| end == "md")
                || path.components().any(|part| part.as_os_str() == "examples");
            let is_code = path.extension().is_some_and(|end| end == "rs");
            if !is_for_people && !is_code {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for (number, line) in (1..).zip(text.lines()) {
                let is_doc = line.trim_start().starts_with("//");
                if (is_for_people || is_doc) && line.contains("sdk_runtime") {
                    found.push(format!("{}:{number}: {line}", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
