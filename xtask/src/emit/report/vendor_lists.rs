//! Emits the lists that contain every vendor: in manifests, in the facade, in the sandbox and in
//! CI.
//!
//! Each list is a marked region of a hand-written file. If a workspace doesn't contain the file,
//! for example because it has no facade, it doesn't have the list.

use std::fmt::Write as _;

use crate::emit::docs_text::line;
use crate::model::Api;
use crate::name;

/// A vendor in the lists.
pub(crate) struct ListedVendor {
    /// Name of the folder in `specs/`.
    name: String,
    title: String,
    has_internal: bool,
    has_webhooks: bool,
}

/// A vendor, with values from the manifest of its crate.
pub(crate) struct ListedCrate {
    pub(crate) vendor: ListedVendor,
    pub(crate) version: String,
    /// Variant of the facade's enum `Vendor`, if the manifest specifies one.
    pub(crate) variant: Option<String>,
}

/// A list of vendors: its file relative to the workspace, its region, and the lines of the region.
pub(crate) struct VendorList {
    pub(crate) file: &'static str,
    pub(crate) region: &'static str,
    pub(crate) lines: fn(&[ListedCrate]) -> String,
}

/// Every list of vendors.
pub(crate) const LISTS: [VendorList; 9] = [
    VendorList {
        file: "Cargo.toml",
        region: "vendors",
        lines: workspace_dependencies,
    },
    VendorList {
        file: ".ci/run",
        region: "vendors",
        lines: ci_arrays,
    },
    VendorList {
        file: "crates/sdk-sandbox/Cargo.toml",
        region: "vendors",
        lines: sandbox_features,
    },
    VendorList {
        file: "crates/sdk-sandbox/src/rules/embedded.rs",
        region: "vendors",
        lines: sandbox_names,
    },
    VendorList {
        file: "crates/vendor-sdks/Cargo.toml",
        region: "vendors",
        lines: facade_features,
    },
    VendorList {
        file: "crates/vendor-sdks/Cargo.toml",
        region: "vendor-crates",
        lines: facade_dependencies,
    },
    VendorList {
        file: "crates/vendor-sdks/src/lib.rs",
        region: "vendors",
        lines: facade_modules,
    },
    VendorList {
        file: "crates/vendor-sdks/src/vendor.rs",
        region: "vendors",
        lines: facade_variants,
    },
    VendorList {
        file: "tests/Cargo.toml",
        region: "vendor-crates",
        lines: test_dependencies,
    },
];

