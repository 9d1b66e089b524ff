//! Removes everything that looks like a secret from a string before it is printed.

use crate::value::secret_name::may_hold_secret;

pub(super) const REPLACEMENT: &str = "[redacted]";

/// Replaces bearer and basic credentials, signed tokens, and values whose names indicate a secret.
///
/// This works on strings rather than JSON, because an error body may be truncated, may be a form or
/// HTML, or may be escaped inside other JSON. In a truncated string, the end of a credential may be
/// missing.
pub(super) fn scrub(text: &str, is_cut: bool) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word_end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if word_end == 0 {
            clean.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(word_end);
        if is_signed_token(word, is_cut && after.is_empty()) {
            clean.push_str(REPLACEMENT);
            rest = after;
            continue;
        }
        clean.push_str(word);
        rest = after;
        let value_at = if may_hold_secret(word) {
            after_separator(after)
        } else if word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic") {
            credential_after_scheme(after, is_cut)
        } else {
            None
        };
        if let Some(at) = value_at {
            let (between, value) = after.split_at(at);
            clean.push_str(between);
            let (open, length) = value_length(value);
            clean.push_str(value.get(..open).unwrap_or_default());
            clean.push_str(REPLACEMENT);
            rest = value.get(length..).unwrap_or_default();
        }
    }
    clean
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Returns whether a word looks like a JSON Web Token. `eyJ` is `{"` in Base64.
///
/// The start of a truncated token may be short.
fn is_signed_token(word: &str, is_cut: bool) -> bool {
    word.starts_with("eyJ") && (word.len() > 20 || is_cut)
}

/// Returns the offset of the value after a name, past quotes, spaces and one `:` or `=`.
fn after_separator(text: &str) -> Option<usize> {
    let separator = text.find(|c: char| !matches!(c, '"' | '\'' | '\\' | ']' | ' '))?;
    if !text.get(separator..)?.starts_with([':', '=']) {
        return None;
    }
    let after = text.get(separator + 1..)?;
    let blank = after.len() - after.trim_start().len();
    Some(separator + 1 + blank)
}

fn credential_after_scheme(text: &str, is_cut: bool) -> Option<usize> {
    let value = text.trim_start();
    let blank = text.len() - value.len();
    let length = value
        .find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | ','))
        .unwrap_or(value.len());
    let is_cut_off = is_cut && length == value.len();
    // Prose such as "bearer token is missing" stays unchanged.
    let is_credential = length >= 8
        && value
            .get(..length)?
            .chars()
            .any(|c| c.is_ascii_digit() || c == '=');
    (blank > 0 && (is_credential || is_cut_off)).then_some(blank)
}

/// Returns the length of the opening quote, which is kept, and the length of the quote and the
/// value together. The value is replaced.
fn value_length(value: &str) -> (usize, usize) {
    let escapes = value.len() - value.trim_start_matches('\\').len();
    match value.get(escapes..).and_then(|rest| rest.chars().next()) {
        Some(quote @ ('"' | '\'')) => {
            let open = escapes + 1;
            (
                open,
                open + quoted_length(value.get(open..).unwrap_or_default(), quote, escapes),
            )
        }
        Some(bracket @ ('{' | '[')) => (0, nested_length(value, bracket)),
        _ => (
            0,
            value
                .find(|c: char| {
                    c.is_whitespace() || matches!(c, ',' | '}' | ']' | '&' | ';' | '<' | '"')
                })
                .unwrap_or(value.len()),
        ),
    }
}

/// Returns the length up to the closing quote.
///
/// Inside escaped JSON, the closing quote has as many backslashes as the opening one, and a quote
/// within the value has more.
fn quoted_length(text: &str, quote: char, escapes: usize) -> usize {
    let mut backslashes = 0;
    for (at, c) in text.char_indices() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        let ends = if escapes == 0 {
            backslashes % 2 == 0
        } else {
            backslashes <= escapes
        };
        if c == quote && ends {
            return at - backslashes.min(escapes);
        }
        backslashes = 0;
    }
    text.len()
}

fn nested_length(text: &str, open: char) -> usize {
    let close = if open == '{' { '}' } else { ']' };
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        } else if !quoted && c == open {
            depth += 1;
        } else if !quoted && c == close {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted_in_json_form_data_headers_and_prose() {
        for (text, clean) in [
            (
                r#"{"access_token":"abc","token_type":"bearer"}"#,
                r#"{"access_token":"[redacted]","token_type":"bearer"}"#,
            ),
            (
                r#"{"clientSecret" : "a\"b" , "id":7}"#,
                r#"{"clientSecret" : "[redacted]" , "id":7}"#,
            ),
            (
                r#"{"password":12345,"user":"x"}"#,
                r#"{"password":[redacted],"user":"x"}"#,
            ),
            (
                r#"{"refresh_token":"abc-cut-off"#,
                r#"{"refresh_token":"[redacted]"#,
            ),
            (
                r#"{"tokens":["a","b]"],"n":1}"#,
                r#"{"tokens":[redacted],"n":1}"#,
            ),
            (
                r#"{"credentials":{"a":{"b":"}"}},"n":1}"#,
                r#"{"credentials":[redacted],"n":1}"#,
            ),
            (
                r#"{"raw":"{\"access_token\":\"abc\",\"n\":1}"}"#,
                r#"{"raw":"{\"access_token\":\"[redacted]\",\"n\":1}"}"#,
            ),
            (
                "grant_type=x&client_secret=abc&n=1",
                "grant_type=x&client_secret=[redacted]&n=1",
            ),
            ("X-API-KEY: abc def", "X-API-KEY: [redacted] def"),
            ("Authorization: abc", "Authorization: [redacted]"),
            (
                "sent Bearer abc12345678 twice",
                "sent Bearer [redacted] twice",
            ),
            (
                "saw eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig here",
                "saw [redacted] here",
            ),
        ] {
            assert_eq!(scrub(text, false), clean);
        }
    }

    #[test]
    fn prose_and_harmless_names_are_left_alone() {
        for text in [
            "The access token is missing or expired",
            "a bearer token is required",
            r#"{"expires_in":3600,"message":"No such customer"}"#,
            "basic authentication required",
            "",
        ] {
            assert_eq!(scrub(text, false), text);
        }
    }

    #[test]
    fn even_a_short_start_of_a_truncated_credential_is_redacted() {
        for (text, clean) in [
            ("sent eyJhb", "sent [redacted]"),
            ("sent Bearer ab", "sent Bearer [redacted]"),
            (r#"{"password":"ab"#, r#"{"password":"[redacted]"#),
        ] {
            assert_eq!(scrub(text, true), clean);
        }
    }
}
