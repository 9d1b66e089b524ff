//! Measures the size of the release binary of a small program: with a vendor crate, with only one
//! tag of the crate, and with plain reqwest.
//!
//! All programs fetch a token, make one call and print the status of the response. They use the
//! same versions, TLS library and reqwest features.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::model::{Api, Operation};
use crate::name;
use crate::spec::lint::documents;

/// The program that uses a vendor crate.
const SDK: &str = r#"use {library}::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), {library}::Error> {
    let client = Client::from_env()?;
    let answer = client.{operation}().send().await?;
    println!("{}", answer.status());
    Ok(())
}
"#;

/// The same program with plain reqwest: posts a form for the token, makes one call and parses JSON.
const PEER: &str = r#"use std::env::var;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = reqwest::Client::new();
    let url = var("BASE_URL")?;
    let form = [("client_id", var("CLIENT_ID")?), ("client_secret", var("CLIENT_SECRET")?)];
    let answer = http.post(format!("{url}/token")).form(&form).send().await?.error_for_status()?;
    let token: serde_json::Value = answer.json().await?;
    let token = token["access_token"].as_str().ok_or("no access token")?;
    let answer = http.get(format!("{url}/things")).bearer_auth(token).send().await?.error_for_status()?;
    let status = answer.status();
    let page: serde_json::Value = answer.json().await?;
    println!("{status} {}", page.is_object());
    Ok(())
}
"#;

const PEER_DEPENDENCIES: &str = "reqwest = { version = \"0.13\", default-features = false, \
    features = [\"stream\", \"http2\", \"system-proxy\", \"gzip\", \"rustls\", \"json\", \"form\"] }\nserde_json = \"1\"\n";

/// A program to build.
struct Program {
    /// First cell of the table row.
    label: String,
    package: String,
    source: String,
    dependencies: String,
}

/// Returns a table with the size of each program.
///
/// The first program uses plain reqwest. The other programs use the vendor crates with the fewest
/// and the most operations.
pub(super) fn table(root: &Path) -> Result<String> {
    let folder = root.join("target/benchmarks");
    let documents = documents(root, &[])?;
    let mut apis: Vec<Api<'_>> = documents
        .iter()
        .map(|document| Api::read(&document.vendor, &document.root))
        .collect();
    apis.sort_by_key(|api| api.operations.len());
    let peer = Program {
        label: "plain reqwest".to_owned(),
        package: "size-peer".to_owned(),
        source: PEER.to_owned(),
        dependencies: PEER_DEPENDENCIES.to_owned(),
    };
    let base = size(root, &folder, &peer)?;
    let mut lines = format!(
        "| program | size | ratio to plain reqwest |\n| --- | --- | --- |\n| {} | {} | |\n",
        peer.label,
        mebibytes(base)
    );
    let (first, last) = (apis.first(), apis.last().filter(|_| apis.len() > 1));
    for program in first
        .into_iter()
        .chain(last)
        .flat_map(|api| programs(root, api))
    {
        let size = size(root, &folder, &program)?;
        lines.push_str(&format!(
            "| {} | {} | {:.2} |\n",
            program.label,
            mebibytes(size),
            size as f64 / base as f64
        ));
    }
    Ok(lines)
}

/// Returns the programs for one vendor crate: with all tags, and with only the tag of the call.
/// Returns no programs if the crate has no suitable operation.
fn programs(root: &Path, api: &Api<'_>) -> Vec<Program> {
    let Some(operation) = api.operations.iter().find(|known| is_simple(api, known)) else {
        return Vec::new();
    };
    let package = name::package(api.vendor);
    let path = root.join("crates").join(&package);
    let source = SDK
        .replace("{library}", &name::library(api.vendor))
        .replace("{operation}", operation.id);
    let program = |label: String, suffix: &str, features: &str| Program {
        label,
        package: format!("size-{}-{suffix}", api.vendor),
        source: source.clone(),
        dependencies: format!("{package} = {{ path = {path:?}{features} }}\n"),
    };
    let all = format!("`{package}`, {} operations", api.operations.len());
    let tag = format!("`{package}`, tag `{}` alone", operation.tag);
    let one = format!(
        ", default-features = false, features = [\"rustls\", \"{}\"]",
        operation.tag
    );
    vec![program(all, "all", ""), program(tag, "tag", &one)]
}

/// Returns whether the operation reads a paginated list, has no required parameters, is neither
/// internal nor deprecated, and belongs to a tag with a cargo feature.
fn is_simple(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let mut gated = api.tags.iter().filter(|tag| !tag.always);
    operation.method == "get"
        && gated.any(|tag| tag.name == operation.tag)
        && operation.paging.is_some()
        && !(operation.internal || operation.deprecated)
        && operation
            .parameters
            .iter()
            .all(|parameter| !parameter.required)
}

/// Builds a program and returns the size of its stripped release binary, in bytes.
fn size(root: &Path, folder: &Path, program: &Program) -> Result<u64> {
    let package = folder.join(&program.package);
    fs::create_dir_all(package.join("src"))?;
    let Program {
        package: name,
        dependencies,
        ..
    } = program;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[profile.release]\nstrip = true\n"
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::write(package.join("src/main.rs"), &program.source)?;
    // Pin the workspace's versions; cargo drops the entries that the program doesn't use.
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock"))?;
    let target = folder.join("target");
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--release", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target)
        .stdout(Stdio::null())
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "`{}` does not compile", program.label);
    let binary: PathBuf = target
        .join("release")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let metadata = fs::metadata(&binary).with_context(|| binary.display().to_string())?;
    Ok(metadata.len())
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.2} MiB", bytes as f64 / f64::from(1 << 20))
}
