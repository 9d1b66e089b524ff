//! Calls all operations of the embedded vendors, except token operations, with requests that their
//! schemas allow.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use crate::http::body_reader::BodyBudget;
use crate::json::plain_text::plain_text;
use crate::openapi::media_type::is_json;
use crate::openapi::operation::Operation;
use crate::openapi::parameter::Place;
use crate::openapi::path_template::SEGMENT;
use crate::openapi::property::properties;
use crate::openapi::schema::Check;
use crate::rules::embedded::{EMBEDDED, Embedded};
use crate::rules::profile::is_blank;
use crate::rules::role::Role;
use crate::sample::prng::Prng;
use crate::sample::sampler::Sampler;
use crate::server::builder::Builder;
use crate::server::definition::Definition;
use crate::server::vendor_service::serve;
use crate::state::request_log::Log;
use crate::state::vendor::Vendor;

/// Returns the embedded vendors that have a profile.
///
/// If the environment variable `SANDBOX_DOCUMENTS` is set to a folder, the documents are read from
/// it. Vendors without a profile are tested by their own crates.
pub(crate) fn vendors() -> Vec<Arc<Vendor>> {
    let builder = Builder::default().lenient_references();
    let vendor = |embedded: &Embedded| {
        let name = embedded.name;
        let definition = match std::env::var("SANDBOX_DOCUMENTS") {
            Ok(folder) => {
                let text = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
                Definition::read(name, &text, embedded.profile)
            }
            Err(_) => Definition::embedded(embedded),
        };
        let (log, budget) = (Arc::new(Log::default()), Arc::new(BodyBudget::default()));
        Arc::new(builder.create_vendor(name.to_owned(), definition.unwrap(), &log, &budget))
    };
    vendors_with_profile().map(vendor).collect()
}

fn vendors_with_profile() -> impl Iterator<Item = &'static Embedded> {
    EMBEDDED
        .iter()
        .filter(|embedded| !is_blank(embedded.profile))
}

/// Returns a request that the document allows, with or without the optional properties of its body.
fn request(
    vendor: &Vendor,
    operation: &Operation,
    required_only: bool,
    seed: u64,
) -> http::Request<Full<Bytes>> {
    let document = &vendor.document;
    let sample = |schema: &Value, purpose: &str| {
        let sampler = Sampler::new(document, Prng::new((&operation.id, purpose), seed));
        let sampler = if required_only {
            sampler.required_only()
        } else {
            sampler
        };
        sampler.for_request().value(schema)
    };
    let mut path = operation.path.clone();
    let (mut query, mut last) = (Vec::new(), Value::Null);
    let mut built = http::Request::builder().method(operation.method.as_str());
    for parameter in &operation.parameters {
        if parameter.place != Place::Path && !parameter.required {
            continue;
        }
        let value = sample(&parameter.schema, &parameter.name);
        if path.ends_with(&format!("{{{}}}", parameter.name)) {
            last = value.clone();
        }
        let value = plain_text(&value);
        match parameter.place {
            Place::Path => {
                let value = utf8_percent_encode(&value, SEGMENT).to_string();
                path = path.replace(&format!("{{{}}}", parameter.name), &value);
            }
            Place::Query => query.push((parameter.name.clone(), value)),
            Place::Header => built = built.header(&parameter.name, value),
        }
    }
    let mut body = Bytes::new();
    if let Some(media) = operation.body.iter().flat_map(|body| &body.media).next() {
        let mut value = sample(&media.schema, "body");
        let index = document
            .operations
            .iter()
            .position(|o| o.id == operation.id);
        let part = index.and_then(|index| vendor.resources.part(index));
        // A key in the body must equal the key in the path.
        if let (Some(part), Value::Object(body)) = (part, &mut value)
            && let Some(key) = &vendor.resources.all[part.resource].key
            && part.role == Role::Update
            && body.contains_key(key)
            && !last.is_null()
        {
            body.insert(key.clone(), last);
        }
        // The schema describes the criteria only as a string with JSON.
        if let (Some(search), Value::Object(body)) = (&vendor.profile.search.parameter, &mut value)
        {
            body.remove(search);
        }
        // A body can set a value of only one other record.
        if let (Some(part), Value::Object(body)) = (part, &mut value) {
            let sets = vendor.resources.all[part.resource].rules.sets.iter();
            sets.skip(1)
                .for_each(|rules| drop(body.remove(&rules.field)));
        }
        let (kind, bytes) = encode(&media.name, &value);
        built = built.header("content-type", kind);
        body = bytes;
    }
    let query = serde_urlencoded::to_string(query).unwrap();
    let uri = format!("{}{path}?{query}", vendor.document.base_path);
    let built = built.header("authorization", format!("Bearer {}", vendor.issue_token()));
    built.uri(uri).body(Full::new(body)).unwrap()
}

