//! Removes the known secrets of a call from a vendor's text, in all common encodings.
//!
//! A string is truncated before and after the search, so the work is bounded regardless of what the
//! vendor sends.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::error::bounded::{cut, cut_for_search, one_line};
use crate::error::redact::{REPLACEMENT, scrub};
use crate::error::spelling::View;

/// Maximum number of bytes of a vendor's string that an error keeps.
pub(crate) const TEXT: usize = 1024;
/// Length of the prefix that identifies a longer secret, so that a truncated secret is also found.
const HEAD_LENGTH: usize = 64;
/// Minimum length of a secret to search for. Any text may contain a shorter secret by chance.
const MIN_SECRET_LENGTH: usize = 4;
/// Minimum length, without spaces, of a pattern that is searched for in text whose spaces were
/// removed. Such text may contain a shorter pattern by chance.
const MIN_SQUEEZED_LENGTH: usize = 12;
/// Maximum number of bytes by which a search extends beyond the limit of a string, so that a long
/// secret is found as a whole.
const MAX_LOOKAHEAD: usize = 16 * 1024;

/// Secrets of one call, as patterns to search for.
#[derive(Default)]
pub(crate) struct Redactor {
    patterns: Patterns,
    /// Patterns without whitespace, plus signs and backslashes.
    squeezed: Patterns,
    longest: usize,
}

impl Redactor {
    pub(crate) fn new(secrets: &[&str]) -> Self {
        let known = || {
            secrets
                .iter()
                .filter(|secret| secret.len() >= MIN_SECRET_LENGTH)
        };
        let longest = known().map(|secret| secret.len()).max().unwrap_or(0);
        let longest = longest.min(MAX_LOOKAHEAD);
        let mut patterns = Vec::new();
        for secret in known() {
            // Strings longer than this are never searched.
            let most = secret.len().min(5 * TEXT + MAX_LOOKAHEAD);
            add_patterns(
                secret.as_bytes().get(..most).unwrap_or_default(),
                &mut patterns,
            );
        }
        let mut squeezed: Vec<_> = patterns.iter().map(|pattern| squeeze(pattern)).collect();
        squeezed.retain(|pattern| pattern.len() >= MIN_SQUEEZED_LENGTH);
        Self {
            patterns: Patterns::new(patterns),
            squeezed: Patterns::new(squeezed),
            longest,
        }
    }

    /// Returns a vendor's text on one line of at most 1 KiB, without secrets.
    ///
    /// Removes known secrets and values that look like secrets.
    pub(crate) fn clean(&self, text: &str) -> String {
        self.line(text, true)
    }

    /// Like `clean`, but keeps values that only look like secrets.
    ///
    /// Use it for names, ids and the client's own messages.
    pub(crate) fn without_known(&self, text: &str) -> String {
        self.line(text, false)
    }

    fn line(&self, text: &str, by_name: bool) -> String {
        let (known, mut is_cut) = self.start(text, TEXT);
        let mut line = one_line(&known);
        if by_name {
            line = scrub(&line, is_cut);
        }
        is_cut |= line.len() > TEXT;
        if is_cut {
            line.truncate(cut(&line, TEXT - '…'.len_utf8()).len());
            line.push('…');
        }
        line
    }

    /// Returns the start of a string, without known secrets, and whether it was truncated.
    ///
    /// Searches beyond `most` bytes by the length of the longest secret, so the start may be longer
    /// than `most`.
    pub(super) fn start(&self, text: &str, most: usize) -> (String, bool) {
        let (start, is_cut) = cut_for_search(text, most + self.longest);
        (self.replaced(start, is_cut), is_cut)
    }

    fn replaced(&self, text: &str, is_cut: bool) -> String {
        if self.patterns.is_empty() {
            return text.to_owned();
        }
        let mut found = Vec::new();
        View::each(text.as_bytes(), |view, is_squeezed| {
            let patterns = if is_squeezed {
                &self.squeezed
            } else {
                &self.patterns
            };
            patterns.find(view, is_cut, &mut found);
        });
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for range in found {
            if range.start >= done && !range.is_empty() {
                clean.push_str(text.get(done..range.start).unwrap_or_default());
                clean.push_str(REPLACEMENT);
            }
            done = done.max(range.end);
        }
        clean.push_str(text.get(done..).unwrap_or_default());
        clean
    }
}

/// Patterns that are searched for in one pass.
#[derive(Default)]
struct Patterns {
    texts: Vec<Vec<u8>>,
    heads: Option<AhoCorasick>,
}

impl Patterns {
    fn new(mut texts: Vec<Vec<u8>>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        let heads = texts.iter().map(|text| head(text));
        let heads = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .prefilter(false)
            .build(heads)
            .ok();
        Self { texts, heads }
    }

    fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    fn find(&self, view: &View, is_cut: bool, found: &mut Vec<Range<usize>>) {
        let text = view.bytes();
        let Some(heads) = &self.heads else {
            // There are too many patterns to search for, so nothing is shown.
            return found.push(view.origin(0..text.len()));
        };
        for hit in heads.find_overlapping_iter(text) {
            let pattern = self.texts.get(hit.pattern().as_usize());
            let rest = text.get(hit.start()..).unwrap_or_default();
            let length = rest.iter().zip(pattern.into_iter().flatten());
            let length = length.take_while(|(one, other)| one == other).count();
            found.push(view.origin(hit.start()..hit.start() + length));
        }
        if is_cut {
            // The end of the text may be the start of a truncated secret.
            for pattern in &self.texts {
                let longest = head(pattern).len().min(text.len());
                let part = (1..=longest).rev().find(|length| {
                    pattern
                        .get(..*length)
                        .is_some_and(|part| text.ends_with(part))
                });
                if let Some(length) = part {
                    found.push(view.origin(text.len() - length..text.len()));
                }
            }
        }
    }
}

