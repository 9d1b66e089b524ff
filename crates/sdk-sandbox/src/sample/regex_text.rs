//! Strings that match a regular expression.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::sample::prng::Prng;

/// Generates a string that matches a pattern.
///
/// Returns `None` if `regex_syntax` can't parse the pattern, for example because of a look-ahead,
/// or if a character class is empty. `least` and `most` are the wanted minimum and maximum length
/// of the string. They affect only unbounded repetitions, so other patterns can produce strings of
/// other lengths.
pub(crate) fn text(pattern: &str, least: usize, most: usize, seed: &mut Prng) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut out = String::new();
    let least = u32::try_from(least).unwrap_or(1000).clamp(1, 1000);
    let most = u32::try_from(most).unwrap_or(u32::MAX).max(least);
    Writer { least, most, seed }.write(&hir, &mut out)?;
    Some(out)
}

struct Writer<'s> {
    least: u32,
    most: u32,
    seed: &'s mut Prng,
}

impl Writer<'_> {
    fn write(&mut self, hir: &Hir, out: &mut String) -> Option<()> {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(class) => out.push(character(class, self.seed)?),
            HirKind::Capture(capture) => self.write(&capture.sub, out)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part, out))?,
            HirKind::Alternation(parts) => {
                let chosen = self.seed.below(parts.len());
                self.write(parts.get(chosen)?, out)?;
            }
            HirKind::Repetition(repetition) => {
                let from = match repetition.max {
                    None => repetition.min.max(self.least),
                    Some(_) => repetition.min,
                };
                let to = repetition
                    .max
                    .unwrap_or(self.most)
                    .min(from.saturating_add(4))
                    .max(from);
                let count = from.saturating_add(self.seed.below((to - from) as usize + 1) as u32);
                for _ in 0..count.min(1000) {
                    self.write(&repetition.sub, out)?;
                }
            }
        }
        Some(())
    }
}

/// Returns a printable ASCII character of the class, or its first character if it has none.
fn character(class: &Class, seed: &mut Prng) -> Option<char> {
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
    fn generated_text_matches_the_pattern() {
        for pattern in [
            "^0x[a-fA-F0-9]+$",
            "^[0-9a-f]{8}-[0-9a-f]{4}$",
            "^[a-zA-Z0-9_]$",
            r"^\d{2}-\d{2}-\d{4}( \d{2}:\d{2})?$",
            "^(cat|dog)s?$",
            "^[^a-z]{3}$",
        ] {
            let made = text(pattern, 0, usize::MAX, &mut Prng::new("a", 1)).unwrap();
            let schema = serde_json::json!({ "pattern": pattern });
            assert!(
                jsonschema::is_valid(&schema, &serde_json::json!(made)),
                "{made} for {pattern}"
            );
        }
    }

    #[test]
    fn generated_text_has_the_requested_length() {
        for seed in 0..20 {
            let made = text("^[a-z]+$", 3, 5, &mut Prng::new("a", seed)).unwrap();
            assert!((3..=5).contains(&made.len()), "{made}");
        }
    }

    #[test]
    fn a_pattern_with_look_ahead_is_unsupported() {
        assert_eq!(text("^(?=a)b$", 0, 9, &mut Prng::new("a", 1)), None);
    }
}
