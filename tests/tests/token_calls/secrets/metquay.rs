//! Tests that Metquay's secrets are never printed.

use metquay_sdk::types::TokenRequest;
use metquay_sdk::{Client, ClientConfig};
use workspace_tests::hidden::{self, assert_hidden};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::metquay::{ANSWER, BODY, KEY, SECRET, client, credentials};

#[tokio::test]
async fn metquay_secrets_are_never_printed() {
    let body = TokenRequest::new(KEY, SECRET);
    let echo = format!(r#"{{"code":400,"other":"no","request":{BODY},"accessToken":"token-1"}}"#);
    let server = Recorder::start([
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, &ANSWER[..50]),
        ScriptedResponse::json(400, &echo),
    ])
    .await;
    let client = client(&server);
    let request = || client.get_access_token().body(&body);
    let printed = vec![
        hidden::debug(credentials()),
        hidden::debug(Client::builder().credentials(credentials())),
        hidden::debug(
            ClientConfig::new()
                .variable("METQUAY_ACCESS_KEY", KEY)
                .variable("METQUAY_SECRET_KEY", SECRET),
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
    assert_hidden(&[KEY, SECRET, "token-1"], &printed);
}

#[tokio::test]
async fn metquay_secrets_in_an_error_message_are_not_printed() {
    let echo = format!(r#"{{"code":400,"message":"{KEY} does not go with {SECRET}"}}"#);
    let server = Recorder::start([
        ScriptedResponse::json(400, &echo),
        ScriptedResponse::json(400, &echo),
    ])
    .await;
    let client = client(&server);
    let printed = [
        hidden::error(client.get_access_token().send().await.unwrap_err()),
        hidden::error(client.access_token().await.unwrap_err()),
    ];
    assert_hidden(&[KEY, SECRET], &printed);
}
