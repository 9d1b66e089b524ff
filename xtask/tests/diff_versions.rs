//! Runs `cargo xtask diff` in a git repository, and checks which revision it compares with and what
//! it prints about versions.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A workspace with one vendor, in its own repository.
struct Repository(PathBuf);

impl Repository {
    /// Creates a workspace with the spec of the fixtures and version 0.1.0, and commits it.
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("diff-versions")
            .join(name);
        let _ = fs::remove_dir_all(&root);
        let specs = root.join("specs/shop");
        fs::create_dir_all(&specs).unwrap();
        fs::create_dir_all(root.join("crates/shop-sdk")).unwrap();
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff/base");
        for entry in fs::read_dir(base).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, specs.join(path.file_name().unwrap())).unwrap();
        }
        let repository = Self(root);
        repository.git(&["init", "--quiet"]);
        repository.set_version("0.1.0");
        repository.commit("first");
        repository
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.0).args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
        ]);
        let output = command.args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn commit(&self, text: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--no-gpg-sign", "-m", text]);
    }

    fn tag(&self, name: &str) {
        self.git(&["tag", "--no-sign", name]);
    }

    fn set_version(&self, version: &str) {
        let text = format!("[package]\nname = \"shop-sdk\"\nversion = \"{version}\"\n");
        fs::write(self.0.join("crates/shop-sdk/Cargo.toml"), text).unwrap();
    }

    fn edit(&self, find: &str, replace: &str) {
        let path = self.0.join("specs/shop/items.yaml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(find), "{find}");
        fs::write(&path, text.replacen(find, replace, 1)).unwrap();
    }

    fn add_a_property(&self) {
        self.edit(
            "        weight: {type: integer, description: Grams.}\n",
            "        weight: {type: integer, description: Grams.}\n        sold: {type: boolean, description: Gone.}\n",
        );
    }

    fn remove_a_property(&self) {
        self.edit("        weight: {type: integer, description: Grams.}\n", "");
    }

    fn diff(&self, arguments: &[&str]) -> (i32, String, String) {
        diff(&self.0, arguments)
    }
}

