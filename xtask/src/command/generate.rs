//! The command `generate` writes the generated code of the vendor crates from the specs.

#[cfg(test)]
mod hostile_texts;
mod marked_regions;
mod render;
mod untyped_counts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use proc_macro2::TokenStream;

use crate::command::generate::marked_regions::MarkedRegions;
use crate::command::generate::render::{REGENERATE, render};
use crate::command::lint::lowered_baselines;
use crate::emit::report::untyped::UntypedPlace;
use crate::emit::report::vendor_lists::ListedVendor;
use crate::emit::report::{progenitor_share, refusals, untyped, vendor_table};
use crate::emit::vendor::credentials;
use crate::emit::vendor_tests::{round_trips, test_cases};
use crate::emit::{
    crate_root, error_code, headers, reference, requests, sample, table, types, vendor, webhooks,
};
use crate::model::Api;
use crate::name;
use crate::normalize::{Normalized, normalize};
use crate::output::{Change, Output};
use crate::progenitor::{RustApi, SHARED, rust_api};
use crate::spec::lint::{Linted, linted};
use crate::spec::load::Document;
use crate::spec::variants;

/// Generates the given vendors, or all vendors. With `check`, writes nothing, and fails if a file
/// is stale.
pub fn run(root: &Path, vendors: &[String], check: bool) -> Result<()> {
    let Linted { documents, lowered } = linted(root, vendors)?;
    let mut outputs = vec![lowered_baselines(&lowered)];
    let mut shares = progenitor_share::HEAD.to_owned();
    let mut environments = credentials::HEAD.to_owned();
    let mut rows = Vec::new();
    let mut untyped = BTreeMap::new();
    let mut listed = Vec::new();
    for document in &documents {
        let started = Instant::now();
        let generated = generate(root, document)
            .with_context(|| format!("specs/{}: nothing was written", document.vendor))?;
        println!(
            "{}, {} ms",
            generated.summary,
            started.elapsed().as_millis()
        );
        shares.push_str(&generated.share);
        environments.push_str(&generated.environment);
        rows.push(generated.row);
        untyped.insert(document.vendor.clone(), generated.untyped);
        listed.push(generated.listed);
        outputs.push(generated.output);
    }
    let mut regions = MarkedRegions::of(root);
    // These lists have one entry per vendor, so they are written only if all vendors are generated.
    if vendors.is_empty() {
        regions.replace_if_file_exists("ARCHITECTURE.md", "progenitor", &shares)?;
        for readme in ["README.md", "crates/vendor-sdks/README.md"] {
            regions.replace_if_marked(Path::new(readme), "credentials", &environments)?;
        }
        let table = vendor_table::HEAD.to_owned() + &rows.concat();
        regions.replace_if_marked(Path::new("README.md"), "vendors", &table)?;
        regions.list(listed)?;
    }
    regions.replace_if_file_exists("specs/README.md", "refusals", &refusals::tables())?;
    outputs.push(regions.into_output());
    if let Some(text) = untyped_counts::lowered(root, &untyped)? {
        let files = BTreeMap::from([(PathBuf::from(untyped_counts::FILE), text)]);
        outputs.push(Output {
            files,
            ..Output::default()
        });
    }
    // All vendors are generated before the first file is written.
    let mut stale = Vec::new();
    for output in &outputs {
        let changes = output.changes(root)?;
        if !check {
            output.apply(root, &changes)?;
        }
        stale.extend(changes);
    }
    if check && !stale.is_empty() {
        for change in &stale {
            match change {
                Change::Write(path) => {
                    eprintln!("{}: differs from the generated output", path.display())
                }
                Change::Delete(path) => {
                    eprintln!("{}: does not belong in a generated folder", path.display())
                }
            }
        }
        bail!(
            "{} stale files: run `{REGENERATE}` and commit the result",
            stale.len()
        );
    }
    if !check {
        println!("{} files changed", stale.len());
    }
    Ok(())
}

/// Output for one document.
pub(crate) struct Generated {
    output: Output,
    /// Summary line.
    summary: String,
    /// Row in the table that shows progenitor's share of the generated code.
    share: String,
    /// Row in the table of vendors.
    row: String,
    /// Row in the table of environment variables.
    environment: String,
    /// Entry in the lists of vendors.
    listed: ListedVendor,
    /// Places in the spec whose values have no specific Rust type: arbitrary JSON, bytes or text.
    untyped: Vec<UntypedPlace>,
}