impl ListedVendor {
    pub(crate) fn of(api: &Api<'_>) -> Self {
        Self {
            name: api.vendor.to_owned(),
            title: line(api.title),
            has_internal: api.operations.iter().any(|operation| operation.internal),
            has_webhooks: !api.webhooks.is_empty(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the features that only the crates of some vendors have and that are off by default.
    fn own_features(&self) -> impl Iterator<Item = &'static str> {
        let features = [
            (self.has_internal, "internal"),
            (self.has_webhooks, "webhooks"),
        ];
        let own = features.into_iter().filter(|(has, _)| *has);
        own.map(|(_, feature)| feature)
    }
}

impl ListedCrate {
    fn package(&self) -> String {
        name::package(&self.vendor.name)
    }

    /// Returns the name of the crate in the facade, such as `acme` for `acme-sdk`.
    fn module(&self) -> String {
        name::field(&name::module(&self.vendor.name))
    }

    fn variant(&self) -> String {
        match &self.variant {
            Some(variant) => variant.clone(),
            None => variant(&self.vendor.name, &self.vendor.title),
        }
    }
}

/// Returns the name of a vendor's variant, spelled as in the title if the title starts with the
/// vendor's name.
pub(crate) fn variant(vendor: &str, title: &str) -> String {
    let first = title.split_whitespace().next().unwrap_or_default();
    let is_same = first.to_lowercase() == vendor;
    name::type_name(if is_same { first } else { vendor })
}

/// Returns one line per crate.
fn lines(crates: &[ListedCrate], each: impl Fn(&ListedCrate) -> String) -> String {
    crates.iter().map(|krate| each(krate) + "\n").collect()
}

/// Returns quoted names separated by commas.
fn quoted(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    names.join(", ")
}

fn workspace_dependencies(crates: &[ListedCrate]) -> String {
    lines(crates, |krate| {
        let (package, version) = (krate.package(), &krate.version);
        format!(
            "{package} = {{ path = \"crates/{package}\", version = \"{version}\", default-features = false }}"
        )
    })
}

fn ci_arrays(crates: &[ListedCrate]) -> String {
    let mut packages = Vec::new();
    let mut features = Vec::new();
    for krate in crates {
        let package = krate.package();
        let own = krate.vendor.own_features();
        features.extend(own.map(|feature| format!("{package}/{feature}")));
        packages.push(package);
    }
    let (packages, features) = (packages.join(" "), features.join(" "));
    format!("vendor_crates=({packages})\nvendor_features=({features})\n")
}

fn sandbox_features(crates: &[ListedCrate]) -> String {
    let names = || crates.iter().map(|krate| krate.vendor.name.clone());
    let mut text = format!("default = [{}]\n", quoted(names()));
    text.push_str("# Each feature embeds the document and the profile of one vendor.\n");
    names().for_each(|name| {
        let _ = writeln!(text, "{name} = []");
    });
    text
}

fn sandbox_names(crates: &[ListedCrate]) -> String {
    lines(crates, |krate| format!("        {:?},", krate.vendor.name))
}

fn facade_features(crates: &[ListedCrate]) -> String {
    let names = crates.iter().map(|krate| krate.vendor.name.clone());
    let default = names.chain(["rustls", "call"].map(str::to_owned));
    let mut text = format!("default = [{}]\n", quoted(default));
    text.push_str("# Each feature adds the crate of one vendor, with all tags of its API.\n");
    text.push_str(&lines(crates, |krate| {
        format!("{} = [\"dep:{}\"]", krate.vendor.name, krate.package())
    }));
    let of_crates = |feature: &str, has: fn(&ListedCrate) -> bool| {
        let crates = crates.iter().filter(|krate| has(krate));
        quoted(crates.map(|krate| format!("{}?/{feature}", krate.package())))
    };
    let _ = writeln!(
        text,
        "# JSON Schemas for all types, with schemars 1.\nschemars = [{}]",
        of_crates("schemars", |_| true)
    );
    let _ = writeln!(
        text,
        "# Verification and parsing of webhooks.\nwebhooks = [{}]",
        of_crates("webhooks", |krate| krate.vendor.has_webhooks)
    );
    text
}

fn facade_dependencies(crates: &[ListedCrate]) -> String {
    lines(crates, |krate| {
        let package = krate.package();
        format!("{package} = {{ workspace = true, features = [\"all\"], optional = true }}")
    })
}

fn facade_modules(crates: &[ListedCrate]) -> String {
    // rustfmt sorts the re-exports by the name of the library.
    let mut items: Vec<(String, String)> = crates
        .iter()
        .map(|krate| {
            let library = name::library(&krate.vendor.name);
            let (feature, module) = (&krate.vendor.name, krate.module());
            let item = format!("#[cfg(feature = \"{feature}\")]\npub use {library} as {module};\n");
            (library, item)
        })
        .collect();
    items.sort();
    items.into_iter().map(|(_, item)| item).collect()
}

fn facade_variants(crates: &[ListedCrate]) -> String {
    lines(crates, |krate| {
        let library = name::library(&krate.vendor.name);
        format!(
            "    \"{}\" {} {library},",
            krate.vendor.name,
            krate.variant()
        )
    })
}

fn test_dependencies(crates: &[ListedCrate]) -> String {
    lines(crates, |krate| {
        let every = ["all", "rustls", "schemars", "serde-both-ways"].into_iter();
        let features = every.chain(krate.vendor.own_features());
        format!(
            "{} = {{ workspace = true, features = [{}] }}",
            krate.package(),
            quoted(features.map(str::to_owned))
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, title: &str, has_webhooks: bool) -> ListedCrate {
        ListedCrate {
            vendor: ListedVendor {
                name: name.to_owned(),
                title: title.to_owned(),
                has_internal: false,
                has_webhooks,
            },
            version: "0.1.0".to_owned(),
            variant: None,
        }
    }

    #[test]
    fn a_variant_is_spelled_like_a_title_that_starts_with_the_name() {
        assert_eq!(variant("motorword", "MotorWord API"), "MotorWord");
        assert_eq!(variant("my-parcels", "Parcels"), "MyParcels");
        assert_eq!(variant("self", "Self"), "Self_");
    }

    #[test]
    fn keywords_and_leading_digits_become_valid_modules_and_packages() {
        let crates = [
            listed("1forge", "1Forge", true),
            listed("loop", "Loop", false),
        ];
        assert_eq!(
            facade_modules(&crates),
            "#[cfg(feature = \"loop\")]\npub use loop_sdk as loop_;\n\
             #[cfg(feature = \"1forge\")]\npub use x1forge_sdk as x1forge;\n"
        );
        assert_eq!(
            facade_variants(&crates),
            "    \"1forge\" X1forge x1forge_sdk,\n    \"loop\" Loop loop_sdk,\n"
        );
        assert_eq!(
            ci_arrays(&crates),
            "vendor_crates=(x1forge-sdk loop-sdk)\nvendor_features=(x1forge-sdk/webhooks)\n"
        );
    }
}