/// Returns the exit code, stdout and stderr.
fn diff(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .arg("--root")
        .arg(root)
        .arg("diff")
        .args(arguments)
        .output()
        .unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

#[test]
fn an_untagged_version_can_change_freely() {
    let repository = Repository::new("untagged");
    repository.remove_a_property();
    let (code, text, _) = repository.diff(&[]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("breaking: property-removed: `Item::weight`"),
        "{text}"
    );
    assert!(
        text.contains("0.1.0 is not tagged, so nobody depends on it and any change is allowed"),
        "{text}"
    );
}

#[test]
fn a_breaking_change_below_1_0_requires_a_minor_version_bump() {
    let repository = Repository::new("breaking");
    repository.tag("shop-sdk-v0.1.0");
    repository.remove_a_property();
    let (code, text, error) = repository.diff(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("1 breaking, 0 compatible, 0 documentation-only since shop-sdk-v0.1.0; requires 0.2.0, has 0.1.0"), "{text}");
    assert_eq!(
        error,
        "error: these versions do not match their changes: shop-sdk\n"
    );
    repository.set_version("0.1.1");
    assert_eq!(repository.diff(&[]).0, 1);
    repository.set_version("0.2.0");
    assert_eq!(repository.diff(&[]).0, 0);
}

#[test]
fn a_compatible_change_requires_a_patch_version_bump() {
    let repository = Repository::new("compatible");
    repository.tag("shop-sdk-v0.1.0");
    repository.add_a_property();
    assert_eq!(repository.diff(&[]).0, 1);
    repository.set_version("0.1.1");
    assert_eq!(repository.diff(&[]).0, 0);
}

#[test]
fn the_highest_tagged_version_of_the_crate_is_the_base() {
    let repository = Repository::new("tags");
    repository.tag("shop-sdk-v0.9.0");
    repository.tag("shop-sdk-vnext");
    repository.tag("other-sdk-v3.0.0");
    repository.remove_a_property();
    repository.set_version("0.10.0");
    repository.commit("second");
    repository.tag("shop-sdk-v0.10.0");
    repository.edit(
        "        price: {type: number, description: What it costs.}\n",
        "        price: {type: number, description: What it costs.}\n        sold: {type: boolean, description: Gone.}\n",
    );
    let (code, text, _) = repository.diff(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("since shop-sdk-v0.10.0; requires 0.10.1, has 0.10.0"),
        "{text}"
    );
}

#[test]
fn an_explicit_base_revision_counts_as_released() {
    let repository = Repository::new("named");
    repository.remove_a_property();
    repository.commit("second");
    let (code, text, _) = repository.diff(&["--base", "HEAD~1"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("requires 0.2.0, has 0.1.0: raise `version` in crates/shop-sdk/Cargo.toml"),
        "{text}"
    );
    assert_eq!(repository.diff(&["--base", "HEAD"]).0, 0);
}

#[test]
fn json_output_lists_changes_with_file_line_and_verdict() {
    let repository = Repository::new("json");
    repository.tag("shop-sdk-v0.1.0");
    repository.remove_a_property();
    let (_, text, _) = repository.diff(&["--json"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shop = &report["vendors"][0];
    assert_eq!(shop["needs"], "0.2.0");
    assert_eq!(shop["follows"], false);
    let change = &shop["changes"][0];
    assert_eq!(change["rule"], "property-removed");
    assert_eq!(change["breaking"], true);
    assert_eq!(
        (change["file"].as_str(), change["in_base"].as_bool()),
        (Some("specs/shop/items.yaml"), Some(true))
    );
    let spec = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff/base/items.yaml"),
    )
    .unwrap();
    let line = spec
        .lines()
        .position(|line| line.contains("weight:"))
        .unwrap()
        + 1;
    assert_eq!(change["line"].as_u64(), Some(line as u64));
}

#[test]
fn the_changelog_lists_breaking_changes_first() {
    let repository = Repository::new("changelog");
    repository.tag("shop-sdk-v0.1.0");
    repository.add_a_property();
    repository.edit(
        "        name: {type: string, description: What it is called.}\n        weight",
        "        weight",
    );
    let (_, text, _) = repository.diff(&["--changelog"]);
    assert_eq!(
        text,
        "<!-- shop-sdk -->\n## 0.2.0 (unreleased)\n\n### Breaking\n\n- `Item::name`: the field of type `Option<String>` was removed.\n\n\
         ### Added\n\n- `Item::sold`: the field was added with the type `Option<bool>`.\n\n"
    );
}

#[test]
fn a_missing_revision_a_shallow_clone_and_no_repository_have_distinct_errors() {
    let repository = Repository::new("troubles");
    repository.add_a_property();
    repository.commit("second");
    let (code, _, error) = repository.diff(&["--base", "v9"]);
    assert_eq!(code, 2);
    assert!(
        error.contains("revision `v9` does not exist here"),
        "{error}"
    );
    let (code, _, error) = repository.diff(&["--base", "--help"]);
    assert_eq!(code, 2, "{error}");

    let shallow = repository.0.with_file_name("shallow");
    let _ = fs::remove_dir_all(&shallow);
    let url = format!("file://{}", repository.0.display());
    let target = shallow.display().to_string();
    repository.git(&["clone", "--quiet", "--depth", "1", &url, &target]);
    let (code, _, error) = diff(&shallow, &[]);
    assert_eq!(code, 2);
    assert!(
        error.contains("this clone is shallow") && error.contains("git fetch --unshallow --tags"),
        "{error}"
    );
    assert_eq!(diff(&shallow, &["--base", "HEAD"]).0, 0);

    let plain = std::env::temp_dir().join(format!("diff-versions-{}", std::process::id()));
    fs::create_dir_all(plain.join("specs")).unwrap();
    let (code, _, error) = diff(&plain, &[]);
    fs::remove_dir_all(&plain).unwrap();
    assert_eq!(code, 2);
    assert!(error.contains("it requires a git checkout"), "{error}");
}

#[test]
fn a_spec_that_fails_lint_is_not_compared() {
    let repository = Repository::new("unsound");
    repository.edit("operationId: get_item\n", "operationId: get_item_\n");
    let (code, _, error) = repository.diff(&[]);
    assert_eq!(code, 2);
    assert!(error.contains("specs/shop/items.yaml:"), "{error}");
}

#[test]
fn an_unreleased_base_that_fails_lint_is_skipped() {
    let repository = Repository::new("older");
    repository.edit(
        "items: {$ref: '#/components/schemas/Offer'}",
        "items: {$ref: '#/components/schemas/None'}",
    );
    repository.set_version("0.1.1");
    repository.commit("broken");
    repository.edit(
        "items: {$ref: '#/components/schemas/None'}",
        "items: {$ref: '#/components/schemas/Offer'}",
    );
    let (code, text, _) = repository.diff(&[]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("shop-sdk: not compared with") && text.contains("unresolved-ref"),
        "{text}"
    );
    repository.tag("shop-sdk-v0.1.1");
    let (code, _, error) = repository.diff(&[]);
    assert_eq!(code, 2);
    assert!(error.contains("unresolved-ref"), "{error}");
}
