//! Iteration returns a complete list, or an error that explains why the list is incomplete.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::time::Duration;

use acme::auth::Credentials;
use acme::generated::Client;
use sdk_runtime::{Error, Items, PageCursor, PagedOperation, SdkClient};
use support::{Reply, Script, Seen, json};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":3600}"#;
/// Number of items in every list of `play`.
const ITEM_COUNT: u64 = 60;

fn parameter(seen: &Seen, name: &str) -> Option<u64> {
    let (_, query) = seen.target.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name)?.1.parse().ok()
}

/// Serves lists of the numbers from 0 to 59, in pages of at most `most` items.
///
/// The responses contain a total if `total` is true.
fn play(most: u64, total: bool) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    move |seen| {
        let path = seen.target.split('?').next().unwrap();
        if path == "/token" {
            return json(200, TOKEN);
        }
        let limit = parameter(seen, "limit").unwrap_or(2).min(most);
        let start = match path {
            "/by-page" => (parameter(seen, "page").unwrap_or(1) - 1) * limit,
            "/by-offset" => parameter(seen, "first").unwrap_or(0),
            _ => parameter(seen, "after").unwrap_or(0),
        };
        let end = (start + limit).min(ITEM_COUNT);
        let items: Vec<u64> = (start..end).collect();
        let next = (end < ITEM_COUNT).then(|| match path {
            "/by-cursor" => end.to_string(),
            _ => format!("/by-link?after={end}&limit={limit}"),
        });
        let total = total.then_some(ITEM_COUNT);
        let page = serde_json::json!({"items": items, "meta": {"next": next, "total": total}});
        json(200, &page.to_string())
    }
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

/// Starts a vendor with a list whose pages have these bodies, in order. The last body repeats.
async fn pages(bodies: &'static [&'static str]) -> (Script, Client) {
    let count = std::sync::atomic::AtomicUsize::new(0);
    start(move |seen| {
        if seen.target == "/token" {
            return json(200, TOKEN);
        }
        let at = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        json(200, bodies[at.min(bodies.len() - 1)])
    })
    .await
}

async fn all<Op: PagedOperation>(mut items: Items<Op>) -> Result<Vec<Op::Item>, Error> {
    let mut all = Vec::new();
    while let Some(item) = items.try_next().await? {
        all.push(item);
    }
    Ok(all)
}

/// Returns the cursor after this many items.
async fn cursor_after<Op: PagedOperation>(mut items: Items<Op>, count: usize) -> PageCursor {
    for _ in 0..count {
        items.try_next().await.unwrap();
    }
    items.cursor().unwrap().to_string().parse().unwrap()
}

