//! Input for building a response.

use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::http::request::Request;
use crate::openapi::document::Document;
use crate::openapi::operation::Operation;
use crate::openapi::path_template::PathValues;
use crate::openapi::schema::is_type;
use crate::records::lookup::Lookup;
use crate::resources::inference::Part;
use crate::response::payload::Payload;
use crate::sample::prng::Prng;
use crate::state::vendor::Vendor;

/// One call to one operation.
#[derive(Debug)]
pub(crate) struct CallContext<'s> {
    pub(crate) vendor: &'s Vendor,
    pub(crate) operation: &'s Operation,
    /// Index of the operation in its document.
    pub(crate) index: usize,
    pub(crate) request: &'s Request,
    pub(crate) path: &'s PathValues,
    pub(crate) payload: &'s Payload<'s>,
    /// Records that the path identifies.
    pub(crate) lookup: Lookup<'s>,
    /// Number that is unique among the contexts of a vendor. Numbers start at 1.
    pub(crate) number: u64,
}

impl<'s> CallContext<'s> {
    pub(crate) fn new(
        vendor: &'s Vendor,
        index: usize,
        path: &'s PathValues,
        request: &'s Request,
        payload: &'s Payload<'s>,
    ) -> Self {
        Self {
            vendor,
            operation: &vendor.document.operations[index],
            index,
            request,
            path,
            payload,
            lookup: Lookup::new(vendor, index, path),
            number: vendor.requests.fetch_add(1, Ordering::Relaxed),
        }
    }

    pub(crate) fn document(&self) -> &'s Document {
        &self.vendor.document
    }

    /// Returns whether a schema describes a list.
    pub(crate) fn is_array(&self, schema: &Value) -> bool {
        is_type(self.document(), schema, "array")
    }

    /// Returns the role of the operation, and the records that it applies to.
    pub(crate) fn part(&self) -> Option<&'s Part> {
        self.vendor.resources.part(self.index)
    }

    /// Returns a random number generator. Its sequence is the same for the same operation, path
    /// values, purpose and number.
    pub(crate) fn seed(&self, purpose: &str, number: u64) -> Prng {
        let id = &self.operation.id;
        Prng::new((id, self.path, purpose, number), self.vendor.seed)
    }
}
