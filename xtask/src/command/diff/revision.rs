//! Reads files of earlier revisions by running git, without using the network.

use crate::spec::load::stem_of_spec;
use anyhow::{Context, Result, bail, ensure};
use semver::Version;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Maximum total size of the files that are read together, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Maximum number of files that are read together.
const MAX_FILES: usize = 1000;

/// The git repository that contains a workspace.
pub(super) struct Repository<'r> {
    root: &'r Path,
}

/// Revision that a crate is compared with.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// Full commit id.
    pub(super) commit: String,
    /// Displayed name: a tag, the value of `--base`, or a commit with an explanation.
    pub(super) name: String,
    /// Version of the crate at that revision; `None` if the crate did not exist.
    pub(super) version: Option<Version>,
    /// Whether the version is treated as released, so that later changes must follow Cargo's rules.
    pub(super) is_released: bool,
}

impl<'r> Repository<'r> {
    /// Opens the repository. Fails outside a git work tree, or if git is not installed.
    pub(super) fn open(root: &'r Path) -> Result<Self> {
        let repository = Self { root };
        let inside = repository.run(&["rev-parse", "--is-inside-work-tree"]);
        let inside = inside
            .context("`diff` compares with an earlier revision, so it requires a git checkout")?;
        ensure!(
            inside.trim() == "true",
            "{} is not in a git work tree",
            root.display()
        );
        Ok(repository)
    }

    /// Returns the revision given on the command line, which is treated as released.
    pub(super) fn named(&self, revision: &str, crate_name: &str) -> Result<Base> {
        let commit = self.commit(revision)?;
        let version = self.version_at(&commit, crate_name)?;
        Ok(Base {
            commit,
            name: revision.to_owned(),
            version,
            is_released: true,
        })
    }

    /// Returns the crate's tag with the highest version in the history of `HEAD`.
    ///
    /// If the crate has no tags, returns the commit that last set its version. Returns `None` if no
    /// commit contains the crate yet. Fails in a shallow clone.
    pub(super) fn of_crate(&self, crate_name: &str) -> Result<Option<Base>> {
        let shallow = self.run(&["rev-parse", "--is-shallow-repository"])?;
        ensure!(
            shallow.trim() == "false",
            "this clone is shallow, so the last tag of {crate_name} may be missing: run `git fetch --unshallow --tags`, or \
             specify a revision with --base"
        );
        let pattern = format!("{crate_name}-v*");
        let tags = self.run(&["tag", "--list", &pattern, "--merged", "HEAD"])?;
        let versions = tags.lines().filter_map(|tag| {
            let version = tag.strip_prefix(crate_name)?.strip_prefix("-v")?;
            Some((Version::parse(version).ok()?, tag))
        });
        if let Some((version, tag)) = versions.max() {
            let commit = self.commit(&format!("refs/tags/{tag}"))?;
            return Ok(Some(Base {
                commit,
                name: tag.to_owned(),
                version: Some(version),
                is_released: true,
            }));
        }
        let manifest = manifest(crate_name);
        let log = self.run(&[
            "log",
            "-1",
            "--format=%H",
            "-G^version *=",
            "HEAD",
            "--",
            &manifest,
        ])?;
        let commit = log.trim();
        if commit.is_empty() {
            return Ok(None);
        }
        let version = self.version_at(commit, crate_name)?;
        let name = format!("{}, which set the version", &commit[..commit.len().min(10)]);
        Ok(Some(Base {
            commit: commit.to_owned(),
            name,
            version,
            is_released: false,
        }))
    }

    /// Returns the contents of a vendor's spec files at a commit, by file name without `.yaml`. The
    /// map is empty if there are no files.
    pub(super) fn specs_at(&self, commit: &str, vendor: &str) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        for (path, bytes) in self.files_at(commit, &format!("specs/{vendor}/"))? {
            let name = path.rsplit('/').next().unwrap_or_default();
            // Only direct children of the folder are specs, as in the code that reads specs from
            // disk.
            let is_direct = path.matches('/').count() == 2;
            if let (true, Some(stem)) = (is_direct, stem_of_spec(name)) {
                files.insert(stem.to_owned(), bytes);
            }
        }
        Ok(files)
    }

    fn commit(&self, revision: &str) -> Result<String> {
        let wanted = format!("{revision}^{{commit}}");
        let found = self.run(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ]);
        let found = found.ok().with_context(|| {
            format!("revision `{revision}` does not exist here: see `git log` and `git tag`; in a shallow clone, fetch it first")
        })?;
        Ok(found.trim().to_owned())
    }

    fn version_at(&self, commit: &str, crate_name: &str) -> Result<Option<Version>> {
        let manifest = manifest(crate_name);
        let files = self.files_at(commit, &manifest)?;
        match files.into_iter().next() {
            Some((_, bytes)) => {
                let text =
                    String::from_utf8(bytes).with_context(|| format!("{manifest} at {commit}"))?;
                super::version::of_manifest(&text)
                    .with_context(|| format!("{manifest} at {commit}"))
                    .map(Some)
            }
            None => Ok(None),
        }
    }

    /// Returns the files at or below a path at a commit, with their contents. Skips symbolic links
    /// and submodules. Fails if there are too many files or bytes.
    fn files_at(&self, commit: &str, folder: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let list = self.run(&["ls-tree", "-r", "-l", "-z", commit, "--", folder])?;
        let mut files = Vec::new();
        let mut bytes = 0;
        for entry in list.split('\0').filter(|entry| !entry.is_empty()) {
            // <mode> blob <id> <size>\t<path>
            let (about, path) = entry
                .split_once('\t')
                .context("git ls-tree printed an unexpected line")?;
            let about: Vec<&str> = about.split_whitespace().collect();
            let [mode, kind, id, size] = about[..] else {
                bail!("git ls-tree printed an unexpected line");
            };
            if kind != "blob" || mode == "120000" {
                continue;
            }
            bytes += size
                .parse::<u64>()
                .context("git ls-tree printed a size that is not a number")?;
            ensure!(
                bytes <= MAX_BYTES && files.len() < MAX_FILES,
                "{folder} at {commit}: more than {MAX_FILES} files or {MAX_BYTES} bytes"
            );
            files.push((path.to_owned(), self.output(&["cat-file", "blob", id])?));
        }
        Ok(files)
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        String::from_utf8(self.output(arguments)?).context("git printed text that is not UTF-8")
    }

    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root).args(arguments);
        // Without this setting, git would fetch missing objects of a partial clone.
        command
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C");
        let output = command
            .output()
            .context("could not run git; is it installed?")?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            bail!(
                "git {} failed: {}",
                arguments.first().unwrap_or(&""),
                error.trim()
            );
        }
        Ok(output.stdout)
    }
}

fn manifest(crate_name: &str) -> String {
    format!("crates/{crate_name}/Cargo.toml")
}