#[tokio::test]
async fn a_cursor_with_another_page_size_is_rejected() {
    let (script, client) = start(play(1000, true)).await;
    let by_page = cursor_after(client.list_by_page().limit(20).items(), 25).await;
    let by_offset = cursor_after(client.list_by_offset().limit(20).items(), 25).await;
    let sent = script.seen().len();
    for limit in [10, 30] {
        for error in [
            all(client
                .list_by_page()
                .limit(limit)
                .items()
                .resume(by_page.clone()))
            .await,
            all(client
                .list_by_offset()
                .limit(limit)
                .items()
                .resume(by_offset.clone()))
            .await,
        ] {
            let text = error.unwrap_err().to_string();
            assert!(
                text.contains("page size 20") && text.contains(&format!("requests {limit}")),
                "{text}"
            );
        }
    }
    let error = all(client.list_by_page().items().resume(by_page.clone())).await;
    assert!(error.unwrap_err().is_request());
    assert_eq!(script.seen().len(), sent);
    let rest = all(client.list_by_page().limit(20).items().resume(by_page)).await;
    assert_eq!(rest.unwrap(), (25..ITEM_COUNT).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cursor_of_another_search_is_rejected() {
    let (script, client) = start(play(1000, true)).await;
    let lamps = serde_json::json!({"search": "lamps"});
    let chairs = serde_json::json!({"search": "chairs"});
    let by_link = cursor_after(client.search_by_link(&lamps).items(), 3).await;
    let by_cursor = cursor_after(client.list_by_cursor().kind("lamps").items(), 3).await;
    let sent = script.seen().len();
    let text = |error: Result<Vec<u64>, Error>| error.unwrap_err().to_string();
    let other_body = text(
        all(client
            .search_by_link(&chairs)
            .items()
            .resume(by_link.clone()))
        .await,
    );
    assert!(other_body.contains("the body differs"), "{other_body}");
    let other = client.list_by_cursor().kind("chairs").items();
    let other = text(all(other.resume(by_cursor.clone())).await);
    assert!(other.contains("`kind` differs"), "{other}");
    assert!(!other.contains("chairs") && !by_cursor.to_string().contains("lamps"));
    let without = client.list_by_cursor().items();
    let without = text(all(without.resume(by_cursor.clone())).await);
    assert!(without.contains("`kind` is missing"), "{without}");
    let added = client.list_by_cursor().kind("lamps").page(3).items();
    let added = text(all(added.resume(by_cursor.clone())).await);
    assert!(added.contains("`page` is new"), "{added}");
    assert_eq!(script.seen().len(), sent);
    let same = client
        .list_by_cursor()
        .kind("lamps")
        .items()
        .resume(by_cursor);
    assert_eq!(
        all(same).await.unwrap(),
        (3..ITEM_COUNT).collect::<Vec<_>>()
    );
    let same = client.search_by_link(&lamps).items().resume(by_link);
    assert_eq!(
        all(same).await.unwrap(),
        (3..ITEM_COUNT).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn an_old_or_damaged_cursor_is_rejected_with_a_reason() {
    let (_script, client) = start(play(1000, true)).await;
    let good = cursor_after(client.list_by_page().limit(20).items(), 25)
        .await
        .to_string();
    for (damage, reason) in [
        (
            r#"{"operation":"list_by_page","at":{"number":1},"skip":1,"seen":0}"#.to_owned(),
            "earlier version",
        ),
        (
            good.replacen("\"skip\":5", "\"skip\":18446744073709551615", 1),
            "damaged",
        ),
        (good.replacen("\"number\":2", "\"number\":3", 1), "damaged"),
        (good[..good.len() - 4].to_owned(), "not a cursor"),
        ("null".to_owned(), "not a cursor"),
        (String::new(), "not a cursor"),
    ] {
        assert_ne!(damage, good);
        let error = damage.parse::<PageCursor>().unwrap_err();
        assert!(
            error.is_request() && error.to_string().contains(reason),
            "{damage}: {error}"
        );
        assert!(serde_json::from_str::<PageCursor>(&damage).is_err());
    }
}

#[tokio::test]
async fn pages_smaller_than_requested_do_not_end_a_list_early() {
    let numbers: Vec<u64> = (0..ITEM_COUNT).collect();
    for total in [false, true] {
        for most in [7, 20, 50, 59, 60] {
            let (_script, client) = start(play(most, total)).await;
            let offset = all(client.list_by_offset().limit(200).items())
                .await
                .unwrap();
            assert_eq!(offset, numbers, "{most}");
            let page = all(client.list_by_page().limit(200).items()).await.unwrap();
            assert_eq!(page, numbers, "{most}");
        }
    }
}

#[tokio::test]
async fn another_page_is_requested_only_if_the_list_may_continue() {
    let (script, client) = start(play(50, false)).await;
    all(client.list_by_offset().limit(200).items())
        .await
        .unwrap();
    // The second page is shorter than the first, because the list ends.
    assert_eq!(script.count("/by-offset"), 2);
    let (script, client) = start(play(200, false)).await;
    all(client.list_by_offset().limit(200).items())
        .await
        .unwrap();
    assert_eq!(script.count("/by-offset"), 2);
    // The table specifies 100 as the maximum page size.
    let (script, client) = start(play(200, false)).await;
    all(client.list_by_offset().limit(80).items())
        .await
        .unwrap();
    assert_eq!(script.count("/by-offset"), 1);
}

#[tokio::test]
async fn a_list_that_ends_before_its_total_is_an_error() {
    let (_script, client) = pages(&[
        r#"{"items":[1,2],"meta":{"total":5}}"#,
        r#"{"items":[],"meta":{"total":5}}"#,
    ])
    .await;
    let mut items = client.list_by_page().limit(2).items();
    assert_eq!(items.try_next().await.unwrap(), Some(1));
    assert_eq!(items.try_next().await.unwrap(), Some(2));
    let error = items.try_next().await.unwrap_err();
    assert!(error.to_string().contains("2 of 5"), "{error}");
}

#[tokio::test]
async fn unreadable_items_do_not_affect_other_items() {
    let (script, client) = pages(&[
        r#"{"items":[1,"two",3,{"four":4},5],"meta":{"next":"x"}}"#,
        r#"{"items":[6],"meta":{"next":null}}"#,
    ])
    .await;
    let mut items = client.list_by_cursor().items();
    let mut outcomes = Vec::new();
    let mut places = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(item)) => outcomes.push(Ok(item)),
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_decode() && error.status().is_some(), "{error}");
                assert!(error.to_string().contains("item"), "{error}");
                outcomes.push(Err(error.json_path().unwrap().to_owned()));
                places.push(items.cursor().unwrap());
            }
        }
    }
    let unreadable = |at: &str| Err(at.to_owned());
    assert_eq!(
        outcomes,
        [
            Ok(1),
            unreadable("$.items[1]"),
            Ok(3),
            unreadable("$.items[3]"),
            Ok(5),
            Ok(6)
        ]
    );
    assert_eq!(script.count("/by-cursor"), 2);
    // A cursor that is taken after an error continues with the next item.
    let (_script, client) = pages(&[r#"{"items":[1,"two",3,{"four":4},5]}"#]).await;
    for (place, rest) in places.into_iter().zip([&[3, 5][..], &[5]]) {
        let mut items = client.list_by_cursor().items().resume(place);
        let mut read = Vec::new();
        loop {
            match items.try_next().await {
                Ok(Some(item)) => read.push(item),
                Ok(None) => break,
                Err(_) => {}
            }
        }
        assert_eq!(read, rest);
    }
}

#[tokio::test]
async fn many_unreadable_items_take_linear_time_and_too_many_are_one_error() {
    let page = |unreadable: usize| {
        let items = vec![r#"{"not":"a number, and long enough to fill a page"}"#; unreadable];
        let items = items.join(",");
        let page = format!(r#"{{"items":[{items},7],"meta":{{"next":null}}}}"#);
        start(move |seen| match seen.target.as_str() {
            "/token" => json(200, TOKEN),
            _ => json(200, &page),
        })
    };
    let (_script, client) = page(9_000).await;
    let began = std::time::Instant::now();
    let mut items = client.list_by_cursor().items();
    let (mut errors, mut read) = (0, Vec::new());
    loop {
        match items.try_next().await {
            Ok(Some(item)) => read.push(item),
            Ok(None) => break,
            Err(error) => {
                assert_eq!(
                    error.json_path(),
                    Some(format!("$.items[{errors}]").as_str())
                );
                errors += 1;
            }
        }
    }
    assert_eq!((errors, read), (9_000, vec![7]));
    // Reading the page again for each item would take minutes.
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());

    let (script, client) = page(10_001).await;
    let mut items = client.list_by_cursor().items();
    for _ in 0..2 {
        let error = items.try_next().await.unwrap_err();
        assert_eq!(error.json_path(), Some("$.items[0]"), "{error}");
    }
    assert_eq!(script.count("/by-cursor"), 2);
}

#[tokio::test]
async fn a_page_with_unreadable_items_comes_after_their_errors() {
    let (script, client) = pages(&[
        r#"{"items":[1,"two",3,[]],"meta":{"next":"x"}}"#,
        r#"{"items":[6],"meta":{"next":null}}"#,
    ])
    .await;
    let mut pages = client.list_by_cursor().pages();
    for place in ["$.items[1]", "$.items[3]"] {
        let error = pages.try_next().await.unwrap_err();
        assert_eq!(error.json_path(), Some(place), "{error}");
    }
    let page = pages.try_next().await.unwrap().unwrap();
    assert_eq!(page.items.as_deref(), Some(&[1, 3][..]));
    let page = pages.try_next().await.unwrap().unwrap();
    assert_eq!(page.items.as_deref(), Some(&[6][..]));
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(script.count("/by-cursor"), 2);
}

#[tokio::test]
async fn a_run_of_100_empty_pages_is_an_error_with_the_cursor() {
    let (script, client) = start(|seen| match parameter(seen, "after") {
        _ if seen.target == "/token" => json(200, TOKEN),
        Some(150) => json(200, r#"{"items":[7]}"#),
        at => {
            let next = at.unwrap_or(0) + 1;
            json(
                200,
                &format!(r#"{{"items":[],"meta":{{"next":"{next}"}}}}"#),
            )
        }
    })
    .await;
    let mut items = client.list_by_cursor().items();
    let outcome = tokio::time::timeout(Duration::from_secs(60), items.try_next()).await;
    let error = outcome.unwrap().unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains(r#""100""#),
        "{error}"
    );
    assert_eq!(script.count("/by-cursor"), 100);
    // A caller that expects such a sparse list can continue.
    let cursor = items.cursor().unwrap();
    assert_eq!(items.try_next().await.unwrap(), Some(7));
    let resumed = client.list_by_cursor().items().resume(cursor);
    assert_eq!(all(resumed).await.unwrap(), [7]);
}

#[tokio::test]
async fn a_list_can_be_collected_and_a_list_response_can_be_iterated() {
    let (_script, client) = start(play(1000, true)).await;
    let all: Vec<u64> = client
        .list_by_page()
        .limit(20)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all, (0..ITEM_COUNT).collect::<Vec<_>>());
    let (_script, client) = pages(&[r#"[{"code":"a","status_code":201}]"#]).await;
    let mut codes = Vec::new();
    let statuses = client
        .core()
        .send::<acme::shop::UpsertArray>(array_call())
        .await
        .unwrap();
    for status in &statuses {
        codes.push(status.status_code);
    }
    for status in statuses {
        codes.push(status.status_code);
    }
    assert_eq!(codes, [201, 201]);
}

fn array_call() -> sdk_runtime::Call {
    let operation = <acme::shop::UpsertArray as sdk_runtime::TypedOperation>::OPERATION;
    let mut call = sdk_runtime::Call::new(operation);
    call.json_body(&[0; 0]);
    call
}

#[tokio::test]
async fn an_item_is_not_lost_if_its_future_is_dropped() {
    let permits = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let held = std::sync::Arc::clone(&permits);
    let play = play(1000, true);
    let (script, client) = start(move |seen| match play(seen) {
        reply if seen.target.starts_with("/by-page") => {
            Reply::Held(std::sync::Arc::clone(&held), Box::new(reply))
        }
        reply => reply,
    })
    .await;
    let mut items = client.list_by_page().limit(20).items();
    for expected in 0..ITEM_COUNT {
        // The page isn't available yet, so the first attempt to read it times out.
        if expected % 20 == 0 {
            let given_up = tokio::time::timeout(Duration::from_millis(20), items.try_next()).await;
            assert!(given_up.is_err());
            permits.add_permits(1);
        }
        assert_eq!(items.try_next().await.unwrap(), Some(expected));
    }
    assert_eq!(items.try_next().await.unwrap(), None);
    assert_eq!(script.count("/by-page"), 3);
}
