//! Rewrites type paths: progenitor's full paths become plain names, and plain names become paths
//! that contain their modules.

use std::collections::BTreeMap;
use std::rc::Rc;

use syn::visit_mut::{self, VisitMut};

/// Replaces `types::X` and the prelude's `::std::…::X` with `X`, and JSON values with `AnyJson`.
pub(crate) fn plain(ty: &mut syn::Type) {
    Plain.visit_type_mut(ty);
}

struct Plain;

impl VisitMut for Plain {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let first = path.segments.first().map(|s| s.ident.to_string());
        let last = path.segments.last().map(|s| s.ident.to_string());
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        // `AnyJson` keeps numbers exact.
        if first == "serde_json" && last == "Value" {
            *path = syn::parse_quote!(::sdk_runtime::AnyJson);
            return;
        }
        if first == "serde_json" && last == "Map" {
            *path = syn::parse_quote!(::std::collections::BTreeMap<String, ::sdk_runtime::AnyJson>);
            return;
        }
        let prelude = ["String", "Option", "Vec", "Box"].contains(&last.as_str());
        if first == "types" || (first == "std" && prelude) {
            let kept = path.segments.last().cloned();
            path.segments.clear();
            path.leading_colon = None;
            path.segments.extend(kept);
        }
    }

    fn visit_lifetime_mut(&mut self, _: &mut syn::Lifetime) {}
}

/// Adds the module path to types of other modules.
pub(crate) struct Qualify {
    /// The owning module of every type.
    owners: Rc<BTreeMap<String, String>>,
    module: String,
}

impl Qualify {
    pub(crate) fn new(owners: Rc<BTreeMap<String, String>>, module: &str) -> Self {
        Self {
            owners,
            module: module.to_owned(),
        }
    }

    /// Returns the module that owns a type, unless it is this module.
    fn other_module(&self, name: &str) -> Option<&String> {
        self.owners.get(name).filter(|owner| **owner != self.module)
    }

    /// Returns the type as written in the module.
    pub(crate) fn apply(&self, ty: &syn::Type) -> syn::Type {
        let mut ty = ty.clone();
        QualifyVisitor(self).visit_type_mut(&mut ty);
        ty
    }

    /// Returns the link target of a type in rustdoc.
    pub(crate) fn link(&self, name: &str) -> String {
        match self.other_module(name) {
            Some(module) => format!("crate::{module}::{name}"),
            None => name.to_owned(),
        }
    }
}

struct QualifyVisitor<'q>(&'q Qualify);

impl VisitMut for QualifyVisitor<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path.leading_colon.is_none()
            && path.segments.len() == 1
            && let Some(module) = self.0.other_module(&path.segments[0].ident.to_string())
        {
            let module = quote::format_ident!("{module}");
            let segment = path.segments[0].clone();
            *path = syn::parse_quote!(super::#module::#segment);
        }
    }
}
