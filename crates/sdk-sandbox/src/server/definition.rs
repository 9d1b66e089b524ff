//! Definition of a vendor: its document, its profile, and the resources inferred from both.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;
use crate::openapi::document::Document;
use crate::resources::inference::Resources;

use crate::rules::embedded::Embedded;
use crate::rules::profile::{Profile, is_blank};
use crate::server::default_profile::default_profile;
use crate::webhooks::trigger::check;

/// Immutable definition of a vendor, shared by all sandboxes that simulate it.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) document: Arc<Document>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) resources: Arc<Resources>,
}

/// Cache of the definitions of embedded vendors, because tests start thousands of sandboxes.
static EMBEDDED_CACHE: Mutex<BTreeMap<&str, Definition>> = Mutex::new(BTreeMap::new());

/// Cache of the most recently read definitions of vendors that are not embedded, because tests
/// start thousands of sandboxes.
static CUSTOM_CACHE: Mutex<Vec<CachedDefinition>> = Mutex::new(Vec::new());

/// Maximum number of definitions in [`CUSTOM_CACHE`].
const MAX_CUSTOM_CACHED: usize = 4;

/// A definition, and the document and the profile that it was read from.
struct CachedDefinition {
    name: String,
    document: String,
    profile: String,
    definition: Definition,
}

impl Definition {
    /// Reads a document and a profile. If the profile is empty, derives it from the document.
    pub(crate) fn read(name: &str, document: &str, profile: &str) -> Result<Self, Error> {
        let document = Document::read(document).map_err(|e| Error::caused_by(name, e))?;
        Self::new(name, Arc::new(document), profile)
    }

    pub(crate) fn new(name: &str, document: Arc<Document>, profile: &str) -> Result<Self, Error> {
        let read = if is_blank(profile) {
            Profile::from_value(default_profile(name, &document), document.root())
        } else {
            Profile::read(profile, document.root())
        };
        let profile = read.map_err(|e| Error::caused_by(name, e))?;
        check(&document.webhooks, &profile.webhooks).map_err(|e| Error::caused_by(name, e))?;
        let mut tokens = document.operations.iter().filter(|o| o.token);
        if let Some(operation) = tokens.find(|o| !profile.tokens.exchanges.contains_key(&o.id)) {
            let id = &operation.id;
            let told = format!("{name}: the profile has no token exchange for {id}");
            return Err(Error::new(told));
        }
        Ok(Self {
            resources: Arc::new(Resources::read(&document, &profile)),
            profile: Arc::new(profile),
            document,
        })
    }

    /// Returns the definition of a vendor that is not embedded, from the cache if the document and
    /// the profile are unchanged.
    pub(crate) fn own(name: &str, document: &str, profile: &str) -> Result<Self, Error> {
        let known = || CUSTOM_CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |own: &&CachedDefinition| {
            own.name == name && own.profile == profile && own.document == document
        };
        if let Some(own) = known().iter().find(is_same) {
            return Ok(own.definition.clone());
        }
        let definition = Self::read(name, document, profile)?;
        let mut known = known();
        if known.len() == MAX_CUSTOM_CACHED {
            known.remove(0);
        }
        known.push(CachedDefinition {
            name: name.to_owned(),
            document: document.to_owned(),
            profile: profile.to_owned(),
            definition: definition.clone(),
        });
        Ok(definition)
    }

    /// Returns the definition of an embedded vendor, from the cache if it has been read before.
    pub(crate) fn embedded(embedded: &Embedded) -> Result<Self, Error> {
        let known = || {
            EMBEDDED_CACHE
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(definition) = known().get(embedded.name) {
            return Ok(definition.clone());
        }
        let read = Self::read(embedded.name, embedded.document, embedded.profile)?;
        Ok(known().entry(embedded.name).or_insert(read).clone())
    }
}
