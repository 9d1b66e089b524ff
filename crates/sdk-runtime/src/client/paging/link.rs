//! Where a link to the next page leads.

use reqwest::Url;

use crate::config::base_url::BaseUrl;

/// Makes the URL of a link that stood in the answer of another URL; says why if it cannot be followed.
///
/// Only the vendor's own origin is followed: whatever is asked there gets the credential.
pub(super) fn resolve(
    base: &BaseUrl,
    operation_path: &str,
    from: &Url,
    link: &str,
) -> Result<Url, String> {
    let mut url = from
        .join(link.trim())
        .map_err(|error| format!("the link to the next page is no URL ({error})"))?;
    if !base.is_origin_of(&url) {
        return Err(format!(
            "the link to the next page leads to another origin, {}, and is not followed",
            url.origin().ascii_serialization()
        ));
    }
    url.set_fragment(None);
    // It has the same origin, so these fail only where there is nothing to remove.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let prefix = base.path();
    // A vendor behind a proxy may not know the prefix under which we reach it.
    if !prefix.is_empty() && !is_below(url.path(), prefix) && is_path_of(url.path(), operation_path)
    {
        let path = format!("{prefix}{}", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path is what a table's path can become.
fn is_path_of(path: &str, template: &str) -> bool {
    let (mut path, mut template) = (path.split('/'), template.split('/'));
    loop {
        match (path.next(), template.next()) {
            (None, None) => return true,
            (Some(segment), Some(wanted)) if segment == wanted || wanted.contains('{') => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::server_url::ServerUrl;
    use crate::table::vendor::{ErrorShape, ServerInfo, Vendor};

    const VENDOR: Vendor = Vendor {
        name: "acme",
        display_name: "Acme",
        crate_name: "acme-sdk",
        crate_version: "0.0.0",
        servers: &[],
        operations: &[],
        limits: None,
        error: ErrorShape::EMPTY,
    };

    fn next(base: &str, link: &str) -> Result<String, String> {
        let server = ServerInfo {
            name: "main",
            url: "",
            placeholder: false,
            description: "",
        };
        let base = BaseUrl::choose(&VENDOR, Some(base), &ServerUrl::new(&server), false).unwrap();
        let from = base.join("/rest/things", "limit=2").unwrap();
        resolve(&base, "/rest/things", &from, link).map(String::from)
    }

    #[test]
    fn links_may_be_absolute_or_relative() {
        let base = "https://a.example.com/pim";
        for link in [
            "https://a.example.com/pim/rest/things?after=x#f",
            "https://me@a.example.com:443/pim/rest/things?after=x",
            "//a.example.com/pim/rest/things?after=x",
            "/pim/rest/things?after=x",
            "things?after=x",
            "?after=x",
            // The vendor does not know of the prefix.
            "/rest/things?after=x",
            "https://a.example.com/rest/things?after=x",
        ] {
            assert_eq!(
                next(base, link).unwrap(),
                "https://a.example.com/pim/rest/things?after=x",
                "{link}"
            );
        }
        assert_eq!(
            next("https://a.example.com", "/rest/other?a=1").unwrap(),
            "https://a.example.com/rest/other?a=1"
        );
        assert_eq!(
            next(base, "/elsewhere").unwrap(),
            "https://a.example.com/elsewhere"
        );
    }

    #[test]
    fn another_origin_is_refused() {
        for link in [
            "http://a.example.com/pim/rest/things",
            "https://a.example.com:444/pim/rest/things",
            "https://evil.example.com/pim/rest/things",
            "//evil.example.com/x",
            "https://a.example.com@evil.example.com/x",
            "javascript:alert(1)",
        ] {
            assert!(next("https://a.example.com/pim", link).is_err(), "{link}");
        }
    }
}
