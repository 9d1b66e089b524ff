//! Sample strings for properties whose names suggest their content, for schemas without a pattern
//! or format.

use crate::sample::prng::Prng;

/// Suffixes of property names, in lower case without punctuation, and their sample strings. The
/// first match is used.
const SAMPLES_BY_SUFFIX: [(&[&str], &[&str]); 14] = [
    (
        &["countryiso", "countrycode"],
        &["FR", "DE", "RO", "GB", "US"],
    ),
    (
        &["countryname", "country"],
        &["France", "Germany", "Romania"],
    ),
    (&["currency", "currencies"], &["EUR", "USD", "GBP"]),
    (
        &["language", "languages", "languagecode"],
        &["en-US", "fr", "de", "tr"],
    ),
    (&["locale", "locales"], &["en_US", "fr_FR", "de_DE"]),
    (&["timezone"], &["Europe/Paris", "Europe/Berlin"]),
    (
        &["mimetype", "mediatype"],
        &["image/png", "application/pdf"],
    ),
    (&["extension", "filetype"], &["png", "pdf"]),
    (&["filename"], &["sample.png", "sample.pdf"]),
    (&["ipaddress"], &["192.0.2.1", "192.0.2.7"]),
    (&["city"], &["Paris", "Berlin", "Bucharest"]),
    (&["firstname"], &["Ana", "Jean", "Maria"]),
    (&["lastname"], &["Popescu", "Martin", "Weber"]),
    (&["zip"], &["75001", "10115"]),
];

/// Returns a sample string for a property with this name, or `None` if the name doesn't suggest
/// one.
pub(crate) fn text(property: &str, seed: &mut Prng) -> Option<String> {
    let name: String = property
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let ends = |endings: &[&str]| endings.iter().any(|end| name.ends_with(end));
    if let Some((_, texts)) = SAMPLES_BY_SUFFIX.iter().find(|(endings, _)| ends(endings)) {
        return texts.get(seed.below(texts.len())).map(|t| (*t).to_owned());
    }
    let number = seed.clone().below(1_000_000);
    if ends(&["phone", "phonenumber", "phonenumbers", "mobile", "fax"]) {
        return Some(format!("+33612{number:06}"));
    }
    if ends(&["email", "emailid"]) {
        return Some(format!("sample{number}@example.com"));
    }
    if ends(&["url", "website", "uri"]) {
        return Some(format!("https://example.com/sample/{number}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_of_a_property_name_determines_its_sample() {
        let text = |name: &str| text(name, &mut Prng::new(name, 1)).unwrap_or_default();
        assert_eq!(text("phoneNumberCountryIso").len(), 2);
        assert!(text("phone_number").starts_with("+33"));
        assert!(text("target_languages[]").len() >= 2);
        assert!(text("billingEmailId").contains('@'));
        assert_eq!(text("name"), "");
    }
}
