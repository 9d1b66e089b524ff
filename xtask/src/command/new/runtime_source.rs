//! Source of the runtime, the sandbox and xtask for a workspace: a local folder, or a git
//! repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The workspace that this program was built from.
const OWN_WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Location of the runtime that a workspace depends on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RuntimeSource {
    /// Absolute path of the Vendor SDKs workspace.
    Folder(PathBuf),
    /// URL of the Vendor SDKs git repository, and an optional revision.
    Git(String, Option<String>),
}

impl RuntimeSource {
    /// Parses the option `--runtime`. Defaults to the workspace that this program was built from.
    pub(super) fn of(option: Option<&str>) -> Result<Self> {
        let option = option.unwrap_or(OWN_WORKSPACE);
        if option.contains("://") {
            let (url, revision) = match option.split_once('#') {
                Some((url, revision)) => (url, Some(revision.to_owned())),
                None => (option, None),
            };
            return Ok(Self::Git(url.to_owned(), revision));
        }
        let folder = Path::new(option);
        let folder = folder
            .canonicalize()
            .with_context(|| format!("--runtime: could not find the folder {option}"))?;
        ensure!(
            folder.join("crates/sdk-runtime/Cargo.toml").exists(),
            "--runtime: {} is not the Vendor SDKs workspace: it has no crates/sdk-runtime",
            folder.display()
        );
        Ok(Self::Folder(folder))
    }

    /// Returns the TOML keys that locate a package; `folder` is the package's folder in the Vendor
    /// SDKs workspace.
    pub(super) fn dependency(&self, folder: &str) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        match self {
            Self::Folder(root) => {
                // Cargo accepts forward slashes on every system.
                let path = root.join(folder).display().to_string().replace('\\', "/");
                format!("path = {}", quoted(&path))
            }
            Self::Git(url, None) => format!("git = {}", quoted(url)),
            Self::Git(url, Some(revision)) => {
                format!("git = {}, rev = {}", quoted(url), quoted(revision))
            }
        }
    }

    /// Returns the arguments of `cargo install` for the sandbox program.
    pub(super) fn install_sandbox(&self) -> String {
        match self {
            Self::Folder(root) => format!("--path {}", root.join("crates/sdk-sandbox").display()),
            Self::Git(url, None) => format!("--git {url} sdk-sandbox"),
            Self::Git(url, Some(revision)) => format!("--git {url} --rev {revision} sdk-sandbox"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_option_takes_a_repository_url_or_a_workspace_folder() {
        let git = RuntimeSource::of(Some("https://example.com/sdks.git#v1")).unwrap();
        assert_eq!(
            git.dependency("xtask"),
            "git = \"https://example.com/sdks.git\", rev = \"v1\""
        );
        let own = RuntimeSource::of(None).unwrap();
        let path = own.dependency("crates/sdk-runtime");
        assert!(
            path.ends_with("/crates/sdk-runtime\"") && !path.contains(".."),
            "{path}"
        );
        let error = RuntimeSource::of(Some("src")).unwrap_err().to_string();
        assert!(
            error.contains("is not the Vendor SDKs workspace"),
            "{error}"
        );
    }
}
