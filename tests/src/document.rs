//! Reads a vendor's merged OpenAPI document.

use serde_json::{Map, Value};

/// A merged OpenAPI document.
#[derive(Debug)]
pub struct Document(Value);

/// An operation in an OpenAPI document.
#[derive(Debug)]
pub struct DocumentedOperation<'d> {
    document: &'d Document,
    /// HTTP method, in uppercase.
    pub method: String,
    /// Path relative to the server URL.
    pub path: &'d str,
    /// The operation as JSON.
    pub value: &'d Value,
}

impl Document {
    /// Parses a document.
    pub fn new(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    /// Returns the operation with this id.
    ///
    /// # Panics
    ///
    /// Panics if the document has no operation with this id.
    pub fn operation(&self, id: &str) -> DocumentedOperation<'_> {
        let all = object(&self.0["paths"]).iter().flat_map(|(path, item)| {
            object(item)
                .iter()
                .map(move |(method, value)| (method, path, value))
        });
        all.filter(|(_, _, value)| value["operationId"] == id)
            .map(|(method, path, value)| DocumentedOperation {
                document: self,
                method: method.to_uppercase(),
                path,
                value,
            })
            .next()
            .unwrap_or_else(|| panic!("the document has no operation {id}"))
    }

    /// Returns the URL of the first server, with its variables set to their defaults.
    pub fn default_server(&self) -> String {
        let server = &self.0["servers"][0];
        let mut url = text(&server["url"]).to_owned();
        if let Some(variables) = server["variables"].as_object() {
            for (name, variable) in variables {
                url = url.replace(&format!("{{{name}}}"), text(&variable["default"]));
            }
        }
        url
    }

    /// Returns the target of a reference, or the value itself.
    fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).unwrap(),
            None => value,
        }
    }

    /// Returns the resolved variants of a `oneOf` schema, or the resolved schema itself.
    fn object_schemas<'d>(&'d self, schema: &'d Value) -> Vec<&'d Value> {
        let schema = self.resolved(schema);
        match schema["oneOf"].as_array() {
            Some(variants) => variants.iter().map(|one| self.resolved(one)).collect(),
            None => vec![schema],
        }
    }
}

impl DocumentedOperation<'_> {
    /// Returns the operation's tag.
    pub fn tag(&self) -> &str {
        let [tag] = &self.value["tags"].as_array().unwrap()[..] else {
            panic!("the operation does not have exactly one tag");
        };
        text(tag)
    }

    /// Returns the `scheme` of each accepted security scheme, such as `basic`.
    pub fn security(&self) -> Vec<&str> {
        let schemes = &self.document.0["components"]["securitySchemes"];
        let alternatives = self.value["security"].as_array().unwrap().iter();
        alternatives
            .flat_map(|one| object(one).keys())
            .map(|name| text(&schemes[name]["scheme"]))
            .collect()
    }

    /// Returns whether a body is required.
    pub fn needs_body(&self) -> bool {
        self.value["requestBody"]["required"] == true
    }

    /// Returns the media types of the body.
    pub fn media(&self) -> Vec<&str> {
        keys(&self.value["requestBody"]["content"])
    }

    /// Returns the name of each field of the body, and whether the field is required.
    ///
    /// For a `oneOf` schema, includes the fields of all variants.
    pub fn body_fields(&self) -> Vec<(&str, bool)> {
        let content = object(&self.value["requestBody"]["content"]);
        let mut fields = Vec::new();
        for schema in content
            .values()
            .flat_map(|media| self.document.object_schemas(&media["schema"]))
        {
            for name in keys(&schema["properties"]) {
                let required = schema["required"].as_array();
                let field = (
                    name,
                    required.is_some_and(|names| names.iter().any(|known| known == name)),
                );
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        }
        fields
    }

    /// Returns the fields of the 200 response.
    pub fn response_fields(&self) -> Vec<&str> {
        let media = &self.answer("200")["content"]["application/json"];
        keys(&self.document.resolved(&media["schema"])["properties"])
    }

    /// Returns the documented status codes.
    pub fn statuses(&self) -> Vec<&str> {
        keys(&self.value["responses"])
    }

    /// Returns the documented headers of a response.
    pub fn response_headers(&self, status: &str) -> Vec<&str> {
        match self.answer(status).get("headers") {
            Some(headers) => keys(headers),
            None => Vec::new(),
        }
    }

    fn answer(&self, status: &str) -> &Value {
        self.document.resolved(&self.value["responses"][status])
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    object(value).keys().map(String::as_str).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
