//! Paginated lists, as the vendor sends them.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test, a panic is the failure report.

mod support;

use motaword_sdk::{Client, OPERATIONS};
use sdk_runtime::{Items, PagedOperation};
use serde_json::{Value, json};
use support::{Reply, Script, Seen};

/// Returns the requested page of a list of five entries, two per page. Pages are numbered from `first`.
fn page(seen: &Seen, name: &str, first: i64) -> Reply {
    let number: i64 = seen
        .query("page")
        .map_or(first, |text| text.parse().unwrap());
    let start = (number - first) * 2;
    let entries: Vec<Value> = (start..(start + 2).min(5))
        .map(|id| json!({"id": id, "comment": "Fine."}))
        .collect();
    let next =
        (start + 2 < 5).then(|| format!("https://staging.motaword.com/v0/x?page={}", number + 1));
    let paging = json!({
        "page": number, "per_page": 2, "count": entries.len(), "total_count": 5,
        "links": {"self": {"href": "https://api.motaword.com/v0/x"}, "next": next, "previous": null},
    });
    Reply::json(200, &json!({"meta": {"paging": paging}, name: entries}))
}

/// Returns the parameter `page` of each request, and the number of received entries.
async fn walk<Op: PagedOperation>(
    name: &'static str,
    first: i64,
    list: impl FnOnce(&Client) -> Items<Op>,
) -> (Vec<Option<String>>, usize) {
    let (script, client) = Script::start(move |seen| page(seen, name, first)).await;
    let items: Vec<_> = list(&client).try_collect().await.unwrap();
    let pages = script
        .seen()
        .iter()
        .map(|seen| seen.query("page"))
        .collect();
    (pages, items.len())
}

/// Checks that pages 1, 2 and 3 are requested, and that all five entries are received.
async fn check<Op: PagedOperation>(name: &'static str, list: impl FnOnce(&Client) -> Items<Op>) {
    let (pages, count) = walk(name, 1, list).await;
    let numbers: Vec<_> = pages
        .iter()
        .map(|page| page.as_deref().unwrap_or("1"))
        .collect();
    assert_eq!((numbers, count), (vec!["1", "2", "3"], 5), "{name}");
}

#[tokio::test]
async fn lists_end_at_the_last_page_and_do_not_follow_links() {
    check("projects", |client| client.list_projects().items()).await;
    check("projects", |client| client.list_vendor_projects().items()).await;
    check("documents", |client| client.list_documents().items()).await;
    check("activities", |client| client.list_activities(7).items()).await;
    #[cfg(feature = "internal")]
    {
        check("articles", |client| client.list_blog_posts().items()).await;
        check("documents", |client| client.list_user_documents(7).items()).await;
        check("projects", |client| {
            client.list_user_vendor_projects(7).items()
        })
        .await;
        check("users", |client| client.list_users().items()).await;
        check("users", |client| {
            client
                .search_vendors()
                .body(&motaword_sdk::types::VendorFilter::default())
                .items()
        })
        .await;
    }
}

#[tokio::test]
async fn comments_are_read_from_either_property_name() {
    check("activities", |client| client.list_comments(7).items()).await;
    check("comments", |client| client.list_comments(7).items()).await;
}

#[tokio::test]
async fn pages_of_strings_are_numbered_from_0() {
    let (pages, count) = walk("strings", 0, |client| client.list_strings().items()).await;
    let numbers: Vec<_> = pages
        .iter()
        .map(|page| page.as_deref().unwrap_or("0"))
        .collect();
    assert_eq!((numbers, count), (vec!["0", "1", "2"], 5));
}

#[tokio::test]
async fn search_results_come_from_all_three_lists_of_each_page() {
    use motaword_sdk::search::SearchEverywhereItem as Hit;
    let (script, client) = Script::start(|seen| {
        let number = seen.query("page").map_or(1, |text| text.parse().unwrap());
        let result = match number {
            1 => json!({"projects": [{"id": 1}, {"id": 2}], "documents": [{"id": 3}], "strings": [{"string_id": 4}]}),
            2 => json!({"documents": [{"id": 5}]}),
            // No entries: PHP writes an empty map as an empty array.
            _ => json!([]),
        };
        let next = (number < 3).then_some("https://api.motaword.com/v0/search");
        let paging = json!({"page": number, "total_count": 5, "links": {"next": next}});
        Reply::json(200, &json!({"meta": {"paging": paging}, "result": result}))
    })
    .await;
    let hits: Vec<Hit> = client
        .search_everywhere("invoice")
        .items()
        .try_collect()
        .await
        .unwrap();
    let kinds: Vec<_> = hits
        .iter()
        .map(|hit| match hit {
            Hit::ProjectInSearch(project) => ("project", Some(project.id)),
            Hit::DocumentInSearch(document) => ("document", Some(document.id)),
            Hit::StringInSearch(string) => ("string", string.string_id),
            _ => ("?", None),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("project", Some(1)),
            ("project", Some(2)),
            ("document", Some(3)),
            ("string", Some(4)),
            ("document", Some(5)),
        ]
    );
    assert_eq!(script.seen().len(), 3);
}

#[test]
fn all_twelve_lists_with_a_page_parameter_are_paged() {
    let with_page = OPERATIONS
        .iter()
        .filter(|operation| operation.parameter("page").is_some());
    let ids: Vec<_> = with_page.clone().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), 12, "{ids:?}");
    let unpaged: Vec<_> = with_page
        .filter(|operation| operation.paging.is_none())
        .collect();
    assert!(unpaged.is_empty(), "{unpaged:?}");
}

#[cfg(feature = "internal")]
#[tokio::test]
async fn the_page_size_is_always_sent_if_the_vendors_default_is_1() {
    let (script, client) = Script::start(|seen| page(seen, "articles", 1)).await;
    client.list_blog_posts().await.unwrap();
    assert_eq!(script.last().query("per_page").as_deref(), Some("10"));
    client.list_blog_posts().per_page(50).await.unwrap();
    assert_eq!(script.last().query("per_page").as_deref(), Some("50"));
    let (script, client) = Script::start(|seen| page(seen, "documents", 1)).await;
    client.list_similar_documents(3).await.unwrap();
    assert_eq!(script.last().query("per_page").as_deref(), Some("10"));
}

#[tokio::test]
async fn array_parameters_are_sent_as_repeated_names_with_brackets() {
    use motaword_sdk::types::ProjectStatus;
    let (script, client) = Script::start(|seen| page(seen, "projects", 1)).await;
    let states = [ProjectStatus::Started, ProjectStatus::Translated];
    client.list_projects().status(states).await.unwrap();
    let query = script.last().target.replace("%5B%5D", "[]");
    assert!(
        query.ends_with("?status[]=started&status[]=translated"),
        "{query}"
    );
}
