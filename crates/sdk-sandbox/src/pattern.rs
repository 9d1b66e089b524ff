//! A text that a regular expression accepts.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::seed::Seed;

/// Makes a text for a pattern; `None` where the pattern is beyond plain regular expressions.
pub(crate) fn text(pattern: &str, seed: &mut Seed) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut out = String::new();
    write(&hir, seed, &mut out)?;
    Some(out)
}

fn write(hir: &Hir, seed: &mut Seed, out: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(character(class, seed)?),
        HirKind::Capture(capture) => write(&capture.sub, seed, out)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, seed, out))?,
        HirKind::Alternation(parts) => write(parts.get(seed.below(parts.len()))?, seed, out)?,
        HirKind::Repetition(repetition) => {
            let least = repetition.min;
            let most = repetition
                .max
                .unwrap_or(least.saturating_add(4))
                .min(least.saturating_add(4));
            let count = least as usize + seed.below((most - least) as usize + 1);
            for _ in 0..count.max(usize::from(most > 0)).min(1000) {
                write(&repetition.sub, seed, out)?;
            }
        }
    }
    Some(())
}

/// A printable ASCII character of the class, or else its first one.
fn character(class: &Class, seed: &mut Seed) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|r| (r.start(), r.end()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|r| (char::from(r.start()), char::from(r.end())))
            .collect(),
    };
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || "-_. ".contains(*letter);
    let ascii: Vec<char> = (' '..='~')
        .filter(|c| ranges.iter().any(|(from, to)| from <= c && c <= to))
        .collect();
    let pleasant: Vec<char> = ascii.iter().copied().filter(plain).collect();
    let choice = if pleasant.is_empty() { ascii } else { pleasant };
    choice
        .get(seed.below(choice.len()))
        .copied()
        .or_else(|| ranges.first().map(|(from, _)| *from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_fits_the_pattern() {
        for pattern in [
            "^0x[a-fA-F0-9]+$",
            "^[0-9a-f]{8}-[0-9a-f]{4}$",
            "^[a-zA-Z0-9_]$",
            r"^\d{2}-\d{2}-\d{4}( \d{2}:\d{2})?$",
            "^(cat|dog)s?$",
            "^[^a-z]{3}$",
        ] {
            let made = text(pattern, &mut Seed::new("a", 1)).unwrap();
            let schema = serde_json::json!({ "pattern": pattern });
            assert!(
                jsonschema::is_valid(&schema, &serde_json::json!(made)),
                "{made} for {pattern}"
            );
        }
    }

    #[test]
    fn a_pattern_that_looks_ahead_is_beyond_it() {
        assert_eq!(text("^(?=a)b$", &mut Seed::new("a", 1)), None);
    }
}
