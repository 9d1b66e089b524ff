//! Reads a vendor's merged document.

use serde_json::{Map, Value};

/// A merged document.
#[derive(Debug)]
pub struct Document(Value);

/// An operation in a merged document.
#[derive(Debug)]
pub struct Found<'d> {
    document: &'d Document,
    /// The method, in upper case.
    pub method: String,
    /// The path below the server's URL.
    pub path: &'d str,
    /// The operation object.
    pub value: &'d Value,
}

impl Document {
    /// Reads the document.
    pub fn new(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    /// Finds an operation.
    ///
    /// # Panics
    ///
    /// If there is none with that id.
    pub fn operation(&self, id: &str) -> Found<'_> {
        let all = object(&self.0["paths"]).iter().flat_map(|(path, item)| {
            object(item)
                .iter()
                .map(move |(method, value)| (method, path, value))
        });
        all.filter(|(_, _, value)| value["operationId"] == id)
            .map(|(method, path, value)| Found {
                document: self,
                method: method.to_uppercase(),
                path,
                value,
            })
            .next()
            .unwrap_or_else(|| panic!("there is no operation {id}"))
    }

    /// URL of the first server, with the defaults of its variables.
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

    /// Target of a reference, or the value itself.
    fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).unwrap(),
            None => value,
        }
    }

    /// Types of a schema, with unions resolved.
    fn objects<'d>(&'d self, schema: &'d Value) -> Vec<&'d Value> {
        let schema = self.resolved(schema);
        match schema["oneOf"].as_array() {
            Some(variants) => variants.iter().map(|one| self.resolved(one)).collect(),
            None => vec![schema],
        }
    }
}

impl Found<'_> {
    /// The operation's tag.
    pub fn tag(&self) -> &str {
        let [tag] = &self.value["tags"].as_array().unwrap()[..] else {
            panic!("not one tag");
        };
        text(tag)
    }

    /// Kinds of required security, such as `basic`.
    pub fn security(&self) -> Vec<&str> {
        let schemes = &self.document.0["components"]["securitySchemes"];
        let alternatives = self.value["security"].as_array().unwrap().iter();
        alternatives
            .flat_map(|one| object(one).keys())
            .map(|name| text(&schemes[name]["scheme"]))
            .collect()
    }

    /// Whether a body is required.
    pub fn needs_body(&self) -> bool {
        self.value["requestBody"]["required"] == true
    }

    /// Media types of the body.
    pub fn media(&self) -> Vec<&str> {
        keys(&self.value["requestBody"]["content"])
    }

    /// Fields of the body: name, and whether it is required. A union counts each of its types.
    pub fn body_fields(&self) -> Vec<(&str, bool)> {
        let content = object(&self.value["requestBody"]["content"]);
        let mut fields = Vec::new();
        for schema in content
            .values()
            .flat_map(|media| self.document.objects(&media["schema"]))
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

    /// Fields of the answer 200.
    pub fn answer_fields(&self) -> Vec<&str> {
        let media = &self.answer("200")["content"]["application/json"];
        keys(&self.document.resolved(&media["schema"])["properties"])
    }

    /// Documented statuses.
    pub fn statuses(&self) -> Vec<&str> {
        keys(&self.value["responses"])
    }

    /// Headers of an answer.
    pub fn answer_headers(&self, status: &str) -> Vec<&str> {
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
