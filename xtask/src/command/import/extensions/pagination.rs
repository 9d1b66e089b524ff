//! Pagination: proposes `x-sdk-pagination` if the parameters and the response are unmistakable, and
//! asks a question if they only look like pagination.

use crate::command::import::draft::{Draft, Notes};
use crate::command::import::schemas::class::name_of;
use crate::command::import::visit;
use crate::media_type::is_json;
use crate::model::{elements, members, text};
use crate::spec::pointer::below;
use anyhow::Result;
use serde_json::{Map, Value, json};

const TOPIC: &str = "pagination";

/// Key of the extension on an operation.
const KEY: &str = "x-sdk-pagination";

/// Maximum length of a chain of references.
const DEPTH: usize = 64;

/// Adds `x-sdk-pagination` to GET operations that are unmistakably paginated, and asks about those
/// that only look paginated.
pub(crate) fn propose(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let components = document["components"].clone();
    let holder = json!({ "components": components });
    let schemas = members(&holder["components"], "schemas");
    visit::operations(document, |at, _, method, operation| {
        if method != "get" || operation.contains_key(KEY) {
            return;
        }
        let parameters = query(operation, &holder);
        let Some(answer) = success(operation, &holder) else {
            return;
        };
        let answer = ListResponse::of(answer, schemas);
        match plan(&parameters, &answer) {
            Plan::Sure(value) => {
                let style = text(&value, "style").to_owned();
                operation.insert(KEY.to_owned(), value);
                notes.proposal(
                    TOPIC,
                    at,
                    format!("the list is paginated by `{style}`: check this; if it is wrong, remove `{KEY}` from the operation (in `overlay.yaml`, with `remove: true`)"),
                );
            }
            Plan::Unsure(names) => ask(at, &names, notes),
            Plan::None => {}
        }
    });
    Ok(())
}

fn ask(at: &str, names: &[String], notes: &mut Notes) {
    notes.question(
        TOPIC,
        at,
        format!("the parameters `{}` look like pagination: how does the client get the next page, and which page is the last? The crate makes one call per page; add `{KEY}` to the operation for automatic pagination", names.join("`, `")),
    );
}

/// A query parameter.
struct Parameter {
    name: String,
    /// Name in lower case without punctuation.
    plain: String,
    schema: Value,
    is_required: bool,
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn query(operation: &Map<String, Value>, holder: &Value) -> Vec<Parameter> {
    let list = operation.get("parameters").and_then(Value::as_array);
    let resolved = list
        .into_iter()
        .flatten()
        .filter_map(|parameter| visit::resolve(holder, parameter));
    resolved
        .filter(|parameter| text(parameter, "in") == "query" && parameter.get("schema").is_some())
        .map(|parameter| Parameter {
            name: text(parameter, "name").to_owned(),
            plain: plain(text(parameter, "name")),
            schema: visit::resolve(holder, &parameter["schema"])
                .cloned()
                .unwrap_or_default(),
            is_required: parameter.get("required") == Some(&Value::Bool(true)),
        })
        .collect()
}

/// Returns the schema of the success response. Returns `None` if there are several success
/// responses, or if JSON is not the only media type.
fn success<'d>(operation: &'d Map<String, Value>, holder: &'d Value) -> Option<&'d Value> {
    let answers = operation.get("responses").and_then(Value::as_object)?;
    let mut successes = answers.iter().filter(|(status, _)| status.starts_with('2'));
    let (_, answer) = successes.next()?;
    if successes.next().is_some() {
        return None;
    }
    let answer = visit::resolve(holder, answer)?;
    let content = answer.get("content")?.as_object()?;
    let mut media = content.iter();
    let (name, media_type) = media.next()?;
    (media.next().is_none() && is_json(name)).then(|| media_type.get("schema"))?
}

/// Properties of a response that indicate a paginated list.
struct ListResponse {
    /// Pointers of lists of objects.
    lists: Vec<String>,
    /// Pointer, plain name and schema of each string and number.
    scalars: Vec<(String, String, Value)>,
}

impl ListResponse {
    fn of(schema: &Value, all: &Map<String, Value>) -> Self {
        let mut answer = Self {
            lists: Vec::new(),
            scalars: Vec::new(),
        };
        let whole = whole(schema, all, 0);
        if text(&whole, "type") == "array" {
            if is_object_list(&whole, all) {
                answer.lists.push(String::new());
            }
            return answer;
        }
        answer.look(&whole, "", all, 0);
        answer
    }

