//! The command `new`: adds a vendor to the workspace, with a spec, a crate and tests.
//!
//! In an empty folder, the command creates a workspace first. Unless the spec exists, the command
//! imports an OpenAPI document as the spec. It then creates the crate's hand-written files from
//! templates, and runs `generate`, which writes all other files and the lists of vendors. If one of
//! these steps fails, the command removes the files that it created.

#[cfg(all(test, feature = "programs"))]
mod compiled;
pub(crate) mod crate_files;
pub(crate) mod lock_file;
mod made;
mod runtime_source;
mod template;
#[cfg(test)]
mod tests;
mod vendor_name;
mod workspace_files;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::command::new::made::CreatedPaths;
use crate::command::new::runtime_source::RuntimeSource;
use crate::command::{generate, import};
use crate::name;
use crate::spec::lint::documents;

/// Arguments of the command `new`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Name of the vendor, for its folder in specs/ and its crate: lowercase words separated by
    /// hyphens.
    pub name: String,
    /// OpenAPI 3.0 or 3.1 document, in JSON or YAML. Omit it if `specs/<name>/` exists.
    pub file: Option<PathBuf>,
    /// Source of the runtime for a new workspace: the Vendor SDKs folder, or
    /// `<git URL>[#<revision>]`. Defaults to the folder that this program was built from.
    #[arg(long, value_name = "PATH|GIT URL")]
    pub runtime: Option<String>,
}

/// Adds the vendor and updates Cargo.lock.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    create(root, arguments)?;
    lock_file::update(root)?;
    let (name, package) = (&arguments.name, name::package(&arguments.name));
    match arguments.file {
        Some(_) => {
            println!(
                "\nspecs/{name}/: the spec; IMPORT.md lists questions, proposals, losses and changes"
            )
        }
        None => println!("\nspecs/{name}/: the spec"),
    }
    println!(
        "crates/{package}/: the crate; `cargo test -p {package}` calls every operation against the sandbox"
    );
    Ok(())
}

/// Adds the vendor without updating Cargo.lock.
pub fn create(root: &Path, arguments: &Arguments) -> Result<()> {
    vendor_name::check(&arguments.name)?;
    let mut made = CreatedPaths::below(root);
    write_vendor(root, arguments, &mut made).inspect_err(|_| made.undo())
}

fn write_vendor(root: &Path, arguments: &Arguments, made: &mut CreatedPaths<'_>) -> Result<()> {
    let name = &arguments.name;
    if root.join("Cargo.toml").exists() {
        ensure!(
            arguments.runtime.is_none(),
            "{}: the workspace already exists, and its Cargo.toml specifies the source of the runtime; omit --runtime",
            root.display()
        );
    } else {
        let runtime = RuntimeSource::of(arguments.runtime.as_deref())?;
        for (path, text) in workspace_files::files(root, &runtime)? {
            made.file(&path, &text)?;
        }
    }
    let krate = PathBuf::from("crates").join(name::package(name));
    ensure!(
        !root.join(&krate).exists(),
        "{}: the folder already exists; choose another name, or remove the vendor with `cargo xtask remove {name}`",
        krate.display()
    );
    let spec = PathBuf::from("specs").join(name);
    match (&arguments.file, root.join(&spec).exists()) {
        (Some(file), false) => {
            made.record_new(&spec);
            let arguments = import::Arguments {
                name: name.clone(),
                file: file.clone(),
                previous: None,
                discard_edits: false,
            };
            import::run(root, &arguments)?;
        }
        (None, true) => {}
        (Some(_), true) => anyhow::bail!(
            "{}: the folder already exists; import a newer document with `cargo xtask import {name} <file>`, or create a crate from the \
             folder with `cargo xtask new {name}`",
            spec.display()
        ),
        (None, false) => anyhow::bail!(
            "{}: the folder does not exist; specify an OpenAPI document, or write the spec by hand first",
            spec.display()
        ),
    }
    let document = documents(root, std::slice::from_ref(name))?
        .pop()
        .with_context(|| format!("{}: could not read the spec", spec.display()))?;
    ensure!(
        document.root.get("x-sdk-credentials").is_some(),
        "specs/{name}/openapi.yaml: `x-sdk-credentials` is missing, so users could not create a client; add it, and \
         describe the credentials in it (`[]` if the API needs none)"
    );
    for (path, text) in crate_files::files(root, &document)? {
        // The sandbox profile may exist before the crate does.
        if !root.join(&path).exists() {
            made.file(&path, &text)?;
        }
    }
    made.record_new(&crate_files::sandbox_document(name));
    generate::run(root, &[], false)
}
