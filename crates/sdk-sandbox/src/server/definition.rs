//! Definition of a vendor: its document, its profile, and the resources inferred from both.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;
use crate::openapi::document::Document;
use crate::resources::inference::Resources;

use crate::rules::embedded::Embedded;
use crate::rules::profile::Profile;
use crate::server::default_profile::default_profile;
use crate::webhooks::trigger::check;

/// A vendor's immutable definition, shared by the sandboxes that play it.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) document: Arc<Document>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) resources: Arc<Resources>,
}

/// Cached definitions of embedded vendors, since tests start thousands of sandboxes.
static READ: Mutex<BTreeMap<&str, Definition>> = Mutex::new(BTreeMap::new());

impl Definition {
    /// Parses a document and a profile; an empty profile is derived from the document.
    pub(crate) fn read(name: &str, document: &str, profile: &str) -> Result<Self, Error> {
        let document = Document::read(document).map_err(|e| Error::caused_by(name, e))?;
        Self::new(name, Arc::new(document), profile)
    }

    pub(crate) fn new(name: &str, document: Arc<Document>, profile: &str) -> Result<Self, Error> {
        let read = if profile.trim().is_empty() {
            Profile::from_value(default_profile(name, &document), document.root())
        } else {
            Profile::read(profile, document.root())
        };
        let profile = read.map_err(|e| Error::caused_by(name, e))?;
        check(&document.webhooks, &profile.webhooks).map_err(|e| Error::caused_by(name, e))?;
        let mut tokens = document.operations.iter().filter(|o| o.token);
        if let Some(operation) = tokens.find(|o| !profile.tokens.exchanges.contains_key(&o.id)) {
            let id = &operation.id;
            let told = format!("{name}: the profile has no exchange for {id}");
            return Err(Error::new(told));
        }
        Ok(Self {
            resources: Arc::new(Resources::read(&document, &profile)),
            profile: Arc::new(profile),
            document,
        })
    }

    /// Definition of an embedded vendor, parsed once per process.
    pub(crate) fn embedded(embedded: &Embedded) -> Result<Self, Error> {
        let known = || READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(definition) = known().get(embedded.name) {
            return Ok(definition.clone());
        }
        let read = Self::read(embedded.name, embedded.document, embedded.profile)?;
        Ok(known().entry(embedded.name).or_insert(read).clone())
    }
}
