//! Finds the operation for a method and a path.

use crate::openapi::operation::Operation;
use crate::openapi::path_template::{PathValues, Rank};

/// Result of routing a path.
#[derive(Debug)]
pub(crate) enum Found<'o> {
    /// Index of the operation, and the values of its path.
    Operation(usize, PathValues),
    /// The path exists, but only with these methods.
    OtherMethods(Vec<&'o str>),
    Nothing,
}

/// Finds an operation by method and percent-encoded path.
pub(crate) fn find<'o>(operations: &'o [Operation], method: &str, path: &str) -> Found<'o> {
    let mut best: Option<(Rank, usize, PathValues)> = None;
    let mut methods = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let Some((rank, values)) = operation.template.matches(path) else {
            continue;
        };
        methods.push(operation.method.as_str());
        if operation.method == method && best.as_ref().is_none_or(|(known, ..)| rank > *known) {
            best = Some((rank, index, values));
        }
    }
    methods.sort_unstable();
    methods.dedup();
    match best {
        Some((_, index, values)) => Found::Operation(index, values),
        None if methods.is_empty() => Found::Nothing,
        None => Found::OtherMethods(methods),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;
    use serde_json::json;

    fn operations() -> Vec<Operation> {
        let path = |name: &str, extra: &str, kind: &str| json!({ "name": name, "in": "path", "required": true, extra: true, "schema": { "type": kind } });
        let op = |id: &str, parameters: &[serde_json::Value]| json!({ "operationId": id, "parameters": parameters, "responses": {} });
        let code = path("code", "x-sdk-keep-slashes", "string");
        let id = path("id", "x-none", "integer");
        let text = json!({ "paths": {
            "/{id}": { "get": op("by_id", std::slice::from_ref(&id)) },
            "/parcels/{id}": { "get": op("parcel", std::slice::from_ref(&id)), "put": op("change", &[id]) },
            "/parcels/last": { "get": op("last", &[]) },
            "/files/{code}": { "get": op("file", std::slice::from_ref(&code)) },
            "/files/{code}/download": { "get": op("download", &[code]) },
            "/sheets/{name}.csv": { "get": op("sheet", &[path("name", "x-none", "string")]) },
            "/places/{lat},{lon}/near": { "get": op("near", &[path("lat", "x-none", "number"), path("lon", "x-none", "number")]) },
            "/": { "get": op("root", &[]) },
        } });
        Document::read(&text.to_string()).unwrap().operations
    }

    fn lead(method: &str, path: &str) -> String {
        let operations = operations();
        match find(&operations, method, path) {
            Found::Operation(index, values) => values
                .iter()
                .fold(operations[index].id.clone(), |text, (name, value)| {
                    format!("{text} {name}={value}")
                }),
            Found::OtherMethods(methods) => format!("only {}", methods.join(", ")),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn literal_segments_beat_parameters() {
        assert_eq!(lead("GET", "/parcels/last"), "last");
        assert_eq!(lead("GET", "/parcels/7"), "parcel id=7");
        assert_eq!(lead("GET", "/parcels/seven"), "parcel id=seven");
    }

    #[test]
    fn kept_slashes_stay_in_one_parameter() {
        assert_eq!(lead("GET", "/files/1/a/b%20c.jpg"), "file code=1/a/b c.jpg");
        assert_eq!(
            lead("GET", "/files/1/a/b.jpg/download"),
            "download code=1/a/b.jpg"
        );
    }

    #[test]
    fn empty_segments_are_part_of_a_parameter_that_keeps_its_slashes() {
        assert_eq!(lead("GET", "/files//ABC"), "file code=/ABC");
        assert_eq!(lead("GET", "/files/A//BC"), "file code=A//BC");
        assert_eq!(lead("GET", "/files/a/"), "file code=a/");
        assert_eq!(lead("GET", "/files//a//download"), "download code=/a/");
        assert_eq!(lead("GET", "/files/"), "nothing");
        assert_eq!(lead("GET", "/parcels//7"), "nothing");
    }

    #[test]
    fn an_encoded_slash_is_no_separator() {
        assert_eq!(lead("GET", "/parcels/a%2Fb"), "parcel id=a/b");
    }

    #[test]
    fn text_around_a_parameter_counts() {
        assert_eq!(lead("GET", "/sheets/may.csv"), "sheet name=may");
        assert_eq!(lead("GET", "/sheets/may.txt"), "nothing");
    }

    #[test]
    fn a_template_without_literals_takes_numbers_only() {
        assert_eq!(lead("GET", "/12"), "by_id id=12");
        assert_eq!(lead("GET", "/unknown"), "nothing");
        assert_eq!(lead("GET", "/"), "root");
    }

    #[test]
    fn a_known_path_tells_its_methods() {
        assert_eq!(lead("PATCH", "/parcels/7"), "only GET, PUT");
        assert_eq!(lead("GET", "/parcels/7/more"), "nothing");
    }

    #[test]
    fn one_segment_can_have_several_parameters() {
        let operations = operations();
        let Found::Operation(_, values) = find(&operations, "GET", "/places/48.85,2.35/near")
        else {
            panic!("nothing was found");
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(values, [pair("lat", "48.85"), pair("lon", "2.35")]);
        let lacks = find(&operations, "GET", "/places/48.85/near");
        assert!(matches!(lacks, Found::Nothing), "{lacks:?}");
    }
}
