//! Truncates a string and puts it on one line.

/// Returns the start of a string, with at most this many bytes.
pub(super) fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// Returns the part of a string that is searched, and whether the string was truncated.
///
/// The part is the start of the string, and never ends within an escape.
pub(super) fn cut_for_search(text: &str, most: usize) -> (&str, bool) {
    /// Length of the longest escape, `\ud83d\ude00`, minus one.
    const ESCAPE: usize = 11;
    if text.len() <= most {
        return (text, false);
    }
    let start = cut(text, most);
    let (before, tail) = start.split_at(cut(start, start.len().saturating_sub(ESCAPE)).len());
    let kept = match tail.find(['%', '&', '\\']) {
        Some(escape) => cut(start, before.len() + escape).trim_end_matches('\\'),
        None => start,
    };
    (kept, true)
}

/// Removes line breaks, other control characters and direction marks, and separates the text around
/// them with a space.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut is_gap = false;
    for character in text.chars() {
        if is_unprintable(character) {
            is_gap = true;
            continue;
        }
        if is_gap && !line.is_empty() && !line.ends_with(' ') && character != ' ' {
            line.push(' ');
        }
        is_gap = false;
        line.push(character);
    }
    line
}

pub(super) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_truncated_between_characters_and_before_an_escape() {
        assert_eq!(cut("aéb", 2), "a");
        assert_eq!(cut("aéb", 9), "aéb");
        assert_eq!(cut_for_search("abc", 3), ("abc", false));
        for text in ["ab%2Fcd", "ab&quot;cd", r"ab\u002fcd", r"ab\\\u002fcd"] {
            assert_eq!(cut_for_search(text, 6), ("ab", true), "{text}");
        }
        assert_eq!(cut_for_search("üüü", 5), ("üü", true));
    }

    #[test]
    fn line_breaks_and_control_characters_are_removed() {
        assert_eq!(one_line("a\r\nb\t \u{1b}[31mc\u{202e}d\n"), "a b [31mc d");
        assert_eq!(one_line("\n a  b"), " a  b");
    }
}
