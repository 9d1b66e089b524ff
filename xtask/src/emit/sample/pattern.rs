//! Creates strings that match a pattern. The strings are built from the pattern's syntax tree,
//! because compiling a pattern with long repetitions takes seconds.

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Maximum [`weight`] of a pattern that is cheap to compile.
const MAX_CHEAP_WEIGHT: usize = 300;

/// Length in bytes beyond which a generated string is not extended.
const MAX_LENGTH: usize = 4096;

/// A parsed pattern.
pub(super) struct Pattern {
    hir: Hir,
    /// The compiled pattern, if compiling it is cheap.
    regex: Option<Regex>,
}

impl Pattern {
    /// Parses a pattern. Returns `None` if `regex` can't parse it, for example because of a
    /// look-ahead.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let mut parser = ParserBuilder::new().nest_limit(64).build();
        let hir = parser.parse(pattern).ok()?;
        let is_cheap = weight(&hir) <= MAX_CHEAP_WEIGHT;
        let regex = is_cheap
            .then(|| RegexBuilder::new(pattern).build().ok())
            .flatten();
        Some(Self { hir, regex })
    }

    /// Returns whether a string is known to match.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.regex
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }

    /// Returns a string built from the pattern, with at least `least` characters if possible.
    pub(super) fn sample(&self, least: usize) -> String {
        let mut shortest = String::new();
        // Repetitions grow until the string is long enough.
        for more in [0, 1, least] {
            let mut text = String::new();
            write(&self.hir, more, &mut text);
            let length = text.chars().count();
            if length > 0 && length >= least {
                return text;
            }
            shortest = text;
        }
        shortest
    }
}

/// Estimates the length of a pattern with its repetitions expanded.
fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        // Classes with multibyte characters, such as negated classes, have many parts in UTF-8.
        HirKind::Class(class) => match class.literal() {
            Some(_) => 1,
            None if class.maximum_len() == Some(1) => 1,
            None => 8,
        },
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min + 1).max(1) as usize;
            weight(&repetition.sub).saturating_mul(times)
        }
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts
            .iter()
            .fold(0, |sum, part| sum.saturating_add(weight(part))),
    }
}

fn write(hir: &Hir, more: usize, text: &mut String) {
    if text.len() > MAX_LENGTH {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(preferred_char(class)),
        HirKind::Repetition(repetition) => {
            let least = repetition.min as usize;
            let most = repetition.max.map_or(usize::MAX, |most| most as usize);
            for _ in 0..least.saturating_add(more).min(most) {
                if text.len() > MAX_LENGTH {
                    return;
                }
                write(&repetition.sub, more, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, more, text)),
        HirKind::Alternation(parts) => {
            if let Some(first) = parts.first() {
                write(first, more, text);
            }
        }
    }
}

/// Returns a character of the class, preferably a letter or a digit.
fn preferred_char(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => class
            .iter()
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
    };
    let has = |c: char| {
        ranges
            .iter()
            .any(|(start, end)| (*start..=*end).contains(&c))
    };
    let letters = ('a'..='z')
        .chain('A'..='Z')
        .chain('1'..='9')
        .chain('0'..='0');
    letters
        .chain('!'..='~')
        .find(|c| has(*c))
        .or(ranges.first().map(|(start, _)| *start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_matches_its_pattern() {
        for (pattern, least) in [
            ("^arn:aws:[a-z]+$", 0),
            ("^[0-9]{2}$", 0),
            ("^(asc|desc)$", 0),
            ("^[^/]*$", 5),
            ("^a?b{2,3}c*$", 6),
            ("^\\+?[1-9]\\d{6,14}$", 9),
            ("[A-Z]{3}_x", 0),
        ] {
            let sample = Pattern::new(pattern).unwrap().sample(least);
            assert!(
                Regex::new(pattern).unwrap().is_match(&sample),
                "{pattern}: {sample}"
            );
            assert!(sample.chars().count() >= least, "{pattern}: {sample}");
        }
    }

    #[test]
    fn a_pattern_with_long_repetitions_is_sampled_without_compiling_it() {
        let part = r"[a-z0-9-\.]{0,63}:";
        let arn = format!(r"arn:[a-z0-9-\.]{{1,63}}:{part}{part}{part}[^/].{{0,1023}}");
        let pattern = Pattern::new(&arn).unwrap();
        assert!(pattern.regex.is_none());
        assert_eq!(pattern.sample(0), "arn:a::::a");
        assert!(Pattern::new("(?!x)y").is_none());
    }
}
