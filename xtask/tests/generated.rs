//! Tests that the checked-in generated code is up to date, for the fixtures (one per feature) and
//! for the real specs.
#![allow(clippy::unwrap_used)] // A panic in a helper function fails the test.

use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// If this test fails, run `cargo xtask generate --root xtask/fixtures/generate` and review the
/// differences.
#[test]
fn the_fixtures_generate_their_golden_output() {
    xtask::generate::run(&workspace().join("xtask/fixtures/generate"), &[], true).unwrap();
}

#[test]
fn the_checked_in_code_is_up_to_date_with_the_specs() {
    xtask::generate::run(&workspace(), &[], true).unwrap();
}

#[test]
fn stale_and_stray_files_fail_the_check_with_the_command_to_run() {
    let copy = copy_of_fixtures("stale");
    let code = copy.join("crates/unions-sdk/src/generated/main.rs");
    fs::write(&code, "// edited by hand\n").unwrap();
    let stray = code.with_file_name("stray.rs");
    fs::write(&stray, "").unwrap();
    let error = xtask::generate::run(&copy, &[], true)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "2 stale files: run `cargo xtask generate` and commit the result"
    );
    xtask::generate::run(&copy, &[], false).unwrap();
    assert!(!stray.exists());
    xtask::generate::run(&copy, &[], true).unwrap();
    fs::remove_dir_all(&copy).unwrap();
}

#[test]
fn an_invalid_spec_leaves_every_file_unchanged() {
    let copy = copy_of_fixtures("bad");
    let before = snapshot(&copy.join("crates"));
    let spec = copy.join("specs/vendors/main.yaml");
    let text = fs::read_to_string(&spec).unwrap();
    fs::write(
        &spec,
        text.replace("operationId: list_things", "operationId: ListThings"),
    )
    .unwrap();
    // The command must not write changes to other vendors.
    let other = copy.join("specs/bodies/main.yaml");
    let text = fs::read_to_string(&other).unwrap();
    fs::write(&other, text.replace("Writes a note", "Posts a note")).unwrap();
    xtask::generate::run(&copy, &[], false).unwrap_err();
    assert_eq!(snapshot(&copy.join("crates")), before);
    fs::remove_dir_all(&copy).unwrap();
}

/// Copies the fixtures, including the generated files, to a new folder for a test.
fn copy_of_fixtures(name: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&target);
    for (path, bytes) in snapshot(&workspace().join("xtask/fixtures/generate")) {
        let path = target.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    target
}

fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push((
                    path.strip_prefix(folder).unwrap().to_path_buf(),
                    fs::read(&path).unwrap(),
                ));
            }
        }
    }
    files.sort();
    files
}
