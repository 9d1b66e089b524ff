//! Normalizes names so that different spellings compare equal.

/// Returns the ASCII letters and digits of a name, in lower case, so that `number_type`,
/// `numberType` and `numberType[]` produce the same result.
pub(crate) fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}
