//! Tests the command on a sample vendor and on hostile documents.

use super::vendor_document::VendorDocument;
use super::walk::walk;
use super::{Comparison, Review, texts};
use crate::spec::load::load;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/upstream")
}

fn document(name: &str) -> VendorDocument {
    VendorDocument::of_text(name, &fs::read_to_string(folder().join(name)).unwrap()).unwrap()
}

fn review(old: &VendorDocument, new: &VendorDocument) -> Review {
    let ours = load(&folder(), "shop").unwrap();
    let texts = texts(&folder(), &ours).unwrap();
    Comparison {
        ours: &ours,
        old,
        new,
    }
    .review(&texts)
    .unwrap()
}

#[test]
fn a_review_lists_changes_their_status_and_obsolete_departures() {
    let review = review(&document("old.yaml"), &document("new.json"));
    let expected = fs::read_to_string(folder().join("expected.txt")).unwrap();
    assert_eq!(review.text(), expected);
    assert!(!review.is_clean());
}

#[test]
fn the_patch_contains_mechanical_edits_and_passes_lint() {
    let review = review(&document("old.yaml"), &document("new.json"));
    let expected = fs::read_to_string(folder().join("expected.patch")).unwrap();
    assert_eq!(review.patch, expected);
    assert_eq!(review.left_to_mend, []);
}

#[test]
fn comparing_a_document_with_itself_finds_no_changes() {
    let review = review(&document("old.yaml"), &document("old.yaml"));
    let text = review.text();
    assert!(
        text.starts_with("specs/shop/items.yaml:102: not found"),
        "{text}"
    );
    assert_eq!(review.changes.len(), 0, "{text}");
    assert_eq!(review.patch, "");
}

#[test]
fn comparing_recursive_schemas_terminates() {
    let circle = "\
openapi: 3.0.0
paths:
  /a: {get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}
components:
  schemas:
    A: {allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}], properties: {a: {$ref: '#/components/schemas/A'}}}
    B: {allOf: [{$ref: '#/components/schemas/B'}]}
    C: {$ref: '#/components/schemas/C'}
";
    let document = VendorDocument::of_text("a.yaml", circle).unwrap();
    let found = walk(document.root(), document.root()).unwrap();
    assert_eq!(found.differences, []);
}

#[test]
fn comparing_schemas_with_exponentially_many_paths_terminates() {
    // Every schema extends the next one twice, so there are 2^60 paths to the last one.
    let mut text = "openapi: 3.0.0\npaths:\n  /a: {get: {responses: {'200': {content: {application/json: {schema: {$ref: \
                    '#/components/schemas/S0'}}}}}}}\ncomponents:\n  schemas:\n"
        .to_owned();
    for index in 0..60 {
        let next = format!("{{$ref: '#/components/schemas/S{}'}}", index + 1);
        let _ = writeln!(
            text,
            "    S{index}: {{allOf: [{next}, {next}], properties: {{p{index}: {next}, q{index}: {next}}}}}"
        );
    }
    text.push_str("    S60: {type: string}\n");
    let document = VendorDocument::of_text("a.yaml", &text).unwrap();
    let found = walk(document.root(), document.root()).unwrap();
    assert_eq!(found.differences, []);
}

#[test]
fn a_malformed_document_is_compared_as_far_as_possible() {
    let odd = "\
openapi: 3.0.0
paths:
  /a: {get: 5, post: {parameters: {}, requestBody: [], responses: [1]}}
  /b: text
components: {schemas: {A: [1], B: {properties: 5, enum: {}, required: x}}}
";
    let odd = VendorDocument::of_text("a.yaml", odd).unwrap();
    let review = review(&odd, &document("new.json"));
    assert!(review.text().contains("added operation `POST /items`"));
}
