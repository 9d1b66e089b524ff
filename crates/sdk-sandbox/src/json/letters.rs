//! Normalises names so that spellings compare equal.

/// Name in lower case without punctuation: `number_type`, `numberType` and `numberType[]` give the
/// same result.
pub(crate) fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}
