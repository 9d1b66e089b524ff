//! Infers which operations create, list, read, change and delete the same records, based on paths,
//! methods, operation ids and schemas. The profile can correct the result.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use serde_json::Value;

use crate::openapi::document::Document;
use crate::openapi::operation::{Operation, Repeat};
use crate::openapi::parameter::Place;
use crate::openapi::path_template::shape;
use crate::openapi::property::properties;
use crate::openapi::schema::is_type;
use crate::openapi::tree::reference;
use crate::resources::paths::{
    CREATE_VERBS, UPDATE_VERBS, collection, collections_without_items, is_list, items,
    singleton_paths, verb,
};
use crate::resources::record_location::RecordLocation;
use crate::resources::resource::Resource;
use crate::rules::profile::Profile;
use crate::rules::record_rules::ResourceRules;
use crate::rules::role::Role;

/// Role of an operation, and the records that it applies to.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) role: Role,
    pub(crate) resource: usize,
    /// Location of the record, or of the list of records, in the response.
    pub(crate) node: Option<RecordLocation>,
}

/// Resources of a vendor.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    pub(crate) all: Vec<Resource>,
    /// Role of each operation, in document order.
    parts: Vec<Option<Part>>,
    /// For each operation, the resource of each parent record in the path, and the number of path
    /// values that identify the record.
    parents: Vec<Vec<(usize, usize)>>,
    /// For each operation, the collection whose records the response also contains, as a page
    /// inside the parent record.
    inner: Vec<Option<Part>>,
    /// For each resource, the resource of the parent records, and the number of path values that
    /// identify a parent record.
    homes: Vec<Option<(usize, usize)>>,
    /// For each resource, the index of an operation that returns a complete record.
    views: Vec<Option<usize>>,
    by_item: HashMap<String, usize>,
    by_collection: HashMap<String, usize>,
}

impl Resources {
    pub(crate) fn read(document: &Document, profile: &Profile) -> Self {
        let mut resources = Self::default();
        let operations = &document.operations;
        for (name, rules) in profile.resources.iter().filter(|(_, r)| r.item.is_some()) {
            resources.add(name, rules.item.as_deref(), rules);
        }
        let none = ResourceRules::default();
        let by_shape = profile.resources.iter().map(|(name, r)| (shape(name), r));
        let by_shape: HashMap<String, &ResourceRules> = by_shape.collect();
        let rules = |name: &str| by_shape.get(&shape(name)).copied().unwrap_or(&none);
        for path in items(document) {
            let name = collection(path);
            // Skip the path if the profile declares a different path for the records of this
            // collection.
            let item = rules(name).item.as_deref();
            if item.is_some_and(|item| shape(item) != shape(path)) {
                continue;
            }
            if !resources.by_item.contains_key(&shape(path)) {
                resources.add(name, Some(path), rules(name));
            }
        }
        for path in collections_without_items(document) {
            if resources.collection(path).is_none() {
                resources.add(path, None, rules(path));
            }
        }
        // No operation creates the records of webhooks and attempts, so the inference can miss
        // their collections.
        let webhooks = profile.webhooks.values();
        let kept = webhooks.flat_map(|rules| rules.kept.iter().chain(&rules.attempts_kept));
        for path in kept.map(|rules| rules.of.as_str()) {
            if resources.collection(path).is_none() {
                resources.add(path, None, rules(path));
            }
        }
        for path in singleton_paths(document) {
            if resources.collection(path).is_none() {
                let index = resources.add(path, Some(path), rules(path));
                resources.all[index].single = true;
            }
        }
        let roles = operations.iter().map(|operation| {
            let known = resources.role(document, operation);
            let given = profile.roles.get(&operation.id);
            // If the role can't be inferred, the profile can set it for the collection of the path.
            let named = || Some((Role::None, resources.collection(&operation.path)?));
            let (role, resource) = known.or_else(|| given.and_then(|_| named()))?;
            let role = given.copied().unwrap_or(role);
            (role != Role::None).then_some((role, resource))
        });
        let roles: Vec<Option<(Role, usize)>> = roles.collect();
        let inner: Vec<Option<(Role, usize)>> = operations
            .iter()
            .map(|operation| {
                let shows = |r: &Resource| r.rules.pages.contains(&operation.id);
                Some((Role::List, resources.all.iter().position(shows)?))
            })
            .collect();
        let seen = [roles.as_slice(), &inner].concat();
        resources.infer_keys_and_fields(document, profile, &seen);
        for resource in &mut resources.all {
            let at = |o: &&Operation| resource.item.as_deref() == Some(o.path.as_str());
            let parameters = operations.iter().filter(at).flat_map(|o| &o.parameters);
            let kept = parameters.filter(|p| p.place == Place::Path && p.keep_slashes);
            resource.keep_slashes = kept.map(|p| p.name.clone()).collect();
        }
        for (operation, (role, inner)) in operations.iter().zip(roles.into_iter().zip(inner)) {
            let part = |(role, index): (Role, usize)| Part {
                role,
                resource: index,
                node: RecordLocation::find(document, operation, role, &resources.all[index].fields),
            };
            let (own, inner) = (role.map(part), inner.map(part));
            let resource = own.as_ref().map(|part| part.resource);
            let parents = resources.parents_of(&operation.path, resource);
            resources.parts.push(own);
            resources.inner.push(inner);
            resources.parents.push(parents);
        }
        for index in 0..resources.all.len() {
            let home = resources
                .parents_of(&resources.all[index].name, Some(index))
                .pop();
            resources.homes.push(home);
            if let (Some((home, _)), true) = (home, resources.all[index].rules.count.is_some()) {
                resources.all[home].counted.push(index);
            }
        }
        for index in 0..resources.all.len() {
            let seen = |wanted| {
                let fits = |part: &Option<Part>| {
                    part.as_ref().is_some_and(|p| {
                        p.resource == index && p.role == wanted && p.node.is_some()
                    })
                };
                resources.parts.iter().position(fits)
            };
            let view = seen(Role::Read).or_else(|| seen(Role::List));
            resources.views.push(view);
        }
        resources
    }

