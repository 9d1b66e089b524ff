//! One vendor's API: its servers, tags and operations.

use std::ops::Deref;

use serde_json::Value;

use super::components::Components;
use super::operation::{self, Operation};
use super::value::{elements, flag, members, text};
use crate::name;

/// One vendor's API.
pub(crate) struct Api<'d> {
    pub(crate) vendor: &'d str,
    pub(crate) title: &'d str,
    pub(crate) servers: Vec<Server<'d>>,
    pub(crate) tags: Vec<Tag<'d>>,
    pub(crate) operations: Vec<Operation<'d>>,
    pub(crate) limits: Option<&'d Value>,
    /// Families of webhooks that the vendor sends.
    pub(crate) webhooks: &'d [Value],
    /// Kinds of credentials, or `None` if the crate has hand-written credentials.
    pub(crate) credentials: Option<&'d [Value]>,
    /// Name and `x-sdk-error` value of the error base: the schema that error objects use or extend.
    pub(crate) error: (&'d str, &'d Value),
    components: Components<'d>,
}

/// A server of the document. The first server is the default.
pub(crate) struct Server<'d> {
    pub(crate) name: &'d str,
    pub(crate) url: &'d str,
    pub(crate) description: &'d str,
    pub(crate) placeholder: bool,
    /// Names and descriptions of the URL's variables.
    pub(crate) variables: Vec<(&'d str, &'d str)>,
}

/// A tag, which has one spec file, one module and, unless it is always compiled, one cargo feature.
pub(crate) struct Tag<'d> {
    pub(crate) name: &'d str,
    pub(crate) description: &'d str,
    /// Whether the tag contains a token operation and is therefore always compiled.
    pub(crate) always: bool,
}

impl Tag<'_> {
    pub(crate) fn module(&self) -> String {
        name::field(self.name)
    }
}

/// Provides access to the components that references point to.
impl<'d> Deref for Api<'d> {
    type Target = Components<'d>;

    fn deref(&self) -> &Self::Target {
        &self.components
    }
}

impl<'d> Api<'d> {
    /// Reads a document that has passed lint, and relies on everything that lint checks.
    pub(crate) fn read(vendor: &'d str, root: &'d Value) -> Self {
        let info = &root["info"];
        let mut api = Self {
            vendor,
            title: text(info, "title"),
            servers: elements(root, "servers").iter().map(Server::read).collect(),
            tags: Vec::new(),
            operations: Vec::new(),
            limits: root.get("x-sdk-limits"),
            webhooks: elements(root, "x-sdk-webhooks"),
            credentials: root
                .get("x-sdk-credentials")
                .map(|_| elements(root, "x-sdk-credentials")),
            error: ("", &Value::Null),
            components: Components::new(root),
        };
        for (name, schema) in api.schemas {
            if let Some(mark) = schema.get("x-sdk-error") {
                api.error = (name, mark);
            }
        }
        api.operations = operation::read_all(&api.components, root);
        api.tags = elements(root, "tags")
            .iter()
            .map(|tag| {
                let name = text(tag, "name");
                Tag {
                    name,
                    description: text(tag, "description"),
                    always: api.operations.iter().any(|o| o.tag == name && o.token),
                }
            })
            .collect();
        api
    }
}

impl<'d> Server<'d> {
    fn read(node: &'d Value) -> Self {
        Self {
            name: text(node, "x-sdk-name"),
            url: text(node, "url").trim_end_matches('/'),
            description: text(node, "description"),
            placeholder: flag(node, "x-sdk-placeholder"),
            variables: members(node, "variables")
                .iter()
                .map(|(name, variable)| (name.as_str(), text(variable, "description")))
                .collect(),
        }
    }
}
