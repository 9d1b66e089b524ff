//! The command `build-bench`: measures the time and memory for building the vendor crates, and
//! compares them with the clients that other generators create.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::model::Api;
use crate::peer::{Build, Generator, Input, Target};
use crate::spec::lint::documents;
use crate::spec::load::Document;

/// Number of measured builds per crate. Only the lowest time and the lowest memory are used,
/// because other work on the machine only adds cost.
const RUNS: usize = 3;

/// Arguments of the command `build-bench`.
#[derive(clap::Args)]
pub struct Arguments {
    vendors: Vec<String>,
    /// Also measures the clients of openapi-generator (requires Java and Python), openapi-to-rust
    /// and ploidy.
    #[arg(long)]
    peer: bool,
}

/// Generates the given vendors, or all vendors, and prints how long this takes.
///
/// For each crate, also prints the time and memory of two debug builds: one with all tags, and one
/// with only the largest tag. With `peer`, also prints the time and memory for building the clients
/// of the other generators, and our costs as a share of theirs.
pub fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let root = &root
        .canonicalize()
        .context("could not find the workspace")?;
    let folder = root.join("target/build-bench");
    let started = Instant::now();
    let documents = documents(root, &arguments.vendors)?;
    for document in &documents {
        crate::command::generate::generate(root, document)?;
    }
    println!("generating: {}", seconds(started.elapsed()));
    let peers = match arguments.peer {
        true => Generator::install_all(&folder),
        false => Vec::new(),
    };
    for document in &documents {
        bench(root, &folder, document, &peers)?;
    }
    Ok(())
}

fn bench(root: &Path, folder: &Path, document: &Document, peers: &[Generator]) -> Result<()> {
    let api = Api::read(&document.vendor, &document.root);
    let vendor = api.vendor;
    let krate = root.join(format!("crates/{vendor}-sdk"));
    let own = |features: Option<String>| Target {
        manifest: krate.join("Cargo.toml"),
        features,
        folder: folder.to_path_buf(),
    };
    let operations = |tag: &str| api.operations.iter().filter(|o| o.tag == tag).count();
    let gated = api.tags.iter().filter(|tag| !tag.always);
    let largest = gated.max_by_key(|tag| operations(tag.name));
    let whole = Build::Whole.cost(&own(None), RUNS)?;
    let tag = largest
        .map(|tag| Build::Whole.cost(&own(Some(format!("rustls,{}", tag.name))), RUNS))
        .transpose()?;
    println!("{vendor}, {} operations: {whole}", api.operations.len());
    if let (Some(largest), Some(cost)) = (largest, &tag) {
        let count = operations(largest.name);
        println!(
            "{vendor}, its largest tag `{}`, {count} operations: {cost}",
            largest.name
        );
    }
    for peer in peers {
        let name = peer.name();
        let input = Input {
            document: &krate.join("openapi.json"),
            folder,
            name: vendor,
        };
        let client = match peer.generate(&input, &root.join("Cargo.lock")) {
            Ok(client) => client,
            Err(error) => {
                println!("{vendor}: {name} cannot generate a client: {error:#}");
                continue;
            }
        };
        let client_build = Target {
            manifest: client.manifest,
            features: None,
            folder: folder.to_path_buf(),
        };
        let cost = Build::Whole.cost(&client_build, RUNS);
        match cost {
            Ok(cost) => {
                println!(
                    "{vendor}, {name}, generated in {}: {cost}",
                    seconds(client.time)
                );
                println!("{vendor}, relative to {name}: {}", whole.share_of(&cost));
                if let Some(tag) = &tag {
                    println!(
                        "{vendor}, one tag relative to {name}: {}",
                        tag.share_of(&cost)
                    );
                }
            }
            Err(error) => println!("{vendor}, the client of {name} does not build: {error:#}"),
        }
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
