//! Reads samples of every type of a crate and writes them again.
//!
//! Apart from intended losses, the output must equal the input. The samples are created from the
//! vendor's OpenAPI document by code that is independent of the generator, so that these tests
//! reveal mistakes in the generator.

mod difference;
mod document;
mod exact_json;
mod sample;
mod shape;

use std::collections::BTreeMap;
use std::fmt;

use sdk_runtime::serde::Serialize;
use sdk_runtime::serde::de::DeserializeOwned;

use difference::{Loss, differences};
pub(crate) use document::{Document, word};
pub(crate) use exact_json::Json;
pub(crate) use sample::whole;
use sample::{Direction, samples};

/// A type of a crate, with the schema it was generated from.
pub struct RoundTrip {
    schema: &'static str,
    direction: Direction,
    is_in_requests: bool,
    run: fn(&str) -> Result<String, String>,
}

impl RoundTrip {
    /// Creates an entry for the type of a schema.
    ///
    /// `schema` is the name of the schema in the OpenAPI document. `sent` and `received` indicate
    /// whether the type occurs in requests and in responses.
    pub fn new<T: Serialize + DeserializeOwned>(
        schema: &'static str,
        sent: bool,
        received: bool,
    ) -> Self {
        Self {
            schema,
            direction: Direction { sent, received },
            is_in_requests: false,
            run: |text| {
                let read: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
                serde_json::to_string(&read).map_err(|error| error.to_string())
            },
        }
    }

    /// Marks a type that is used in request bodies or parameters.
    ///
    /// The type must support sending null for its optional nullable properties.
    #[must_use]
    pub fn in_requests(mut self) -> Self {
        self.is_in_requests = true;
        self
    }
}

impl fmt::Debug for RoundTrip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoundTrip({})", self.schema)
    }
}

/// Results for the samples of all types.
#[derive(Debug, Default)]
pub struct RoundTripReport {
    /// Number of tested types.
    pub types: usize,
    /// Number of samples.
    pub samples: usize,
    /// Number of intended losses in the samples, by the name of the loss.
    pub losses: BTreeMap<&'static str, usize>,
    /// Properties of requests that may be null but can't be sent as null.
    pub nulls: Vec<String>,
    /// Samples that could not be read or written, or that differ after writing, and types whose
    /// schema is missing from the OpenAPI document.
    pub failed: Vec<String>,
}

impl RoundTripReport {
    /// Fails if a property of a request may be null but can't be sent as null.
    ///
    /// # Errors
    ///
    /// Returns a list of these properties.
    pub fn nulls_are_sent(&self) -> Result<(), String> {
        if self.nulls.is_empty() {
            return Ok(());
        }
        Err(format!(
            "properties of requests that may be null but cannot be sent as null: {}",
            self.nulls.join(", ")
        ))
    }

    /// Fails unless every sample is unchanged, apart from intended losses.
    ///
    /// Also fails if the document lacks the schema of a type, or if there are fewer samples than
    /// types.
    ///
    /// # Errors
    ///
    /// Returns the numbers of samples and types, or the first 20 failures, one per line.
    pub fn verdict(&self) -> Result<(), String> {
        if self.samples < self.types {
            return Err(format!("{} samples of {} types", self.samples, self.types));
        }
        if self.failed.is_empty() {
            return Ok(());
        }
        let shown = self.failed.iter().take(20).cloned().collect::<Vec<_>>();
        Err(format!(
            "{} failed:\n{}",
            self.failed.len(),
            shown.join("\n")
        ))
    }
}

/// Reads and writes samples of every type, and prints a summary.
///
/// # Errors
///
/// Returns an error if the OpenAPI document isn't JSON, or if a type writes invalid JSON.
pub fn round_trips(
    document: &str,
    types: &[RoundTrip],
) -> Result<RoundTripReport, Box<dyn std::error::Error>> {
    let document = Document::read(document)?;
    let mut report = RoundTripReport::default();
    for ty in types {
        report.types += 1;
        let Some(schema) = document.schema(ty.schema) else {
            report.failed.push(format!(
                "{}: the OpenAPI document has no schema with this name",
                ty.schema
            ));
            continue;
        };
        for sample in samples(&document, schema, ty.direction) {
            report.samples += 1;
            let text = sample.json.to_string();
            let told = |what: String| format!("{}, {}: {what}: {text}", ty.schema, sample.what);
            let written = match (ty.run)(&text) {
                Ok(written) => written,
                Err(error) => {
                    report.failed.push(told(error));
                    continue;
                }
            };
            let after = Json::read(&written)?;
            for difference in differences(&sample.json, &after) {
                match difference.loss {
                    Some(loss) => {
                        *report.losses.entry(loss.name()).or_default() += 1;
                        let place = format!("{}{}", ty.schema, difference.path);
                        let is_lost = ty.is_in_requests && loss == Loss::NullIsAbsent;
                        if is_lost && !report.nulls.contains(&place) {
                            report.nulls.push(place);
                        }
                    }
                    None => report.failed.push(told(format!(
                        "{} differs after writing: {written}",
                        difference.path
                    ))),
                }
            }
        }
    }
    println!(
        "{} types, {} samples, {} failed, losses {:?}",
        report.types,
        report.samples,
        report.failed.len(),
        report.losses,
    );
    Ok(report)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sdk_runtime::AnyJson;

    use super::*;

    const DOCUMENT: &str = r#"{"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"Parcel": {
        "type": "object", "properties": {"note": {"type": "string", "nullable": true}}}}}}"#;

    /// A type that treats a null property like an absent one.
    struct Parcel(BTreeMap<String, AnyJson>);

    impl Serialize for Parcel {
        fn serialize<S: sdk_runtime::serde::Serializer>(
            &self,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            self.0.serialize(serializer)
        }
    }

    impl<'de> sdk_runtime::serde::Deserialize<'de> for Parcel {
        fn deserialize<D: sdk_runtime::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            let mut read = BTreeMap::<String, AnyJson>::deserialize(deserializer)?;
            read.retain(|_, value| !value.value().is_null());
            Ok(Self(read))
        }
    }

    #[test]
    fn a_request_property_that_loses_its_null_is_a_failure() {
        let unused = RoundTrip::new::<Parcel>("Parcel", true, true);
        let report = round_trips(DOCUMENT, &[unused]).unwrap();
        assert_eq!(report.verdict().and(report.nulls_are_sent()), Ok(()));
        assert!(report.losses.values().sum::<usize>() > 0);
        let asked = RoundTrip::new::<Parcel>("Parcel", true, true).in_requests();
        let report = round_trips(DOCUMENT, &[asked]).unwrap();
        let told = report.nulls_are_sent().unwrap_err();
        assert!(
            told.ends_with("cannot be sent as null: Parcel.note"),
            "{told}"
        );
    }
}
