//! Templates in `x-sdk-credentials`, such as `Token {api_key}`.

/// Name of the refresh token in the templates of a refresh grant.
pub(crate) const REFRESH_TOKEN: &str = "refresh_token";

/// Part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Literal(&'t str),
    /// Name of a field, in braces.
    Field(&'t str),
}

/// Returns the parts of a template, or `None` if its braces don't match or are empty.
pub(crate) fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (literal, from_brace) = rest.split_at(at);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        let (name, after) = from_brace.strip_prefix('{')?.split_once('}')?;
        if name.is_empty() || name.contains('{') {
            return None;
        }
        pieces.push(Piece::Field(name));
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn a_template_is_split_at_its_fields() {
        use Piece::{Field, Literal};
        let cases = [
            ("", vec![Literal("")]),
            ("client_credentials", vec![Literal("client_credentials")]),
            ("{key}", vec![Field("key")]),
            (
                "Token {a}:{b}",
                vec![Literal("Token "), Field("a"), Literal(":"), Field("b")],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(pieces(text), Some(expected), "{text}");
        }
        for broken in ["{", "}", "{}", "a}b{c}", "{a{b}}"] {
            assert_eq!(pieces(broken), None, "{broken}");
        }
    }
}
