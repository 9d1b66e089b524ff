//! Suggests names that are similar to a misspelled name.

/// Maximum number of suggested names.
const MAX_SUGGESTIONS: usize = 3;

/// Returns a question that suggests the most similar names, or an empty string if none is similar.
pub(super) fn hint<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> String {
    let mut near: Vec<(usize, &str)> = names
        .map(|name| (distance(wrong, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(wrong.len()) / 3)
        .collect();
    near.sort_unstable();
    near.truncate(MAX_SUGGESTIONS);
    if near.is_empty() {
        return String::new();
    }
    let names: Vec<String> = near.iter().map(|(_, name)| format!("`{name}`")).collect();
    format!("; did you mean {}?", names.join(" or "))
}

/// Returns the number of characters to change, add or remove to turn `wrong` into `name`.
///
/// The result is lower if `name` contains `wrong`.
fn distance(wrong: &str, name: &str) -> usize {
    let (wrong, name) = (wrong.to_ascii_lowercase(), name.to_ascii_lowercase());
    if !wrong.is_empty() && name.contains(&wrong) {
        return 1 + (name.len() - wrong.len()) / 4;
    }
    let name: Vec<char> = name.chars().collect();
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (line, character) in wrong.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in name.iter().enumerate() {
            let changed = diagonal + usize::from(character != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_names_are_suggested() {
        let names = ["list_things", "get_thing", "create_thing", "send_sms"];
        let hint = |wrong| hint(wrong, names.into_iter());
        assert_eq!(
            hint("list_thing"),
            "; did you mean `list_things` or `get_thing`?"
        );
        assert_eq!(hint("sms"), "; did you mean `send_sms`?");
        assert_eq!(hint("xyzzy"), "");
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
