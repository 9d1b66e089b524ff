//! Words for what identifiers cannot hold, so that names which differ only in that stay apart.

use heck::{ToPascalCase, ToSnakeCase};

/// A name, with words for the signs and cases of the wire text that it was made from.
pub(super) fn apart(name: &str, wire: &str) -> String {
    let is_type = name.starts_with(char::is_uppercase);
    let mut words = vec![name.trim_matches('_').to_owned()];
    words.extend(wire.chars().filter_map(sign).map(str::to_owned));
    let has = |is: fn(char) -> bool| wire.chars().any(is);
    match (has(char::is_uppercase), has(char::is_lowercase)) {
        (true, false) => words.push("upper".to_owned()),
        (false, true) => words.push("lower".to_owned()),
        _ => {}
    }
    let text = words.join("_");
    super::as_identifier(match is_type {
        true => text.to_pascal_case(),
        false => text.to_snake_case(),
    })
}

/// The word for a sign; none for one that separates words.
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
        '_' => "underscore",
        '°' => "degree",
        '²' => "squared",
        '³' => "cubed",
        _ => return None,
    })
}

/// Eight digits that stand for a text (FNV-1a), for names that no words tell apart.
pub(super) fn digest(text: &str) -> String {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("X{hash:08x}")
}
