//! In a workspace with bad specs, commands list all findings and write nothing.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Creates a new workspace with one vendor per fixture.
fn workspace(name: &str, vendors: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&root);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint");
    for (vendor, fixture) in vendors {
        let folder = root.join("specs").join(vendor);
        fs::create_dir_all(&folder).unwrap();
        for source in ["sound", fixture] {
            for entry in fs::read_dir(fixtures.join(source)).unwrap() {
                let entry = entry.unwrap();
                // The names of environment variables start with the name of the vendor.
                let prefix = format!("{}_", vendor.to_uppercase());
                let text = fs::read_to_string(entry.path()).unwrap();
                let text = text.replace("PETS_", &prefix);
                fs::write(folder.join(entry.file_name()), text).unwrap();
            }
        }
    }
    root
}

fn xtask(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(arguments)
        .arg("--root")
        .arg(root)
        .output()
        .unwrap()
}

/// Returns every file of a folder with its content.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

const EXPECTED: &str = "\
specs/bolt/auth.yaml:8: token-needs-token: `POST /token` issues tokens but requires `bearer` (write `security: []`, or the basic scheme or API key that it requires)
specs/core/pets.yaml:1: empty-file: the file is empty (add content, or remove the file)
specs/dyne/pets.yaml:19: missing-operation-id: `POST /pets` has no operationId (add an operationId in snake_case that starts with a verb)
error: 3 findings in specs/; nothing was written
";

#[test]
fn lint_and_generate_list_the_findings_of_all_vendors_and_write_nothing() {
    let root = workspace(
        "all-vendors",
        &[
            ("acme", "sound"),
            ("bolt", "token-needs-token"),
            ("core", "empty-file"),
            ("dyne", "missing-operation-id"),
        ],
    );
    let before = contents(&root);
    for arguments in [&["lint"][..], &["generate"], &["generate", "--check"]] {
        let output = xtask(&root, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            EXPECTED,
            "{arguments:?}"
        );
        assert_eq!(contents(&root), before, "{arguments:?}");
    }
}

#[test]
fn lint_checks_only_the_named_vendors() {
    let root = workspace("named", &[("acme", "sound"), ("bolt", "empty-file")]);
    let output = xtask(&root, &["lint", "acme"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let output = xtask(&root, &["lint", "acne"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        said,
        "error: the folder specs/acne does not exist; known vendors: acme, bolt\n"
    );
}

/// Creates a spec that is marked as imported, with house findings in both files and no
/// findings of correctness rules.
fn imported(name: &str) -> PathBuf {
    let root = workspace(name, &[("acme", "missing-description")]);
    let main = root.join("specs/acme/openapi.yaml");
    let text = fs::read_to_string(&main).unwrap();
    fs::write(&main, format!("{text}x-sdk-imported: true\n")).unwrap();
    root
}

#[test]
fn the_baseline_of_an_imported_spec_accepts_only_its_recorded_findings() {
    let root = imported("imported");
    let said = |arguments: &[&str]| {
        let output = xtask(&root, arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout);
        (output.status.code(), text)
    };
    // Without a baseline, every finding is new.
    let (code, text) = said(&["lint"]);
    assert_eq!(code, Some(1));
    let new = text
        .lines()
        .filter(|line| line.contains("missing-description"));
    let new = new.count();
    assert!(new > 1, "{text}");

    // An import records the findings with this function.
    let recorded = xtask::lint::baseline(&root, "acme").unwrap();
    let baseline = root.join("specs/acme/debt.toml");
    fs::write(&baseline, &recorded).unwrap();
    assert_eq!(said(&["lint"]), (Some(0), String::new()));
    assert_eq!(
        said(&["lint", "--lower-baseline"]),
        (Some(0), String::new())
    );
    assert_eq!(fs::read_to_string(&baseline).unwrap(), recorded);

    // Only the new finding is reported.
    let pets = root.join("specs/acme/pets.yaml");
    let sound = fs::read_to_string(&pets).unwrap();
    let worse = sound.replace("      description: Lists pets.\n", "");
    fs::write(&pets, &worse).unwrap();
    let new = "specs/acme/pets.yaml:3: missing-description: `GET /pets` has no description (describe it in a sentence)";
    let end = "error: 1 finding in specs/; nothing was written";
    assert_eq!(said(&["lint"]), (Some(1), format!("{new}\n{end}\n")));

    // Fixed findings are removed from the baseline and cannot come back.
    let described = "    Kind:\n      description: What it is.\n";
    let mended = sound.replace("    Kind:\n      description: ''\n", described);
    assert_ne!(mended, sound);
    fs::write(&pets, &mended).unwrap();
    let path = Path::new("specs/acme/debt.toml");
    let hint = format!("{}: only 4 house findings are left", path.display());
    assert!(said(&["lint"]).1.starts_with(&hint));
    let (code, text) = said(&["lint", "--lower-baseline"]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(said(&["lint"]), (Some(0), String::new()));
    fs::write(&pets, &sound).unwrap();
    let (code, text) = said(&["lint"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("`Kind` has no description"), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}
