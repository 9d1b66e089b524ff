//! Links to the next page, with mistakes that vendors make.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use acme::auth::Credentials;
use acme::generated::{Client, ClientBuilder};
use sdk_runtime::Error;
use support::{Script, json};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;

/// Starts a vendor with a two-page list whose first page has this link.
///
/// In the link, `BASE` represents the server's URL and `HOST` its host.
async fn linked(link: &'static str) -> (Script, ClientBuilder) {
    let base = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let known = std::sync::Arc::clone(&base);
    let count = std::sync::atomic::AtomicUsize::new(0);
    let (script, transport) = Script::play(move |seen| {
        if seen.target == "/token" {
            return json(200, TOKEN);
        }
        if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 0 {
            return json(200, r#"{"items":[2]}"#);
        }
        let base = known.get().unwrap();
        let host = base.trim_start_matches("http://");
        let host = host.split(':').next().unwrap();
        let link = link.replace("BASE", base).replace("HOST", host);
        let meta = serde_json::json!({"next": link});
        let page = serde_json::json!({"items": [1], "meta": meta});
        json(200, &page.to_string())
    });
    base.set(script.url.clone()).unwrap();
    let builder = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"));
    (script, builder)
}

/// Iterates over the list, and returns the target of the request for the second page.
async fn second(script: &Script, builder: ClientBuilder) -> Result<String, Error> {
    let client = builder.build().unwrap();
    let body = serde_json::json!({});
    let request = client.search_by_link(&body).limit(7).page(3);
    let numbers: Vec<u64> = request.items().try_collect().await?;
    assert_eq!(numbers, [1, 2]);
    Ok(script.last().target)
}

#[tokio::test]
async fn query_parameters_missing_from_a_link_are_restored() {
    for (link, target) in [
        ("/by-link?after=1", "/by-link?after=1&limit=7&page=3"),
        (
            "/by-link?after=1&limit=5",
            "/by-link?after=1&limit=5&page=3",
        ),
        ("/by-link", "/by-link?limit=7&page=3"),
        ("/by-link?l%69mit=7&page=3", "/by-link?l%69mit=7&page=3"),
    ] {
        let (script, builder) = linked(link).await;
        assert_eq!(second(&script, builder).await.unwrap(), target, "{link}");
    }
}

#[tokio::test]
async fn a_link_path_with_two_leading_slashes_stays_at_the_same_origin() {
    let (script, builder) = linked("BASE//by-link?after=1&limit=7&page=3").await;
    assert_eq!(
        second(&script, builder).await.unwrap(),
        "//by-link?after=1&limit=7&page=3"
    );
}

#[tokio::test]
async fn links_to_another_scheme_or_port_of_the_host_require_permission() {
    for link in [
        "https://HOST/by-link?after=1&limit=7&page=3",
        "http://HOST/by-link?after=1&limit=7&page=3",
        "//HOST:9/by-link?after=1&limit=7&page=3",
    ] {
        let (script, builder) = linked(link).await;
        let error = second(&script, builder).await.unwrap_err();
        assert!(
            error.is_decode() && error.to_string().contains(".allow_links_to_same_host()"),
            "{error}"
        );
        let (script, builder) = linked(link).await;
        let target = second(&script, builder.allow_links_to_same_host()).await;
        assert_eq!(target.unwrap(), "/by-link?after=1&limit=7&page=3");
    }
    let (script, builder) = linked("https://evil.example.com/by-link").await;
    let error = second(&script, builder.allow_links_to_same_host()).await;
    assert!(error.unwrap_err().to_string().contains("another origin"));
}
