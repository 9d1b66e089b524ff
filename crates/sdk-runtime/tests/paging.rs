//! Paged lists: how they end, how they continue, and which links are rejected.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::{Error, Items, PageCursor, PagedOperation};
use support::{Reply, Script, Seen, answer, json};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;
/// Number of items in every list.
const ITEM_COUNT: u64 = 5;

fn parameter(seen: &Seen, name: &str) -> Option<u64> {
    let (_, query) = seen.target.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name)?.1.parse().ok()
}

/// Serves the numbers from 0 to 4 with every style of pagination.
fn play(seen: &Seen) -> Reply {
    let path = seen.target.split('?').next().unwrap();
    if path == "/token" {
        return json(200, TOKEN);
    }
    let limit = parameter(seen, "limit").unwrap_or(2);
    let start = match path {
        "/by-page" => (parameter(seen, "page").unwrap_or(1) - 1) * limit,
        "/by-offset" => parameter(seen, "first").unwrap_or(0),
        _ => parameter(seen, "after").unwrap_or(0),
    };
    let end = (start + limit).min(ITEM_COUNT);
    let items: Vec<u64> = (start..end).collect();
    let next = match path {
        _ if end == ITEM_COUNT => serde_json::Value::Null,
        "/by-cursor" => end.to_string().into(),
        _ => format!("/by-link?after={end}&limit={limit}").into(),
    };
    let meta = serde_json::json!({"next": next, "total": ITEM_COUNT, "deep": {"next": "no"}});
    json(
        200,
        &serde_json::json!({"items": items, "meta": meta}).to_string(),
    )
}

async fn start(play: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Script, Client) {
    let (script, transport) = Script::play(play);
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    (script, client)
}

async fn all<Op: PagedOperation>(mut items: Items<Op>) -> Result<Vec<Op::Item>, Error> {
    let mut all = Vec::new();
    while let Some(item) = items.try_next().await? {
        all.push(item);
    }
    Ok(all)
}

