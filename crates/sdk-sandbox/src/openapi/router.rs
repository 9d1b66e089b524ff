//! Finds the operation for a method, a path and a query.

use crate::openapi::operation::Operation;
use crate::openapi::path_template::{PathValues, Rank};

/// Result of routing a request.
#[derive(Debug)]
pub(crate) enum RouteMatch<'o> {
    /// Index of the operation, and the values of its path parameters.
    Operation(usize, PathValues),
    /// The path exists, but only with these methods.
    OtherMethods(Vec<&'o str>),
    Nothing,
}

/// Method, path and query of a request. The path is still percent-encoded, and the query pairs are
/// decoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteRequest<'r> {
    pub(crate) method: &'r str,
    pub(crate) path: &'r str,
    pub(crate) query: &'r [(String, String)],
}

/// Finds an operation by method, path and query. If several operations match with the highest rank,
/// returns the first one for which `takes` returns `true`. If `takes` accepts none of them, returns
/// the first one.
pub(crate) fn find<'o>(
    operations: &'o [Operation],
    base_path: &str,
    wanted: RouteRequest<'_>,
    takes: impl Fn(&Operation, &PathValues) -> bool,
) -> RouteMatch<'o> {
    let mut best: Vec<(Rank, usize, PathValues)> = Vec::new();
    let mut methods = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let base = operation.base_path.as_deref().unwrap_or(base_path);
        let below = wanted.path.strip_prefix(base);
        let below = below.filter(|path| path.is_empty() || path.starts_with('/'));
        let Some((rank, values)) =
            below.and_then(|path| operation.template.matches(path, wanted.query))
        else {
            continue;
        };
        methods.push(operation.method.as_str());
        if operation.method != wanted.method {
            continue;
        }
        match best.first() {
            Some((known, ..)) if rank < *known => {}
            Some((known, ..)) if rank == *known => best.push((rank, index, values)),
            _ => best = vec![(rank, index, values)],
        }
    }
    methods.sort_unstable();
    methods.dedup();
    let chosen = match best.len() {
        0 | 1 => 0,
        _ => {
            let mut all = best.iter();
            all.position(|(_, index, values)| takes(&operations[*index], values))
                .unwrap_or(0)
        }
    };
    match best.into_iter().nth(chosen) {
        Some((_, index, values)) => RouteMatch::Operation(index, values),
        None if methods.is_empty() => RouteMatch::Nothing,
        None => RouteMatch::OtherMethods(methods),
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
            "/lists/{name}": { "get": op("list", &[path("name", "x-none", "string")]) },
            "/lists/{name}.csv": { "get": op("list_as_csv", &[path("name", "x-none", "string")]) },
            "/sheets/{name}.csv": { "get": op("sheet", &[path("name", "x-none", "string")]) },
            "/places/{lat},{lon}/near": { "get": op("near", &[path("lat", "x-none", "number"), path("lon", "x-none", "number")]) },
            "/": { "get": op("root", &[]) },
        } });
        Document::read(&text.to_string()).unwrap().operations
    }

    fn found<'o>(operations: &'o [Operation], method: &str, path: &str) -> RouteMatch<'o> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        let wanted = RouteRequest {
            method,
            path,
            query: &query,
        };
        find(operations, "", wanted, |_, _| false)
    }

    fn route(method: &str, path: &str) -> String {
        let operations = operations();
        match found(&operations, method, path) {
            RouteMatch::Operation(index, values) => values
                .iter()
                .fold(operations[index].id.clone(), |text, (name, value)| {
                    format!("{text} {name}={value}")
                }),
            RouteMatch::OtherMethods(methods) => format!("only {}", methods.join(", ")),
            RouteMatch::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn literal_segments_take_precedence_over_parameters() {
        assert_eq!(route("GET", "/parcels/last"), "last");
        assert_eq!(route("GET", "/parcels/7"), "parcel id=7");
        assert_eq!(route("GET", "/parcels/seven"), "parcel id=seven");
    }

    #[test]
    fn a_parameter_with_a_suffix_takes_precedence_over_a_bare_parameter() {
        assert_eq!(route("GET", "/lists/a.csv"), "list_as_csv name=a");
        assert_eq!(route("GET", "/lists/a"), "list name=a");
    }

    #[test]
    fn a_parameter_that_keeps_slashes_can_span_segments() {
        assert_eq!(
            route("GET", "/files/1/a/b%20c.jpg"),
            "file code=1/a/b c.jpg"
        );
        assert_eq!(
            route("GET", "/files/1/a/b.jpg/download"),
            "download code=1/a/b.jpg"
        );
    }

    #[test]
    fn a_parameter_that_keeps_slashes_includes_empty_segments() {
        assert_eq!(route("GET", "/files//ABC"), "file code=/ABC");
        assert_eq!(route("GET", "/files/A//BC"), "file code=A//BC");
        assert_eq!(route("GET", "/files/a/"), "file code=a/");
        assert_eq!(route("GET", "/files//a//download"), "download code=/a/");
        assert_eq!(route("GET", "/files/"), "nothing");
        assert_eq!(route("GET", "/parcels//7"), "nothing");
    }

    #[test]
    fn operations_at_the_same_path_are_distinguished_by_query_and_predicate() {
        let op = |id: &str| json!({ "operationId": id, "responses": {} });
        let server = json!([{ "url": "https://up.example.com/up" }]);
        let text = json!({ "paths": {
            "/": { "post": op("plain") },
            "/?Action=Read": { "post": op("read") },
            "/?Action=Get&id={id}": { "post": op("get") },
            "/#Other": { "post": op("other") },
            "/files": { "post": op("files"), "servers": server },
        } });
        let operations = Document::read(&text.to_string()).unwrap().operations;
        let route = |path: &str, wanted: &str| {
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            let query: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
            let request = RouteRequest {
                method: "POST",
                path,
                query: &query,
            };
            match find(&operations, "/v1", request, |operation, _| {
                operation.id == wanted
            }) {
                RouteMatch::Operation(index, values) => {
                    format!("{} {values:?}", operations[index].id)
                }
                other => format!("{other:?}"),
            }
        };
        assert_eq!(route("/v1/?Action=Read&x=1", ""), "read []");
        assert_eq!(route("/v1/?Action=Get&id=7", ""), "get [(\"id\", \"7\")]");
        assert_eq!(route("/v1/?Action=Get", ""), "plain []");
        assert_eq!(route("/v1/", "other"), "other []");
        assert_eq!(route("/v1/", "none of them"), "plain []");
        assert_eq!(route("/up/files", ""), "files []");
        assert_eq!(route("/v1/files", ""), "Nothing");
    }

    #[test]
    fn an_encoded_slash_is_not_a_separator() {
        assert_eq!(route("GET", "/parcels/a%2Fb"), "parcel id=a/b");
    }

    #[test]
    fn literal_text_around_a_parameter_must_match() {
        assert_eq!(route("GET", "/sheets/may.csv"), "sheet name=may");
        assert_eq!(route("GET", "/sheets/may.txt"), "nothing");
    }

    #[test]
    fn a_template_without_literals_matches_only_integers() {
        assert_eq!(route("GET", "/12"), "by_id id=12");
        assert_eq!(route("GET", "/unknown"), "nothing");
        assert_eq!(route("GET", "/"), "root");
    }

    #[test]
    fn a_known_path_lists_its_allowed_methods() {
        assert_eq!(route("PATCH", "/parcels/7"), "only GET, PUT");
        assert_eq!(route("GET", "/parcels/7/more"), "nothing");
    }

    #[test]
    fn one_segment_can_have_several_parameters() {
        let operations = operations();
        let RouteMatch::Operation(_, values) = found(&operations, "GET", "/places/48.85,2.35/near")
        else {
            panic!("nothing was found");
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(values, [pair("lat", "48.85"), pair("lon", "2.35")]);
        let lacks = found(&operations, "GET", "/places/48.85/near");
        assert!(matches!(lacks, RouteMatch::Nothing), "{lacks:?}");
    }
}