fn encode(media: &str, value: &Value) -> (String, Bytes) {
    let fields = || {
        value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name, plain_text(value)))
    };
    match media {
        "application/x-www-form-urlencoded" => {
            let body = serde_urlencoded::to_string(fields().collect::<Vec<_>>()).unwrap();
            (media.to_owned(), body.into())
        }
        "multipart/form-data" => {
            let part = |(name, value): (&String, String)| match value.starts_with("c2FtcGxl")
                || name.contains("file")
            {
                true => format!(
                    "--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\r\n{value}\r\n"
                ),
                false => format!(
                    "--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                ),
            };
            let body = fields().map(part).collect::<String>() + "--b--\r\n";
            (format!("{media}; boundary=b"), body.into())
        }
        _ => (media.to_owned(), value.to_string().into()),
    }
}

/// Returns the status, the content type and the body of a response.
async fn answer(vendor: &Arc<Vendor>, request: http::Request<Full<Bytes>>) -> (u16, String, Bytes) {
    let response = serve(vendor, request).await.unwrap();
    let kind = response
        .headers()
        .get("content-type")
        .map(|v| v.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, kind.unwrap_or_default(), body)
}

/// Describes the first problem, if any, with a response.
fn fault(
    vendor: &Vendor,
    operation: &Operation,
    status: u16,
    kind: &str,
    body: &[u8],
) -> Option<String> {
    let Some(declared) = operation.answer(status) else {
        return Some(format!(
            "the status {status} is not declared: {}",
            String::from_utf8_lossy(body)
        ));
    };
    if !(200..300).contains(&status) {
        return Some(format!("{status}: {}", String::from_utf8_lossy(body)));
    }
    let Some((name, schema)) = declared
        .media
        .iter()
        .find(|(name, _)| name == kind || name == "*/*")
    else {
        let fits = declared.media.is_empty() && body.is_empty();
        return (!fits).then(|| format!("{kind} is not declared"));
    };
    if !is_json(name) || operation.lines() {
        return None;
    }
    let value: Value = serde_json::from_slice(body).unwrap();
    let faults = Check::new(schema)
        .violations(&vendor.document, &value)
        .unwrap();
    (!faults.is_empty()).then(|| format!("{faults:?} in {value}"))
}

