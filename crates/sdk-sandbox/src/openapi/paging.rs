//! Paging of the lists that operations return, as the document describes it.

use serde_json::Value;

use crate::openapi::property::property;
use crate::openapi::tree::Tree;

/// Paging of an operation, as `x-sdk-pagination` describes it.
#[derive(Debug)]
pub(crate) struct Paging {
    pub(crate) style: Style,
    pub(crate) limit: Option<String>,
    pub(crate) default_limit: u64,
    pub(crate) items: String,
    /// Pointers to additional lists in the response.
    pub(crate) further: Vec<String>,
    pub(crate) total: Option<String>,
    pub(crate) next: Option<String>,
    /// Parameter that selects the paging method, and its value for cursor-based paging. This value
    /// is also the name of the parameter that contains the cursor.
    pub(crate) choose: Option<(String, String)>,
}

#[derive(Debug)]
pub(crate) enum Style {
    /// Numbered pages, starting at `first`.
    Page {
        parameter: String,
        first: u64,
    },
    Offset {
        parameter: String,
    },
    Cursor {
        parameter: String,
    },
    Link,
}

impl Paging {
    /// Reads `x-sdk-pagination`. Returns `None` if the style is unknown or its parameter is
    /// missing.
    pub(crate) fn read(node: &Value) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| node.get(key).and_then(Value::as_u64);
        let style = match node.get("style")?.as_str()? {
            "page" => Style::Page {
                parameter: text("page")?,
                first: number("first").unwrap_or(1),
            },
            "offset" => Style::Offset {
                parameter: text("offset")?,
            },
            "cursor" => Style::Cursor {
                parameter: text("cursor")?,
            },
            "link" => Style::Link,
            _ => return None,
        };
        let choose = node.get("choose").and_then(|c| {
            Some((
                c.get("parameter")?.as_str()?.to_owned(),
                c.get("value")?.as_str()?.to_owned(),
            ))
        });
        let lists = node.get("items").and_then(Value::as_array);
        let mut lists = lists.into_iter().flatten().filter_map(Value::as_str);
        Some(Self {
            style,
            limit: text("limit"),
            default_limit: number("default_limit").unwrap_or(25),
            items: text("items")
                .or_else(|| lists.next().map(str::to_owned))
                .unwrap_or_default(),
            further: lists.map(str::to_owned).collect(),
            total: text("total"),
            next: text("next"),
            choose,
        })
    }

    /// Returns whether a parameter selects the page, its size or the paging method.
    pub(crate) fn has_parameter(&self, name: &str) -> bool {
        let carrier = match &self.style {
            Style::Page { parameter, .. }
            | Style::Offset { parameter }
            | Style::Cursor { parameter } => Some(parameter.as_str()),
            Style::Link => None,
        };
        let choice = self
            .choose
            .as_ref()
            .map(|(parameter, _)| parameter.as_str());
        [carrier, choice, self.limit.as_deref()].contains(&Some(name))
            || ["page", "previous", "search_after"].contains(&name)
    }

    /// Returns the pointer to the items in the response.
    pub(crate) fn items(&self) -> &str {
        &self.items
    }

    /// Returns the schema of an item from the schema of the response.
    pub(crate) fn item_schema<'d>(&self, tree: &'d Tree, schema: &'d Value) -> Option<&'d Value> {
        let steps = self.items.split('/').filter(|step| !step.is_empty());
        let list = steps
            .into_iter()
            .try_fold(schema, |schema, step| property(tree, schema, step))?;
        tree.resolve(list).get("items")
    }
}
