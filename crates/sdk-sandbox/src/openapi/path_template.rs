//! Path templates, and the ranking of their matches.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};

use crate::openapi::parameter::{Parameter, Place};

/// Characters that are percent-encoded in a path segment.
pub(crate) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A path template, split into segments.
#[derive(Debug, Clone)]
pub(crate) struct PathTemplate {
    segments: Vec<Segment>,
    /// Query pairs that the path contains. A value can be `{name}`.
    query: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
enum Segment {
    Literal(String),
    /// A segment of the form `before{name}after`. With `number`, a match whose value is an integer
    /// ranks higher.
    Parameter {
        before: String,
        name: String,
        after: String,
        slashes: bool,
        number: bool,
    },
    /// Several parameters in one segment, and the literals before, between and after them.
    Several {
        literals: Vec<String>,
        names: Vec<String>,
    },
}

impl Segment {
    /// Returns the number of bytes outside the parameters of the segment, or 0 for a literal
    /// segment.
    fn bytes_outside_parameters(&self) -> usize {
        match self {
            Self::Literal(_) => 0,
            Self::Parameter { before, after, .. } => before.len() + after.len(),
            Self::Several { literals, .. } => literals.iter().map(String::len).sum(),
        }
    }
}

/// Names and decoded values of the parameters in a path template.
pub(crate) type PathValues = Vec<(String, String)>;

/// Rank of a match. Compared in this order: whether all integer parameters have integer values, the
/// number of literal segments, the number of all segments, the number of bytes outside parameters
/// in segments with parameters, and the number of query pairs.
pub(crate) type Rank = (bool, usize, usize, usize, usize);

impl PathTemplate {
    pub(crate) fn read(path: &str, parameters: &[Parameter]) -> Self {
        let segment = |text: &str| {
            if text.matches('{').count() > 1 {
                return several(text);
            }
            let cut = text
                .split_once('{')
                .and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
            let Some((before, (name, after))) = cut else {
                return Segment::Literal(decode(text));
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
        // Fragments distinguish operations only in the document. Clients don't send them.
        let sent = path.split('#').next().unwrap_or_default();
        let (path, query) = sent.split_once('?').unwrap_or((sent, ""));
        Self {
            query: serde_urlencoded::from_str(query).unwrap_or_default(),
            segments: path
                .trim_start_matches('/')
                .split('/')
                .map(segment)
                .collect(),
        }
    }

    pub(crate) fn matches(
        &self,
        path: &str,
        query: &[(String, String)],
    ) -> Option<(Rank, PathValues)> {
        let path: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let mut values = Vec::new();
        if !matches_segments(&self.segments, &path, &mut values)
            || !self.matches_query(query, &mut values)
        {
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
        // A template without literal segments, such as `/{id}`, would match any path with the
        // same number of segments. It matches only if its integer parameters have integer values.
        if literals == 0 && !typed {
            return None;
        }
        let bytes_outside_parameters: usize = self
            .segments
            .iter()
            .map(Segment::bytes_outside_parameters)
            .sum();
        let rank = (
            typed,
            literals,
            self.segments.len(),
            bytes_outside_parameters,
            self.query.len(),
        );
        Some((rank, values))
    }

    /// Returns whether a query contains the pairs of the template. Adds the values of parameters in
    /// these pairs to `values`.
    fn matches_query(&self, query: &[(String, String)], values: &mut PathValues) -> bool {
        self.query.iter().all(|(name, wanted)| {
            let mut given = query.iter().filter(|(known, _)| known == name);
            let parameter = wanted
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            match parameter {
                Some(parameter) => given.next().is_some_and(|(_, value)| {
                    values.push((parameter.to_owned(), value.clone()));
                    true
                }),
                None => given.any(|(_, value)| value == wanted),
            }
        })
    }
}

fn matches_segments(segments: &[Segment], path: &[&str], values: &mut PathValues) -> bool {
    let (Some((segment, segments)), Some((first, rest))) =
        (segments.split_first(), path.split_first())
    else {
        return segments.is_empty() && path.is_empty();
    };
    match segment {
        Segment::Literal(text) => {
            decode(first) == *text && matches_segments(segments, rest, values)
        }
        Segment::Several { literals, names } => {
            let Some(found) = split_values(literals, first) else {
                return false;
            };
            let known = values.len();
            values.extend(names.iter().cloned().zip(found));
            let whole = matches_segments(segments, rest, values);
            if !whole {
                values.truncate(known);
            }
            whole
        }
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
                if matches_segments(segments, &path[taken..], values) {
                    return true;
                }
                values.truncate(known);
            }
            false
        }
    }
}

/// Splits a segment with several parameters.
fn several(text: &str) -> Segment {
    let (mut literals, mut names, mut rest) = (Vec::new(), Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        literals.push(before.to_owned());
        names.push(name.to_owned());
        rest = after;
    }
    literals.push(rest.to_owned());
    Segment::Several { literals, names }
}

/// Extracts the values of several parameters in one segment, or returns `None` if the segment
/// doesn't match. Each value ends at the first occurrence of the literal that follows it. The last
/// value is the rest.
fn split_values(literals: &[String], text: &str) -> Option<Vec<String>> {
    let (first, others) = literals.split_first()?;
    let (last, between) = others.split_last()?;
    let mut rest = text.strip_prefix(first.as_str())?;
    rest = rest.strip_suffix(last.as_str())?;
    let mut values = Vec::new();
    for literal in between {
        let (value, after) = rest.split_once(literal.as_str())?;
        values.push(decode(value));
        rest = after;
    }
    values.push(decode(rest));
    values
        .iter()
        .all(|value| !value.is_empty())
        .then_some(values)
}

/// Returns the names of the parameters of a path, in order.
pub(crate) fn names(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0))
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Returns the path with anonymous parameters and without empty segments, such as `/pets/{}`.
pub(crate) fn shape(path: &str) -> String {
    let part = |part: &str| {
        let mut out = String::from("/");
        let mut rest = part;
        while let Some((before, (_, after))) = rest
            .split_once('{')
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            out.push_str(before);
            out.push_str("{}");
            rest = after;
        }
        out + rest
    };
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(part)
        .collect()
}
