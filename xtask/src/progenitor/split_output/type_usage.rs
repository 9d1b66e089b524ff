//! Determines which tags use a type, and whether the type is sent, received or both.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use crate::model::{Api, elements, flag, text};
use crate::name::type_name;
use crate::normalize::SPLIT;
use crate::progenitor::input::{API_ERROR, places};
use crate::progenitor::run::Signature;

/// Module for the types that several tags use.
pub(crate) const SHARED: &str = "shared";

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Modules of the tags that use each type, and whether the type is sent or received.
pub(crate) struct TypeUsage {
    tags: BTreeMap<String, BTreeSet<String>>,
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
    /// Types in the request bodies and parameters of operations.
    asked: BTreeSet<String>,
    /// Types of parameters, and the types that these contain.
    arguments: BTreeSet<String>,
    /// Response types for which request bodies have separate types. Programs may still need to
    /// serialize the response types, for example to store them.
    kept: BTreeSet<String>,
}

impl TypeUsage {
    pub(crate) fn new(
        api: &Api<'_>,
        signatures: &BTreeMap<String, Signature>,
        places: &BTreeMap<String, syn::Type>,
        uses: &Graph,
    ) -> Self {
        let mut usage = Self {
            tags: BTreeMap::new(),
            sent: BTreeSet::new(),
            received: BTreeSet::new(),
            asked: BTreeSet::new(),
            arguments: BTreeSet::new(),
            kept: BTreeSet::new(),
        };
        let modules: BTreeMap<&str, String> = api
            .tags
            .iter()
            .map(|tag| (tag.name, tag.module()))
            .collect();
        // The graph is traversed once per tag and direction, because a traversal per operation
        // would visit the same types many times.
        let mut roots: BTreeMap<Option<&String>, [BTreeSet<String>; 2]> = BTreeMap::new();
        for operation in &api.operations {
            let Some(signature) = signatures.get(operation.id) else {
                continue;
            };
            let [sent, received] = roots.entry(modules.get(operation.tag)).or_default();
            for (_, ty) in &signature.arguments {
                let names = names_in(ty);
                usage.arguments.extend(names.iter().cloned());
                sent.extend(names);
            }
            for index in 0..operation.variants(api).len() {
                let body = places.get(&places::body(operation.id, index));
                sent.extend(body.into_iter().flat_map(names_in));
            }
            received.extend(names_in(&signature.answer));
            for answer in operation.responses_by_status().into_iter().flatten() {
                let answer = places.get(&places::answer(operation.id, answer.status));
                received.extend(answer.into_iter().flat_map(names_in));
            }
        }
        for (module, [sent, received]) in roots {
            let (sent, received) = (closure(uses, sent), closure(uses, received));
            for name in sent.union(&received) {
                if let Some(module) = module {
                    let tags = usage.tags.entry(name.clone()).or_default();
                    tags.insert(module.clone());
                }
            }
            usage.sent.extend(sent);
            usage.received.extend(received);
        }
        for name in closure(uses, [API_ERROR.to_owned()]) {
            usage
                .tags
                .insert(name.clone(), BTreeSet::from([SHARED.to_owned()]));
            usage.received.insert(name);
        }
        // Webhooks have their own feature, so their types don't belong to a tag.
        let payloads = api.webhooks.iter().flat_map(|family| {
            let events = elements(family, "events").iter();
            let payloads = events.map(|event| text(event, "payload"));
            payloads.chain([text(family, "payload")])
        });
        let payloads: Vec<String> = payloads
            .filter(|payload| !payload.is_empty())
            .map(type_name)
            .collect();
        for name in closure(uses, payloads) {
            let tags = usage.tags.entry(name.clone()).or_default();
            tags.insert(SHARED.to_owned());
            usage.received.insert(name);
        }
        usage.arguments = closure(uses, std::mem::take(&mut usage.arguments));
        usage.asked.clone_from(&usage.sent);
        let split = api.schemas.iter().filter(|(_, schema)| flag(schema, SPLIT));
        usage.kept = closure(uses, split.map(|(name, _)| type_name(name)));
        // An unused type and all its parts are treated as sent and received.
        let unused = uses.keys().filter(|name| {
            !usage.sent.contains(name.as_str()) && !usage.received.contains(name.as_str())
        });
        let both = closure(uses, unused.cloned());
        usage.sent.extend(both.iter().cloned());
        usage.received.extend(both);
        usage
    }

    /// Returns the only module that uses the type. Returns [`SHARED`] if several modules, errors or
    /// webhooks use the type, and `None` if nothing uses it.
    pub(crate) fn owner(&self, name: &str) -> Option<String> {
        let tags = self.tags.get(name)?;
        match (tags.first(), tags.len()) {
            (Some(only), 1) => Some(only.clone()),
            _ => Some(SHARED.to_owned()),
        }
    }

    /// Returns whether an operation sends the type.
    pub(crate) fn is_asked(&self, name: &str) -> bool {
        self.asked.contains(name)
    }

    /// Returns whether a parameter has this type or contains it.
    pub(crate) fn is_argument(&self, name: &str) -> bool {
        self.arguments.contains(name)
    }

    /// Returns whether the type is serializable even if it is only received.
    pub(crate) fn is_kept(&self, name: &str) -> bool {
        self.kept.contains(name)
    }

    /// Returns whether the type is sent, and whether it is received.
    pub(crate) fn directions(&self, name: &str) -> (bool, bool) {
        (self.sent.contains(name), self.received.contains(name))
    }
}

/// Returns all types that are reachable from the given types, including the given types.
pub(crate) fn closure(uses: &Graph, roots: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = roots.into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some(used) = uses.get(&name)
            && found.insert(name)
        {
            open.extend(used.iter().cloned());
        }
    }
    found
}

/// Returns every type name without a path, or with a path through a module of the crate.
pub(crate) fn names_in(ty: &syn::Type) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            let is_own = path
                .segments
                .first()
                .is_some_and(|first| first.ident == "super");
            let last = path
                .segments
                .last()
                .filter(|_| is_own || path.segments.len() == 1);
            if path.leading_colon.is_none()
                && let Some(last) = last.filter(|last| last.arguments.is_none())
            {
                self.0.insert(last.ident.to_string());
            }
            visit::visit_path(self, path);
        }
    }
    let mut names = Names(BTreeSet::new());
    names.visit_type(ty);
    names.0
}
