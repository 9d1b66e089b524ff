//! Generators that are programs on crates.io.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::peer::client::{Client, Input, run};

/// A generator on crates.io, and how to call it.
pub(super) struct Program {
    pub(super) name: &'static str,
    version: &'static str,
    /// Arguments before the document, arguments after it, and whether the crate's folder is the
    /// last argument.
    arguments: (&'static [&'static str], &'static [&'static str], bool),
    /// File in which the program lists the dependencies of the generated code, or `None` if the
    /// program writes a manifest itself.
    dependencies: Option<&'static str>,
}

/// The peers.
pub(super) const PROGRAMS: &[Program] = &[
    Program {
        name: "openapi-to-rust",
        version: "0.23.0",
        arguments: (&["generate"], &[], false),
        dependencies: Some("src/generated/REQUIRED_DEPS.toml"),
    },
    Program {
        name: "ploidy",
        version: "0.15.0",
        arguments: (&["generate", "rust"], &["-o"], true),
        dependencies: None,
    },
];

/// An installed program.
pub(crate) struct Installed {
    program: &'static Program,
    path: PathBuf,
}

impl Installed {
    /// Installs the program below the folder unless it is already installed.
    pub(super) fn find(folder: &Path, program: &'static Program) -> Result<Self> {
        let programs = folder.join("peers");
        let path = programs.join("bin").join(program.name);
        if !path.exists() {
            let package = format!("{}@{}", program.name, program.version);
            run(Command::new("cargo")
                .args(["install", "--quiet", "--locked", "--root"])
                .arg(&programs)
                .arg(package))?;
        }
        Ok(Self { program, path })
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.program.name, self.program.version)
    }

    /// Generates the client for a document, with the newest compatible versions of its
    /// dependencies.
    pub(super) fn generate(&self, input: &Input<'_>) -> Result<Client> {
        let Input {
            document,
            folder,
            name,
        } = input;
        let Program { arguments, .. } = self.program;
        let client = folder.join(self.program.name).join(name);
        if client.exists() {
            fs::remove_dir_all(&client)?;
        }
        fs::create_dir_all(client.join("src"))?;
        let (before, after, has_folder) = arguments;
        let started = Instant::now();
        let mut command = Command::new(&self.path);
        command.args(*before).arg(document).args(*after);
        if *has_folder {
            command.arg(&client);
        }
        run(command.current_dir(&client))?;
        let time = started.elapsed();
        let manifest = client.join("Cargo.toml");
        if let Some(dependencies) = self.program.dependencies {
            let dependencies = fs::read_to_string(client.join(dependencies))
                .context("the program did not list the dependencies of its code")?;
            let package = format!(
                "[package]\nname = \"peer-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n"
            );
            fs::write(&manifest, package + &dependencies)?;
            fs::write(client.join("src/lib.rs"), "pub mod generated;\n")?;
        }
        let text = fs::read_to_string(&manifest).context("the program did not write a manifest")?;
        let same = "\n[workspace]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n";
        fs::write(&manifest, text + same)?;
        Ok(Client { manifest, time })
    }
}
