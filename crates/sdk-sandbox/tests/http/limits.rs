//! Maximum lengths of lists, and rate limits.

use std::time::Duration;

use serde_json::Value;

use crate::parcels::{Parcels, header, json, refusal};

#[tokio::test]
async fn pages_in_the_middle_of_a_million_items_can_be_read() {
    let parcels = Parcels::started(Parcels::builder().items(1_000_000)).await;
    let page = json(
        parcels
            .get("/boxes?limit=100&page=10&with_count=true")
            .await,
    )
    .await;
    assert_eq!(
        (&page["items_count"], &page["current_page"]),
        (&1_000_000.into(), &10.into())
    );
    assert_eq!(page["_embedded"]["items"][99]["code"], "box_1000");
    let cursor = json(parcels.get("/events?limit=1000&next=after-999500").await).await;
    assert_eq!(cursor["data"].as_array().unwrap().len(), 500);
    assert_eq!(cursor["paging"]["next"], Value::Null);
}

#[tokio::test]
async fn pages_beyond_the_ceiling_and_oversized_pages_are_rejected() {
    let parcels = Parcels::started(Parcels::builder().items(5000)).await;
    for (path, code) in [
        ("/boxes?limit=100&page=11", "ceiling"),
        ("/boxes?limit=101", "invalid"),
        ("/events?limit=10001", "ceiling"),
    ] {
        assert_eq!(
            refusal(parcels.get(path).await).await,
            (422, code.to_owned()),
            "{path}"
        );
    }
    assert_eq!(parcels.get("/boxes?limit=100&page=10").await.status(), 200);
}

#[tokio::test]
async fn page_links_are_absolute_and_point_in_both_directions() {
    let parcels = Parcels::started(Parcels::builder().items(25)).await;
    let href = |page: &Value, name: &str| {
        page["_links"][name]["href"]
            .as_str()
            .map(|link| link.split("/v2").nth(1).unwrap().to_owned())
    };
    let page = json(parcels.get("/boxes?page=2").await).await;
    assert_eq!(href(&page, "next").as_deref(), Some("/boxes?page=3"));
    assert_eq!(href(&page, "previous").as_deref(), Some("/boxes?page=1"));
    assert_eq!(href(&page, "first").as_deref(), Some("/boxes?page=1"));
    assert_eq!(page.get("items_count"), None);
    let first = json(parcels.get("/boxes").await).await;
    assert_eq!(
        (href(&first, "previous"), href(&first, "self").as_deref()),
        (None, Some("/boxes?page=1"))
    );
    let last = json(parcels.get("/boxes?page=3").await).await;
    assert_eq!(href(&last, "next"), None);
}

#[tokio::test(start_paused = true)]
async fn calls_are_rate_limited_with_the_headers_of_the_vendor() {
    let parcels = Parcels::started(Parcels::builder().rate_limited()).await;
    for left in (0..5).rev() {
        let response = parcels.get("/boxes").await;
        assert_eq!(
            (
                header(&response, "x-limit"),
                header(&response, "x-remaining")
            ),
            ("5".to_owned(), left.to_string())
        );
    }
    let refused = parcels.get("/boxes").await;
    assert!((1..=10).contains(&header(&refused, "retry-after").parse::<u64>().unwrap()));
    assert!(header(&refused, "x-reset").parse::<u64>().unwrap() > 1_700_000_000);
    assert_eq!(refusal(refused).await, (429, "busy".to_owned()));
    assert_eq!(parcels.exchange().send().await.unwrap().status(), 200);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(parcels.get("/boxes").await.status(), 200);
}

#[tokio::test]
async fn rate_limits_are_off_by_default() {
    let parcels = Parcels::start().await;
    for _ in 0..20 {
        assert_eq!(parcels.get("/boxes").await.status(), 200);
    }
}
