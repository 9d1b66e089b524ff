//! Tests long lists, response headers and files against the sandbox.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use sdk_conformance::ClientConfigOf;
use sdk_sandbox::{Builder, Fault, Sandbox};
use smscx_sdk::{AnswerHeaders, Client, VENDOR};

const ID: &str = "2f1c1a52-7c0e-4f1e-9a43-5a1f0f3f9b11";

async fn start(builder: Builder) -> (Sandbox, Client) {
    let sandbox = builder.vendor("smscx").start().await.unwrap();
    let client = Client::from_config(sandbox.client_config("smscx").unwrap()).unwrap();
    (sandbox, client)
}

/// Reads a list to its end and counts its items.
macro_rules! count {
    ($list:expr) => {{
        let mut items = $list.items();
        let mut count = 0;
        while items.try_next().await.unwrap().is_some() {
            count += 1;
        }
        count
    }};
}

#[tokio::test]
async fn each_of_the_ten_lists_is_read_to_its_last_page() {
    let paged = VENDOR
        .operations
        .iter()
        .filter(|operation| operation.paging.is_some());
    assert_eq!(paged.count(), 10);
    let (sandbox, client) = start(Sandbox::builder().items(1_201)).await;
    let counts = [
        count!(client.list_bulk_lookups()),
        count!(client.get_bulk_lookup(ID)),
        count!(client.list_inbound_sms(ID)),
        count!(client.get_group(1)),
        count!(client.list_optouts()),
        count!(client.get_advanced_report().period("2026-10")),
        count!(client.list_campaigns()),
        count!(client.get_campaign_report(ID)),
        count!(client.list_shortlink_hits("aB3")),
        count!(client.list_attachment_hits("aB3")),
    ];
    assert_eq!(counts, [1_201; 10]);
    let mut lists: HashSet<_> = HashSet::new();
    let mut pages = 0;
    for request in sandbox.requests_of("smscx").unwrap() {
        if request.path != "/oauth/token" {
            lists.insert(request.operation_id);
            pages += 1;
        }
    }
    assert_eq!(
        (lists.len(), pages),
        (10, 30),
        "each list must have three pages of at most 500 items"
    );
}

#[tokio::test]
async fn a_list_can_be_paged_forward_and_back_with_its_cursors() {
    let (_sandbox, client) = start(Sandbox::builder().items(5)).await;
    let first = client.list_optouts().limit(2).await.unwrap();
    let paging = first.paging.as_ref().unwrap();
    let next = paging.next.clone().unwrap();
    assert_eq!((paging.size, &paging.previous), (Some(2), &None));
    let second = client.list_optouts().limit(2).next(next).await.unwrap();
    let previous = second.paging.as_ref().unwrap().previous.clone().unwrap();
    let back = client
        .list_optouts()
        .limit(2)
        .previous(previous)
        .await
        .unwrap();
    let ids = |page: &smscx_sdk::types::OptoutList| -> Vec<i32> {
        page.data.iter().map(|optout| optout.id).collect()
    };
    assert_eq!(ids(&back), ids(&first));
    assert_ne!(ids(&second), ids(&first));
}

