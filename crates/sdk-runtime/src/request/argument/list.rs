//! Lists of text, in whatever way a caller has them.

/// The texts of any list of text: slices, arrays, vectors and iterators of `&str` or `String`.
pub fn texts(items: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    items
        .into_iter()
        .map(|item| item.as_ref().to_owned())
        .collect()
}
