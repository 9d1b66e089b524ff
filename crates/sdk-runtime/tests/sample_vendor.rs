//! Tests features of a vendor crate with a small sample crate.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::any::Any;
use std::sync::Arc;

use acme::auth::Credentials;
use acme::generated::auth::{GetAccessTokenContentType, TokenRequest};
use acme::generated::things::{Span, Thing};
use acme::generated::vendor::Server;
use acme::generated::{Client, ClientBuilder};
use sdk_runtime::{
    Call, ClientConfig, Encoding, MediaType, Method, Operation, Reading, RequestBody, Scheme,
    SdkClient, VendorClient,
};
use support::{Script, Seen, answer, json};

const TOKEN: &str = r#"{"access_token":"token-1","expires_in":"3600","token_type":"bearer"}"#;

fn play(seen: &Seen) -> support::Reply {
    match seen.target.split('?').next().unwrap() {
        "/token" => json(200, TOKEN),
        "/things" => answer(204, &[], ""),
        "/status" => answer(200, &[("content-type", "text/plain")], "all is well"),
        "/things/a/b%20c/file" => answer(200, &[("content-type", "application/pdf")], "%PDF"),
        _ => json(
            200,
            r#"{"items":[{"id":1,"span":"DAY","made":"11-22-2026"},{"id":2,"span":"EON"}],"more":true}"#,
        ),
    }
}

