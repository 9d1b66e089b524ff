//! Reads the modules, items and imports of one file.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Path of a module from the crate's root, such as `["spec", "lint"]`; empty for the root.
pub(in crate::command::tidy) type ModulePath = Vec<String>;

/// A path in this crate that a module refers to.
pub(super) struct Import {
    /// Path from the crate's root.
    pub(super) path: ModulePath,
    pub(super) line: usize,
    /// Whether the import is a re-export.
    pub(super) is_public: bool,
}

/// A child module in its own file.
pub(super) struct ChildFile {
    pub(super) name: String,
    /// Value of the attribute `#[path]`, if present.
    pub(super) file: Option<String>,
}

/// The contents of a module.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) files: Vec<ChildFile>,
    pub(super) children: BTreeSet<String>,
    pub(super) items: BTreeSet<String>,
    pub(super) names: BTreeMap<String, ModulePath>,
    pub(super) globs: Vec<ModulePath>,
    pub(super) imports: Vec<Import>,
    pub(super) inherent: Vec<(ModulePath, usize)>,
}

/// Returns the modules of a file: the module of the file itself, and its inline modules.
pub(super) fn read(file: &syn::File, path: &ModulePath) -> BTreeMap<ModulePath, Contents> {
    let mut reader = Reader {
        at: path.clone(),
        modules: BTreeMap::new(),
    };
    reader.module(&file.items);
    reader.modules
}

struct Reader {
    at: ModulePath,
    modules: BTreeMap<ModulePath, Contents>,
}

impl Reader {
    fn module(&mut self, items: &[syn::Item]) {
        let mut contents = Contents::default();
        // Collect names first, because a path may start with a child that is declared later.
        for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
            if let syn::Item::Mod(child) = item {
                contents.children.insert(child.ident.to_string());
                if child.content.is_none() {
                    contents.files.push(ChildFile {
                        name: child.ident.to_string(),
                        file: path_attribute(&child.attrs),
                    });
                }
            }
            contents.items.extend(defined_name(item));
        }
        self.modules.insert(self.at.clone(), contents);
        for item in items {
            self.visit_item(item);
        }
    }

    /// Returns the path from the crate's root; `None` if the path does not start with `crate`,
    /// `self`, `super` or a child module.
    fn absolute(&self, segments: &[String]) -> Option<ModulePath> {
        let contents = self.modules.get(&self.at)?;
        let mut base = self.at.clone();
        let mut rest = segments;
        match rest.first()?.as_str() {
            "crate" => {
                base.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|name| name == "super") {
                    base.pop()?;
                    rest = &rest[1..];
                }
            }
            first if contents.children.contains(first) => {}
            _ => return None,
        }
        Some([&base[..], rest].concat())
    }

    fn mention(&mut self, segments: &[String], line: usize, is_public: bool) {
        let path = self.absolute(segments);
        if let (Some(path), Some(contents)) = (path, self.modules.get_mut(&self.at)) {
            contents.imports.push(Import {
                path,
                line,
                is_public,
            });
        }
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &[String], is_public: bool) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        let line = tree.span().start().line;
        let (path, name) = match tree {
            syn::UseTree::Path(path) => {
                return self.use_tree(&path.tree, &with(&path.ident), is_public);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, before, is_public);
                }
                return;
            }
            syn::UseTree::Glob(_) => {
                self.mention(before, line, is_public);
                let glob = self.absolute(before);
                if let Some(contents) = self.modules.get_mut(&self.at) {
                    contents.globs.extend(glob);
                }
                return;
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                (before.to_vec(), before.last().cloned())
            }
            syn::UseTree::Name(name) => (with(&name.ident), Some(name.ident.to_string())),
            syn::UseTree::Rename(rename) if rename.ident == "self" => {
                (before.to_vec(), Some(rename.rename.to_string()))
            }
            syn::UseTree::Rename(rename) => (with(&rename.ident), Some(rename.rename.to_string())),
        };
        self.mention(&path, line, is_public);
        let target = self.absolute(&path);
        if let (Some(name), Some(target), Some(contents)) =
            (name, target, self.modules.get_mut(&self.at))
        {
            contents.names.insert(name, target);
        }
    }

    /// Collects the paths in the tokens of a macro call.
    fn tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let is_punct = |index: usize, wanted: char| matches!(trees.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
        let mut index = 0;
        while index < trees.len() {
            match &trees[index] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first)
                    if index == 0
                        || !(is_punct(index - 1, ':')
                            || is_punct(index - 1, '.')
                            || is_punct(index - 1, '$')) =>
                {
                    let line = first.span().start().line;
                    let mut segments = vec![first.to_string()];
                    while is_punct(index + 1, ':')
                        && is_punct(index + 2, ':')
                        && let Some(TokenTree::Ident(next)) = trees.get(index + 3)
                    {
                        segments.push(next.to_string());
                        index += 3;
                    }
                    if segments.len() > 1 {
                        self.mention(&segments, line, false);
                    }
                }
                _ => {}
            }
            index += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if is_for_tests(attributes(item)) {
            return;
        }
        if let syn::Item::Mod(module) = item {
            if let Some((_, items)) = &module.content {
                self.at.push(module.ident.to_string());
                self.module(items);
                self.at.pop();
            }
            return;
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            let is_public = !matches!(item.vis, syn::Visibility::Inherited);
            self.use_tree(&item.tree, &[], is_public);
        }
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        if let (None, syn::Type::Path(ty)) = (&block.trait_, &*block.self_ty) {
            let segments = names(&ty.path);
            let path = self
                .absolute(&segments)
                .unwrap_or_else(|| [&self.at[..], &segments].concat());
            let line = block.impl_token.span.start().line;
            if let Some(contents) = self.modules.get_mut(&self.at) {
                contents.inherent.push((path, line));
            }
        }
        visit::visit_item_impl(self, block);
    }

    fn visit_impl_item_fn(&mut self, method: &'ast syn::ImplItemFn) {
        if !is_for_tests(&method.attrs) {
            visit::visit_impl_item_fn(self, method);
        }
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        // `pub(in crate::a)` is not an import.
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            self.mention(&names(path), path.span().start().line, false);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = names(&call.path).pop().unwrap_or_default();
        if !name.starts_with("quote") && !name.starts_with("parse_quote") {
            self.tokens(call.tokens.clone());
        }
        visit::visit_macro(self, call);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        // The tokens of a `macro_rules!` definition, or of a macro call outside a function. Paths
        // that start with `$crate` are ignored.
        self.tokens(item.mac.tokens.clone());
    }
}

fn names(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| segment.ident.to_string()).collect()
}

/// Returns whether an item is compiled only for tests.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string();
                condition == "test" || condition.starts_with("all (test")
            })
    })
}

fn path_attribute(attributes: &[syn::Attribute]) -> Option<String> {
    let attribute = attributes.iter().find(|a| a.path().is_ident("path"))?;
    let value = &attribute.meta.require_name_value().ok()?.value;
    match value {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined_name(item: &syn::Item) -> Option<String> {
    let ident = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
