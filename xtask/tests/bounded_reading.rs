//! For hostile documents, lint reports an error with a location, and takes little time and memory.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4 as _;

/// Time limit for a debug build on a busy machine. Each document takes a fraction of this time.
const MAX_TIME: Duration = Duration::from_secs(20);
const MAX_MEMORY: u64 = 400 << 20;

/// Creates a workspace whose only vendor is the valid fixture with one file replaced.
fn workspace(name: &str, file: &str, text: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bounded")
        .join(name);
    let _ = fs::remove_dir_all(&root);
    let folder = root.join("specs/acme");
    fs::create_dir_all(&folder).unwrap();
    let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint/sound");
    for entry in fs::read_dir(sound).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    fs::write(folder.join(file), text).unwrap();
    root
}

/// Returns the output lines of `xtask lint` for the workspace. Fails if lint takes too much time or
/// memory.
fn lint(name: &str, file: &str, text: &str) -> Vec<String> {
    let root = workspace(name, file, text);
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["lint", "--root"])
        .arg(&root)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    let used = child.wait4().unwrap();
    fs::remove_dir_all(&root).unwrap();
    let (time, memory) = (used.rusage.utime, used.rusage.maxrss);
    println!("{name}: {time:?}, {} MB", memory >> 20);
    assert_eq!(used.status.code(), Some(1), "{name}: {said}");
    assert!(time < MAX_TIME, "{name} takes {time:?}");
    assert!(memory < MAX_MEMORY, "{name} takes {} MB", memory >> 20);
    said.lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_found(said: &[String], wanted: &str) {
    let is_wanted = said.iter().any(|line| line.contains(wanted));
    let first: Vec<_> = said.iter().take(5).collect();
    assert!(is_wanted, "{wanted} is not among {first:#?}");
}

/// Returns a file with one schema per line, starting at line 3.
fn schemas(count: usize, schema: impl Fn(usize) -> String) -> String {
    let mut text = String::from("components:\n  schemas:\n");
    for index in 0..count {
        writeln!(text, "    A{index}: {}", schema(index)).unwrap();
    }
    text
}

fn reference(index: usize) -> String {
    format!("{{$ref: '#/components/schemas/A{index}'}}")
}

#[test]
fn an_alias_bomb_is_rejected_at_its_first_anchor() {
    let mut text = String::from("paths: {}\na: &a [x, x, x, x, x, x, x, x, x]\n");
    for (this, last) in ('b'..='z').zip('a'..) {
        let uses = vec![format!("*{last}"); 9].join(", ");
        writeln!(text, "{this}: &{this} [{uses}]").unwrap();
    }
    let said = lint("aliases", "pets.yaml", &text);
    assert_found(&said, "specs/acme/pets.yaml:2: yaml-anchor: ");
}

#[test]
fn deep_nesting_is_rejected_at_its_line() {
    for (name, open, close) in [
        ("lists", "[", "]"),
        ("maps", "{a: ", "}"),
        ("unclosed", "[", ""),
        ("block-lists", "- ", ""),
    ] {
        for depth in [10_000, 1_000_000] {
            let text = format!("paths:\n  {}x{}\n", open.repeat(depth), close.repeat(depth));
            let said = lint(&format!("{name}-{depth}"), "pets.yaml", &text);
            assert_found(
                &said,
                "specs/acme/pets.yaml:2: too-deep: nested more than 100",
            );
        }
    }
}

#[test]
fn reference_cycles_and_overlong_chains_are_reported() {
    let count = 10_000;
    let circle = schemas(count, |index| reference((index + 1) % count));
    let said = lint("circle", "pets.yaml", &circle);
    assert_found(
        &said,
        "specs/acme/pets.yaml:3: ref-cycle: references form a cycle: A0 -> A1 ->",
    );

    let chain = schemas(count, |index| match index + 1 {
        next if next == count => "{type: string, description: The end.}".to_owned(),
        next => reference(next),
    });
    let said = lint("chain", "pets.yaml", &chain);
    assert_found(
        &said,
        "specs/acme/pets.yaml:3: too-deep: `A0` starts a chain of 9999 components",
    );

    let lists = schemas(count, |index| match index + 1 {
        next if next == count => "{type: string, description: The end.}".to_owned(),
        next => format!(
            "{{type: array, description: A list., items: {}}}",
            reference(next)
        ),
    });
    let said = lint("lists-of-lists", "pets.yaml", &lists);
    assert_found(
        &said,
        "specs/acme/pets.yaml:3: too-deep: `A0` starts a chain of 9999 components",
    );

    let ring = schemas(count, |index| {
        let next = reference((index + 1) % count);
        format!("{{type: array, description: A list., items: {next}}}")
    });
    let said = lint("ring-of-lists", "pets.yaml", &ring);
    assert_found(&said, "specs/acme/pets.yaml:3: ref-cycle: ");
}

#[test]
fn exponentially_growing_compositions_are_rejected() {
    let doubling = schemas(40, |index| match index + 1 {
        40 => "{type: object, description: The end., properties: {}}".to_owned(),
        next => format!("{{description: Two., allOf: [{0}, {0}]}}", reference(next)),
    });
    let said = lint("doubling", "pets.yaml", &doubling);
    assert_found(
        &said,
        "specs/acme/pets.yaml:3: too-deep: `A0` consists of more than 4096 parts",
    );
}

#[test]
fn references_outside_components_are_reported_as_unresolved() {
    let targets = [
        "other.yaml#/components/schemas/A1",
        "/etc/passwd",
        "https://example.com/openapi.yaml#/A",
        "file:///etc/passwd",
        "#/paths/~1pets/get",
        "#",
        "",
    ];
    let text = schemas(targets.len(), |index| {
        format!("{{$ref: '{}'}}", targets[index])
    });
    let said = lint("outside", "pets.yaml", &text);
    for (index, target) in targets.iter().enumerate() {
        let wanted = format!(
            "specs/acme/pets.yaml:{}: unresolved-ref: `{target}`",
            index + 3
        );
        assert_found(&said, &wanted);
    }
}

#[test]
fn a_50_mb_document_is_rejected_within_the_time_and_memory_limits() {
    let line = format!("# {}\n", "x".repeat(1022));
    let text = line.repeat(50 << 10);
    let said = lint("large", "pets.yaml", &text);
    assert_found(
        &said,
        "specs/acme/pets.yaml:1: unreadable-file: with this file, the specs of the vendor exceed 32 MiB",
    );
    // A list of small values takes the most memory per byte.
    let text = format!("paths: [{}]\n", "1,".repeat(25 << 20));
    let said = lint("large-list", "pets.yaml", &text);
    assert_found(&said, "specs/acme/pets.yaml:1: unreadable-file: ");
}

#[test]
fn many_mistakes_are_found_within_the_time_and_memory_limits() {
    let values: Vec<String> = (0..50_000).map(|index| format!("v{index}")).collect();
    let text = format!(
        "components:\n  schemas:\n    A: {{type: string, description: Many., enum: [{}, v0]}}\n",
        values.join(", ")
    );
    let said = lint("values", "pets.yaml", &text);
    assert_found(&said, "specs/acme/pets.yaml:3: enum-value: ");
    let text = schemas(20_000, |_| "{$ref: '#/components/schemas/None'}".to_owned());
    let said = lint("unresolved", "pets.yaml", &text);
    assert_found(&said, "specs/acme/pets.yaml:3: unresolved-ref: ");
}
