//! Rule: every dependency of the workspace is used, and its comment gives a reason and lists only
//! crates that use it.

use super::tree::Tree;
use super::violation::violation;
use crate::spec::finding::Finding;

/// Name that a reason uses for all vendor crates.
const VENDOR_CRATES: &str = "vendor crates";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let members = members(tree);
    let mut found = Vec::new();
    let mut inside = false;
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        }
        let is_entry = inside && line.contains('=') && !line.starts_with('#');
        if !is_entry || line.contains("path = ") {
            continue;
        }
        let name = line.split([' ', '=']).next().unwrap_or(line);
        let (_, reason) = line.split_once(" # ").unwrap_or((line, ""));
        for (what, to_do) in check_dependency(tree, &members, name, reason) {
            found.push(violation(
                "Cargo.toml",
                index + 1,
                "dependency",
                what,
                to_do,
            ));
        }
    }
    found
}

fn check_dependency(
    tree: &Tree,
    members: &[Member<'_>],
    name: &str,
    reason: &str,
) -> Vec<(String, &'static str)> {
    if !members.iter().any(|member| member.uses(tree, name)) {
        let what = format!("no crate uses `{name}`");
        return vec![(
            what,
            "remove it here, and from each Cargo.toml that lists it",
        )];
    }
    let form = "end the line with `# <comma-separated crates that use it>: <reason>`";
    let Some((crates, _)) = reason.split_once(": ") else {
        return vec![(format!("the reason for `{name}` is missing"), form)];
    };
    let mut found = Vec::new();
    for named in crates.split(", ") {
        let mut meant = members
            .iter()
            .filter(|member| member.name == named || (named == VENDOR_CRATES && member.is_vendor));
        if !meant.any(|member| member.uses(tree, name)) {
            let what = format!("the reason for `{name}` lists `{named}`, which does not use it");
            found.push((what, form));
        }
    }
    found
}

/// A package of the workspace.
struct Member<'t> {
    name: &'t str,
    folder: String,
    is_vendor: bool,
}

fn members(tree: &Tree) -> Vec<Member<'_>> {
    let vendors = tree.vendor_crates();
    let crates = tree.crates().into_iter().map(|name| Member {
        name,
        folder: format!("crates/{name}/"),
        is_vendor: vendors.iter().any(|vendor| vendor == name),
    });
    let others = ["tests", "xtask"].map(|name| Member {
        name,
        folder: format!("{name}/"),
        is_vendor: false,
    });
    crates.chain(others).collect()
}

impl Member<'_> {
    /// Returns whether the member uses the dependency: its manifest contains the dependency, and
    /// its code (or a page that the code includes) mentions the dependency.
    fn uses(&self, tree: &Tree, dependency: &str) -> bool {
        let manifest = tree.text(&format!("{}Cargo.toml", self.folder));
        let is_entry = |line: &str| {
            line.strip_prefix(dependency)
                .is_some_and(|rest| rest.starts_with([' ', '.', '=']))
        };
        let ident = dependency.replace('-', "_");
        manifest.is_some_and(|manifest| manifest.lines().any(is_entry))
            && tree
                .rust()
                .filter(|source| source.path.starts_with(&self.folder))
                .any(|source| {
                    mentions(source.text, &ident)
                        || tree.included_by(source).any(|page| mentions(page, &ident))
                })
    }
}

/// Returns whether some text contains an identifier as a whole word.
fn mentions(text: &str, ident: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(ident).any(|(at, _)| {
        !text[..at].ends_with(is_word) && !text[at + ident.len()..].starts_with(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    const MANIFEST: &str = "\
[workspace.dependencies]
own = { path = \"crates/own\" }
bare = \"1\"
told = \"1\" # own, vendor crates: for the calls
wrong = { version = \"1\" } # own, xtask: for the calls
unsaid = \"1\" # for the calls
idle = \"1\" # own: for the calls
paged = \"1\" # own: for a page of its documentation

[workspace.lints]
other = 1
";

    #[test]
    fn a_dependency_reason_must_list_crates_that_use_it() {
        let files = [
            ("Cargo.toml", MANIFEST),
            ("crates/acme-sdk/Cargo.toml", "told.workspace = true\n"),
            ("crates/acme-sdk/src/lib.rs", "use told::Told;\n"),
            (
                "crates/own/Cargo.toml",
                "bare.workspace = true\ntold = { workspace = true }\nwrong.workspace = true\nunsaid = \"1\"\nidle.workspace = true\npaged.workspace = true\n",
            ),
            (
                "crates/own/src/lib.rs",
                "use {bare, told, wrong, unsaid};\nlet idleness = 1;\npages!(\"docs/page.md\");\n",
            ),
            ("docs/page.md", "use paged::Page;\n"),
            ("docs/other.md", "use idle::Idle;\n"),
        ];
        let form = "(end the line with `# <comma-separated crates that use it>: <reason>`)";
        assert_eq!(
            said(check, &files),
            [
                format!("Cargo.toml:3: dependency: the reason for `bare` is missing {form}"),
                format!(
                    "Cargo.toml:5: dependency: the reason for `wrong` lists `xtask`, which does not use it {form}"
                ),
                format!("Cargo.toml:6: dependency: the reason for `unsaid` is missing {form}"),
                "Cargo.toml:7: dependency: no crate uses `idle` (remove it here, and from each Cargo.toml that lists it)".to_owned(),
            ]
        );
    }
}
