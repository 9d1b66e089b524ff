//! The peer: openapi-generator's Rust client for a document of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use regex::Regex;

/// The version that is compared with.
const PACKAGE: &str = "openapi-generator-cli==7.26.0";

/// An installed openapi-generator.
pub(super) struct Generator(PathBuf);

/// A client that it made.
pub(super) struct Client {
    pub(super) manifest: PathBuf,
    pub(super) time: Duration,
}

impl Generator {
    /// Installs it below the folder, once; says so where Java or Python are missing.
    pub(super) fn find(folder: &Path) -> Result<Option<Self>> {
        let has = |program: &str, flag: &str| run(Command::new(program).arg(flag)).is_ok();
        if !has("java", "-version") || !has("python3", "--version") {
            println!("no peer: openapi-generator needs `java` and `python3`");
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

    /// Makes the client of a vendor, with the versions of this workspace.
    pub(super) fn generate(&self, root: &Path, folder: &Path, vendor: &str) -> Result<Client> {
        let client = folder.join("peer").join(vendor);
        if client.exists() {
            fs::remove_dir_all(&client)?;
        }
        let started = Instant::now();
        run(Command::new(&self.0)
            .args(["generate", "-g", "rust", "--library", "reqwest", "-i"])
            .arg(root.join(format!("crates/{vendor}-sdk/openapi.json")))
            .arg("-o")
            .arg(&client))?;
        let time = started.elapsed();
        let manifest = client.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)?
            .replace("name = \"openapi\"", &format!("name = \"peer-{vendor}\""))
            .replace("default = [\"native-tls\"]", "default = [\"rustls\"]");
        let same = "\n[workspace]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n";
        fs::write(&manifest, text + same)?;
        fs::copy(root.join("Cargo.lock"), client.join("Cargo.lock"))?;
        mend(&client.join("src/apis"))?;
        Ok(Client { manifest, time })
    }
}

/// Mends what does not compile in a part that is not flat: a module named twice, and a model as text.
fn mend(folder: &Path) -> Result<()> {
    let as_text = Regex::new(r"(p_form_\w+)\.to_string\(\)")?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?.replace("models::models::", "models::");
        let text = as_text.replace_all(&text, "serde_json::to_string(&$1).unwrap_or_default()");
        fs::write(&path, text.as_bytes())?;
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot run `{name}`"))?;
    ensure!(status.success(), "`{name}` fails");
    Ok(())
}
