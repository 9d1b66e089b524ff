//! Replaces symbols with words, so that names that differ only in symbols stay distinct.
//! Identifiers can't contain most of these symbols.

/// Replaces the symbols in a string with words.
pub(super) fn symbols_to_words(wire: &str) -> String {
    let mut text = String::new();
    for c in wire.chars() {
        match sign(c) {
            Some(word) => text.push_str(&format!("_{word}_")),
            None => text.push(c),
        }
    }
    text
}

/// Returns a word for the capitalization of a string, or `None` if the string has no letters.
pub(super) fn case(wire: &str) -> Option<&'static str> {
    let first = wire.chars().find(|c| c.is_alphabetic())?;
    let has = |is: fn(char) -> bool| wire.chars().any(is);
    Some(match (has(char::is_uppercase), has(char::is_lowercase)) {
        (true, false) => "upper",
        (true, true) if first.is_uppercase() => "pascal",
        (true, true) => "camel",
        _ => "lower",
    })
}

/// Returns a word for a symbol, or `None` for any other character.
pub(super) fn sign(c: char) -> Option<&'static str> {
    Some(match c {
        '+' => "plus",
        '-' => "minus",
        '=' => "equal",
        '<' => "less",
        '>' => "greater",
        '!' => "not",
        '*' => "star",
        '/' => "slash",
        '\\' => "backslash",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '^' => "caret",
        '~' => "tilde",
        '#' => "hash",
        '$' => "dollar",
        '@' => "at",
        '?' => "question",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '"' => "quote",
        '\'' => "apostrophe",
        '`' => "backtick",
        '(' => "open",
        ')' => "close",
        '[' => "bracket",
        ']' => "bracket_end",
        '{' => "brace",
        '}' => "brace_end",
        ' ' => "space",
        '\t' => "tab",
        '_' => "underscore",
        '°' => "degree",
        '²' => "squared",
        '³' => "cubed",
        _ => return None,
    })
}

/// Returns `x` followed by the 32-bit FNV-1a hash of a string in hexadecimal. The result
/// distinguishes names that would otherwise be equal, and names that are truncated.
pub(crate) fn digest(text: &str) -> String {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("x{hash:08x}")
}