/// Generates the files of one vendor, without writing them.
pub(crate) fn generate(root: &Path, document: &Document) -> Result<Generated> {
    let expanded = variants::expand(&document.root);
    let Normalized {
        root: normal,
        origins,
    } = normalize(&expanded);
    let api = Api::read(&document.vendor, &normal);
    let rust_api = rust_api(&api, |schema| {
        owner_by_file(document, &api, origins.of(schema))
    })?;
    let krate = PathBuf::from("crates").join(name::package(&document.vendor));
    let mut output = Output::default();
    let generated = krate.join("src/generated");
    let tests = krate.join("tests/generated");
    let known = &expanded["components"]["schemas"];
    output.files = render(&document.vendor, |files| {
        modules(&api, &rust_api, &mut |name, source, tokens| {
            files.put(generated.join(name), source, &tokens)
        })?;
        let calls = test_cases::emit(&api, &rust_api)?;
        files.put(tests.join("every_operation.rs"), "*.yaml", &calls)?;
        let types = round_trips::emit(&api, &rust_api, |schema| {
            let origin = origins.of(schema);
            // If a schema was split into several types, no single type represents it.
            let is_whole = origin == schema || !api.schemas.contains_key(origin);
            (is_whole && known.get(origin).is_some()).then_some(origin)
        });
        files.put(tests.join("round_trips.rs"), "*.yaml", &types)
    })?;
    output.folders.extend([generated, tests]);
    output
        .files
        .insert(krate.join("API.md"), reference::emit(&api, &rust_api)?);
    // In the stored document, the variants of an operation are merged into one operation, as in the
    // vendor's API.
    let mut merged = serde_json::to_string_pretty(&variants::with_response_unions(&document.root))?;
    merged.push('\n');
    output.files.insert(krate.join("openapi.json"), merged);
    // A package must contain everything that it embeds, so the sandbox has its own copy of each
    // document that it serves.
    let sandbox = Path::new("crates/sdk-sandbox");
    let profile = sandbox.join(format!("profiles/{}.yaml", document.vendor));
    if root.join(profile).exists() {
        let copy = sandbox.join(format!("documents/{}.json", document.vendor));
        let compact = serde_json::to_string(&*expanded)?;
        output.files.insert(copy, compact + "\n");
    }
    let regions = crate_regions(root, &krate, &api, &rust_api)?;
    output.files.extend(regions.into_output().files);
    let lines: usize = output
        .files
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|e| e == "rs"))
        .map(|(_, text)| text.lines().count())
        .sum();
    let summary = format!(
        "{}: {} operations ({} signatures from progenitor), {} types, {lines} lines",
        document.vendor,
        api.operations.len(),
        api.operations
            .iter()
            .filter(|o| o.has_progenitor_signature(&api))
            .count(),
        rust_api.types.len(),
    );
    Ok(Generated {
        share: progenitor_share::row(&api, &rust_api),
        environment: credentials::row(&api),
        row: vendor_table::row(&api, variants::count(&document.root)),
        listed: ListedVendor::of(&api),
        untyped: untyped::places(&api, &rust_api),
        output,
        summary,
    })
}

/// Returns the hand-written files of a crate, with their marked regions replaced.
fn crate_regions<'r>(
    root: &'r Path,
    krate: &Path,
    api: &Api<'_>,
    rust_api: &RustApi,
) -> Result<MarkedRegions<'r>> {
    let mut regions = MarkedRegions::of(root);
    let manifest = krate.join("Cargo.toml");
    regions.replace(&manifest, "features", &vendor::features(api))?;
    let modules = crate_root::modules(api);
    regions.replace(&krate.join("src/lib.rs"), "crate", modules)?;
    let readme = krate.join("README.md");
    regions.replace(&readme, "features", &vendor::feature_table(api))?;
    if let Some(variables) = credentials::table(api) {
        regions.replace(&readme, "credentials", &variables)?;
    }
    let call = sample::first_call(api, rust_api)?;
    let call = format!("```rust,no_run\n{call}```\n");
    regions.replace_if_marked(&readme, "first-call", &call)?;
    let example = krate
        .join("examples")
        .join(name::first_call_example(api.vendor) + ".rs");
    let call = sample::first_statements(api, rust_api)?;
    regions.replace_if_marked(&example, "first-call", &call)?;
    Ok(regions)
}

