//! Parts of a multipart body, as set by the caller.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;

use crate::request::argument::IntoArgument;
use crate::request::argument::text::parts as argument_parts;
use crate::request::body::file::File;
use crate::value::secret::{Secret, written};

/// Parts of a multipart body, in order. Names may repeat.
///
/// If a part can't be sent, the call returns an error. `Debug` shows only names.
#[derive(Clone, Default)]
pub struct Parts {
    pub(super) parts: Vec<Part>,
    pub(super) failure: Option<String>,
    /// Secrets in the parts, which must not appear in errors.
    pub(crate) secrets: Vec<Secret>,
}

#[derive(Clone)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) content: Content,
}

#[derive(Clone)]
pub(super) enum Content {
    Text(Bytes),
    Json(Bytes),
    File(File),
}

/// A value that can be sent as a multipart body, such as a generated request type.
pub trait IntoParts {
    /// Converts the value to parts.
    fn into_parts(self) -> Parts;
}

impl IntoParts for Parts {
    fn into_parts(self) -> Self {
        self
    }
}

impl Parts {
    /// Creates an empty list of parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value as a string. A list becomes one part per item, and an absent value adds no
    /// part.
    pub fn text(mut self, name: impl Into<String>, value: impl IntoArgument) -> Self {
        let name = name.into();
        let (value, secrets) = written(|| value.into_argument());
        self.secrets.extend(secrets);
        match argument_parts(&value) {
            Ok(texts) => {
                for text in texts {
                    self.push(&name, Content::Text(text.into()));
                }
            }
            Err(why) => self.fail(&name, &why),
        }
        self
    }

    /// Adds a value as JSON. A null is omitted.
    pub fn json<T: Serialize + ?Sized>(mut self, name: impl Into<String>, value: &T) -> Self {
        let name = name.into();
        let (json, secrets) = written(|| serde_json::to_vec(value));
        self.secrets.extend(secrets);
        match json {
            Ok(json) if json == b"null" => {}
            Ok(json) => self.push(&name, Content::Json(json.into())),
            Err(error) => self.fail(&name, &error.to_string()),
        }
        self
    }

    /// Adds values as JSON, one part per value. Nulls are omitted.
    pub fn json_list<T: Serialize>(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let name = name.into();
        for value in values {
            self = self.json(name.as_str(), &value);
        }
        self
    }

    /// Adds a file.
    pub fn file(mut self, name: impl Into<String>, file: impl Into<File>) -> Self {
        self.push(&name.into(), Content::File(file.into()));
        self
    }

    /// Adds files, one part per file.
    pub fn files(mut self, name: impl Into<String>, files: impl IntoIterator<Item = File>) -> Self {
        let name = name.into();
        for file in files {
            self.push(&name, Content::File(file));
        }
        self
    }

    /// Adds the entries of a map as text parts, each named `name[key]`.
    pub fn keyed<K: fmt::Display, V: IntoArgument>(
        mut self,
        name: impl fmt::Display,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        for (key, value) in entries {
            self = self.text(format!("{name}[{key}]"), value);
        }
        self
    }

    fn push(&mut self, name: &str, content: Content) {
        self.parts.push(Part {
            name: name.to_owned(),
            content,
        });
    }

    /// Records a failure. Only the first failure is reported.
    fn fail(&mut self, name: &str, why: &str) {
        self.failure
            .get_or_insert_with(|| format!("the part `{name}`: {why}"));
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parts.iter().map(|part| part.name.as_str());
        f.debug_list().entries(names).finish()
    }
}
