//! Fills templates: replaces `{{key}}` with a value. Keys inside values are not replaced.

use anyhow::{Context, Result};

/// Returns the template with every key replaced. Fails if the template contains a mistake: a key
/// that has no value or is not closed.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (key, after) = after
            .split_once("}}")
            .context("a key in a template is not closed with two braces")?;
        let (_, value) = values
            .iter()
            .find(|(known, _)| *known == key)
            .with_context(|| format!("the key `{key}` of a template has no value"))?;
        out.push_str(before);
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_value_that_looks_like_a_key_is_inserted_verbatim() {
        let values = [("a", "{{b}}"), ("b", "2")];
        assert_eq!(fill("x {{a}} {{b}} {y}", &values).unwrap(), "x {{b}} 2 {y}");
        assert!(fill("{{c}}", &values).is_err());
        assert!(fill("{{a", &values).is_err());
    }
}