    pub(crate) fn part(&self, operation: usize) -> Option<&Part> {
        self.parts.get(operation)?.as_ref()
    }

    /// Returns the collection whose records a response also contains, as a page inside the parent
    /// record.
    pub(crate) fn inner(&self, operation: usize) -> Option<&Part> {
        self.inner.get(operation)?.as_ref()
    }

    /// Returns the resource of the parent records of a resource, and the number of path values that
    /// identify a parent record.
    pub(crate) fn home(&self, resource: usize) -> Option<(usize, usize)> {
        *self.homes.get(resource)?
    }

    pub(crate) fn parents(&self, operation: usize) -> &[(usize, usize)] {
        self.parents.get(operation).map_or(&[], Vec::as_slice)
    }

    /// Returns the location of a complete record of a resource in a response.
    pub(crate) fn record_location(&self, resource: usize) -> Option<&RecordLocation> {
        let inner = || {
            let mut parts = self.inner.iter().flatten();
            parts.find(|part| part.resource == resource)
        };
        let seen = self.views.get(resource)?.and_then(|index| self.part(index));
        seen.or_else(inner)?.node.as_ref()
    }

    /// Returns whether the response of an operation is a record of a resource.
    pub(crate) fn shows_record(&self, operation: &Operation, resource: usize) -> bool {
        let shown = operation.response_schema();
        let view = self.record_location(resource).map(|node| &node.schema);
        shown
            .zip(view)
            .is_some_and(|(shown, view)| same(shown, view))
    }

    fn add(&mut self, name: &str, item: Option<&str>, rules: &ResourceRules) -> usize {
        let index = self.all.len();
        if let Some(item) = item {
            self.by_item.insert(shape(item), index);
        }
        self.by_collection.insert(shape(name), index);
        self.all.push(Resource {
            name: name.to_owned(),
            item: item.map(str::to_owned),
            single: false,
            key: None,
            parameter: None,
            key_schema: Value::Bool(true),
            keep_slashes: BTreeSet::new(),
            fields: BTreeSet::new(),
            settable: BTreeSet::new(),
            rules: rules.clone(),
            counted: Vec::new(),
            kind: OnceLock::new(),
        });
        index
    }

    /// Returns the resource of the collection at a path. The path can have more parents than the
    /// path of the resource.
    fn collection(&self, path: &str) -> Option<usize> {
        let shape = shape(path);
        if let Some(index) = self.by_collection.get(&shape) {
            return Some(*index);
        }
        let fits = |(known, index): (&String, &usize)| {
            let whole =
                known.len() > 1 && !self.all[*index].single && shape.ends_with(known.as_str());
            whole.then_some((known.len(), *index))
        };
        self.by_collection
            .iter()
            .filter_map(fits)
            .max()
            .map(|(_, index)| index)
    }

    fn role(&self, document: &Document, operation: &Operation) -> Option<(Role, usize)> {
        if operation.token {
            return None;
        }
        let lists = |resource: &Resource| resource.rules.lists.contains(&operation.id);
        if let Some(index) = self.all.iter().position(lists) {
            return Some((Role::List, index));
        }
        let verb = verb(operation);
        let method = operation.method.as_str();
        let reads = method == "GET" && operation.repeat == Repeat::Safe;
        let writes = method == "POST" && operation.repeat != Repeat::Safe;
        if let Some(index) = self.by_item.get(&operation.shape) {
            let role = match method {
                "GET" if reads && operation.is_download() => Role::Download,
                "GET" if reads => Role::Read,
                "PUT" | "PATCH" => Role::Update,
                "DELETE" => Role::Delete,
                "POST" if writes && (self.all[*index].single || UPDATE_VERBS.contains(&verb)) => {
                    Role::Update
                }
                _ => Role::Act,
            };
            if role != Role::Act || !self.by_collection.contains_key(&operation.shape) {
                return Some((role, *index));
            }
        }
        if let Some(index) = self.collection(&operation.path) {
            let role = match method {
                _ if operation.bulk.is_some() => Some(Role::Bulk),
                "GET" if reads && is_list(document, operation) => Some(Role::List),
                "POST" if writes && CREATE_VERBS.contains(&verb) => Some(Role::Create),
                "POST" if !writes && operation.paging.is_some() => Some(Role::List),
                _ => None,
            };
            if let Some(role) = role {
                return Some((role, index));
            }
        }
        let file = operation.path.strip_suffix("/download");
        if let Some(index) = file.and_then(|path| self.by_item.get(&shape(path)))
            && reads
            && operation.is_download()
        {
            return Some((Role::Download, *index));
        }
        let (parent, _) = self.parents_of(&operation.path, None).pop()?;
        Some((Role::Act, parent))
    }

