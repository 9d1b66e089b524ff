//! Files of a workspace for a team's own specs: manifest, commands, CI and README.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::command::new::runtime_source::RuntimeSource;
use crate::command::new::template::fill;

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../templates/workspace/", $name, ".template"))
    };
}

/// Path and template of every file.
const TEMPLATES: [(&str, &str); 9] = [
    ("Cargo.toml", template!("Cargo.toml")),
    ("README.md", template!("README.md")),
    (".ci/run", template!("ci-run")),
    (".github/workflows/ci.yml", template!("ci.yml")),
    (".cargo/config.toml", template!("cargo-config.toml")),
    (".gitignore", template!("gitignore")),
    (".gitattributes", template!("gitattributes")),
    ("xtask/Cargo.toml", template!("xtask-Cargo.toml")),
    ("xtask/src/main.rs", template!("xtask-main.rs")),
];

/// Entries that are ignored when checking whether a folder is empty.
const IGNORED: [&str; 3] = [".git", ".DS_Store", "specs"];

/// Returns the files of a new workspace; fails if the folder contains entries that are not ignored.
pub(super) fn files(root: &Path, runtime: &RuntimeSource) -> Result<Vec<(PathBuf, String)>> {
    if root.exists() {
        let entries =
            std::fs::read_dir(root).with_context(|| format!("cannot list {}", root.display()))?;
        for entry in entries {
            let name = entry?.file_name();
            ensure!(
                IGNORED.iter().any(|ignored| name == *ignored),
                "{}: the folder contains {} but no Cargo.toml; use an empty folder, or a workspace created by `cargo xtask new`",
                root.display(),
                name.display()
            );
        }
    }
    let of = |folder: &str| runtime.dependency(folder);
    let (sdk_runtime, conformance) = (of("crates/sdk-runtime"), of("crates/sdk-conformance"));
    let (sandbox, xtask) = (of("crates/sdk-sandbox"), of("xtask"));
    let install_sandbox = runtime.install_sandbox();
    let values = [
        ("rust_version", env!("CARGO_PKG_RUST_VERSION")),
        ("runtime", &sdk_runtime),
        ("conformance", &conformance),
        ("sandbox", &sandbox),
        ("xtask", &xtask),
        ("install_sandbox", &install_sandbox),
    ];
    TEMPLATES
        .iter()
        .map(|(path, template)| Ok((PathBuf::from(path), fill(template, &values)?)))
        .collect()
}
