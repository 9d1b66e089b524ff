//! Calculates the version that a crate requires after a change, according to Cargo's rules (The
//! Cargo Book, "SemVer Compatibility").

use super::rule::Verdict;
use anyhow::{Context, Result};
use semver::{Prerelease, Version};

/// Returns the version in a manifest.
pub(super) fn of_manifest(text: &str) -> Result<Version> {
    let manifest: toml::Table = text.parse().context("not TOML")?;
    let version = manifest
        .get("package")
        .and_then(|package| package.get("version"));
    let version = version
        .and_then(toml::Value::as_str)
        .context("`version` in [package] is missing or not a string")?;
    Version::parse(version).with_context(|| format!("`{version}` is not a version"))
}

/// Returns the lowest version allowed for a change of this severity since `base`. For changes that
/// only affect documentation, this is `base` itself.
///
/// Below 1.0.0, the leftmost non-zero number acts as the major version: breaking changes raise it,
/// and compatible changes raise the number to its right. In 0.0.z, every change is breaking. A
/// pre-release version allows any change: this function returns the corresponding final version,
/// but `follows` accepts any later version.
pub(super) fn needed(base: &Version, verdict: Verdict) -> Version {
    let Version {
        major,
        minor,
        patch,
        ..
    } = *base;
    if verdict == Verdict::Documentation {
        return base.clone();
    }
    if base.pre != Prerelease::EMPTY {
        return Version::new(major, minor, patch);
    }
    match (verdict, major, minor) {
        (Verdict::Breaking, 0, 0) => Version::new(0, 0, patch + 1),
        (Verdict::Breaking, 0, _) => Version::new(0, minor + 1, 0),
        (Verdict::Breaking, ..) => Version::new(major + 1, 0, 0),
        (_, 0, _) => Version::new(0, minor, patch + 1),
        _ => Version::new(major, minor + 1, 0),
    }
}

/// Returns whether the version `today` is high enough for a change of this severity since `base`.
pub(super) fn follows(base: &Version, today: &Version, verdict: Verdict) -> bool {
    if verdict != Verdict::Documentation && base.pre != Prerelease::EMPTY {
        return today > base;
    }
    *today >= needed(base, verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_required_version_follows_cargo_semver_rules() {
        for (base, verdict, wanted) in [
            ("0.1.0", Verdict::Breaking, "0.2.0"),
            ("0.1.4", Verdict::Compatible, "0.1.5"),
            ("0.1.4", Verdict::Documentation, "0.1.4"),
            ("0.0.3", Verdict::Breaking, "0.0.4"),
            ("0.0.3", Verdict::Compatible, "0.0.4"),
            ("1.2.3", Verdict::Breaking, "2.0.0"),
            ("1.2.3", Verdict::Compatible, "1.3.0"),
        ] {
            let base = Version::parse(base).unwrap();
            assert_eq!(
                needed(&base, verdict).to_string(),
                wanted,
                "{base} {verdict:?}"
            );
        }
    }

    #[test]
    fn a_version_above_the_required_one_is_accepted_and_a_lower_one_is_not() {
        let version = |text| Version::parse(text).unwrap();
        assert!(follows(
            &version("0.1.0"),
            &version("0.2.0"),
            Verdict::Compatible
        ));
        assert!(follows(
            &version("0.1.0"),
            &version("1.0.0"),
            Verdict::Breaking
        ));
        assert!(!follows(
            &version("0.1.0"),
            &version("0.1.9"),
            Verdict::Breaking
        ));
        assert!(!follows(
            &version("0.1.0"),
            &version("0.1.0"),
            Verdict::Compatible
        ));
        assert!(follows(
            &version("0.1.0"),
            &version("0.1.0"),
            Verdict::Documentation
        ));
        assert!(follows(
            &version("1.0.0-rc.1"),
            &version("1.0.0-rc.2"),
            Verdict::Breaking
        ));
        assert!(!follows(
            &version("1.0.0-rc.1"),
            &version("1.0.0-rc.1"),
            Verdict::Breaking
        ));
    }

    #[test]
    fn a_manifest_without_a_version_is_rejected() {
        assert_eq!(
            of_manifest("[package]\nversion = \"0.3.1\"\n")
                .unwrap()
                .to_string(),
            "0.3.1"
        );
        let error = of_manifest("[package]\nversion.workspace = true\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`version` in [package] is missing or not a string"
        );
    }
}
