//! Tests that MotaWord's secrets are never printed.

use motaword_sdk::types::{GrantType, TokenRequest};
use motaword_sdk::{Client, ClientConfig};
use workspace_tests::hidden::{self, assert_hidden};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use crate::motaword::{ANSWER, BASIC, SECRET, client, credentials};

#[tokio::test]
async fn motaword_secrets_are_never_printed() {
    let body = TokenRequest {
        password: Some("body-s3cret".into()),
        refresh_token: Some("refresh-0".into()),
        ..TokenRequest::new(GrantType::Password)
    };
    let echo = format!(
        r#"{{"code":"X","message":"{SECRET} {BASIC}","password":"body-s3cret","access_token":"token-1"}}"#
    );
    let server = Recorder::start([
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, ANSWER),
        ScriptedResponse::json(200, &ANSWER[..60]),
        ScriptedResponse::json(401, &echo),
        ScriptedResponse::json(401, echo.replace("message", "other")),
    ])
    .await;
    let client = client(&server);
    let request = || {
        client
            .get_access_token()
            .body(&body)
            .basic_auth("mota-client", SECRET)
    };
    let mut printed = vec![
        hidden::debug(credentials()),
        hidden::debug(Client::builder().credentials(credentials())),
        hidden::debug(ClientConfig::new().variable("MOTAWORD_CLIENT_SECRET", SECRET)),
        hidden::debug(&client),
        hidden::debug(&body),
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
        "body-s3cret",
        "refresh-0",
        "token-1",
        "refresh-1",
    ];
    assert_hidden(&secrets, &printed);
}
