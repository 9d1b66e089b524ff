//! The workspace of one document: an empty crate beside its spec, which `cargo xtask generate` fills.

use crate::name;
use crate::output::Output;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes the workspace of a document into an empty folder; dependencies have the versions of our own workspace.
pub(super) fn create(ours: &Path, folder: &Path, name: &str) -> Result<()> {
    let manifest = fs::read_to_string(ours.join("Cargo.toml")).context("cannot read Cargo.toml")?;
    let manifest = manifest.parse().context("Cargo.toml is not TOML")?;
    let krate = PathBuf::from("crates").join(name::package(name));
    let files = BTreeMap::from([
        (PathBuf::from("Cargo.toml"), workspace(ours, &manifest)),
        (krate.join("Cargo.toml"), package(name)),
        (krate.join("README.md"), readme(name)),
        (krate.join("src/lib.rs"), LIB.to_owned()),
        (krate.join("tests/every_operation.rs"), tests(name)),
    ]);
    let output = Output {
        files,
        ..Output::default()
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    output.apply(folder, &output.changes(folder)?)?;
    // With our lock file, what is compiled for one document serves for all.
    fs::copy(ours.join("Cargo.lock"), folder.join("Cargo.lock"))
        .context("cannot copy Cargo.lock")?;
    Ok(())
}

/// The crates of ours that a vendor crate depends on.
const OURS: [&str; 3] = ["sdk-runtime", "sdk-conformance", "sdk-sandbox"];

/// The other ones.
const OTHERS: [&str; 4] = ["schemars", "serde", "serde_json", "tokio"];

fn workspace(ours: &Path, manifest: &toml::Table) -> String {
    let known = &manifest["workspace"]["dependencies"];
    let mut text = "\
[workspace]
resolver = \"3\"
members = [\"crates/*\"]

[profile.dev]
debug = 0

[workspace.dependencies]
"
    .to_owned();
    for name in OURS {
        let path = ours.join("crates").join(name);
        let path = toml::Value::from(path.display().to_string());
        text.push_str(&format!(
            "{name} = {{ path = {path}, default-features = false }}\n"
        ));
    }
    for name in OTHERS {
        if let Some(dependency) = known.get(name) {
            text.push_str(&format!("{name} = {dependency}\n"));
        }
    }
    text
}

fn package(name: &str) -> String {
    let package = name::package(name);
    format!(
        "\
[package]
name = \"{package}\"
version = \"0.1.0\"
edition = \"2024\"

[features]
default = [\"all\", \"rustls\", \"call\"]
rustls = [\"sdk-runtime/rustls\"]
native-tls = [\"sdk-runtime/native-tls\"]
file-store = [\"sdk-runtime/file-store\"]
call = [\"sdk-runtime/call\"]
serde-both-ways = []
schemars = [\"dep:schemars\", \"sdk-runtime/schemars\"]
# @generated begin features
all = []
# @generated end features

[dependencies]
schemars = {{ workspace = true, optional = true }}
sdk-runtime.workspace = true
serde.workspace = true
serde_json.workspace = true

[dev-dependencies]
sdk-conformance.workspace = true
sdk-sandbox.workspace = true
tokio = {{ workspace = true, features = [\"rt-multi-thread\"] }}
"
    )
}

fn readme(name: &str) -> String {
    let package = name::package(name);
    let region =
        |name: &str| format!("<!-- @generated begin {name} -->\n<!-- @generated end {name} -->\n");
    format!(
        "# {package}\n\n{}\n{}",
        region("credentials"),
        region("features")
    )
}

const LIB: &str = "\
#![doc = include_str!(\"../README.md\")]

// @generated begin crate
// @generated end crate
";

/// Every operation, typed and by table, against the sandbox without a profile.
fn tests(name: &str) -> String {
    let library = name::library(name);
    format!(
        "\
#[path = \"generated/every_operation.rs\"]
mod generated;

type TestResult = Result<(), Box<dyn std::error::Error>>;

const DOCUMENT: &str = include_str!(\"../openapi.json\");

#[tokio::test]
async fn every_operation_is_called_in_every_media_type() -> TestResult {{
    let report = sdk_conformance::call_typed_in::<{library}::Client>(DOCUMENT, generated::cases()).await?;
    Ok(report.verdict()?)
}}
"
    )
}
