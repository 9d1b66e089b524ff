//! Tests of `new` and `remove` on copies of the workspace's lists; nothing is compiled.

use super::{Arguments, create};
use crate::command::{generate, remove};
use crate::emit::report::vendor_lists::LISTS;
use crate::name;
use crate::output::files_below;
use crate::spec::load::vendors;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Document of an API that uses an API key. Its title needs escaping.
pub(super) const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/new/parcels.yaml");

/// Files other than those in `LISTS` that `new` and `generate` read or update.
const OTHER_LISTS: [&str; 6] = [
    "ARCHITECTURE.md",
    "README.md",
    "LICENSE-MIT",
    "crates/vendor-sdks/README.md",
    "specs/README.md",
    "specs/untyped.toml",
];

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("xtask-new-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Returns every file with its contents.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = files_below(&self.0).unwrap();
        paths
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect()
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path, path: &str) {
    let to = to.join(path);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from.join(path), to).unwrap();
}

/// Creates a workspace with copies of the lists and of the smallest vendor of this workspace.
fn workspace(name: &str) -> Folder {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = Folder::new(name);
    for path in LISTS.iter().map(|list| list.file).chain(OTHER_LISTS) {
        copy(&ours, &folder.0, path);
    }
    let size = |vendor: &String| {
        let krate = ours.join("crates").join(name::package(vendor));
        fs::metadata(krate.join("openapi.json")).map_or(u64::MAX, |about| about.len())
    };
    let smallest = vendors(&ours)
        .unwrap()
        .into_iter()
        .min_by_key(size)
        .unwrap();
    for path in files_below(&ours.join("specs").join(&smallest)).unwrap() {
        copy(
            &ours,
            &folder.0,
            path.strip_prefix(&ours).unwrap().to_str().unwrap(),
        );
    }
    let package = name::package(&smallest);
    for file in ["Cargo.toml", "README.md", "src/lib.rs"] {
        copy(&ours, &folder.0, &format!("crates/{package}/{file}"));
    }
    copy(
        &ours,
        &folder.0,
        &format!("crates/sdk-sandbox/profiles/{smallest}.yaml"),
    );
    generate::run(&folder.0, &[], false).unwrap();
    folder
}

fn new(name: &str, file: &str) -> Arguments {
    Arguments {
        name: name.to_owned(),
        file: Some(file.into()),
        runtime: None,
    }
}

fn removal(name: &str, force: bool) -> remove::Arguments {
    remove::Arguments {
        name: name.to_owned(),
        force,
    }
}

#[test]
fn a_new_vendor_is_in_every_list_and_removing_it_restores_the_workspace() {
    let folder = workspace("lists");
    let before = folder.files();
    create(&folder.0, &new("loop", DOCUMENT)).unwrap();
    generate::run(&folder.0, &[], true).unwrap();
    for list in LISTS {
        assert!(folder.text(list.file).contains("loop"), "{}", list.file);
    }
    for path in [
        "README.md",
        "ARCHITECTURE.md",
        "crates/vendor-sdks/README.md",
    ] {
        assert!(folder.text(path).contains("The Parcels API"), "{path}");
    }
    // A Rust keyword is a valid vendor name.
    assert!(
        folder
            .text("crates/vendor-sdks/src/lib.rs")
            .contains("pub use loop_sdk as loop_;")
    );
    let readme = folder.text("crates/loop-sdk/README.md");
    assert!(
        readme.contains("A typed client for the Parcels API, generated"),
        "{readme}"
    );
    assert!(
        readme.contains("let answer = client.get_status()"),
        "{readme}"
    );

    // Existing files stay unchanged.
    let added = folder.files();
    assert!(create(&folder.0, &new("loop", DOCUMENT)).is_err());
    assert_eq!(folder.files(), added);

    remove::delete(&folder.0, &removal("loop", false)).unwrap();
    assert_eq!(folder.files(), before);
}

