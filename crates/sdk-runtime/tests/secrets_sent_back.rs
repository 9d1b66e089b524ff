//! No secret of a call is printed with an error or a response, even if the vendor echoes the secret
//! in one of the usual encodings.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::error::Error as _;

use acme::auth::Credentials;
use acme::generated::{Client, table};
use acme::shop::{LineStatus, UpsertLines};
use sdk_runtime::{
    BulkOutcome, BulkRequest, Call, Error, IntoBulk, Parts, Reading, RetryPolicy, SdkClient,
    Secret, TypedOperation,
};
use support::{Reply, Script, answer, json};

const SECRET: &str = "s3/cr+et\"x%=pw <&>é'";
/// `SECRET`, alone and after an id with a colon, in the spellings that servers may use.
const SPELLINGS: [&str; 14] = [
    "s3/cr+et\"x%=pw <&>é'",
    "s3%2Fcr%2Bet%22x%25%3Dpw%20%3C%26%3E%C3%A9%27",
    "s3%2fcr%2bet%22x%25%3dpw%20%3c%26%3e%c3%a9%27",
    "s3%2Fcr%2Bet%22x%25%3Dpw+%3C%26%3E%C3%A9%27",
    "s3/cr+et\\\"x%=pw <&>é'",
    "s3\\/cr+et\\\"x%=pw <&>\\u00e9'",
    "s3/cr+et\\\"x%=pw \\u003c\\u0026\\u003e\\u00e9'",
    "s3/cr+et&quot;x%=pw &lt;&amp;&gt;é'",
    "s3/cr+et&#34;x%=pw &lt;&amp;&gt;é&#39;",
    "s3/cr+et&quot;x%=pw &lt;&amp;&gt;é&#x27;",
    "czMvY3IrZXQieCU9cHcgPCY+w6kn",
    "aWQ6czMvY3IrZXQieCU9cHcgPCY+w6kn",
    "aWQtMTpzMy9jcitldCJ4JT1wdyA8Jj7DqSc=",
    "aWQxOnMzL2NyK2V0InglPXB3IDwmPsOpJw==",
];

