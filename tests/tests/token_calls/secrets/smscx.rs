//! Tests that SMSCX's secrets are never printed.

use smscx_sdk::{Client, ClientConfig, Credentials};
use workspace_tests::hidden::{self, assert_hidden};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::smscx::{ANSWER, BASIC, SECRET, client, credentials, with};

#[tokio::test]
async fn smscx_secrets_are_never_printed() {
    let echo = format!(r#"{{"error":{{"message":"{SECRET} {BASIC}"}},"access_token":"token-1"}}"#);
    let server = Recorder::start([
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, &ANSWER[..60]),
        ScriptedResponse::json(401, &echo),
        ScriptedResponse::json(401, echo.replace("message", "other")),
    ])
    .await;
    let client = client(&server);
    let request = || client.get_access_token().basic_auth("sms-app", SECRET);
    let key = with(&server, Credentials::api_key("sms-k3y"));
    let mut printed = vec![
        hidden::debug(credentials()),
        hidden::debug(Credentials::api_key("sms-k3y")),
        hidden::debug(Client::builder().credentials(credentials())),
        hidden::debug(
            ClientConfig::new()
                .variable("SMSCX_APPLICATION_SECRET", SECRET)
                .variable("SMSCX_API_KEY", "sms-k3y"),
        ),
        hidden::debug(&client),
        hidden::debug(&key),
        hidden::debug(key.get_group(7)),
        hidden::error(key.access_token().await.unwrap_err()),
        hidden::debug(request()),
        hidden::debug(client.access_token().await.unwrap()),
        hidden::debug(request().send().await.unwrap()),
    ];
    for _ in 0..3 {
        printed.push(hidden::error(request().send().await.unwrap_err()));
    }
    printed.push(hidden::debug(request().send_raw().await.unwrap()));
    assert_hidden(&[SECRET, &BASIC[6..], "sms-k3y", "token-1"], &printed);
}