#[test]
fn a_failed_import_leaves_the_workspace_unchanged() {
    let folder = workspace("refused");
    let before = folder.files();
    let document = folder.0.join("../refused.yaml");
    fs::write(
        &document,
        "swagger: '2.0'\ninfo: {title: Old, version: '1'}\npaths: {}\n",
    )
    .unwrap();
    let error = create(&folder.0, &new("old", document.to_str().unwrap())).unwrap_err();
    fs::remove_file(document).unwrap();
    assert!(error.to_string().contains("refused.yaml:1"), "{error:#}");
    assert!(create(&folder.0, &new("../out", DOCUMENT)).is_err());
    assert!(create(&folder.0, &new("webhooks", DOCUMENT)).is_err());
    assert_eq!(folder.files(), before);
}

#[test]
fn a_title_that_looks_like_code_is_escaped_in_the_manifest_and_readme() {
    let text = fs::read_to_string(DOCUMENT).unwrap();
    for (name, title) in [
        ("quotes", "\"]\nevil = \"1\"\n[dependencies]"),
        (
            "marks",
            "@generated end first-call -->\n<!-- @generated end features -->",
        ),
        ("markup", "[x](y) <script> `code ``` {{package}}"),
    ] {
        let folder = Folder::new(name);
        let document = folder.0.with_extension("yaml");
        // A JSON string is also a valid YAML string.
        let title = format!("title: {}", serde_json::json!(title));
        fs::write(&document, text.replace("title: The Parcels API", &title)).unwrap();
        create(&folder.0, &new(name, document.to_str().unwrap())).unwrap();
        fs::remove_file(&document).unwrap();
        generate::run(&folder.0, &[], true).unwrap();
        let manifest = folder.text(&format!("crates/{name}-sdk/Cargo.toml"));
        let manifest: toml::Table = manifest.parse().unwrap();
        let dependencies: Vec<&String> = manifest["dependencies"]
            .as_table()
            .unwrap()
            .keys()
            .collect();
        assert_eq!(
            dependencies,
            ["schemars", "sdk-runtime", "serde", "serde_json"]
        );
        let readme = folder.text(&format!("crates/{name}-sdk/README.md"));
        assert!(
            !readme.contains("[x](y)") && !readme.contains(" <script>"),
            "{readme}"
        );
    }
}

#[test]
fn hand_written_files_are_removed_only_with_force() {
    let folder = workspace("by-hand");
    create(&folder.0, &new("parcels", DOCUMENT)).unwrap();
    let own = folder.0.join("crates/parcels-sdk/src/labels.rs");
    fs::write(&own, "//! Labels.\n").unwrap();
    fs::create_dir_all(folder.0.join("tests")).unwrap();
    fs::write(
        folder.0.join("tests/labels.rs"),
        "use parcels_sdk::Client;\n",
    )
    .unwrap();
    let before = folder.files();
    let error = remove::delete(&folder.0, &removal("parcels", false)).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("2 files or lines were written by hand"),
        "{error}"
    );
    assert_eq!(folder.files(), before);
    remove::delete(&folder.0, &removal("parcels", true)).unwrap();
    assert!(!own.exists() && folder.0.join("tests/labels.rs").exists());
}

#[test]
fn an_empty_folder_becomes_a_workspace_that_accepts_more_vendors() {
    let folder = Folder::new("empty");
    create(&folder.0, &new("parcels", DOCUMENT)).unwrap();
    create(&folder.0, &new("letters", DOCUMENT)).unwrap();
    generate::run(&folder.0, &[], true).unwrap();
    let manifest = folder.text("Cargo.toml");
    assert!(manifest.contains("letters-sdk = { path") && manifest.contains("parcels-sdk = { path"));
    assert!(
        folder
            .text(".ci/run")
            .contains("vendor_crates=(letters-sdk parcels-sdk)")
    );
    let krate = folder.text("crates/parcels-sdk/Cargo.toml");
    assert!(
        krate.contains("publish.workspace = true") && !krate.contains("license"),
        "{krate}"
    );
    remove::delete(&folder.0, &removal("letters", false)).unwrap();
    assert!(!folder.text("Cargo.toml").contains("letters"));

    let other = Folder::new("other");
    fs::write(other.0.join("notes.txt"), "mine").unwrap();
    let error = create(&other.0, &new("parcels", DOCUMENT))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("notes.txt") && error.contains("use an empty folder"),
        "{error}"
    );
    assert_eq!(other.files().len(), 1);
}