fn client(script: &Script) -> Client {
    Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_typed_call_obtains_a_token_and_follows_the_operation_table() {
    let script = Script::start(play).await;
    let client = client(&script);
    let things = client
        .list_things("o/1")
        .span(Span::Day)
        .tags(["a b", "c"])
        .archived(true)
        .search(&serde_json::json!({"id": [1]}))
        .trace("t-1")
        .with_header("X-Extra", "x")
        .await
        .unwrap();
    assert_eq!(
        (
            things.items.len(),
            things.status().as_u16(),
            things.request_id()
        ),
        (2, 200, Some("abc"))
    );
    assert_eq!(things.items[1].span, Some(Span::Unknown("EON".to_owned())));
    let [exchange, call] = script.seen().try_into().unwrap();
    assert_eq!(exchange.header("authorization"), Some("Basic aWQ6czNjcmV0"));
    assert_eq!(
        (exchange.header("content-type"), exchange.body.as_str()),
        (
            Some("application/json"),
            r#"{"grant_type":"client_credentials"}"#
        )
    );
    assert_eq!(
        call.target,
        "/owners/o%2F1/things?span=DAY&tags%5B%5D=a%20b&tags%5B%5D=c&archived=1&search=%7B%22id%22%3A%5B1%5D%7D&version=2"
    );
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    assert_eq!(call.header("accept"), Some("application/json"));
    assert_eq!(
        call.header("user-agent"),
        Some(concat!("sdk-runtime/", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(
        (call.header("x-trace"), call.header("x-extra")),
        (Some("t-1"), Some("x"))
    );
}

#[tokio::test]
async fn writes_downloads_and_text_responses_work_with_one_token() {
    let script = Script::start(play).await;
    let client = client(&script);
    let thing = Thing {
        id: 7,
        span: None,
        made: Some("2026-11-22".into()),
    };
    client
        .create_thing(&thing)
        .send()
        .await
        .unwrap()
        .into_inner();
    assert_eq!(script.last().body, r#"{"id":7,"made":"2026-11-22"}"#);
    let file = client.download_thing("a/b c").await.unwrap().into_inner();
    assert_eq!(
        (file.content_type(), file.length()),
        ("application/pdf", Some(4))
    );
    assert_eq!(file.bytes().await.unwrap(), "%PDF");
    assert_eq!(*client.get_status().await.unwrap(), "all is well");
    assert_eq!(script.last().header("authorization"), None);
    assert_eq!(script.count("/token"), 1);
}

#[tokio::test]
async fn the_token_operation_uses_the_credentials_of_the_client_or_the_caller() {
    let script = Script::start(play).await;
    let client = client(&script);
    let answer = client.get_access_token().send().await.unwrap();
    assert_eq!(answer.access_token.expose(), "token-1");
    assert_eq!(
        script.last().header("authorization"),
        Some("Basic aWQ6czNjcmV0")
    );

    let own = TokenRequest {
        grant_type: "a b".to_owned(),
        refresh_token: Some("r".into()),
    };
    let call = client
        .get_access_token()
        .body(&own)
        .basic_auth("x", "y")
        .content_type(GetAccessTokenContentType::Form);
    call.await.unwrap();
    assert_eq!(script.last().header("authorization"), Some("Basic eDp5"));
    assert_eq!(
        script.last().header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(script.last().body, "grant_type=a+b&refresh_token=r");

    client
        .get_access_token()
        .content_type(GetAccessTokenContentType::Multipart)
        .await
        .unwrap();
    let sent = script.last();
    let boundary = sent
        .header("content-type")
        .unwrap()
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert!(
        sent.body.starts_with(&format!("--{boundary}\r\n"))
            && sent.body.ends_with(&format!("--{boundary}--\r\n"))
    );

    // The headers may also be set explicitly.
    let by_hand = client
        .get_access_token()
        .with_header("Authorization", "Basic eDp5")
        .with_header("Content-Type", "application/x-www-form-urlencoded");
    by_hand.await.unwrap();
    assert_eq!(script.last().header("authorization"), Some("Basic eDp5"));
    assert_eq!(script.last().body, "grant_type=client_credentials");

    let raw = client.get_access_token().send_raw().await.unwrap();
    assert_eq!(
        (raw.status().as_u16(), script.last().body.as_str()),
        (200, "")
    );
    assert_eq!(
        script.last().header("authorization"),
        Some("Basic aWQ6czNjcmV0")
    );
    // None of these tokens were added to the cache.
    client.list_things("o").await.unwrap();
    assert_eq!(script.count("/token"), 6);
}

#[tokio::test]
async fn an_api_key_is_sent_instead_of_a_token() {
    let script = Script::start(play).await;
    let client = Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::api_key("k-1"))
        .build()
        .unwrap();
    client.list_things("o").await.unwrap();
    assert_eq!(
        (
            script.last().header("x-api-key"),
            script.last().header("authorization")
        ),
        (Some("k-1"), None)
    );
    for error in [
        client.access_token().await.unwrap_err(),
        client
            .create_thing(&Thing {
                id: 1,
                span: None,
                made: None,
            })
            .await
            .unwrap_err(),
    ] {
        assert!(
            error.is_auth()
                && error.is_configuration()
                && error
                    .to_string()
                    .contains("these credentials cannot be exchanged for an access token"),
            "{error}"
        );
    }
    let error = client.get_access_token().await.unwrap_err();
    assert!(
        error.is_auth() && error.to_string().contains("basic_auth"),
        "{error}"
    );
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_token_operation_without_suitable_credentials_says_how_to_set_them() {
    static EXCHANGE_CODE: Operation = Operation {
        id: "exchange_code",
        method: Method::Post,
        path: "/token",
        body: Some(RequestBody {
            required: true,
            media: &[MediaType {
                name: "application/json",
                encoding: Encoding::Json,
                schema: "TokenRequest",
            }],
        }),
        security: &[Scheme::Basic],
        token: true,
        ..Operation::EMPTY
    };
    let script = Script::start(play).await;
    let client = Client::builder()
        .base_url(&script.url)
        .credentials(Credentials::api_key("k-1"))
        .build()
        .unwrap();
    let call = client
        .core()
        .call(Call::new(&EXCHANGE_CODE), Reading::Whole);
    let error = call.await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert_eq!(
        error.to_string(),
        "exchange_code: the client has no credentials for this token operation: \
         set them with .credentials(…) on the builder, or call .body(…) and .basic_auth(…) on this request"
    );
    assert_eq!(script.seen().len(), 0);
}

#[tokio::test]
async fn an_unknown_path_can_be_called_with_the_same_token() {
    let script = Script::start(play).await;
    let client = client(&script);
    let found: sdk_runtime::Response<serde_json::Value> = client
        .request(Method::Post, "/hidden")
        .query("a b", "1&2")
        .json(&[1])
        .send()
        .await
        .unwrap();
    assert_eq!(found["more"], true);
    let sent = script.last();
    assert_eq!(
        (
            sent.method.as_str(),
            sent.target.as_str(),
            sent.body.as_str()
        ),
        ("POST", "/hidden?a%20b=1%262", "[1]")
    );
    assert_eq!(
        (sent.header("authorization"), sent.header("content-type")),
        (Some("Bearer token-1"), Some("application/json"))
    );
    // A fragment is not sent to the vendor.
    client
        .request(Method::Get, "/hidden?a=1#part")
        .query("b", "2")
        .send_raw()
        .await
        .unwrap();
    assert_eq!(script.last().target, "/hidden?a=1&b=2");
    let raw = client
        .request(Method::Get, "/status")
        .send_raw()
        .await
        .unwrap();
    assert_eq!(raw.bytes().await.unwrap(), "all is well");
    assert!(
        client
            .request(Method::Get, "//evil.example/x")
            .send_raw()
            .await
            .is_ok_and(|raw| raw.status() == 200)
    );
    assert!(
        client
            .request(Method::Get, "@evil.example/x")
            .send_raw()
            .await
            .unwrap_err()
            .is_request()
    );
}

#[tokio::test]
async fn a_client_behind_the_trait_shares_the_token_cache() {
    let script = Script::start(play).await;
    let client = client(&script);
    let shared: Arc<dyn VendorClient> = Arc::new(client.clone());
    assert_eq!(
        (shared.name(), shared.base_url()),
        ("acme", script.url.as_str())
    );
    assert_eq!(
        shared.access_token().await.unwrap().value().expose(),
        "token-1"
    );
    let any: Arc<dyn Any + Send + Sync> = shared.clone();
    let typed = any.downcast::<Client>().unwrap();
    typed.list_things("o").await.unwrap();
    client.list_things("o").await.unwrap();
    assert_eq!(script.count("/token"), 1);
    shared.renew_access_token().await.unwrap();
    assert_eq!(script.count("/token"), 2);
}

#[test]
fn an_error_for_missing_credentials_names_the_variable_and_the_method() {
    let built = Client::builder()
        .base_url("https://acme.example")
        .build()
        .unwrap_err();
    let config = ClientConfig::new()
        .without_environment()
        .variable("ACME_CLIENT_ID", "id");
    let configured = Client::from_config(config).unwrap_err();
    assert!(built.to_string().contains("ACME_CLIENT_ID"), "{built}");
    assert!(
        configured.to_string().contains("ACME_CLIENT_SECRET"),
        "{configured}"
    );
    for error in [built, configured] {
        assert!(error.is_configuration() && error.is_auth());
        let text = error.to_string();
        assert!(
            text.contains("from_env()") && !text.contains("is not set"),
            "{text}"
        );
        assert!(
            error
                .to_string()
                .contains(".credentials(Credentials::new(id, secret))"),
            "{error}"
        );
    }
}

#[test]
fn a_placeholder_server_is_rejected_and_a_named_one_is_used() {
    let builder = || ClientBuilder::new().credentials(Credentials::new("id", "s"));
    let error = builder().build().unwrap_err();
    assert!(
        error.is_configuration() && error.to_string().contains(".base_url("),
        "{error}"
    );
    assert_eq!(
        builder().server(Server::Demo).build().unwrap().base_url(),
        "https://demo.acme.example/api/v1"
    );
    let tenant = Server::Tenant {
        host: "me.acme.example".to_owned(),
    };
    assert_eq!(
        builder().server(tenant).build().unwrap().base_url(),
        "https://me.acme.example/api/v1"
    );
    assert!(
        builder()
            .server(Server::Tenant {
                host: String::new()
            })
            .build()
            .is_err()
    );
}

#[test]
fn settings_override_environment_variables() {
    let config = ClientConfig::new()
        .variable("ACME_API_KEY", "k")
        .variable("ACME_BASE_URL", "https://a.example/");
    assert_eq!(
        Client::from_config(config.clone()).unwrap().base_url(),
        "https://a.example"
    );
    assert_eq!(
        Client::from_config(config.base_url("https://b.example"))
            .unwrap()
            .base_url(),
        "https://b.example"
    );
}

#[test]
fn debug_output_contains_no_secrets() {
    let credentials = Credentials::new("id", "hush");
    let config = ClientConfig::new()
        .variable("ACME_CLIENT_SECRET", "hush")
        .base_url("https://user:hush@a.example");
    let builder = ClientBuilder::new()
        .credentials(credentials.clone())
        .base_url("https://a.example");
    let mut printed = format!("{credentials:?} {config:?} {builder:?}");
    let client = builder.build().unwrap();
    let request = client
        .get_access_token()
        .basic_auth("id", "hush")
        .with_header("X-Key", "hush");
    printed.push_str(&format!(
        "{client:?} {request:?} {:?}",
        client.list_things("hush").trace("hush")
    ));
    assert!(!printed.contains("hush"), "{printed}");
}
