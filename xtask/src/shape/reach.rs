//! Which tags use a type, and in which direction it travels.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use crate::lower::API_ERROR;
use crate::model::{Api, kind_words};
use crate::name::type_name;
use crate::shape::SHARED;
use crate::wire::Signature;

type Graph = BTreeMap<String, BTreeSet<String>>;

/// What is reachable from the operations.
pub(crate) struct Reach {
    tags: BTreeMap<String, BTreeSet<String>>,
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
}

impl Reach {
    pub(crate) fn new(
        api: &Api<'_>,
        signatures: &BTreeMap<String, Signature>,
        uses: &Graph,
    ) -> Self {
        let mut reach = Self {
            tags: BTreeMap::new(),
            sent: BTreeSet::new(),
            received: BTreeSet::new(),
        };
        let modules: BTreeMap<&str, String> = api
            .tags
            .iter()
            .map(|tag| (tag.name, tag.module()))
            .collect();
        for operation in &api.operations {
            let Some(signature) = signatures.get(operation.id) else {
                continue;
            };
            let signed = signature.arguments.iter().flat_map(|(_, ty)| names_in(ty));
            let media = operation.body.iter().flat_map(|body| &body.media);
            let bodies = media
                .filter_map(|media| media.schema)
                .map(|s| type_name(&kind_words(s)));
            let sent = closure(uses, signed.chain(bodies));
            let received = closure(uses, names_in(&signature.answer));
            for name in sent.union(&received) {
                if let Some(module) = modules.get(operation.tag) {
                    let tags = reach.tags.entry(name.clone()).or_default();
                    tags.insert(module.clone());
                }
            }
            reach.sent.extend(sent);
            reach.received.extend(received);
        }
        for name in closure(uses, [API_ERROR.to_owned()]) {
            reach
                .tags
                .insert(name.clone(), BTreeSet::from([SHARED.to_owned()]));
            reach.received.insert(name);
        }
        // What no operation uses travels both ways, and so does all that it is made of.
        let unused = uses.keys().filter(|name| {
            !reach.sent.contains(name.as_str()) && !reach.received.contains(name.as_str())
        });
        let both = closure(uses, unused.cloned());
        reach.sent.extend(both.iter().cloned());
        reach.received.extend(both);
        reach
    }

    /// The only module that uses the type, [`SHARED`] for several, `None` when no operation does.
    pub(crate) fn owner(&self, name: &str) -> Option<String> {
        let tags = self.tags.get(name)?;
        match (tags.first(), tags.len()) {
            (Some(only), 1) => Some(only.clone()),
            _ => Some(SHARED.to_owned()),
        }
    }

    /// Whether the type is sent and whether it is received.
    pub(crate) fn directions(&self, name: &str) -> (bool, bool) {
        (self.sent.contains(name), self.received.contains(name))
    }
}

/// All types that are reachable from the given ones, themselves included.
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

/// Every name of one segment in a type.
pub(crate) fn names_in(ty: &syn::Type) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            if let Some(name) = path.get_ident() {
                self.0.insert(name.to_string());
            }
            visit::visit_path(self, path);
        }
    }
    let mut names = Names(BTreeSet::new());
    names.visit_type(ty);
    names.0
}