    /// Determines the key and the fields of every resource.
    fn infer_keys_and_fields(
        &mut self,
        document: &Document,
        profile: &Profile,
        roles: &[Option<(Role, usize)>],
    ) {
        let mut keys: BTreeMap<usize, (String, Value)> = BTreeMap::new();
        // The first half of `roles` is about the records that operations act on, and the second
        // half about the other records that operations return.
        for (operation, role) in document.operations.iter().cycle().zip(roles) {
            let Some((role, index)) = role else { continue };
            let resource = &mut self.all[*index];
            if [Role::Create, Role::Update, Role::Bulk].contains(role) {
                let body = operation.body_schema().map(|schema| {
                    let items = document.resolve(schema).get("items");
                    properties(document, items.unwrap_or(schema))
                });
                for (name, schema) in body.into_iter().flatten() {
                    resource.fields.insert(name.to_owned());
                    if document.resolve(schema).get("readOnly") != Some(&Value::Bool(true)) {
                        let shown = resource.rules.fields.get(name).map(String::as_str);
                        let shown = shown.unwrap_or_else(|| name.trim_end_matches("[]"));
                        resource
                            .settable
                            .extend([name.to_owned(), shown.to_owned()]);
                    }
                }
            }
            let shown = [Role::Read, Role::List, Role::Create, Role::Update].contains(role);
            let none = BTreeSet::new();
            let node = shown
                .then(|| RecordLocation::find(document, operation, *role, &none))
                .flatten();
            let own = node.as_ref().map(|node| properties(document, &node.schema));
            if matches!(role, Role::Read | Role::List) {
                let names = own.iter().flatten().map(|(name, _)| (*name).to_owned());
                resource.fields.extend(names);
            }
            if [Role::Read, Role::Update, Role::Delete, Role::Download].contains(role)
                && !resource.single
                && resource.parameter.is_none()
            {
                let path = operation.parameters.iter().rfind(|p| {
                    p.place == Place::Path && operation.path.ends_with(&format!("{{{}}}", p.name))
                });
                if let Some(parameter) = path {
                    resource.parameter = Some(parameter.name.clone());
                    resource.key_schema = parameter.schema.clone();
                }
            }
            let parameter = resource.parameter.clone();
            let wanted = resource.rules.key.iter().chain(&parameter).cloned();
            let wanted: Vec<String> = wanted
                .chain(profile.keys.iter().cloned())
                .chain(["id".to_owned()])
                .collect();
            let found = own.into_iter().flatten().filter_map(|(name, schema)| {
                let rank = wanted.iter().position(|key| key == name)?;
                Some((rank, name, schema))
            });
            let best = found.min_by_key(|(rank, ..)| *rank);
            let known = keys
                .get(index)
                .and_then(|(known, _)| wanted.iter().position(|k| k == known));
            if let Some((rank, name, schema)) = best
                && known.is_none_or(|known| rank < known)
            {
                keys.insert(*index, (name.to_owned(), schema.clone()));
            }
        }
        for (index, (name, schema)) in keys {
            let resource = &mut self.all[index];
            resource.key = Some(name);
            // The schema of the path parameter takes precedence over the schema of the property,
            // unless the parameter's schema is a plain string.
            let says_kind = |key: &str| document.resolve(&resource.key_schema).get(key).is_some();
            let is_text = is_type(document, &resource.key_schema, "string");
            if resource.parameter.is_none()
                || is_text && !["format", "pattern", "enum"].into_iter().any(says_kind)
            {
                resource.key_schema = schema;
            }
        }
    }

    /// Returns the parent records in a path. If `own` is set, also returns the record at the end of
    /// the path, unless `own` is the resource of that record.
    fn parents_of(&self, path: &str, own: Option<usize>) -> Vec<(usize, usize)> {
        let mut parents = Vec::new();
        let mut prefix = String::new();
        let mut values = 0;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if !prefix.is_empty()
                && let Some(index) = self.by_item.get(&prefix)
                && !self.all[*index].single
            {
                parents.push((*index, values));
            }
            values += part.matches('{').count();
            prefix = format!("{prefix}{}", shape(part));
        }
        if let (Some(index), Some(own)) = (self.by_item.get(&prefix), own)
            && *index != own
            && !self.all[*index].single
        {
            parents.push((*index, values));
        }
        parents.dedup();
        parents
    }
}

/// Returns whether two schemas refer to the same component.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    reference(left).is_some() && reference(left) == reference(right)
}
