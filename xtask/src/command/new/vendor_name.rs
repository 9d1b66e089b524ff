//! Names that a vendor can't have, because a workspace or Windows uses them for something else.

use anyhow::{Result, ensure};

use crate::command::import::check_name;

/// Reserved names: features, modules and functions at the root of the facade, the package `xtask`,
/// and device names that Windows reserves.
const RESERVED_NAMES: [&str; 19] = [
    "all",
    "aux",
    "call",
    "con",
    "connect",
    "default",
    "file-store",
    "http-client",
    "native-tls",
    "nul",
    "operation-table",
    "prn",
    "rustls",
    "schemars",
    "serde-json",
    "time",
    "vendor",
    "webhooks",
    "xtask",
];

/// Fails if a name isn't valid for a crate, folder or feature, or if it is reserved.
pub(super) fn check(name: &str) -> Result<()> {
    check_name(name)?;
    ensure!(
        !RESERVED_NAMES.contains(&name),
        "`{name}` is not a valid vendor name: a feature, a module or a device already has this name; add a word, such as `{name}-api`"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn reserved_and_malformed_vendor_names_are_rejected() {
        for name in ["acme", "box", "1forge", "webhooks-io"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["webhooks", "default", "nul", "../acme", "Acme"] {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
