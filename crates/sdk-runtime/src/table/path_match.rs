//! Finds the operation for a path.

use std::borrow::Cow;
use std::cmp::Ordering;

use percent_encoding::percent_decode_str;

use crate::table::method::Method;
use crate::table::operation::{Operation, Repeat};
use crate::table::parameter::{Place, Style};

/// Returns the operation for a method and a path below the base URL.
///
/// The most literal template wins: `/users/me` before `/users/{id}`. Segments are compared from the
/// left. In a tie, the query decides.
///
/// Ignores operations with their own server, and operations whose path has fixed query pairs that
/// the query doesn't contain.
pub(crate) fn operation_of(
    operations: &'static [&'static Operation],
    method: Method,
    path: &str,
    query: &str,
) -> Option<&'static Operation> {
    let path = segments(path);
    let candidates = operations.iter().filter(|known| {
        known.method == method && known.server.is_none() && has_fixed_pairs(known, query)
    });
    candidates
        .filter_map(|known| Some((fit(known, &path)?, *known)))
        .min_by(|(one, first), (other, second)| {
            by_literalness(one, other).then_with(|| by_query_constants(first, second, query))
        })
        .map(|(_, known)| known)
}

/// Returns whether a query contains the fixed pairs of an operation's path.
fn has_fixed_pairs(operation: &Operation, query: &str) -> bool {
    fixed(operation).all(|pair| query.split('&').any(|given| given == pair))
}

/// Returns the fixed query pairs of an operation's path. Pairs that contain a parameter aren't
/// fixed, and are left out.
fn fixed(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let query = operation
        .path
        .split_once('?')
        .map_or("", |(_, query)| query);
    let pairs = query.split('&');
    pairs.filter(|pair| !pair.is_empty() && !pair.contains('{'))
}

/// Compares operations whose paths match equally well.
///
/// The operation with more constants in the query comes first. In a tie, an operation that must
/// never be repeated comes first.
fn by_query_constants(one: &Operation, other: &Operation, query: &str) -> Ordering {
    let rank = |operation: &Operation| {
        let constants = operation.parameters.iter().filter(|parameter| {
            parameter.place == Place::Query
                && parameter.default.is_some_and(|value| {
                    let pair = format!("{}={value}", parameter.name);
                    query.split('&').any(|given| given == pair)
                })
        });
        let may_repeat = operation.repeat != Repeat::Never;
        (
            std::cmp::Reverse(fixed(operation).count() + constants.count()),
            may_repeat,
        )
    };
    rank(one).cmp(&rank(other))
}

/// How literally a template's segment matches. Smaller values match more literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Literal,
    /// A literal with parameters in it.
    Mixed,
    Parameter,
}

/// Compares how literal two templates are.
///
/// If the templates differ only in length, the shorter one contains a parameter that keeps slashes,
/// and the longer one is more specific.
fn by_literalness(one: &[Fit], other: &[Fit]) -> Ordering {
    let shared = one.len().min(other.len());
    let by_segments = one[..shared].cmp(&other[..shared]);
    by_segments.then(other.len().cmp(&one.len()))
}

/// Returns the decoded segments of a path.
///
/// An encoded slash doesn't separate segments. A trailing slash is ignored.
fn segments(path: &str) -> Vec<Cow<'_, str>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy())
        .collect()
}

