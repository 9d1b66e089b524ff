//! Converts lists of strings, regardless of the type of the list.

/// Converts any list of strings: slices, arrays, vectors and iterators of `&str` or `String`.
pub fn texts(items: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    items
        .into_iter()
        .map(|item| item.as_ref().to_owned())
        .collect()
}
