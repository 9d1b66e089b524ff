//! Path templates and the way from a path to its operation.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};

use crate::operation::Operation;
use crate::parameter::{Parameter, Place};

/// What is encoded in a segment of a path.
pub(crate) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A path template, cut at its slashes.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone)]
enum Segment {
    Literal(String),
    /// `before{name}after`; `number` where the parameter has to be one.
    Parameter {
        before: String,
        name: String,
        after: String,
        slashes: bool,
        number: bool,
    },
}

/// The values of the path parameters, decoded.
pub(crate) type PathValues = Vec<(String, String)>;

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Found<'o> {
    /// The number of the operation.
    Operation(usize, PathValues),
    /// The path exists, with these methods.
    OtherMethods(Vec<&'o str>),
    Nothing,
}

/// Looks an operation up by method and by path, which is still percent-encoded.
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

/// How well a template fits: numbers that are numbers, then literal segments, then any segments.
type Rank = (bool, usize, usize);

impl Template {
    pub(crate) fn read(path: &str, parameters: &[Parameter]) -> Self {
        let segment = |text: &str| {
            let cut = text
                .split_once('{')
                .and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
            let Some((before, (name, after))) = cut else {
                return Segment::Literal(text.to_owned());
            };
            let parameter = parameters
                .iter()
                .find(|p| p.place == Place::Path && p.name == name);
            Segment::Parameter {
                before: before.to_owned(),
                name: name.to_owned(),
                after: after.to_owned(),
                slashes: parameter.is_some_and(|p| p.keep_slashes),
                number: parameter.is_some_and(|p| p.kind.is_integer()),
            }
        };
        Self {
            segments: path
                .trim_start_matches('/')
                .split('/')
                .map(segment)
                .collect(),
        }
    }

    fn matches(&self, path: &str) -> Option<(Rank, PathValues)> {
        let path: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let mut values = Vec::new();
        if !fits(&self.segments, &path, &mut values) {
            return None;
        }
        let literals = self
            .segments
            .iter()
            .filter(|s| matches!(s, Segment::Literal(_)))
            .count();
        let typed = self.segments.iter().all(|segment| match segment {
            Segment::Parameter {
                name, number: true, ..
            } => values
                .iter()
                .any(|(n, value)| n == name && value.parse::<i64>().is_ok()),
            _ => true,
        });
        // `/{id}` would take every unknown path, so it only takes what can be an id.
        if literals == 0 && !typed {
            return None;
        }
        Some(((typed, literals, self.segments.len()), values))
    }
}

fn fits(segments: &[Segment], path: &[&str], values: &mut PathValues) -> bool {
    let (Some((segment, segments)), Some((first, rest))) =
        (segments.split_first(), path.split_first())
    else {
        return segments.is_empty() && path.is_empty();
    };
    match segment {
        Segment::Literal(text) => decode(first) == *text && fits(segments, rest, values),
        Segment::Parameter {
            before,
            name,
            after,
            slashes,
            ..
        } => {
            let most = if *slashes {
                path.len().saturating_sub(segments.len())
            } else {
                1
            };
            for taken in 1..=most {
                let text = path[..taken].join("/");
                let Some(value) = text
                    .strip_prefix(before.as_str())
                    .and_then(|t| t.strip_suffix(after.as_str()))
                else {
                    continue;
                };
                if value.is_empty() {
                    continue;
                }
                let known = values.len();
                values.push((name.clone(), decode(value)));
                if fits(segments, &path[taken..], values) {
                    return true;
                }
                values.truncate(known);
            }
            false
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
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
}
