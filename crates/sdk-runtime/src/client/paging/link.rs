//! Targets of links to the next page.

use std::collections::HashSet;

use url::Url;

use crate::config::base_url::BaseUrl;
use crate::request::argument::query;
use crate::request::call::Call;
use crate::table::parameter::Place;

/// Rules for link targets.
pub(super) struct LinkRules<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) operation_path: &'a str,
    /// Whether a link to the base URL's host may have another scheme or port, which is then
    /// corrected.
    pub(super) may_leave_port: bool,
}

/// Resolves a link in a response whose URL is `from`.
///
/// The error explains why the link can't be followed.
///
/// Only links to the vendor's own origin are followed, because the request contains the credential.
pub(super) fn resolve(rules: &LinkRules<'_>, from: &Url, link: &str) -> Result<Url, String> {
    let base = rules.base;
    let mut url = from
        .join(link.trim())
        .map_err(|error| format!("the link to the next page is not a URL ({error})"))?;
    if !base.is_origin_of(&url) {
        url = match base.at_own_origin(&url) {
            Some(url) if rules.may_leave_port => url,
            own => return Err(rejection_message(base, &url, own.is_some())),
        };
    }
    url.set_fragment(None);
    // The link has the origin of the base URL, so these calls never fail.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let prefix = base.path();
    // The links of a vendor behind a proxy may lack the prefix of the public URL.
    if !prefix.is_empty()
        && !is_below(url.path(), prefix)
        && is_path_of(url.path(), rules.operation_path)
    {
        let path = format!("{prefix}{}", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

fn rejection_message(base: &BaseUrl, url: &Url, is_same_host: bool) -> String {
    let origin = url.origin().ascii_serialization();
    if is_same_host {
        format!(
            "the link to the next page leads to another origin, {origin}, and is not followed; its host is that of the \
             base URL ({}): if a proxy hides the vendor's scheme or port, call .allow_links_to_same_host() on the builder",
            base.as_str()
        )
    } else {
        format!("the link to the next page leads to another origin, {origin}, and is not followed")
    }
}

/// Restores the call's query parameters in a link that lacks them.
///
/// Some vendors drop filters from their links. Without this step, the list would continue
/// unfiltered. The parameter `chosen` is not restored, because the caller did not set it.
pub(super) fn restore_arguments(
    url: &mut Url,
    call: &Call,
    chosen: Option<&'static str>,
) -> Result<(), String> {
    // In the link, the name of a list parameter may be `a[0]` or `a[]`.
    let stem = |name: &str| name.split('[').next().unwrap_or_default().to_owned();
    let known: HashSet<String> = url.query_pairs().map(|(name, _)| stem(&name)).collect();
    let is_lost = |name: &str| Some(name) != chosen && !known.contains(&stem(name));
    let mut lost = String::new();
    for (parameter, argument) in &call.arguments {
        if parameter.place == Place::Query && is_lost(parameter.name) {
            query::append(&mut lost, parameter, argument)?;
        }
    }
    for (name, value) in &call.query {
        if is_lost(name) {
            query::append_pair(&mut lost, name, value);
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    let query = match url.query() {
        Some(query) if !query.is_empty() => format!("{query}&{lost}"),
        _ => lost,
    };
    url.set_query(Some(&query));
    Ok(())
}

fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns whether a path matches a template.
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
        wait: None,
        error: ErrorShape::EMPTY,
    };

    fn next(base: &str, link: &str) -> Result<String, String> {
        resolved(base, link, false)
    }

    fn resolved(base: &str, link: &str, may_leave_port: bool) -> Result<String, String> {
        let server = ServerInfo {
            name: "main",
            url: "",
            placeholder: false,
            description: "",
        };
        let base = BaseUrl::choose(&VENDOR, Some(base), &ServerUrl::new(&server), false).unwrap();
        let from = base.join("/rest/things", "limit=2").unwrap();
        let rules = LinkRules {
            base: &base,
            operation_path: "/rest/things",
            may_leave_port,
        };
        resolve(&rules, &from, link).map(String::from)
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
            // The following links lack the prefix `/pim`.
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
    fn a_link_to_another_origin_is_rejected() {
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

    #[test]
    fn links_to_another_scheme_or_port_of_the_same_host_can_be_allowed() {
        let base = "https://a.example.com:8443/pim";
        for link in [
            "http://a.example.com/pim/rest/things?after=x",
            "https://a.example.com/pim/rest/things?after=x",
            "http://a.example.com:8080/rest/things?after=x",
            "//a.example.com/rest/things?after=x",
        ] {
            let refused = resolved(base, link, false).unwrap_err();
            assert!(refused.contains(".allow_links_to_same_host()"), "{refused}");
            assert_eq!(
                resolved(base, link, true).unwrap(),
                "https://a.example.com:8443/pim/rest/things?after=x",
                "{link}"
            );
        }
        for link in [
            "http://b.example.com/pim/rest/things",
            "https://a.example.com.evil.com:8443/x",
            "ftp://a.example.com/x",
            "https://a.example.com@evil.example.com/x",
        ] {
            let refused = resolved(base, link, true).unwrap_err();
            assert!(!refused.contains("allow_links"), "{refused}");
        }
    }

    #[test]
    fn arguments_missing_from_a_link_are_restored() {
        use crate::table::operation::Operation;
        use crate::table::parameter::{Parameter, Style};
        static OPERATION: Operation = Operation {
            parameters: &[
                Parameter {
                    name: "search",
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "locales[]",
                    style: Style::Exploded,
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "by",
                    ..Parameter::EMPTY
                },
            ],
            ..Operation::EMPTY
        };
        let mut call = Call::new(&OPERATION);
        call.argument("search", "a&b");
        call.argument("locales[]", ["de", "fr"]);
        call.argument("by", "cursor");
        for (link, restored) in [
            (
                "https://a.example.com/x",
                "search=a%26b&locales%5B%5D=de&locales%5B%5D=fr",
            ),
            (
                "https://a.example.com/x?after=1&locales%5B0%5D=de&locales[1]=fr",
                "after=1&locales%5B0%5D=de&locales[1]=fr&search=a%26b",
            ),
            (
                "https://a.example.com/x?search=other&locales=de",
                "search=other&locales=de",
            ),
        ] {
            let mut url = Url::parse(link).unwrap();
            restore_arguments(&mut url, &call, Some("by")).unwrap();
            assert_eq!(url.query(), Some(restored), "{link}");
        }
    }
}
