//! Peers: clients that other generators make of our documents.
//!
//! One file per generator, which finds or installs it below the folder of the measurement and makes a crate with it.

use std::path::Path;

use anyhow::Result;

use super::client::Client;

mod openapi_generator;
mod rust_program;

/// An installed generator.
pub(super) enum Generator {
    OpenapiGenerator(openapi_generator::Installed),
    Rust(rust_program::Installed),
}

impl Generator {
    /// Installs the peers below the folder, once; reports those that cannot be installed.
    pub(super) fn find_all(folder: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        match openapi_generator::Installed::find(folder) {
            Ok(installed) => found.extend(installed.map(Self::OpenapiGenerator)),
            Err(error) => println!("no peer openapi-generator: {error:#}"),
        }
        for program in rust_program::PROGRAMS {
            match rust_program::Installed::find(folder, program) {
                Ok(installed) => found.push(Self::Rust(installed)),
                Err(error) => println!("no peer {}: {error:#}", program.name),
            }
        }
        found
    }

    /// Name and version.
    pub(super) fn name(&self) -> String {
        match self {
            Self::OpenapiGenerator(_) => openapi_generator::PACKAGE.replace("==", " "),
            Self::Rust(installed) => installed.name(),
        }
    }

    /// Generates the client of a vendor.
    pub(super) fn generate(&self, root: &Path, folder: &Path, vendor: &str) -> Result<Client> {
        let document = root.join(format!("crates/{vendor}-sdk/openapi.json"));
        match self {
            Self::OpenapiGenerator(installed) => {
                installed.generate(root, &document, folder, vendor)
            }
            Self::Rust(installed) => installed.generate(&document, folder, vendor),
        }
    }
}
