//! Names as they are compared across spellings.

/// A name in lower case without punctuation: `number_type`, `numberType` and `numberType[]` are one.
pub(crate) fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}
