//! Measures the time that `generate` takes per generated line, for documents of increasing size.
//! The time per line must stay constant.
//!
//! `cargo bench -p xtask --bench generation` prints one line per size. It then prints the ratio of
//! the time per line for the largest document to that for the smallest document, and fails if the
//! ratio is 1.6 or more. To use other sizes, pass the numbers of operation groups after `--`, in
//! ascending order. Each group is about 3 KB of YAML.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here is a measurement.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use wait4::Wait4 as _;

/// Number of operation groups in each document.
const SIZES: [usize; 3] = [25, 100, 400];

/// Number of groups per file. Each file describes one tag. Real tags have at most a few hundred
/// operations.
const GROUPS_OF_TAG: usize = 10;

fn main() {
    let given: Vec<usize> = std::env::args()
        .filter_map(|size| size.parse().ok())
        .collect();
    let sizes = if given.is_empty() {
        SIZES.to_vec()
    } else {
        given
    };
    let mut costs = Vec::new();
    for size in sizes {
        let root = workspace(size);
        let bytes: u64 = files(&root.join("specs/bench"))
            .iter()
            .map(|file| fs::metadata(file).unwrap().len())
            .sum();
        // Each run is a separate process, so that its peak memory can be measured. The fastest of
        // three runs is used.
        let runs = (0..3).map(|_| generate(&root));
        let (time, memory) = runs.min().unwrap();
        let lines: usize = files(&root.join("crates/bench-sdk"))
            .iter()
            .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
            .map(|file| fs::read_to_string(file).unwrap().lines().count())
            .sum();
        let per_line = time.as_secs_f64() * 1e6 / lines as f64;
        println!(
            "{:.2} MB, {size} groups: {lines} lines in {:.2} s, {} MB, {per_line:.1} us per line",
            bytes as f64 / 1e6,
            time.as_secs_f64(),
            memory >> 20
        );
        costs.push(per_line);
        fs::remove_dir_all(&root).unwrap();
    }
    let ratio = costs.last().unwrap() / costs.first().unwrap();
    println!("time per line of the largest document relative to the smallest: {ratio:.2}");
    assert!(ratio < 1.6, "generation is not linear: {ratio:.2}");
}

/// Returns the user time and peak memory of one run.
fn generate(root: &Path) -> (Duration, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let command = command.args(["generate", "--root"]).arg(root);
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let used = child.wait4().unwrap();
    assert!(used.status.success());
    (used.rusage.utime, used.rusage.maxrss)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Creates a workspace with one vendor that has the given number of groups.
fn workspace(groups: usize) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{groups}"));
    let _ = fs::remove_dir_all(&root);
    let specs = root.join("specs/bench");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/generate/specs/vendors");
    let mut tags = String::new();
    for tag in 0..groups.div_ceil(GROUPS_OF_TAG) {
        let _ = writeln!(
            tags,
            "  - name: part-{tag}\n    description: A part of the API."
        );
        let (mut paths, mut schemas) = (
            String::from("paths:\n"),
            String::from("components:\n  schemas:\n"),
        );
        for group in tag * GROUPS_OF_TAG..((tag + 1) * GROUPS_OF_TAG).min(groups) {
            paths.push_str(
                &PATHS
                    .replace("TAG", &format!("part-{tag}"))
                    .replace('N', &group.to_string()),
            );
            schemas.push_str(&SCHEMAS.replace('N', &group.to_string()));
        }
        write(&specs.join(format!("part-{tag}.yaml")), &(paths + &schemas));
    }
    let main = fs::read_to_string(fixture.join("main.yaml")).unwrap();
    write(&specs.join("main.yaml"), &main);
    let openapi = fs::read_to_string(fixture.join("openapi.yaml")).unwrap();
    let (before, after) = openapi.split_once("tags:\n").unwrap();
    write(
        &specs.join("openapi.yaml"),
        &format!("{before}tags:\n{tags}{after}"),
    );
    let krate = root.join("crates/bench-sdk");
    let region = |name: &str, begin: &str, end: &str| {
        format!("{begin}@generated begin {name}{end}\n{begin}@generated end {name}{end}\n")
    };
    write(&krate.join("Cargo.toml"), &region("features", "# ", ""));
    write(
        &krate.join("README.md"),
        &region("features", "<!-- ", " -->"),
    );
    write(&krate.join("src/lib.rs"), &region("crate", "// ", ""));
    root
}

const PATHS: &str = "  /groups-N:
    get:
      tags: [TAG]
      operationId: list_groups_N
      description: Lists groups, in pages.
      parameters:
        - {name: page, in: query, description: The page., schema: {type: integer}}
        - {name: sort, in: query, description: The order., schema: {type: string, enum: [up, down]}}
        - {name: ids, in: query, description: Only these., schema: {type: array, items: {type: string}}}
      responses:
        '200':
          description: A page.
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/GroupN'}}}}
    post:
      tags: [TAG]
      operationId: create_group_N
      description: Creates a group.
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/GroupN'}}}
      responses:
        '201':
          description: The group.
          content: {application/json: {schema: {$ref: '#/components/schemas/GroupN'}}}
  /groups-N/{id}:
    put:
      tags: [TAG]
      operationId: update_group_N
      description: Changes a group.
      parameters:
        - {name: id, in: path, required: true, description: The id., schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/ChoiceN'}}}
      responses:
        '200':
          description: The group.
          content: {application/json: {schema: {$ref: '#/components/schemas/ChoiceN'}}}
    delete:
      tags: [TAG]
      operationId: delete_group_N
      description: Deletes a group.
      parameters:
        - {name: id, in: path, required: true, description: The id., schema: {type: string}}
      responses: {'204': {description: Done.}}
";

const SCHEMAS: &str = "    GroupN:
      type: object
      description: A group of items. It has its own name.
      required: [id, name]
      properties:
        id: {type: string, readOnly: true, description: Its id.}
        name: {type: string, description: Its name., maxLength: 100}
        created: {type: string, format: date-time, description: Time of creation.}
        size: {type: integer, description: Number of items., minimum: 0}
        weight: {type: number, description: In tonnes.}
        isOpen: {type: boolean, description: Whether it is open.}
        state: {$ref: '#/components/schemas/StateN'}
        parent: {$ref: '#/components/schemas/GroupN'}
        children: {type: array, description: Subordinate groups., items: {$ref: '#/components/schemas/GroupN'}}
        labels: {$ref: '#/components/schemas/LabelsN'}
        choice: {$ref: '#/components/schemas/ChoiceN'}
        special: {$ref: '#/components/schemas/SpecialN'}
    StateN: {type: string, description: States., enum: [new, open, closed, gone]}
    LabelsN: {type: object, description: Labels by language., additionalProperties: {type: string}}
    SpecialN:
      description: A group that is special.
      allOf:
        - $ref: '#/components/schemas/GroupN'
        - {type: object, properties: {why: {type: string, description: Why.}}}
    ChoiceN: {description: One of two., oneOf: [{$ref: '#/components/schemas/GroupN'}, {$ref: '#/components/schemas/SpecialN'}]}
";