fn fit(operation: &Operation, path: &[Cow<'_, str>]) -> Option<Vec<Fit>> {
    let mut rest = path;
    let mut fits = Vec::with_capacity(path.len());
    let template = operation.path.split('?').next().unwrap_or_default();
    let mut templates = segments(template).into_iter().peekable();
    while let Some(template) = templates.next() {
        let left = templates.clone().count();
        // A parameter that keeps slashes matches all segments that the rest of the template doesn't
        // need.
        let count = if keeps_slashes(operation, &template) {
            rest.len().checked_sub(left)?.max(1)
        } else {
            1
        };
        let (segments, after) = rest.split_at_checked(count)?;
        fits.push(fit_segment(&template, &segments.join("/"))?);
        rest = after;
    }
    rest.is_empty().then_some(fits)
}

fn keeps_slashes(operation: &Operation, template: &str) -> bool {
    operation.parameters.iter().any(|parameter| {
        parameter.place == Place::Path
            && parameter.style == Style::KeepSlashes
            && template.contains(&format!("{{{}}}", parameter.name))
    })
}

fn fit_segment(template: &str, segment: &str) -> Option<Fit> {
    let Some((first, mut template)) = template.split_once('{') else {
        return (template == segment).then_some(Fit::Literal);
    };
    let mut rest = segment.strip_prefix(first)?;
    let mut mixed = !first.is_empty();
    loop {
        let (_, after) = template.split_once('}')?;
        let Some((literal, next)) = after.split_once('{') else {
            // The last parameter matches everything up to the literal at the end, and at least one
            // character.
            let value = rest.strip_suffix(after)?;
            mixed |= !after.is_empty();
            let fit = if mixed { Fit::Mixed } else { Fit::Parameter };
            return (!value.is_empty()).then_some(fit);
        };
        mixed = true;
        let start = rest.chars().next()?.len_utf8();
        let at = start + rest[start..].find(literal)?;
        rest = &rest[at + literal.len()..];
        template = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parameter;

    macro_rules! table {
        ($($method:ident $path:literal),* $(,)?) => {
            &[$(&Operation { id: $path, method: Method::$method, path: $path, ..Operation::EMPTY }),*]
        };
    }

    static FILE: Operation = Operation {
        id: "file",
        path: "/files/{code}/download",
        parameters: &[Parameter {
            name: "code",
            place: Place::Path,
            style: Style::KeepSlashes,
            ..Parameter::EMPTY
        }],
        ..Operation::EMPTY
    };

    static TABLE: &[&Operation] = table![
        Get "/users/{id}",
        Get "/users/me",
        Put "/users/{id}",
        Get "/{any}/me",
        Get "/reports/{id}.pdf",
        Get "/reports/{id}",
        Get "/pairs/{one},{other}",
        Post "/",
    ];

    fn found(method: Method, path: &str) -> Option<&'static str> {
        operation_of(TABLE, method, path, "").map(|operation| operation.id)
    }

    #[test]
    fn the_most_literal_template_wins_after_decoding() {
        let get = |path| found(Method::Get, path);
        assert_eq!(get("/users/me"), Some("/users/me"));
        assert_eq!(get("/users/%6De"), Some("/users/me"));
        assert_eq!(get("/us%65rs/7/"), Some("/users/{id}"));
        assert_eq!(get("/users/a%2Fb"), Some("/users/{id}"));
        assert_eq!(get("/teams/me"), Some("/{any}/me"));
        assert_eq!(get("/reports/7.pdf"), Some("/reports/{id}.pdf"));
        assert_eq!(get("/reports/7"), Some("/reports/{id}"));
        assert_eq!(get("/pairs/a,b"), Some("/pairs/{one},{other}"));
        assert_eq!(found(Method::Put, "/users/me"), Some("/users/{id}"));
        assert_eq!(found(Method::Post, "/"), Some("/"));
    }

    #[test]
    fn a_path_that_is_not_in_the_table_matches_no_operation() {
        for path in [
            "/users",
            "/users/",
            "/users//",
            "/users/7/x",
            "/Users/me7",
            "/pairs/,b",
            "/pairs/a,",
        ] {
            assert_eq!(found(Method::Get, path), None, "{path}");
        }
        assert_eq!(found(Method::Delete, "/users/7"), None);
    }

    #[test]
    fn empty_segments_match_a_parameter_that_keeps_slashes() {
        static CODE: &[Parameter] = &[Parameter {
            name: "code",
            place: Place::Path,
            style: Style::KeepSlashes,
            ..Parameter::EMPTY
        }];
        static MODELS: &[&Operation] = &[
            &Operation {
                id: "list",
                path: "/models",
                ..Operation::EMPTY
            },
            &Operation {
                id: "model",
                path: "/models/{code}",
                parameters: CODE,
                ..Operation::EMPTY
            },
            &Operation {
                id: "draft",
                path: "/models/{code}/draft",
                parameters: CODE,
                ..Operation::EMPTY
            },
        ];
        for (path, id) in [
            ("/models//ABC", Some("model")),
            ("/models/A//BC", Some("model")),
            ("/models/a/", Some("model")),
            ("/models/a//", Some("model")),
            ("/models//a//draft", Some("draft")),
            ("/models//draft", Some("model")),
            ("/models/", Some("list")),
            ("/models//", None),
        ] {
            let found = operation_of(MODELS, Method::Get, path, "");
            assert_eq!(found.map(|operation| operation.id), id, "{path}");
        }
    }

    #[test]
    fn operations_with_the_same_path_are_distinguished_by_the_query() {
        static ACTION: Parameter = Parameter {
            name: "Action",
            required: true,
            ..Parameter::EMPTY
        };
        static ACTIONS: &[&Operation] = &[
            &Operation {
                id: "any",
                method: Method::Post,
                path: "/",
                repeat: Repeat::Safe,
                ..Operation::EMPTY
            },
            &Operation {
                id: "fixed",
                method: Method::Post,
                path: "/?Action=Fixed&x={x}",
                ..Operation::EMPTY
            },
            &Operation {
                id: "constant",
                method: Method::Post,
                path: "/",
                parameters: &[Parameter {
                    default: Some("Constant"),
                    ..ACTION
                }],
                ..Operation::EMPTY
            },
        ];
        let found = |query| operation_of(ACTIONS, Method::Post, "/", query).map(|known| known.id);
        assert_eq!(found("x=1&Action=Fixed"), Some("fixed"));
        assert_eq!(found("Action=Constant"), Some("constant"));
        // The query doesn't distinguish the operations, so the operation that is never repeated
        // wins, because its rules are safe.
        assert_eq!(found("Action=Other"), Some("constant"));
    }

    #[test]
    fn a_parameter_that_keeps_slashes_matches_multiple_segments() {
        static FILES: &[&Operation] = &[&FILE];
        for (path, is_found) in [
            ("/files/a/download", true),
            ("/files/a/b/c.png/download", true),
            ("/files//ABC/download", true),
            ("/files/A//BC/download", true),
            ("/files/a//download", true),
            ("/files//download", false),
            ("/files/download", false),
            ("/files/a/b", false),
        ] {
            assert_eq!(
                operation_of(FILES, Method::Get, path, "").is_some(),
                is_found,
                "{path}"
            );
        }
    }
}
