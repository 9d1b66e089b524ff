//! Tests that Akeneo's secrets are never printed.

use akeneo_sdk::types::{PasswordGrant, RefreshTokenGrant, TokenRequest};
use akeneo_sdk::{Client, ClientConfig, Credentials};
use workspace_tests::hidden::{self, assert_hidden};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::akeneo::{ANSWER, BASIC, GRANT, PASSWORD, SECRET, client, credentials};

#[tokio::test]
async fn akeneo_secrets_are_never_printed() {
    let password = TokenRequest::PasswordGrant(PasswordGrant::new("julia", PASSWORD));
    let refresh = TokenRequest::RefreshTokenGrant(RefreshTokenGrant::new("refresh-0"));
    let echo = format!(
        r#"{{"code":422,"message":"{SECRET} {BASIC}","request":{GRANT},"access_token":"token-1"}}"#
    );
    let server = Recorder::start([
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, &ANSWER[..60]),
        ScriptedResponse::json(422, &echo),
        ScriptedResponse::json(422, echo.replace("message", "other")),
    ])
    .await;
    let client = client(&server);
    let request = || {
        client
            .post_token()
            .body(&password)
            .basic_auth("pim-client", SECRET)
    };
    let config = ClientConfig::new()
        .variable("AKENEO_PASSWORD", PASSWORD)
        .variable("AKENEO_CLIENT_SECRET", SECRET);
    let mut printed = vec![
        hidden::debug(credentials()),
        hidden::debug(Credentials::refresh_token(
            "pim-client",
            SECRET,
            "refresh-0",
        )),
        hidden::debug(Credentials::app_token("app-t0ken")),
        hidden::debug(Client::builder().credentials(credentials())),
        hidden::debug(config),
        hidden::debug(&client),
        hidden::debug(&password),
        hidden::debug(&refresh),
        hidden::debug(request()),
        hidden::debug(client.access_token().await.unwrap()),
        hidden::debug(request().send().await.unwrap()),
    ];
    for _ in 0..3 {
        printed.push(hidden::error(request().send().await.unwrap_err()));
    }
    printed.push(hidden::debug(request().send_raw().await.unwrap()));
    let secrets = [
        SECRET,
        &BASIC[6..],
        "pim-p4ss",
        "refresh-0",
        "app-t0ken",
        "token-1",
        "refresh-1",
    ];
    assert_hidden(&secrets, &printed);
}

#[tokio::test]
async fn akeneo_secrets_in_an_error_message_are_not_printed() {
    let encoded = BASIC.trim_start_matches("Basic ");
    let echo = format!(r#"{{"code":422,"message":"julia is not {PASSWORD}, {encoded}"}}"#);
    let server = Recorder::start([
        ScriptedResponse::json(422, &echo),
        ScriptedResponse::json(422, &echo),
    ])
    .await;
    let client = client(&server);
    let printed = [
        hidden::error(client.post_token().send().await.unwrap_err()),
        hidden::error(client.access_token().await.unwrap_err()),
    ];
    assert_hidden(&[PASSWORD, encoded], &printed);
}