#[tokio::test]
async fn every_pagination_style_is_iterated_to_the_end() {
    let (script, client) = start(play).await;
    let numbers: Vec<u64> = (0..ITEM_COUNT).collect();
    let body = serde_json::json!({"search": "x"});
    assert_eq!(
        all(client.list_by_page().limit(2).items()).await.unwrap(),
        numbers
    );
    assert_eq!(all(client.list_by_offset().items()).await.unwrap(), numbers);
    assert_eq!(
        all(client.list_by_cursor().limit(3).items()).await.unwrap(),
        numbers
    );
    assert_eq!(
        all(client.search_by_link(&body).items()).await.unwrap(),
        numbers
    );
    assert_eq!(
        all(client.list_by_page().limit(2).page(3).items())
            .await
            .unwrap(),
        [4]
    );
    let sent: Vec<String> = script
        .seen()
        .into_iter()
        .skip(1)
        .map(|seen| seen.target)
        .collect();
    assert_eq!(
        sent,
        [
            "/by-page?page=1&limit=2",
            "/by-page?page=2&limit=2",
            "/by-page?page=3&limit=2",
            "/by-offset?first=0",
            "/by-offset?first=2",
            "/by-offset?first=4",
            "/by-cursor?limit=3",
            "/by-cursor?limit=3&after=3",
            "/by-link?kind=after",
            "/by-link?after=2&limit=2",
            "/by-link?after=4&limit=2",
            "/by-page?page=3&limit=2",
        ]
    );
    let searches = script
        .seen()
        .into_iter()
        .filter(|seen| seen.target.starts_with("/by-link"));
    for search in searches {
        assert_eq!(
            (search.method.as_str(), search.body.as_str()),
            ("POST", r#"{"search":"x"}"#)
        );
        assert_eq!(search.header("authorization"), Some("Bearer token-1"));
        assert_eq!(search.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn pages_can_be_read_as_responses() {
    let (script, client) = start(play).await;
    let mut pages = client.list_by_offset().pages();
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!(
        (first.items.as_deref(), first.request_id()),
        (Some(&[0, 1][..]), Some("abc"))
    );
    assert_eq!(script.count("/by-offset"), 1);
    assert!(pages.try_next().await.unwrap().is_some() && pages.try_next().await.unwrap().is_some());
    assert!(pages.cursor().is_none());
    assert!(pages.try_next().await.unwrap().is_none() && pages.try_next().await.unwrap().is_none());
    assert_eq!(script.count("/by-offset"), 3);
}

#[tokio::test]
async fn an_empty_object_or_null_is_an_empty_list() {
    for body in [r#"{"items":{}}"#, r#"{"items":null}"#, r#"{"items":[]}"#] {
        let (_script, client) =
            start(move |seen| json(200, if seen.target == "/token" { TOKEN } else { body })).await;
        assert_eq!(
            all(client.list_by_page().items()).await.unwrap(),
            [] as [u64; 0]
        );
        assert_eq!(
            all(client.list_by_offset().items()).await.unwrap(),
            [] as [u64; 0]
        );
        assert_eq!(
            all(client.list_by_cursor().items()).await.unwrap(),
            [] as [u64; 0]
        );
    }
}

#[tokio::test]
async fn iteration_can_be_resumed_from_any_position_with_a_cursor() {
    let (_script, client) = start(play).await;
    let body = serde_json::json!({});
    for done in 0..=ITEM_COUNT {
        macro_rules! walk {
            ($request:expr) => {{
                let mut items = $request.items();
                let mut numbers = Vec::new();
                for _ in 0..done {
                    numbers.push(items.try_next().await.unwrap().unwrap());
                }
                if let Some(cursor) = items.cursor() {
                    drop(items);
                    let cursor: PageCursor = cursor.to_string().parse().unwrap();
                    numbers.extend(all($request.items().resume(cursor)).await.unwrap());
                }
                assert_eq!(numbers, (0..ITEM_COUNT).collect::<Vec<_>>(), "after {done}");
            }};
        }
        walk!(client.list_by_page());
        walk!(client.list_by_offset());
        walk!(client.list_by_cursor());
        walk!(client.search_by_link(&body));
    }
    let mut other = client.list_by_page().items();
    other.try_next().await.unwrap();
    let error = all(client
        .list_by_cursor()
        .items()
        .resume(other.cursor().unwrap()))
    .await
    .unwrap_err();
    assert!(
        error.to_string().contains(r#"belongs to "list_by_page""#),
        "{error}"
    );
}

#[tokio::test]
async fn items_are_not_lost_after_an_error() {
    let count = AtomicUsize::new(0);
    let (_script, client) = start(move |seen| {
        let failing = seen.target.contains("page=2") && count.fetch_add(1, Ordering::Relaxed) == 0;
        if failing { json(422, "{}") } else { play(seen) }
    })
    .await;
    for prefetch in [false, true] {
        let mut items = client.list_by_page().limit(2).items();
        if prefetch {
            items = items.prefetch();
        }
        let (mut numbers, mut errors) = (Vec::new(), 0);
        loop {
            match items.try_next().await {
                Ok(Some(item)) => numbers.push(item),
                Ok(None) => break,
                Err(error) => {
                    assert!(error.is_validation() && numbers == [0, 1], "{error}");
                    errors += 1;
                }
            }
        }
        assert_eq!(
            (numbers, errors),
            ((0..ITEM_COUNT).collect(), usize::from(!prefetch))
        );
    }
}

#[tokio::test]
async fn only_one_page_is_prefetched() {
    let (script, client) = start(play).await;
    let mut pages = client.list_by_cursor().limit(1).pages().prefetch();
    pages.try_next().await.unwrap();
    while script.count("/by-cursor") < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(script.count("/by-cursor"), 2);
    pages.try_next().await.unwrap();
    assert!(pages.try_next().await.unwrap().is_some());
}

/// Starts a vendor with a list whose first page has this link.
async fn linked(link: String) -> (Script, Client) {
    start(move |seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        target if target.ends_with("?kind=after") => {
            let meta = serde_json::json!({"next": link});
            json(
                200,
                &serde_json::json!({"items": [1], "meta": meta}).to_string(),
            )
        }
        _ => json(200, r#"{"items":[2]}"#),
    })
    .await
}

#[tokio::test]
async fn a_link_to_another_origin_is_rejected_after_the_current_page() {
    let other = Script::start(|_| json(200, r#"{"items":[6]}"#)).await;
    for link in [
        format!("{}/by-link?page=2", other.url),
        format!("//{}/x", other.url.trim_start_matches("http://")),
        "https://127.0.0.1/by-link".to_owned(),
    ] {
        let (_script, client) = linked(link).await;
        let body = serde_json::json!({});
        let mut items = client.search_by_link(&body).items();
        assert_eq!(items.try_next().await.unwrap(), Some(1));
        for _ in 0..2 {
            let error = items.try_next().await.unwrap_err();
            assert!(
                error.is_decode() && error.to_string().contains("another origin"),
                "{error}"
            );
        }
    }
    assert_eq!(other.seen().len(), 0);
}

#[tokio::test]
async fn absolute_and_relative_links_are_followed_below_a_path_prefix() {
    let base = Arc::new(Mutex::new(String::new()));
    for link in [
        "?after=1",
        "by-link?after=1",
        "/by-link?after=1",
        "/pim/by-link?after=1",
        "BASE/by-link?after=1",
    ] {
        let known = Arc::clone(&base);
        let (script, transport) = Script::play(move |seen| match seen.target.as_str() {
            "/pim/token" => json(200, TOKEN),
            "/pim/by-link?kind=after" => {
                let link = link.replace("BASE", &known.lock().unwrap());
                let meta = serde_json::json!({"next": link});
                json(
                    200,
                    &serde_json::json!({"items": [1], "meta": meta}).to_string(),
                )
            }
            "/pim/by-link?after=1" => json(200, r#"{"items":[2]}"#),
            other => answer(404, &[], other),
        });
        *base.lock().unwrap() = format!("{}/pim", script.url);
        let client = Client::builder()
            .base_url(format!("{}/pim", script.url))
            .transport(transport)
            .credentials(Credentials::new("id", "s3cret"))
            .build()
            .unwrap();
        let body = serde_json::json!({});
        assert_eq!(
            all(client.search_by_link(&body).items()).await.unwrap(),
            [1, 2],
            "{link}"
        );
    }
}

#[tokio::test]
async fn a_next_link_or_cursor_to_the_same_page_is_an_error() {
    let (script, client) = start(|seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        _ => json(200, r#"{"items":[1],"meta":{"next":"/by-link?after=x"}}"#),
    })
    .await;
    let error = all(client.search_by_link(&serde_json::json!({})).items())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("same as an earlier page"),
        "{error}"
    );
    let error = all(client.list_by_cursor().items()).await.unwrap_err();
    assert!(
        error.to_string().contains("same as an earlier page"),
        "{error}"
    );
    assert_eq!(script.seen().len(), 5);
}

#[tokio::test]
async fn a_response_without_the_list_is_an_error() {
    for body in [
        "{}",
        r#"{"message":"maintenance"}"#,
        "[]",
        r#"[{"id":1}]"#,
        "[[1,2]]",
        "[null]",
    ] {
        let (_script, client) =
            start(move |seen| json(200, if seen.target == "/token" { TOKEN } else { body })).await;
        let searched = serde_json::json!({});
        for outcome in [
            all(client.list_by_page().items()).await,
            all(client.list_by_offset().items()).await,
            all(client.list_by_cursor().items()).await,
            all(client.search_by_link(&searched).items()).await,
        ] {
            let error = outcome.unwrap_err();
            assert!(error.is_decode(), "{body}: {error}");
            let path = if body.len() > 2 && body.starts_with('[') {
                "$"
            } else {
                "$.items"
            };
            assert_eq!(error.json_path(), Some(path), "{body}: {error}");
        }
    }
}

#[tokio::test]
async fn links_and_cursors_that_return_to_an_earlier_page_are_an_error() {
    let (script, client) = start(|seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        target if target.ends_with("after=x") => {
            json(200, r#"{"items":[2],"meta":{"next":"/by-link?after=y"}}"#)
        }
        _ => json(200, r#"{"items":[1],"meta":{"next":"/by-link?after=x"}}"#),
    })
    .await;
    let body = serde_json::json!({});
    let mut items = client.search_by_link(&body).items();
    for expected in [1, 2, 1] {
        assert_eq!(items.try_next().await.unwrap(), Some(expected));
    }
    let error = items.try_next().await.unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains("same as an earlier page"),
        "{error}"
    );
    assert_eq!(script.count("/by-link"), 3);
    let (script, client) = start(|seen| match seen.target.as_str() {
        "/token" => json(200, TOKEN),
        target if target.ends_with("after=x") => json(200, r#"{"items":[2],"meta":{"next":"y"}}"#),
        _ => json(200, r#"{"items":[1],"meta":{"next":"x"}}"#),
    })
    .await;
    let error = all(client.list_by_cursor().items()).await.unwrap_err();
    assert!(
        error.to_string().contains("same as an earlier page"),
        "{error}"
    );
    assert_eq!(script.count("/by-cursor"), 3);
}
