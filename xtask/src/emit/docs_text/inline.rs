//! Markdown within a paragraph: code spans and plain URLs are kept, and links and tags are escaped.

/// Escapes the links, tags and unclosed code spans of a paragraph, and encloses plain URLs in `<>`.
pub(super) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let closing = closing_runs(text);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let at = text.len() - rest.len();
        if c == '`' {
            let run = rest.len() - rest.trim_start_matches('`').len();
            match closing.iter().find(|(start, _)| *start == at) {
                Some((_, end)) => {
                    out.push_str(&text[at..*end]);
                    rest = &text[*end..];
                }
                None => {
                    out.push_str(&"\\`".repeat(run));
                    rest = &rest[run..];
                }
            }
            continue;
        }
        let is_word_start = !text[..at].ends_with(char::is_alphanumeric);
        if is_word_start && let Some(address) = address(rest) {
            // Replaces the author's angle brackets around a URL.
            let is_bracketed = out.ends_with("\\<") && rest[address.len()..].starts_with('>');
            if is_bracketed {
                out.truncate(out.len() - 2);
            }
            out.push_str(&format!("<{address}>"));
            rest = &rest[address.len() + usize::from(is_bracketed)..];
            continue;
        }
        let width = c.len_utf8();
        let next = rest[width..].chars().next();
        match c {
            '\\' if next.is_some_and(|next| next.is_ascii_punctuation() && next != '`') => {
                let pair = width + next.map_or(0, char::len_utf8);
                out.push_str(&rest[..pair]);
                rest = &rest[pair..];
                continue;
            }
            // Escape the backslash. Otherwise, it would escape the backtick.
            '\\' if next == Some('`') => out.push_str("\\\\"),
            '[' | ']' | '<' | '>' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        rest = &rest[width..];
    }
    out
}

/// Returns the runs of backticks in some text.
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| c != '`').filter(|run| !run.is_empty())
}

/// Returns the start and end of every code span, which extends from a run of backticks to the next
/// run of the same length.
fn closing_runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text.match_indices('`') {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    // Scans from the end to find the next run of each length, so that the time is linear in the
    // number of runs.
    let mut next_of_length = std::collections::HashMap::new();
    let mut next: Vec<Option<usize>> = vec![None; runs.len()];
    for index in (0..runs.len()).rev() {
        next[index] = next_of_length.insert(runs[index].1, index);
    }
    let mut spans = Vec::new();
    let mut index = 0;
    while index < runs.len() {
        match next[index] {
            Some(close) => {
                spans.push((runs[index].0, runs[close].0 + runs[close].1));
                index = close + 1;
            }
            None => index += 1,
        }
    }
    spans
}

/// Returns the URL at the start of some text.
fn address(text: &str) -> Option<&str> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let is_end = |c: char| c.is_whitespace() || c.is_control() || "<>\"'`[]{}|\\^".contains(c);
    let end = text.find(is_end).unwrap_or(text.len());
    let address = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '*', '_']);
    (address.len() > "https://".len()).then_some(address)
}
