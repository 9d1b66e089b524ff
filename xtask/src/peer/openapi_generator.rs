//! openapi-generator's Rust client.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::Result;
use regex::Regex;

use crate::peer::client::{Client, Input, run};

/// Python package of the peer, with its version.
pub(super) const PACKAGE: &str = "openapi-generator-cli==7.26.0";

/// An installed openapi-generator.
pub(crate) struct Installed(PathBuf);

impl Installed {
    /// Installs the peer below the folder unless it is already installed. Returns `None` and prints
    /// a message if Java or Python is missing.
    pub(super) fn find(folder: &Path) -> Result<Option<Self>> {
        let has = |program: &str, flag: &str| run(Command::new(program).arg(flag)).is_ok();
        if !has("java", "-version") || !has("python3", "--version") {
            println!("skipping the peer openapi-generator: it requires `java` and `python3`");
            return Ok(None);
        }
        let programs = folder.join("generator/bin");
        let generator = programs.join("openapi-generator-cli");
        if !generator.exists() {
            let venv = folder.join("generator");
            run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
            run(Command::new(programs.join("pip")).args(["install", "--quiet", PACKAGE]))?;
        }
        Ok(Some(Self(generator)))
    }

    /// Generates the client for a document, with the dependency versions of `lock`.
    pub(super) fn generate(&self, input: &Input<'_>, lock: &Path) -> Result<Client> {
        let Input {
            document,
            folder,
            name,
        } = input;
        let client = folder.join("peer").join(name);
        if client.exists() {
            fs::remove_dir_all(&client)?;
        }
        let started = Instant::now();
        run(Command::new(&self.0)
            .args(["generate", "-g", "rust", "--library", "reqwest", "-i"])
            .arg(document)
            .arg("-o")
            .arg(&client))?;
        let time = started.elapsed();
        let manifest = client.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)?
            .replace("name = \"openapi\"", &format!("name = \"peer-{name}\""))
            .replace("default = [\"native-tls\"]", "default = [\"rustls\"]");
        let same = "\n[workspace]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n";
        fs::write(&manifest, text + same)?;
        fs::copy(lock, client.join("Cargo.lock"))?;
        fix_generated_code(&client.join("src/apis"))?;
        Ok(Client { manifest, time })
    }
}

/// Fixes generated code that doesn't compile: the doubled path `models::models`, and models that
/// are sent as text in a multipart form.
fn fix_generated_code(folder: &Path) -> Result<()> {
    let as_text = Regex::new(r"(p_form_\w+)\.to_string\(\)")?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?.replace("models::models::", "models::");
        let text = as_text.replace_all(&text, "serde_json::to_string(&$1).unwrap_or_default()");
        fs::write(&path, text.as_bytes())?;
    }
    Ok(())
}
