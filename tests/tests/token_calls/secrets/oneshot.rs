//! Tests that 1Shot's secrets are never printed.

use oneshot_sdk::types::TokenRequest;
use oneshot_sdk::{Client, ClientConfig};
use workspace_tests::hidden::{self, assert_hidden};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::oneshot::{ANSWER, KEY, SECRET, client, credentials};

#[tokio::test]
async fn oneshot_secrets_are_never_printed() {
    let body = TokenRequest {
        client_id: Some(KEY.into()),
        client_secret: Some(SECRET.into()),
        ..TokenRequest::default()
    };
    let echo = format!(
        r#"{{"type":"X","other":"no","data":{{"client_id":"x","client_secret":"{SECRET}","access_token":"token-1"}}}}"#
    );
    let server = Recorder::start([
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, &ANSWER[..60]),
        ScriptedResponse::json(401, &echo),
    ])
    .await;
    let client = client(&server);
    let request = || client.get_access_token().body(&body);
    let printed = vec![
        hidden::debug(credentials()),
        hidden::debug(Client::builder().credentials(credentials())),
        hidden::debug(
            ClientConfig::new()
                .variable("ONESHOT_API_KEY", KEY)
                .variable("ONESHOT_API_SECRET", SECRET),
        ),
        hidden::debug(&client),
        hidden::debug(&body),
        hidden::debug(request()),
        hidden::debug(client.access_token().await.unwrap()),
        hidden::debug(request().send().await.unwrap()),
        hidden::error(request().send().await.unwrap_err()),
        hidden::error(request().send().await.unwrap_err()),
        hidden::debug(request().send_raw().await.unwrap()),
    ];
    assert_hidden(&[KEY, "one-s3cret", "token-1"], &printed);
}

#[tokio::test]
async fn oneshot_secrets_in_an_error_message_are_not_printed() {
    let echo = format!(r#"{{"type":"X","message":"no client {KEY} with {SECRET}"}}"#);
    let server = Recorder::start([
        ScriptedResponse::json(401, &echo),
        ScriptedResponse::json(401, &echo),
    ])
    .await;
    let client = client(&server);
    let printed = [
        hidden::error(client.get_access_token().send().await.unwrap_err()),
        hidden::error(client.access_token().await.unwrap_err()),
    ];
    assert_hidden(&[KEY, SECRET], &printed);
}
