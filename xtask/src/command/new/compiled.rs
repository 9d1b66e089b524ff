//! Compiles and tests a new vendor in an empty folder. The test takes a minute, so it runs only
//! with the feature `programs`.

use super::tests::DOCUMENT;
use super::{Arguments, run};
use std::path::Path;
use std::process::Command;

/// Runs cargo in the new workspace, with the target directory of this workspace.
fn cargo(root: &Path, arguments: &[&str]) {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {}:\n{}{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_new_workspace_is_formatted_up_to_date_and_passes_its_tests() {
    let root = std::env::temp_dir().join(format!("xtask-compiled-{}", std::process::id()));
    let arguments = Arguments {
        name: "parcels".to_owned(),
        file: Some(DOCUMENT.into()),
        runtime: None,
    };
    run(&root, &arguments).unwrap();
    cargo(&root, &["fmt", "--all", "--check"]);
    let check = ["xtask", "--root", ".", "generate", "--check"];
    cargo(&root, &check);
    let tests = [
        "test",
        "--offline",
        "--locked",
        "-p",
        "parcels-sdk",
        "--lib",
        "--tests",
    ];
    cargo(&root, &tests);
    std::fs::remove_dir_all(&root).unwrap();
}
