//! Rule: the methods of a type are in the file that defines the type, or in its submodules.

use super::layer_order::unplaced;
use super::module_graph::ModuleGraph;
use super::tree::Tree;
use super::violation::violation;
use crate::spec::finding::Finding;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let unplaced = unplaced(tree);
    let mut folders: Vec<String> = tree
        .crates()
        .iter()
        .map(|name| format!("crates/{name}/src"))
        .collect();
    folders.extend(["tests/src".to_owned(), "xtask/src".to_owned()]);
    let mut found = Vec::new();
    for folder in folders.iter().filter(|folder| !unplaced.contains(folder)) {
        for block in ModuleGraph::read(tree, folder).inherent() {
            if !block.module.starts_with(&block.defined) {
                let what = format!(
                    "methods of `{}` are outside {}, which defines the type",
                    block.type_name, block.defined_file
                );
                let to_do =
                    "move them to that file or a submodule of it, or write functions or a trait";
                found.push(violation(&block.file, block.line, "methods", what, to_do));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::command::tidy::said;

    #[test]
    fn methods_outside_the_file_of_their_type_are_reported() {
        let files = [
            ("crates/acme-core/src/lib.rs", "mod call;\nmod store;\n"),
            (
                "crates/acme-core/src/store.rs",
                "mod lookup;\npub struct Store;\nimpl Store {}\n",
            ),
            (
                "crates/acme-core/src/store/lookup.rs",
                "use super::Store;\nimpl Store {}\n",
            ),
            (
                "crates/acme-core/src/call.rs",
                "use crate::store::Store;\nimpl Clone for Store {}\n\nimpl Store {}\n",
            ),
        ];
        assert_eq!(
            said(check, &files),
            [
                "crates/acme-core/src/call.rs:4: methods: methods of `Store` are outside crates/acme-core/src/store.rs, which defines the type (move them to that file or a submodule of it, or write functions or a trait)"
            ]
        );
        let mut planned = files.to_vec();
        planned.push((
            "xtask/layers.yaml",
            "crates/acme-core/src: {in_place: false, order: [store, call]}\n",
        ));
        assert_eq!(said(check, &planned), [""; 0]);
    }
}
