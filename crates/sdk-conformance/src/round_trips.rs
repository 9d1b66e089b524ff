//! Reads samples of every type of a crate and writes them again: what comes out is what went in.
//!
//! The samples are made from the vendor's document by code of its own, so that a mistake of the generator shows here.

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

/// A type of a crate, by the schema that it was made from.
pub struct RoundTrip {
    schema: &'static str,
    direction: Direction,
    run: fn(&str) -> Result<String, String>,
}

impl RoundTrip {
    /// Takes the name of the schema, and whether the type is sent and received.
    pub fn new<T: Serialize + DeserializeOwned>(
        schema: &'static str,
        sent: bool,
        received: bool,
    ) -> Self {
        Self {
            schema,
            direction: Direction { sent, received },
            run: |text| {
                let read: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
                serde_json::to_string(&read).map_err(|error| error.to_string())
            },
        }
    }
}

impl fmt::Debug for RoundTrip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoundTrip({})", self.schema)
    }
}

/// How the samples of all types went.
#[derive(Debug, Default)]
pub struct RoundTripReport {
    /// The types that were tried.
    pub types: usize,
    /// The samples of all of them.
    pub samples: usize,
    /// The samples that came out with an intended loss, by its name.
    pub losses: BTreeMap<&'static str, usize>,
    /// What a type that is sent cannot say: a property that may be null, and cannot be sent as null.
    pub nulls: Vec<String>,
    /// The samples that were not read, or came out otherwise.
    pub failed: Vec<String>,
}

impl RoundTripReport {
    /// Fails unless every sample came out equal, intended losses apart.
    ///
    /// # Errors
    ///
    /// The samples that did not, one per line.
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

/// Reads and writes samples of every type, and prints the counts.
///
/// # Errors
///
/// If the document is not JSON.
pub fn round_trips(
    document: &str,
    types: &[RoundTrip],
) -> Result<RoundTripReport, Box<dyn std::error::Error>> {
    let document = Document::read(document)?;
    let mut report = RoundTripReport::default();
    for ty in types {
        report.types += 1;
        let Some(schema) = document.schema(ty.schema) else {
            report.failed.push(format!("{}: no such schema", ty.schema));
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
                        let is_sent = ty.direction.sent && loss == Loss::NullIsAbsent;
                        if is_sent && !report.nulls.contains(&place) {
                            report.nulls.push(place);
                        }
                    }
                    None => report
                        .failed
                        .push(told(format!("{} came out as {written}", difference.path))),
                }
            }
        }
    }
    println!(
        "{} types, {} samples, {} failed, losses {:?}, nulls that cannot be sent: {}",
        report.types,
        report.samples,
        report.failed.len(),
        report.losses,
        report.nulls.join(", "),
    );
    Ok(report)
}
