//! Peers: other generators, which create clients from the same documents, and the cost of building
//! these clients.
//!
//! Each kind of generator has its own file. The file contains the code that installs the generators
//! in a folder and creates clients with them.

mod client;
mod cost;
mod openapi_generator;
mod rust_program;

use std::path::Path;

use anyhow::Result;

use client::Client;
pub(crate) use client::Input;
pub(crate) use cost::{Build, Target};

/// An installed generator.
pub(crate) enum Generator {
    OpenapiGenerator(openapi_generator::Installed),
    Rust(rust_program::Installed),
}

impl Generator {
    /// Installs the peers in the folder unless they are already installed, and reports peers that
    /// cannot be installed.
    pub(crate) fn install_all(folder: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        match openapi_generator::Installed::find(folder) {
            Ok(installed) => found.extend(installed.map(Self::OpenapiGenerator)),
            Err(error) => println!("skipping the peer openapi-generator: {error:#}"),
        }
        found.extend(Self::install_programs(folder));
        found
    }

    /// Installs the peers that are on crates.io.
    pub(crate) fn install_programs(folder: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        for program in rust_program::PROGRAMS {
            match rust_program::Installed::find(folder, program) {
                Ok(installed) => found.push(Self::Rust(installed)),
                Err(error) => println!("skipping the peer {}: {error:#}", program.name),
            }
        }
        found
    }

    /// Returns the name and version.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::OpenapiGenerator(_) => openapi_generator::PACKAGE.replace("==", " "),
            Self::Rust(installed) => installed.name(),
        }
    }

    /// Generates the client for a document. `lock` is the lockfile with the dependency versions of
    /// openapi-generator clients.
    pub(crate) fn generate(&self, input: &Input<'_>, lock: &Path) -> Result<Client> {
        match self {
            Self::OpenapiGenerator(installed) => installed.generate(input, lock),
            Self::Rust(installed) => installed.generate(input),
        }
    }
}