/// Calls `put` with the name, source file and code of every file in `src/generated`.
fn modules(
    api: &Api<'_>,
    rust_api: &RustApi,
    put: &mut dyn FnMut(&str, &str, TokenStream) -> Result<()>,
) -> Result<()> {
    let conversions = types::conversions(api, rust_api);
    put("mod.rs", "openapi.yaml", vendor::emit_mod(api, rust_api)?)?;
    put("about.rs", "openapi.yaml", vendor::emit_about(api))?;
    put("table/mod.rs", "*.yaml", table::emit_list(api))?;
    let shared = types::emit(api, rust_api, &conversions, SHARED);
    put(&format!("{SHARED}.rs"), "openapi.yaml", shared)?;
    if let Some(headers) = headers::emit(api) {
        put("headers.rs", "*.yaml", headers)?;
    }
    if let Some(error_code) = error_code::emit(api) {
        put("error_code.rs", "*.yaml", error_code)?;
    }
    if let Some(webhooks) = webhooks::emit(api) {
        put("webhooks.rs", "openapi.yaml", webhooks)?;
    }
    if let Some(credentials) = credentials::emit(api) {
        put("credential_kinds.rs", "openapi.yaml", credentials)?;
    }
    for tag in &api.tags {
        let module = tag.module();
        let source = format!("{}.yaml", tag.name);
        let table = table::emit(api, tag.name);
        put(&format!("table/{module}.rs"), &source, table)?;
        let types = types::emit(api, rust_api, &conversions, &module);
        let requests = requests::emit(api, rust_api, tag.name, &module)?;
        // Without the feature `internal`, a tag without public operations does not need these
        // imports.
        let internal = api
            .operations
            .iter()
            .filter(|operation| operation.tag == tag.name)
            .all(|operation| operation.internal)
            .then(|| quote::quote! { #[cfg(feature = "internal")] });
        let tokens = quote::quote! {
            #internal
            use super::{Client, Request};
            #requests
            #types
        };
        put(&format!("{module}.rs"), &source, tokens)?;
    }
    Ok(())
}

/// Returns the module of a type that no operation uses: the module of the tag whose file declares
/// the type. Returns `None` if the type is declared elsewhere.
pub(crate) fn owner_by_file(document: &Document, api: &Api<'_>, schema: &str) -> Option<String> {
    let place = document.place(&format!("/components/schemas/{schema}"));
    api.tags
        .iter()
        .find(|tag| *document.file_of_tag(tag.name) == *place.file)
        .map(|tag| tag.module())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::finding::Finding;
    use crate::spec::lint::lint;
    use crate::spec::load::{assemble, vendors};
    use crate::spec::mutate::{Files, Xorshift, mutate};
    use crate::spec::rule::{Level, Rule};

    /// The generator accepts every document that passes lint, so users never see a panic in
    /// progenitor or endless recursion in typify.
    #[test]
    fn damaged_specs_that_pass_lint_can_be_generated() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/generate");
        let mut random = Xorshift::new(0x5eed);
        let mut generated = 0;
        for vendor in vendors(&root).unwrap() {
            let sound = spec_files(&root.join("specs").join(&vendor));
            for _ in 0..80 {
                let mut files = sound.clone();
                let what = mutate(&mut files, &mut random);
                let Ok(document) = assemble(&vendor, &files) else {
                    continue;
                };
                // An imported spec may violate house rules.
                let is_house = |finding: &Finding| finding.level == Level::House;
                if lint(&document).iter().all(is_house) {
                    if let Err(error) = generate(&root, &document) {
                        panic!("{vendor}: {what}: {error:?}");
                    }
                    generated += 1;
                }
            }
        }
        assert!(generated > 40, "only {generated} passed lint");
    }

    /// The generator accepts documents that only break house rules.
    #[test]
    fn specs_that_break_a_house_rule_can_be_generated() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let root = fixtures.join("generate");
        let house = Rule::ALL.iter().filter(|rule| rule.level() == Level::House);
        let mut wrong = Vec::new();
        for rule in house {
            let mut files = spec_files(&fixtures.join("lint/sound"));
            files.extend(spec_files(&fixtures.join("lint").join(rule.name())));
            let document = assemble("exchanges", &files).unwrap();
            if let Err(error) = generate(&root, &document) {
                wrong.push(format!("{}: {error:?}", rule.name()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn spec_files(folder: &Path) -> Files {
        let entries = std::fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
            .map(|path| {
                let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
                (stem, std::fs::read(&path).unwrap())
            })
            .collect()
    }
}