    fn look(&mut self, object: &Value, at: &str, all: &Map<String, Value>, depth: usize) {
        for (name, property) in members(object, "properties") {
            let at = below(at, name);
            let property = whole(property, all, 0);
            match text(&property, "type") {
                "array" if is_object_list(&property, all) => self.lists.push(at),
                "string" | "integer" | "number" => self.scalars.push((at, plain(name), property)),
                _ if depth < 2 && is_envelope(name) => self.look(&property, &at, all, depth + 1),
                _ => {}
            }
        }
    }

    /// Returns the pointer of the only list at the top level. If there is no list at the top level,
    /// returns the pointer of the only list at any level.
    fn list(&self) -> Option<&str> {
        let top: Vec<&String> = self
            .lists
            .iter()
            .filter(|at| at.matches('/').count() <= 1)
            .collect();
        match (top.as_slice(), self.lists.as_slice()) {
            ([only], _) => Some(only),
            ([], [only]) => Some(only),
            _ => None,
        }
    }

    fn scalar(&self, names: &[&str], kinds: &[&str]) -> Option<(&str, &Value)> {
        names.iter().find_map(|name| {
            let found = self.scalars.iter().find(|(_, known, schema)| {
                known == name && kinds.contains(&text(schema, "type"))
            })?;
            Some((found.0.as_str(), &found.2))
        })
    }
}

/// Returns whether an object with this name probably contains the list or information about the
/// page.
fn is_envelope(name: &str) -> bool {
    let names = [
        "meta",
        "metadata",
        "paging",
        "pagination",
        "page",
        "pageinfo",
        "links",
        "link",
        "data",
        "embedded",
        "responsemetadata",
        "result",
        "cursor",
        "cursors",
        "next",
        "pagingmetadata",
        "resultinfo",
    ];
    names.contains(&plain(name).as_str())
}

/// Returns a schema with its references resolved and its `allOf` parts merged.
fn whole(schema: &Value, all: &Map<String, Value>, depth: usize) -> Value {
    if depth > DEPTH {
        return Value::Null;
    }
    if let Some(name) = name_of(schema) {
        return all
            .get(&name)
            .map_or(Value::Null, |named| whole(named, all, depth + 1));
    }
    let parts = elements(schema, "allOf");
    if parts.is_empty() {
        return schema.clone();
    }
    let mut out = schema.as_object().cloned().unwrap_or_default();
    out.remove("allOf");
    for part in parts {
        let part = whole(part, all, depth + 1);
        for (key, value) in part.as_object().into_iter().flatten() {
            match (key.as_str(), out.get_mut(key), value) {
                ("properties", Some(Value::Object(own)), Value::Object(more)) => {
                    for (name, property) in more {
                        own.entry(name.clone()).or_insert_with(|| property.clone());
                    }
                }
                (_, Some(_), _) => {}
                _ => drop(out.insert(key.clone(), value.clone())),
            }
        }
    }
    Value::Object(out)
}

fn is_object_list(list: &Value, all: &Map<String, Value>) -> bool {
    let Some(items) = list.get("items") else {
        return false;
    };
    let items = whole(items, all, 0);
    !members(&items, "properties").is_empty()
        && ["oneOf", "anyOf"]
            .iter()
            .all(|key| items.get(*key).is_none())
}

enum Plan {
    Sure(Value),
    Unsure(Vec<String>),
    None,
}

const PAGES: [&str; 4] = ["page", "pagenumber", "pageno", "pagenum"];
const LIMITS: [&str; 10] = [
    "limit",
    "perpage",
    "pagesize",
    "pagelimit",
    "maxresults",
    "maxpagesize",
    "itemsperpage",
    "size",
    "count",
    "resultsperpage",
];
const OFFSETS: [&str; 4] = ["offset", "skip", "startindex", "startat"];
const TOTALS: [&str; 9] = [
    "total",
    "totalcount",
    "totalitems",
    "totalresults",
    "totalrecords",
    "totalelements",
    "totalentries",
    "totalsize",
    "count",
];

/// Cursor parameters, with the response properties that supply their values.
const CURSORS: [(&str, &[&str]); 12] = [
    ("cursor", &["nextcursor", "next"]),
    ("nextcursor", &["nextcursor"]),
    ("pagetoken", &["nextpagetoken"]),
    ("nextpagetoken", &["nextpagetoken"]),
    ("nexttoken", &["nexttoken"]),
    (
        "continuationtoken",
        &["continuationtoken", "nextcontinuationtoken"],
    ),
    ("continue", &["continue"]),
    ("pagecursor", &["nextpagecursor", "nextcursor"]),
    ("after", &["endcursor", "after", "nextcursor"]),
    ("startingtoken", &["nexttoken"]),
    ("marker", &["nextmarker"]),
    ("bookmark", &["bookmark"]),
];

fn plan(parameters: &[Parameter], answer: &ListResponse) -> Plan {
    let find = |names: &[&str], kinds: &[&str]| {
        names.iter().find_map(|name| {
            parameters.iter().find(|parameter| {
                parameter.plain == *name && kinds.contains(&text(&parameter.schema, "type"))
            })
        })
    };
    let number = ["integer", "number"];
    let limit = find(&LIMITS, &number);
    let (page, offset) = (find(&PAGES, &number), find(&OFFSETS, &number));
    let cursor = CURSORS.iter().find_map(|(name, answers)| {
        let parameter = find(&[name], &["string"])?;
        Some((parameter, answer.scalar(answers, &["string"])))
    });
    let names: Vec<String> = [
        page,
        offset,
        limit.filter(|_| page.is_some() || offset.is_some()),
        cursor.as_ref().map(|(parameter, _)| *parameter),
    ]
    .into_iter()
    .flatten()
    .map(|parameter| parameter.name.clone())
    .collect();
    let Some(items) = answer.list() else {
        return match names.is_empty() {
            true => Plan::None,
            false => Plan::Unsure(names),
        };
    };
    let total = answer.scalar(&TOTALS, &number).map(|(at, _)| at);
    let mut plan = Map::new();
    let mut set = |key: &str, value: Value| drop(plan.insert(key.to_owned(), value));
    // A required cursor can't be omitted from the first call.
    if let Some((parameter, Some((next, _)))) =
        cursor.filter(|(parameter, _)| !parameter.is_required)
    {
        set("style", json!("cursor"));
        set("cursor", json!(parameter.name));
        set("next", json!(next));
    } else if let Some(next) =
        link(answer).filter(|_| page.is_none() && offset.is_none() && names.is_empty())
    {
        set("style", json!("link"));
        set("next", json!(next));
    } else if let (Some(page), Some(total), Some(limit), None) = (page, total, limit, offset) {
        let first = first_page(page);
        let Some(first) = first else {
            return Plan::Unsure(names);
        };
        if limit.is_required || page.is_required {
            return Plan::Unsure(names);
        }
        set("style", json!("page"));
        set("page", json!(page.name));
        set("first", json!(first));
        set("total", json!(total));
    } else if let (Some(offset), Some(limit), None) = (offset, limit, page) {
        // Some APIs count records from 1.
        let begins_at_zero = offset.plain != "startindex"
            && offset
                .schema
                .get("minimum")
                .and_then(Value::as_u64)
                .unwrap_or(0)
                == 0;
        if !begins_at_zero
            || limit.is_required
            || offset.is_required
            || items.is_empty() && total.is_none() && limit.schema.get("default").is_none()
        {
            return Plan::Unsure(names);
        }
        set("style", json!("offset"));
        set("offset", json!(offset.name));
        if let Some(total) = total {
            set("total", json!(total));
        } else {
            set("end", json!("short"));
        }
    } else {
        return match names.is_empty() {
            true => Plan::None,
            false => Plan::Unsure(names),
        };
    }
    if let Some(limit) = limit {
        set("limit", json!(limit.name));
    }
    set("items", json!(items));
    Plan::Sure(Value::Object(plan))
}

/// Returns the number of the first page: the default or minimum of the parameter, if it is 0 or 1.
fn first_page(page: &Parameter) -> Option<u64> {
    let number = |key: &str| {
        page.schema
            .get(key)
            .and_then(Value::as_u64)
            .filter(|number| *number < 2)
    };
    number("default").or_else(|| number("minimum"))
}

/// Returns the pointer of the link to the next page. Properties with an ambiguous name, such as
/// `next`, must be inside `link` or `links`, or have the format of a URL.
fn link(answer: &ListResponse) -> Option<String> {
    let is_link = |at: &str, schema: &Value| {
        let steps: Vec<String> = at.split('/').skip(1).map(plain).collect();
        let among_links = steps.iter().any(|step| step == "links" || step == "link");
        among_links || ["uri", "url"].contains(&text(schema, "format"))
    };
    let names = [
        "next",
        "nextlink",
        "nexturl",
        "nextpageurl",
        "nextpageuri",
        "nexturi",
        "href",
    ];
    answer
        .scalars
        .iter()
        .find(|(at, name, schema)| {
            let is_next =
                names.contains(&name.as_str()) && (name != "href" || at.ends_with("/next/href"));
            is_next
                && text(schema, "type") == "string"
                && (name != "next" && name != "href" || is_link(at, schema))
        })
        .map(|(at, ..)| at.clone())
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn list(parameters: Value, answer: Value) -> (Value, String) {
        let (document, report) = passed(
            json!({
                "components": { "schemas": { "Thing": { "type": "object", "properties": { "id": { "type": "string" } } } } },
                "paths": { "/a": { "get": { "parameters": parameters, "responses": { "200": { "content": { "application/json": { "schema": answer } } } } } } },
            }),
            propose,
        );
        (
            document["paths"]["/a"]["get"]["x-sdk-pagination"].clone(),
            report,
        )
    }

    fn number(name: &str, default: Value) -> Value {
        let mut schema = json!({ "type": "integer" });
        if !default.is_null() {
            schema["default"] = default;
        }
        json!({ "name": name, "in": "query", "schema": schema })
    }

    fn things() -> Value {
        json!({ "type": "array", "items": { "$ref": "#/components/schemas/Thing" } })
    }

    #[test]
    fn unambiguous_pagination_is_proposed() {
        let envelope = json!({ "type": "object", "properties": { "data": things(), "meta": { "type": "object", "properties": { "total": { "type": "integer" } } } } });
        let (page, report) = list(
            json!([number("page", json!(1)), number("per_page", json!(20))]),
            envelope.clone(),
        );
        assert_eq!(
            page,
            json!({ "style": "page", "page": "page", "first": 1, "limit": "per_page", "items": "/data", "total": "/meta/total" })
        );
        assert!(
            report.contains("## Proposals (1)") && report.contains("check this"),
            "{report}"
        );
        let (offset, _) = list(
            json!([number("offset", Value::Null), number("limit", json!(50))]),
            things(),
        );
        assert_eq!(
            offset,
            json!({ "style": "offset", "offset": "offset", "limit": "limit", "items": "", "end": "short" })
        );
        let cursor =
            json!([{ "name": "pageToken", "in": "query", "schema": { "type": "string" } }]);
        let tokens = json!({ "type": "object", "properties": { "items": things(), "nextPageToken": { "type": "string" } } });
        assert_eq!(
            list(cursor, tokens).0,
            json!({ "style": "cursor", "cursor": "pageToken", "next": "/nextPageToken", "items": "/items" })
        );
        let links = json!({ "type": "object", "properties": { "values": things(), "_links": { "type": "object", "properties": { "next": { "type": "object", "properties": { "href": { "type": "string" } } } } } } });
        assert_eq!(
            list(json!([]), links).0,
            json!({ "style": "link", "next": "/_links/next/href", "items": "/values" })
        );
    }

    #[test]
    fn ambiguous_pagination_raises_a_question() {
        let (none, report) = list(
            json!([number("page", Value::Null), number("per_page", Value::Null)]),
            things(),
        );
        assert!(
            none.is_null() && report.contains("## Questions (1)"),
            "{report}"
        );
        let two = json!({ "type": "object", "properties": { "a": things(), "b": things() } });
        assert!(
            list(
                json!([number("offset", Value::Null), number("limit", Value::Null)]),
                two
            )
            .0
            .is_null()
        );
        let (none, report) = list(json!([]), things());
        assert!(none.is_null() && !report.contains("Questions"), "{report}");
    }
}