#[tokio::test]
async fn every_operation_returns_a_documented_response() {
    let mut faults = Vec::new();
    for vendor in vendors() {
        let mut count = 0;
        for operation in vendor.document.operations.iter().filter(|o| !o.token) {
            for (required_only, seed) in [(true, 1), (false, 1), (false, 2)] {
                vendor.reset();
                let (status, kind, body) =
                    answer(&vendor, request(&vendor, operation, required_only, seed)).await;
                if let Some(fault) = fault(&vendor, operation, status, &kind, &body) {
                    faults.push(format!("{} {}: {fault}", vendor.name, operation.id));
                    break;
                }
            }
            count += 1;
        }
        println!("{}: {count} operations", vendor.name);
    }
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[tokio::test]
async fn every_deleted_record_is_gone_or_archived() {
    let mut faults = Vec::new();
    for vendor in vendors() {
        let mut reads: BTreeMap<usize, &Operation> = BTreeMap::new();
        for (index, operation) in vendor.document.operations.iter().enumerate() {
            if let Some(part) = vendor
                .resources
                .part(index)
                .filter(|p| p.role == Role::Read)
            {
                reads.insert(part.resource, operation);
            }
        }
        for (index, operation) in vendor.document.operations.iter().enumerate() {
            let Some(part) = vendor
                .resources
                .part(index)
                .filter(|p| p.role == Role::Delete)
            else {
                continue;
            };
            vendor.reset();
            let deletion = request(&vendor, operation, true, 1);
            let path = deletion.uri().clone();
            let (deleted, ..) = answer(&vendor, deletion).await;
            let again = request(&vendor, operation, true, 1);
            let (again, ..) = answer(&vendor, again).await;
            let mut statuses = vec![deleted / 100, again];
            if let Some(read) = reads
                .get(&part.resource)
                .filter(|read| read.path == operation.path)
            {
                let mut request = request(&vendor, read, true, 1);
                *request.uri_mut() = path;
                statuses.push(answer(&vendor, request).await.0);
            }
            // Archived records can still be read.
            let rules = &vendor.resources.all[part.resource].rules;
            let read = if rules.archived.is_some() { 200 } else { 404 };
            let is_gone = statuses[..2] == [2, 404] && statuses[2..].iter().all(|s| *s == read);
            if !is_gone {
                faults.push(format!("{} {}: {statuses:?}", vendor.name, operation.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_named_schema_has_samples_that_match_it() {
    let mut faults = Vec::new();
    for vendor in vendors() {
        let document = &vendor.document;
        for (name, schema) in document.all_schemas() {
            let check = Check::new(schema);
            for (required_only, seed) in [false, true]
                .into_iter()
                .flat_map(|l| (0..8).map(move |s| (l, s)))
            {
                let sampler = Sampler::new(document, Prng::new(name, seed));
                let sampler = if required_only {
                    sampler.required_only()
                } else {
                    sampler
                };
                let value = sampler.for_request().value(schema);
                let found = check.violations(document, &value).unwrap();
                if !found.is_empty() {
                    faults.push(format!("{} {name}: {found:?} in {value}", vendor.name));
                    break;
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Properties of an upsert with an unused key appear in a later read, if the response schema
/// contains them.
#[tokio::test]
async fn upserted_properties_can_be_read_back() {
    let mut faults = Vec::new();
    for vendor in vendors() {
        let operations = &vendor.document.operations;
        for (index, operation) in operations.iter().enumerate() {
            let upserts = operation.answer(201).is_some() && operation.answer(204).is_some();
            let read = operations
                .iter()
                .find(|o| o.method == "GET" && o.path == operation.path);
            let (Some(read), Some(part)) = (read, vendor.resources.part(index)) else {
                continue;
            };
            if part.role != Role::Update || !upserts {
                continue;
            }
            vendor.reset();
            let written = request(&vendor, operation, false, 3);
            let path = written.uri().path().to_owned();
            let sent = written.body().clone().collect().await.unwrap().to_bytes();
            let sent: Value = serde_json::from_slice(&sent).unwrap();
            let (status, ..) = answer(&vendor, written).await;
            let mut again = request(&vendor, read, true, 3);
            *again.uri_mut() = path.parse().unwrap();
            let (_, _, body) = answer(&vendor, again).await;
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            let key = vendor.resources.all[part.resource]
                .key
                .clone()
                .unwrap_or_default();
            let lost = sent
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(name, value)| {
                    **name != key && body.get(name.as_str()).is_some_and(|read| read != *value)
                });
            let lost: Vec<_> = lost.map(|(name, _)| name).collect();
            if status != 201 || !lost.is_empty() {
                faults.push(format!(
                    "{} {}: {status} {lost:?}",
                    vendor.name, operation.id
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A created record contains the properties that the vendor's server fills in, both in the response
/// and in the list.
#[tokio::test]
async fn created_records_contain_the_properties_that_the_server_fills_in() {
    let mut faults = Vec::new();
    for vendor in vendors() {
        let operations = &vendor.document.operations;
        let mut tried = 0;
        for (index, operation) in operations.iter().enumerate() {
            let part = vendor.resources.part(index);
            let Some(part) = part.filter(|part| part.role == Role::Create) else {
                continue;
            };
            let resource = &vendor.resources.all[part.resource];
            vendor.reset();
            let created = request(&vendor, operation, true, 5);
            let path = created.uri().path().to_owned();
            let (status, _, body) = answer(&vendor, created).await;
            assert!(status < 300, "{} {}: {status}", vendor.name, operation.id);
            let mut seen = Vec::new();
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            seen.extend(part.node.as_ref().map(|node| (node, body)));
            for (other, operation) in operations.iter().enumerate() {
                let Some(other) = vendor.resources.part(other) else {
                    continue;
                };
                let is_list = other.role == Role::List && operation.method == "GET";
                let here = format!("{}{}", vendor.document.base_path, operation.path);
                if other.resource != part.resource || !is_list || here != path {
                    continue;
                }
                let listed = request(&vendor, operation, true, 5);
                let (_, _, body) = answer(&vendor, listed).await;
                let body: Value = serde_json::from_slice(&body).unwrap();
                seen.extend(other.node.as_ref().map(|node| (node, body)));
            }
            for (node, body) in seen {
                let found = body.pointer(&node.pointer);
                let record = match found.and_then(Value::as_array) {
                    Some(items) => items.last(),
                    None => found,
                };
                // A response about several created records contains only their number.
                let Some(record) = record.filter(|_| resource.rules.many.is_none()) else {
                    continue;
                };
                tried += 1;
                for (name, schema) in properties(&vendor.document, &node.schema) {
                    let schema = vendor.document.resolve(schema);
                    let is_own = !resource.settable.contains(name)
                        || schema.get("readOnly") == Some(&Value::Bool(true));
                    let shown = schema.get("writeOnly") != Some(&Value::Bool(true))
                        && !resource.rules.asked.contains_key(name);
                    if is_own && shown && record.get(name).is_none() {
                        faults.push(format!("{} {}: no {name}", vendor.name, operation.id));
                    }
                }
            }
        }
        assert!(tried > 0, "{}", vendor.name);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Simulates each vendor without its profile.
#[tokio::test]
async fn a_vendor_without_a_profile_returns_documented_responses() {
    let mut faults = Vec::new();
    for embedded in vendors_with_profile() {
        let definition = Definition::read(embedded.name, embedded.document, "").unwrap();
        let (log, budget) = (Arc::new(Log::default()), Arc::new(BodyBudget::default()));
        let name = embedded.name.to_owned();
        let vendor = Arc::new(Builder::default().create_vendor(name, definition, &log, &budget));
        for operation in &vendor.document.operations {
            if operation.token {
                let rules = &vendor.profile.tokens.exchanges[&operation.id];
                assert!(
                    rules.answer.to_string().contains("{access_token}"),
                    "{}",
                    operation.id
                );
                continue;
            }
            let (status, kind, body) = answer(&vendor, request(&vendor, operation, true, 1)).await;
            if let Some(fault) = fault(&vendor, operation, status, &kind, &body) {
                faults.push(format!("{} {}: {fault}", vendor.name, operation.id));
            }
            let bare = request(&vendor, operation, true, 1);
            let (mut parts, body) = bare.into_parts();
            parts.headers.remove("authorization");
            let bare = http::Request::from_parts(parts, body);
            let (status, _, body) = answer(&vendor, bare).await;
            if !operation.security.is_empty() {
                assert_eq!(status, 401, "{} {}", vendor.name, operation.id);
                for (media, schema) in operation.answer(401).iter().flat_map(|a| &a.media) {
                    let value: Value = serde_json::from_slice(&body).unwrap();
                    let check = Check::new(schema)
                        .violations(&vendor.document, &value)
                        .unwrap();
                    assert!(
                        check.is_empty(),
                        "{} {media}: {check:?} in {value}",
                        operation.id
                    );
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