async fn client(reply: Reply) -> Client {
    let (script, transport) = Script::play(move |_| reply.clone());
    Client::builder()
        .base_url(script.url)
        .transport(transport)
        .credentials(Credentials::new("id", SECRET))
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

fn printed(error: &Error) -> String {
    let mut all = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(next) = source {
        all.push_str(&format!(" {next} {next:?}"));
        source = next.source();
    }
    all
}

#[tokio::test]
async fn an_echoed_secret_is_redacted_in_every_common_encoding() {
    for spelling in SPELLINGS {
        let said = serde_json::json!({ "message": format!("what is {spelling}?") }).to_string();
        for reply in [
            answer(
                400,
                &[("content-type", "text/html")],
                &format!("<p>{spelling}</p>"),
            ),
            json(400, &said),
            json(400, &serde_json::json!({ "inner": said }).to_string()),
        ] {
            let client = client(reply).await;
            let direct = client.get_access_token().await.unwrap_err();
            for error in [direct, client.access_token().await.unwrap_err()] {
                let text = printed(&error);
                assert!(text.contains("[redacted]"), "{spelling}: {text}");
                for part in ["cr+et", "cr%2", "Y3Ir", "NyK2", "jcit"] {
                    assert!(!text.contains(part), "{spelling}: {text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_token_quoted_in_a_type_error_is_redacted() {
    let (script, transport) = Script::play(|seen| match seen.target.as_str() {
        "/token" => json(200, r#"{"access_token":"s3cret-token"}"#),
        _ => json(200, r#"{"items":[{"id":"s3cret-token"}]}"#),
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(error.json_path(), Some("$.items[0].id"));
    let text = printed(&error);
    assert!(
        text.contains("[redacted]") && !text.contains("s3cret-token"),
        "{text}"
    );
}

#[tokio::test]
async fn a_token_in_the_request_id_is_redacted() {
    let (script, transport) = Script::play(|seen| match seen.target.as_str() {
        "/token" => json(200, r#"{"access_token":"s3cret-token"}"#),
        _ => answer(404, &[("x-request-id", "for s3cret-token")], "{}"),
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert_eq!(error.request_id(), Some("for [redacted]"));
    assert!(!printed(&error).contains("s3cret-token"));
}

#[tokio::test]
async fn echoed_values_of_custom_headers_are_redacted() {
    // `me:open sesame` in Base64.
    const BASIC: &str = "bWU6b3BlbiBzZXNhbWU=";
    for said in [
        "tenant-key-1",
        "call-key-2",
        "own-token-3",
        BASIC,
        "open sesame",
    ] {
        let (script, transport) = Script::play(move |_| {
            let text = format!("not you: {said}");
            let body = serde_json::json!({ "message": text, "code": text, "type": text });
            answer(
                403,
                &[("content-type", "application/json"), ("x-request-id", said)],
                &body.to_string(),
            )
        });
        let authorization = match said {
            "own-token-3" => "Bearer own-token-3".to_owned(),
            _ => format!("Basic {BASIC}"),
        };
        let client = Client::builder()
            .base_url(&script.url)
            .transport(transport)
            .without_credentials()
            .header("X-Tenant", "tenant-key-1")
            .build()
            .unwrap();
        let request = || {
            client
                .list_things("o")
                .with_header("X-Key", "call-key-2")
                .with_header("Authorization", &authorization)
                .with_header("Accept-Language", "not you")
        };
        let error = request().send().await.unwrap_err();
        let raw = request().send_raw().await.unwrap();
        let text = format!("{} {raw:?}", printed(&error));
        assert!(!text.contains(said), "{text}");
        assert!(text.contains("not you: [redacted]"), "{text}");
    }
}

#[tokio::test]
async fn debug_output_of_a_response_hides_echoed_secrets() {
    let (script, transport) = Script::play(|_| {
        let headers = [
            ("content-type", "application/json"),
            ("x-request-id", "the-api-key"),
        ];
        answer(200, &headers, r#"{"items":[]}"#)
    });
    let client = Client::builder()
        .base_url(&script.url)
        .transport(transport)
        .credentials(Credentials::api_key("the-api-key"))
        .build()
        .unwrap();
    let response = client.list_things("o").send().await.unwrap();
    assert!(!format!("{response:?}").contains("the-api-key"));
    assert_eq!(response.request_id(), Some("the-api-key"));
}

#[tokio::test]
async fn echoed_secrets_from_arguments_parts_and_items_are_redacted() {
    const ECHOED_SECRET: &str = "hush-hush";
    fn secret() -> Secret {
        Secret::from(ECHOED_SECRET)
    }
    let body = serde_json::json!({ "message": format!("what is {ECHOED_SECRET}?") }).to_string();
    let client = client(json(400, &body)).await;
    let argument = |call: &mut Call| {
        call.argument("owner", "o");
        call.argument("search", secret());
    };
    let text = |call: &mut Call| call.parts_body(Parts::new().text("refresh_token", secret()));
    let json = |call: &mut Call| call.parts_body(Parts::new().json("data", &[secret()]));
    let body = |call: &mut Call| {
        call.json_body(&secret());
        call.json_body(&1);
        argument(call);
    };
    type Given<'g> = &'g dyn Fn(&mut Call);
    let calls: [(_, Given<'_>); 4] = [
        (&table::LIST_THINGS, &argument),
        (&table::GET_ACCESS_TOKEN, &text),
        (&table::GET_ACCESS_TOKEN, &json),
        (&table::LIST_THINGS, &body),
    ];
    for (operation, given) in calls {
        let mut call = Call::new(operation);
        call.basic_auth("me", "open sesame");
        given(&mut call);
        let error = client.core().call(call, Reading::Whole).await.unwrap_err();
        let text = printed(&error);
        assert!(text.contains("what is [redacted]?"), "{text}");
    }

    let mut call = Call::new(<UpsertLines as TypedOperation>::OPERATION);
    call.basic_auth("me", "open sesame");
    let lines = IntoBulk::<Secret, _>::into_lines([secret(), secret()]);
    let mut statuses = BulkRequest::<LineStatus>::new(client.core(), call, lines).send();
    let status = statuses.try_next().await.unwrap().unwrap();
    let BulkOutcome::Refused(error) = status.outcome else {
        panic!("{status:?}");
    };
    let text = printed(&error);
    assert!(text.contains("what is [redacted]?"), "{text}");
}