fn head(pattern: &[u8]) -> &[u8] {
    pattern.get(..HEAD_LENGTH).unwrap_or(pattern)
}

/// Adds the patterns for a secret: plain, in Base64 and in hex, each also with its escapes decoded.
fn add_patterns(secret: &[u8], patterns: &mut Vec<Vec<u8>>) {
    let mut add = |pattern: Vec<u8>| {
        let mut view = Some(View::new(&pattern));
        // A secret may contain sequences that look like escapes.
        for _ in 0..4 {
            view = match view {
                Some(view) if view.bytes().len() >= MIN_SECRET_LENGTH => {
                    patterns.push(view.bytes().to_vec());
                    view.decoded()
                }
                _ => break,
            };
        }
    };
    add(secret.to_vec());
    for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        add(alphabet.encode(secret).into_bytes());
        for before in 0..3 {
            add(within_base64(&alphabet, secret, before));
        }
    }
    for digits in ["0123456789abcdef", "0123456789ABCDEF"] {
        let digit = |number: u8| digits.as_bytes().get(usize::from(number)).copied();
        let hex = secret.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        add(hex.filter_map(digit).collect());
    }
}

/// Returns the Base64 form of a secret within a longer string, such as an id followed by the
/// secret.
///
/// Three bytes become four characters, so the form depends on the number of preceding bytes.
fn within_base64(alphabet: &GeneralPurpose, secret: &[u8], before: usize) -> Vec<u8> {
    let text = alphabet.encode([vec![0; before], secret.to_vec()].concat());
    // The first and last characters also contain bits of the neighboring bytes.
    let start = [0, 2, 3].get(before).copied().unwrap_or_default();
    let end = text.len() - usize::from(!(before + secret.len()).is_multiple_of(3));
    text.get(start..end).unwrap_or_default().as_bytes().to_vec()
}

fn squeeze(pattern: &[u8]) -> Vec<u8> {
    let view = View::new(pattern);
    view.squeezed().unwrap_or(view).bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str, secret: &str) -> String {
        let clean = Redactor::new(&[secret]).replaced(text, false);
        clean.replace(REPLACEMENT, "*")
    }

    #[test]
    fn an_encoded_secret_is_redacted_and_the_text_around_it_is_kept() {
        for (secret, spelled) in [
            ("hush", "hush"),
            ("a b+c", "a+b%2Bc"),
            ("a%25b", "a%25b"),
            ("a%25b", "a%2525b"),
            ("a&amp;b", "a&amp;b"),
            ("a&amp;b", "a&amp;amp;b"),
            ("a\\b\"c", r#"a\\b\"c"#),
            ("a\\b\"c", r#"a\\\\b\\\"c"#),
            ("a\\nb", r"a\nb"),
            ("a\nbc", r"a\nbc"),
            ("ü😀<", r"\u00fc\uD83D\uDE00\u003C"),
            ("ü😀<", r"\\u00fc\\uD83D\\uDE00\\u003C"),
            ("ü😀<", "%C3%BC%F0%9F%98%80%3c"),
            ("ü😀<", "&#252;&#x1F600;&lt;"),
            ("a%41b\"c", r#"a%41b\"c"#),
            ("a%41b<c", "a%41b&lt;c"),
            ("a>>>?", "YT4-Pj8"),
            ("a>>>?", "YT4%2BPj8"),
            ("hush", "68757368"),
            ("hush\u{1}\u{ff}", "6875736801C3BF"),
            ("hush-hush-hush", "aHVz\r\n aC1odXNo\r\n LWh1c2"),
            ("hush-hush-hush", r"aHVz\r\naC1odXNo\r\nLWh1c2"),
        ] {
            let text = format!("é {spelled} .");
            assert_eq!(replaced(&text, secret), "é * .", "{secret} {spelled}");
        }
        // Each string is the Base64 of `id:`, `i` or `id`, followed by `hush-hush:x`. Characters
        // that also encode bits of a neighboring byte are kept.
        for (text, clean) in [
            ("aWQ6aHVzaC1odXNoOng=", "aWQ6*Ong="),
            ("aWh1c2gtaHVzaDp4", "aW*Dp4"),
            ("aWRodXNoLWh1c2g6eA==", "aWR*g6eA=="),
        ] {
            assert_eq!(replaced(text, "hush-hush"), clean);
        }
        for text in [
            "", "hus", "%", "%4", "\\", "\\u00", "&", "&#;", "&#x;", "hus%6", "h ush",
        ] {
            assert_eq!(replaced(text, "hush"), text);
        }
    }

    #[test]
    fn overlapping_and_long_secrets_are_redacted_completely() {
        let overlapping = Redactor::new(&["abcdef", "defghi", "abc"]);
        assert_eq!(overlapping.clean("xabcdefghix abc"), "x[redacted]x abc");
        let long = "0123456789".repeat(300);
        let redactor = Redactor::new(&[&long]);
        assert_eq!(redactor.clean(&format!("<{long}>")), "<[redacted]>");
        // This part is long enough to be recognized.
        assert_eq!(
            redactor.clean(&format!("<{}>", &long[..99])),
            "<[redacted]>"
        );
        assert_eq!(replaced(&long[..63], &long), &long[..63]);
    }

    #[test]
    fn a_text_without_secrets_is_only_truncated() {
        let redactor = Redactor::new(&["", "abc"]);
        assert_eq!(redactor.clean("abc %41"), "abc %41");
        let long = redactor.clean(&"ü".repeat(TEXT));
        assert!(long.len() <= TEXT && long.ends_with("ü…"));
    }
}
