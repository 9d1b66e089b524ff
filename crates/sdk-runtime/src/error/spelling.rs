//! Finds a secret in a text, however whoever sent it back has spelt it.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Replaces a secret wherever it stands: as it is, in base64, or escaped as in a URL, a form, JSON or HTML.
pub(super) fn replace(text: &str, secret: &str, replacement: &str) -> String {
    let mut clean = replace_spelt(text, secret, replacement);
    for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        clean = replace_spelt(&clean, &alphabet.encode(secret), replacement);
        for before in 0..3 {
            clean = replace_spelt(
                &clean,
                &within_base64(&alphabet, secret, before),
                replacement,
            );
        }
    }
    clean
}

/// What a secret is written as within something longer, such as an id and a secret in one.
///
/// Three bytes are four characters, so it depends on how many bytes stand before it.
fn within_base64(alphabet: &GeneralPurpose, secret: &str, before: usize) -> String {
    let text = alphabet.encode([vec![0; before], secret.as_bytes().to_vec()].concat());
    // The characters at either end also hold bits of what stands around it.
    let start = [0, 2, 3].get(before).copied().unwrap_or_default();
    let end = text.len() - usize::from(!(before + secret.len()).is_multiple_of(3));
    text.get(start..end).unwrap_or_default().to_owned()
}

fn replace_spelt(text: &str, secret: &str, replacement: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut matcher = Matcher::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match matcher.length(rest, secret) {
            Some(length) => {
                clean.push_str(replacement);
                length
            }
            None => {
                clean.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    clean
}

/// Matches a character at a time; one may be spelt in several ways at the same place, of different lengths.
#[derive(Default)]
struct Matcher {
    ends: Vec<usize>,
    next: Vec<usize>,
}

impl Matcher {
    /// The length of the secret's spelling at the start of a text, if it stands there.
    fn length(&mut self, text: &str, secret: &str) -> Option<usize> {
        self.ends.clear();
        self.ends.push(0);
        for wanted in secret.chars() {
            self.next.clear();
            for &at in &self.ends {
                let rest = text.get(at..).unwrap_or_default();
                spellings(rest, wanted, |length| self.next.push(at + length));
            }
            self.next.sort_unstable();
            self.next.dedup();
            std::mem::swap(&mut self.ends, &mut self.next);
        }
        self.ends.last().copied().filter(|length| *length > 0)
    }
}

/// Calls with the length of every spelling of a character with which a text begins.
fn spellings(text: &str, wanted: char, mut found: impl FnMut(usize)) {
    let Some(first) = text.chars().next() else {
        return;
    };
    if first == wanted {
        found(wanted.len_utf8());
    }
    let length = match first {
        '+' if wanted == ' ' => Some(1),
        '%' => percent(text, wanted),
        '&' => entity(text, wanted),
        '\\' => {
            let backslashes = leading_backslashes(text);
            if wanted == '\\' {
                (2..=backslashes).for_each(&mut found);
            }
            escaped(text, backslashes, wanted)
        }
        _ => None,
    };
    if let Some(length) = length {
        found(length);
    }
}

fn leading_backslashes(text: &str) -> usize {
    text.len() - text.trim_start_matches('\\').len()
}

fn percent(text: &str, wanted: char) -> Option<usize> {
    let mut buffer = [0; 4];
    let bytes = wanted.encode_utf8(&mut buffer).as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let digits = text.get(3 * at..3 * at + 3)?.strip_prefix('%')?;
        if u8::from_str_radix(digits, 16) != Ok(*byte) {
            return None;
        }
    }
    Some(3 * bytes.len())
}

fn entity(text: &str, wanted: char) -> Option<usize> {
    // The longest there is: `&#x10ffff;`.
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let meant = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => return None,
        },
    };
    (meant == wanted).then_some(end + 1)
}

/// As in JSON; with more than one backslash as in JSON within JSON.
fn escaped(text: &str, backslashes: usize, wanted: char) -> Option<usize> {
    let after = text.get(backslashes..)?;
    let control = match wanted {
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        _ => None,
    };
    if after.starts_with(control.unwrap_or(wanted)) {
        return Some(backslashes + control.unwrap_or(wanted).len_utf8());
    }
    let mut length = 0;
    for unit in wanted.encode_utf16(&mut [0; 2]) {
        let rest = text.get(length..)?;
        let backslashes = leading_backslashes(rest);
        let digits = rest.get(backslashes..backslashes + 5)?.strip_prefix('u')?;
        if backslashes == 0 || u16::from_str_radix(digits, 16) != Ok(*unit) {
            return None;
        }
        length += backslashes + 5;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling_and_the_text_around_it_stays() {
        for (secret, spelt) in [
            ("hush", "hush"),
            ("a b+c", "a+b%2Bc"),
            ("a%25b", "a%25b"),
            ("a%25b", "a%2525b"),
            ("a&amp;b", "a&amp;b"),
            ("a&amp;b", "a&amp;amp;b"),
            ("a\\b\"c", r#"a\\b\"c"#),
            ("a\\b\"c", r#"a\\\\b\\\"c"#),
            ("a\\nb", r"a\nb"),
            ("a\nb", r"a\nb"),
            ("ü😀<", r"\u00fc\uD83D\uDE00\u003C"),
            ("ü😀<", "%C3%BC%F0%9F%98%80%3c"),
            ("ü😀<", "&#252;&#x1F600;&lt;"),
            ("a>>>?", "YT4-Pj8"),
            ("a>>>?", "YT4%2BPj8%3D"),
        ] {
            let text = format!("é {spelt}.");
            let clean = replace(&text, secret, "*");
            let padding = if spelt.ends_with("%3D") { "%3D" } else { "" };
            assert_eq!(clean, format!("é *{padding}."), "{secret} {spelt}");
        }
        // `hush-hush:x` behind `id:`, `i` and `id`: all but the characters that its neighbours share.
        for (text, clean) in [
            ("aWQ6aHVzaC1odXNoOng=", "aWQ6*Ong="),
            ("aWh1c2gtaHVzaDp4", "aW*Dp4"),
            ("aWRodXNoLWh1c2g6eA==", "aWR*g6eA=="),
        ] {
            assert_eq!(replace(text, "hush-hush", "*"), clean);
        }
        for text in [
            "", "hus", "%", "%4", "\\", "\\u00", "&", "&#;", "&#x;", "hus%6",
        ] {
            assert_eq!(replace(text, "hush", "*"), text);
        }
    }
}
