//! The embedded vendors: a feature each, and no vendor is named anywhere else in the code.

use std::sync::{Arc, LazyLock, OnceLock};

use crate::document::Document;
use crate::error::Error;

/// The document and the profile of one vendor, as they were when this crate was built.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) name: &'static str,
    document: &'static str,
    pub(crate) profile: &'static str,
    /// Read once a process, as many sandboxes as there may be.
    read: OnceLock<Arc<Document>>,
}

impl Embedded {
    pub(crate) fn document(&self) -> Result<Arc<Document>, Error> {
        if let Some(document) = self.read.get() {
            return Ok(Arc::clone(document));
        }
        let document = Document::read(self.document).map_err(|e| Error::caused_by(self.name, e))?;
        Ok(Arc::clone(self.read.get_or_init(|| Arc::new(document))))
    }
}

macro_rules! embedded {
    ($($name:literal in $crate_name:literal),* $(,)?) => {
        vec![$(
            #[cfg(feature = $name)]
            Embedded {
                name: $name,
                document: include_str!(concat!("../../", $crate_name, "/openapi.json")),
                profile: include_str!(concat!("../profiles/", $name, ".yaml")),
                read: OnceLock::new(),
            },
        )*]
    };
}

/// Every vendor whose feature is on.
pub(crate) static EMBEDDED: LazyLock<Vec<Embedded>> = LazyLock::new(|| {
    embedded![]
});