#[tokio::test]
async fn each_of_the_14_exports_is_written_to_a_file() {
    let downloads: HashSet<_> = VENDOR
        .operations
        .iter()
        .map(|operation| operation.id)
        .filter(|id| id.ends_with("_csv") || id.ends_with("_xlsx"))
        .collect();
    assert_eq!(downloads.len(), 14);
    let (sandbox, client) = start(Sandbox::builder()).await;
    let folder = tempfile::tempdir().unwrap();
    let mut files = 0;
    macro_rules! save {
        ($($name:ident($($argument:expr),*)$(.$setter:ident($value:expr))*);+ $(;)?) => {$(
            let answer = client.$name($($argument),*)$(.$setter($value))*.send().await.unwrap();
            let path = folder.path().join(stringify!($name));
            let media = answer.content_type().to_owned();
            let saved = answer.into_inner().save_to(&path).await.unwrap();
            assert!(saved > 0);
            assert_eq!(std::fs::metadata(&path).unwrap().len(), saved);
            let is_csv = stringify!($name).ends_with("_csv");
            assert_eq!(media.contains("csv"), is_csv, "{media}");
            assert_eq!(media.contains("spreadsheetml"), !is_csv, "{media}");
            assert!(downloads.contains(stringify!($name)));
            files += 1;
        )+};
    }
    save! {
        download_group_csv(1);
        download_group_xlsx(1);
        download_optouts_csv();
        download_optouts_xlsx();
        download_bulk_lookup_csv(ID);
        download_bulk_lookup_xlsx(ID);
        download_campaign_report_csv(ID);
        download_campaign_report_xlsx(ID);
        download_advanced_report_csv().period("2026-10");
        download_advanced_report_xlsx().period("2026-10");
        download_shortlink_hits_csv("aB3");
        download_shortlink_hits_xlsx("aB3");
        download_attachment_hits_csv("aB3");
        download_attachment_hits_xlsx("aB3");
    }
    assert_eq!(files, 14);

    // An interrupted download does not change the existing file.
    let path = folder.path().join("download_optouts_csv");
    let before = std::fs::read(&path).unwrap();
    sandbox
        .fault(
            "smscx",
            Fault::truncated().on("download_optouts_csv").always(),
        )
        .unwrap();
    let answer = client.download_optouts_csv().await.unwrap();
    let error = answer.into_inner().save_to(&path).await.unwrap_err();
    assert!(error.is_transport(), "{error:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 14);
}

#[tokio::test]
async fn each_response_reports_the_remaining_rate_limit() {
    let builder = Sandbox::builder().rate_limit("smscx", 50, Duration::from_secs(60), None);
    let (sandbox, client) = start(builder).await;
    let list = client.list_groups().send().await.unwrap();
    let file = client.download_optouts_csv().send().await.unwrap();
    let sent = client.delete_group(7).send().await.unwrap();
    let left: Vec<_> = [
        (list.x_rate_limit_limit(), list.x_rate_limit_remaining()),
        (file.x_rate_limit_limit(), file.x_rate_limit_remaining()),
        (sent.x_rate_limit_limit(), sent.x_rate_limit_remaining()),
    ]
    .into_iter()
    .map(|(limit, left)| {
        assert_eq!(limit, Some(50));
        left.unwrap()
    })
    .collect();
    assert!(left[0] > left[1] && left[1] > left[2], "{left:?}");
    assert!(list.x_request_id().is_some());

    let fault = Fault::status(429).rate_limit_reset(Duration::from_secs(3_600));
    sandbox.fault("smscx", fault.on("list_groups")).unwrap();
    let error = client.list_groups().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error:?}");
    let reset = error.x_rate_limit_reset().unwrap();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    assert!(
        reset.abs_diff(i64::try_from(now.as_secs()).unwrap()) > 3_500,
        "{reset}"
    );
}

#[tokio::test]
async fn a_rate_limited_call_is_retried_after_the_limit_resets() {
    let (sandbox, client) = start(Sandbox::builder()).await;
    client.access_token().await.unwrap();
    let fault = Fault::status(429).rate_limit_reset(Duration::from_secs(2));
    sandbox.fault("smscx", fault.on("list_groups")).unwrap();
    let begin = SystemTime::now();
    let answer = client.list_groups().send().await.unwrap();
    assert_eq!(answer.status(), 200);
    // The header contains a Unix time without fractions of a second, so the wait can be up to one
    // second shorter than two seconds.
    let waited = begin.elapsed().unwrap();
    assert!(waited >= Duration::from_millis(900), "{waited:?}");
    let calls = sandbox.requests_of("smscx").unwrap();
    let statuses: Vec<_> = calls
        .iter()
        .filter(|call| call.operation_id.as_deref() == Some("list_groups"))
        .map(|call| call.status)
        .collect();
    assert_eq!(statuses, [429, 200]);
}
