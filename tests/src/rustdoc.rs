//! Extracts doc comments from generated source code.

/// Returns the doc comment of a method.
///
/// # Panics
///
/// Panics if the source doesn't contain the method.
pub fn method(source: &str, name: &str) -> String {
    let start = source
        .find(&format!("pub fn {name}("))
        .unwrap_or_else(|| panic!("the source has no method {name}"));
    doc_comment_before(&source[..start])
}

/// Returns the doc comment of a struct field.
///
/// `of` is the name of the struct, and `name` is the name of the field in the OpenAPI document.
///
/// # Panics
///
/// Panics if the source doesn't contain the struct or the field.
pub fn field(source: &str, of: &str, name: &str) -> String {
    let (_, body) = source
        .split_once(&format!("pub struct {of} {{\n"))
        .unwrap_or_else(|| panic!("the source has no type {of}"));
    let (body, _) = body.split_once("\n}").unwrap();
    let (rename, ident) = (format!("rename = \"{name}\""), format!("pub {name}:"));
    let mut start = 0;
    let mut renamed = false;
    for line in body.lines() {
        let code = line.trim();
        renamed |= code.contains(&rename);
        if code.starts_with(&ident) || (renamed && code.starts_with("pub ")) {
            return doc_comment_before(&body[..start]);
        }
        renamed &= !code.starts_with("pub ");
        start += line.len() + 1;
    }
    panic!("{of} has no field {name}")
}

/// Returns the doc comment at the end of some source code, ignoring any attributes after it.
fn doc_comment_before(text: &str) -> String {
    let mut lines: Vec<&str> = text
        .lines()
        .rev()
        .map(str::trim)
        // An attribute can span several lines.
        .skip_while(|line| !line.starts_with("///") && !line.starts_with("pub "))
        .take_while(|line| line.starts_with("///"))
        .map(|line| line.trim_start_matches("///").trim())
        .collect();
    lines.reverse();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "impl Client {\n    /// Gets.\n    ///\n    /// `GET /x`\n    pub fn get(&self) {}\n}\n\
        pub struct Thing {\n    /// One.\n    pub one: i32,\n    /// Two.\n    #[serde(rename = \"twoTwo\")]\n    pub two_two: i32,\n}\n";

    #[test]
    fn doc_comments_of_methods_and_fields_are_found() {
        assert_eq!(method(SOURCE, "get"), "Gets.\n\n`GET /x`");
        assert_eq!(field(SOURCE, "Thing", "one"), "One.");
        assert_eq!(field(SOURCE, "Thing", "twoTwo"), "Two.");
    }
}
