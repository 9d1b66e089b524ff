//! Every dependency of the workspace says why it is there.

use crate::spec::finding::Finding;
use crate::tidy::tree::Tree;
use crate::tidy::violation;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut inside = false;
    // A comment covers the lines up to the next empty one.
    let mut is_covered = false;
    for (index, line) in tree
        .text("Cargo.toml")
        .unwrap_or_default()
        .lines()
        .enumerate()
    {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
            is_covered = false;
        } else if line.is_empty() {
            is_covered = false;
        } else if line.starts_with('#') {
            is_covered = true;
        } else if inside && !is_covered && !line.contains(" # ") && !line.contains("path = ") {
            let name = line.split([' ', '=']).next().unwrap_or(line);
            let what = format!("nothing says why `{name}` is there");
            let to_do = "add `# reason` at its end, or a comment above its group";
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

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::said;

    #[test]
    fn a_dependency_without_a_reason_is_named() {
        let manifest = "\
[workspace.dependencies]
own = { path = \"crates/own\" }
bare = \"1\"
told = \"1\" # for the tests

# The generator.
grouped = \"1\"

alone = { version = \"1\" }

[workspace.lints]
other = 1
";
        assert_eq!(
            said(check, &[("Cargo.toml", manifest)]),
            [
                "Cargo.toml:3: dependency: nothing says why `bare` is there (add `# reason` at its end, or a comment above its group)",
                "Cargo.toml:9: dependency: nothing says why `alone` is there (add `# reason` at its end, or a comment above its group)",
            ]
        );
    }
}
