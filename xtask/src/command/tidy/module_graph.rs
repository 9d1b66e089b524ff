//! Modules of a crate and the imports between them, read from the sources.
//!
//! A name is followed through re-exports to the file that defines it, so a module file that only
//! re-exports doesn't create cycles in its folder. Code under `#[cfg(test)]`, generated code and
//! code inside `quote!` are ignored.

mod imports;

use super::tree::{Tree, is_generated};
use imports::Import;
pub(super) use imports::ModulePath;
use std::collections::{BTreeMap, BTreeSet};

/// The modules of a crate.
pub(super) struct ModuleGraph {
    modules: BTreeMap<ModulePath, Module>,
}

/// A module: a file, or an inline module in a file.
#[derive(Default)]
struct Module {
    file: String,
    /// Path of the top-level module of that file.
    file_module: ModulePath,
    children: BTreeSet<String>,
    /// Names of the items defined here.
    items: BTreeSet<String>,
    /// Absolute paths of `use` imports, by name.
    names: BTreeMap<String, ModulePath>,
    /// Modules imported with `use …::*`.
    globs: Vec<ModulePath>,
    imports: Vec<Import>,
    /// Absolute path of each type with inherent methods here, and the line.
    inherent: Vec<(ModulePath, usize)>,
}

/// An import in one file that refers to another file.
pub(super) struct Edge {
    pub(super) from: ModulePath,
    pub(super) to: ModulePath,
    pub(super) file: String,
    pub(super) line: usize,
}

/// An `impl` block with inherent methods of a type.
pub(super) struct Inherent {
    pub(super) type_name: String,
    pub(super) defined: ModulePath,
    pub(super) defined_file: String,
    pub(super) module: ModulePath,
    pub(super) file: String,
    pub(super) line: usize,
}

/// Maximum length of a chain of re-exports. Longer chains are treated as cycles.
const MAX_REEXPORTS: usize = 32;

impl ModuleGraph {
    /// Reads the modules reachable from `<folder>/lib.rs`. Files that don't parse are ignored,
    /// because the compiler reports them.
    pub(super) fn read(tree: &Tree, folder: &str) -> Self {
        let mut graph = Self {
            modules: BTreeMap::new(),
        };
        let mut open = vec![(Vec::new(), format!("{folder}/lib.rs"))];
        while let Some((path, file)) = open.pop() {
            let Some(text) = tree.text(&file).filter(|_| !is_generated(&file)) else {
                continue;
            };
            let Ok(parsed) = syn::parse_file(text) else {
                continue;
            };
            let contents = imports::read(&parsed, &path);
            for (module, contents) in contents {
                let known = graph.modules.entry(module.clone()).or_default();
                known.file.clone_from(&file);
                known.file_module.clone_from(&path);
                for child in contents.files {
                    let below = [&module[..], std::slice::from_ref(&child.name)].concat();
                    let file = match child.file {
                        Some(beside) => match file.rsplit_once('/') {
                            Some((folder, _)) => format!("{folder}/{beside}"),
                            None => beside,
                        },
                        None => format!("{folder}/{}.rs", below.join("/")),
                    };
                    open.push((below, file));
                }
                known.children = contents.children;
                known.items = contents.items;
                known.names = contents.names;
                known.globs = contents.globs;
                known.imports = contents.imports;
                known.inherent = contents.inherent;
            }
        }
        graph
    }

    /// Returns the modules that are files, with the paths of the files.
    pub(super) fn files(&self) -> impl Iterator<Item = (&ModulePath, &str)> {
        let files = self
            .modules
            .iter()
            .filter(|(path, module)| **path == module.file_module);
        files.map(|(path, module)| (path, module.file.as_str()))
    }

    /// Returns every import in one file that refers to another file.
    pub(super) fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for module in self.modules.values() {
            for import in &module.imports {
                let Some((to, _)) = self.resolve(&import.path, 0) else {
                    continue;
                };
                let Some(to) = self.modules.get(&to).map(|to| &to.file_module) else {
                    continue;
                };
                // A re-export from a module's own folder is not an import.
                let is_facade = import.is_public && to.starts_with(&module.file_module);
                if *to != module.file_module && !is_facade {
                    edges.push(Edge {
                        from: module.file_module.clone(),
                        to: to.clone(),
                        file: module.file.clone(),
                        line: import.line,
                    });
                }
            }
        }
        edges
    }

    /// Returns every inherent `impl` block of a type of this crate.
    pub(super) fn inherent(&self) -> Vec<Inherent> {
        let mut found = Vec::new();
        for module in self.modules.values() {
            for (path, line) in &module.inherent {
                let Some((defined, Some(type_name))) = self.resolve(path, 0) else {
                    continue;
                };
                let Some(owner) = self.modules.get(&defined) else {
                    continue;
                };
                if owner.items.contains(&type_name) {
                    found.push(Inherent {
                        type_name,
                        defined: owner.file_module.clone(),
                        defined_file: owner.file.clone(),
                        module: module.file_module.clone(),
                        file: module.file.clone(),
                        line: *line,
                    });
                }
            }
        }
        found
    }

    /// Returns the module that defines the target of a path, and the name of the item if the target
    /// is an item.
    fn resolve(&self, path: &[String], depth: usize) -> Option<(ModulePath, Option<String>)> {
        if depth > MAX_REEXPORTS {
            return None;
        }
        let mut at = ModulePath::new();
        for (index, name) in path.iter().enumerate() {
            let module = self.modules.get(&at)?;
            let rest = &path[index + 1..];
            if module.children.contains(name) {
                at.push(name.clone());
                // A missing child module is generated, or exists only for tests.
                self.modules.get(&at)?;
                continue;
            }
            if module.items.contains(name) {
                return Some((at, Some(name.clone())));
            }
            if let Some(target) = module.names.get(name) {
                return self.resolve(&[target, rest].concat(), depth + 1);
            }
            let by_glob = module.globs.iter().find_map(|glob| {
                let target = [&glob[..], &path[index..]].concat();
                let (module, item) = self.resolve(&target, depth + 1)?;
                item.is_some().then_some((module, item))
            });
            // A name without a definition comes from a macro in this module.
            return by_glob.or(Some((at, None)));
        }
        Some((at, None))
    }
}
