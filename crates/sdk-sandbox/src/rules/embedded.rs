//! Embedded vendors, each with its own cargo feature. No other source file refers to vendors by
//! name.
//!
//! `cargo xtask generate` writes `documents/`, which contains a copy of each vendor crate's
//! `openapi.json` without whitespace.

use std::sync::LazyLock;

/// Document and profile of one vendor, as embedded at build time.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) name: &'static str,
    pub(crate) document: &'static str,
    pub(crate) profile: &'static str,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        vec![$(
            #[cfg(feature = $name)]
            Embedded {
                name: $name,
                document: include_str!(concat!("../../documents/", $name, ".json")),
                profile: include_str!(concat!("../../profiles/", $name, ".yaml")),
            },
        )*]
    };
}

/// All vendors whose feature is enabled.
pub(crate) static EMBEDDED: LazyLock<Vec<Embedded>> = LazyLock::new(embedded);

fn embedded() -> Vec<Embedded> {
    embedded! {
        // @generated begin vendors
        "akeneo",
        "metquay",
        "motaword",
        "oneshot",
        "smscx",
        // @generated end vendors
    }
}

#[cfg(test)]
mod tests {
    use crate::http::refusal::Refusal;
    use crate::json::template::{Values, fill};
    use crate::openapi::document::Document;
    use crate::openapi::schema::Check;
    use crate::openapi::schema::FieldViolation;
    use crate::sample::prng::Prng;
    use crate::sample::sampler::Sampler;
    use crate::server::operations_test::vendors;
    use crate::webhooks::payload::{family_of, sample};
    use serde_json::{Value, json};

    fn assert_fits(document: &Document, schema: &Value, value: &Value, what: &str) {
        let faults = Check::new(schema).violations(document, value).unwrap();
        assert!(faults.is_empty(), "{what}: {faults:?} in {value}");
    }

    #[test]
    fn every_error_response_matches_the_schema_of_its_status() {
        for vendor in vendors() {
            let (document, profile) = (&vendor.document, &vendor.profile);
            let fault = FieldViolation {
                field: "name".into(),
                message: "is required".into(),
            };
            for kind in profile.errors.kinds.keys() {
                let refusal = Refusal::of_fields(*kind, vec![fault.clone()]);
                for operation in &document.operations {
                    let reply = refusal.render(&profile.errors, Some(operation));
                    let body: Value = serde_json::from_slice(&reply.body).unwrap();
                    let answers = operation.answers.iter();
                    let declared =
                        answers.filter(|answer| answer.status == reply.status.to_string());
                    for (_, schema) in declared.flat_map(|answer| &answer.media) {
                        assert_fits(
                            document,
                            schema,
                            &body,
                            &format!("{} {kind:?}", operation.id),
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn every_token_response_matches_its_schema() {
        for vendor in vendors() {
            let (document, profile) = (&vendor.document, &vendor.profile);
            let mut values = Values::from([("expires_in", json!(60))]);
            values
                .extend(["access_token", "refresh_token", "scope"].map(|name| (name, json!(name))));
            for operation in document
                .operations
                .iter()
                .filter(|operation| operation.token)
            {
                let body = fill(&profile.tokens.exchanges[&operation.id].answer, &values).unwrap();
                for (_, schema) in operation
                    .success()
                    .1
                    .iter()
                    .flat_map(|answer| &answer.media)
                {
                    assert_fits(document, schema, &body, &operation.id);
                }
            }
        }
    }

    #[test]
    fn every_request_body_schema_can_be_compiled() {
        for vendor in vendors() {
            let document = &vendor.document;
            for operation in &document.operations {
                for media in operation.body.iter().flat_map(|body| &body.media) {
                    let checked = media.check.violations(document, &Value::Null);
                    assert!(
                        checked.is_ok(),
                        "{} {}: {checked:?}",
                        vendor.name,
                        operation.id
                    );
                }
            }
        }
    }

    #[test]
    fn every_webhook_payload_matches_its_schema_and_event_name() {
        let mut events = 0;
        for vendor in vendors() {
            let document = &vendor.document;
            for family in &document.webhooks {
                let own = family.events.iter().map(|event| {
                    let name = event.variant.as_ref().unwrap_or(&event.event);
                    (name.clone(), event.payload.clone(), Some(&event.event))
                });
                let single = family.payload.iter();
                let single = single.map(|payload| (family.name.clone(), payload.clone(), None));
                for (name, payload, event) in own.chain(single) {
                    let found = family_of(&vendor, None, &name).unwrap();
                    assert_eq!(found.name, family.name, "{name}");
                    let body = sample(&vendor, family, &name);
                    let schema = document.lookup(&format!("#/components/schemas/{payload}"));
                    assert_fits(document, schema.unwrap(), &body, &name);
                    if let (Some(event), Some(pointer)) = (event, &family.event) {
                        assert_eq!(body.pointer(pointer), Some(&json!(event)));
                    }
                    events += 1;
                }
            }
        }
        // Three families have one payload each. The others have 7, 9 and 3 events.
        assert_eq!(events, 22);
    }

    #[test]
    fn every_sample_response_matches_its_schema() {
        for vendor in vendors() {
            let document = &vendor.document;
            for operation in &document.operations {
                for (media, schema) in operation.answers.iter().flat_map(|answer| &answer.media) {
                    let check = Check::new(schema);
                    for seed in 0..3 {
                        let value =
                            Sampler::new(document, Prng::new(&operation.id, seed)).value(schema);
                        let faults = check.violations(document, &value).unwrap();
                        assert!(
                            faults.is_empty(),
                            "{} {} {media}: {faults:?} {value}",
                            vendor.name,
                            operation.id
                        );
                    }
                }
            }
        }
    }
}
