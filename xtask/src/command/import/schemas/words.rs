//! Words for type names, derived from the content and location of schemas.

use crate::command::import::schemas::shape;
use crate::model::{elements, members};
use crate::name;
use serde_json::Value;

/// Returns the part of a type name that distinguishes one choice of a union from the others.
pub(crate) fn choice_words(choice: &Value) -> String {
    let title = choice
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !title.trim().is_empty() && title.len() <= 60 {
        return type_words(title);
    }
    let properties = members(choice, "properties");
    let only = properties
        .values()
        .find_map(|property| match elements(property, "enum") {
            [Value::String(only)] if !only.is_empty() && only.len() <= 40 => Some(only),
            _ => None,
        });
    if let Some(only) = only {
        return type_words(only);
    }
    let mut names: Vec<&String> = properties.keys().collect();
    names.sort();
    let required = elements(choice, "required");
    let is_required = |name: &&&String| required.iter().any(|known| known == name.as_str());
    let first: Vec<&str> = match names.iter().filter(is_required).count() {
        0 => names.iter().take(2).map(|name| name.as_str()).collect(),
        _ => names
            .iter()
            .filter(is_required)
            .take(2)
            .map(|name| name.as_str())
            .collect(),
    };
    match (first.as_slice(), choice.get("type").and_then(Value::as_str)) {
        ([], Some("array")) => "List".to_owned(),
        ([], Some("string")) => "Text".to_owned(),
        ([], Some("object")) => "Object".to_owned(),
        ([], _) => "Choice".to_owned(),
        (first, _) => format!("With{}", type_words(&first.join("_and_"))),
    }
}

/// Converts words to a part of a type name.
pub(crate) fn type_words(words: &str) -> String {
    let name = name::type_name(&in_ascii(words));
    let name = name.trim_end_matches('_');
    match name.starts_with('X') && !words.starts_with(['x', 'X']) {
        // A suffix may start with a digit, so it does not need the leading `X` of a type name.
        true if name[1..].starts_with(|c: char| c.is_ascii_digit()) => name[1..].to_owned(),
        _ => name.to_owned(),
    }
}

/// Returns the suffix for the type name of a response that is not a success.
pub(crate) fn reason(status: &str) -> String {
    match status {
        "400" => "BadRequest",
        "401" => "Unauthorized",
        "402" => "PaymentRequired",
        "403" => "Forbidden",
        "404" => "NotFound",
        "405" => "MethodNotAllowed",
        "406" => "NotAcceptable",
        "409" => "Conflict",
        "410" => "Gone",
        "412" => "PreconditionFailed",
        "413" => "ContentTooLarge",
        "415" => "UnsupportedMediaType",
        "422" => "UnprocessableContent",
        "429" => "TooManyRequests",
        "500" => "InternalServerError",
        "502" => "BadGateway",
        "503" => "ServiceUnavailable",
        "504" => "GatewayTimeout",
        "default" => "Error",
        other => return format!("Status{}", type_words(other)),
    }
    .to_owned()
}

/// Maximum length of a name; a longer name is truncated, and a hash is appended.
pub(crate) const LONGEST: usize = 100;

/// Converts the name of a schema to a type name.
pub(crate) fn schema_name(wire: &str) -> String {
    let name = name::type_name(&in_ascii(wire));
    let name = match name.strip_suffix('_') {
        Some(keyword) => format!("{keyword}Schema"),
        None => name,
    };
    shortened(&name, wire)
}

/// Limits the length of a name: a hash of `wire`, the original name, replaces the end.
pub(crate) fn shortened(name: &str, wire: &str) -> String {
    match name.char_indices().nth(LONGEST - 8) {
        Some((end, _)) if name.len() > LONGEST => {
            format!("{}{}", &name[..end], shape::digest(wire))
        }
        _ => name.to_owned(),
    }
}

/// Converts a name to ASCII. Common accented letters and ligatures are transliterated. Other
/// letters become hyphens, and a hash is then appended.
pub(crate) fn in_ascii(wire: &str) -> String {
    if wire.is_ascii() {
        return wire.to_owned();
    }
    let mut out = String::new();
    let mut is_lossy = false;
    for c in wire.chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            'ä' | 'æ' => out.push_str("ae"),
            'Ä' | 'Æ' => out.push_str("Ae"),
            'ö' | 'œ' | 'ø' => out.push_str("oe"),
            'Ö' | 'Ø' => out.push_str("Oe"),
            'ü' => out.push_str("ue"),
            'Ü' => out.push_str("Ue"),
            'ß' => out.push_str("ss"),
            'á' | 'à' | 'â' | 'ã' | 'å' => out.push('a'),
            'Á' | 'À' | 'Â' | 'Ã' | 'Å' => out.push('A'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'É' | 'È' | 'Ê' | 'Ë' => out.push('E'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' => out.push('i'),
            'Í' | 'Ì' | 'Î' | 'Ï' => out.push('I'),
            'ó' | 'ò' | 'ô' | 'õ' => out.push('o'),
            'Ó' | 'Ò' | 'Ô' | 'Õ' => out.push('O'),
            'ú' | 'ù' | 'û' => out.push('u'),
            'Ú' | 'Ù' | 'Û' => out.push('U'),
            'ç' | 'č' | 'ć' => out.push('c'),
            'ñ' | 'ń' => out.push('n'),
            'š' | 'ş' => out.push('s'),
            'ž' => out.push('z'),
            'ğ' => out.push('g'),
            'ł' => out.push('l'),
            // Punctuation and spaces separate words, as in ASCII names.
            c if !c.is_alphanumeric() => out.push('-'),
            _ => {
                is_lossy = true;
                out.push('-');
            }
        }
    }
    match is_lossy {
        true => format!("{out}-x{}", shape::digest(wire)),
        false => out,
    }
}
