//! Tests tokens that never expire, and the scopes of the credentials.

use smscx_sdk::{Credentials, scope};
use workspace_tests::recorder::{Recorder, ScriptedResponse};

use super::{ANSWER, SECRET, client, with};

#[tokio::test]
async fn smscx_token_that_never_expires_is_reused() {
    for expires_in in [
        "null",
        "0",
        "-1",
        r#""unlimited""#,
        r#""never""#,
        "4102444800",
    ] {
        let answer = format!(r#"{{"access_token":"token-1","expires_in":{expires_in}}}"#);
        let server = Recorder::start([
            ScriptedResponse::json(200, answer),
            ScriptedResponse::json(200, r#"{"data":[]}"#),
        ])
        .await;
        let client = client(&server);
        for _ in 0..3 {
            client.list_groups().await.unwrap();
        }
        let exchanges = server
            .requests()
            .iter()
            .filter(|request| request.line().contains("/oauth/token"))
            .count();
        assert_eq!(exchanges, 1, "{expires_in}");
    }
}

#[tokio::test]
async fn smscx_token_without_an_expiry_is_renewed_after_a_401() {
    let refused = r#"{"error":{"type":"access_denied","message":"Revoked","uri":"","code":1601}}"#;
    let server = Recorder::start([
        ScriptedResponse::json(200, r#"{"access_token":"token-1"}"#),
        ScriptedResponse::json(401, refused),
        ScriptedResponse::json(200, r#"{"access_token":"token-2"}"#),
        ScriptedResponse::json(200, r#"{"data":[]}"#),
    ])
    .await;
    client(&server).list_groups().await.unwrap();
    let last = server.requests().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("Bearer token-2"));
}

#[tokio::test]
async fn smscx_scopes_can_be_constants_or_strings() {
    let server = Recorder::start([ScriptedResponse::json(200, ANSWER)]).await;
    let application = || Credentials::application("sms-app", SECRET);
    let scopes = [
        application().with_scopes([scope::SMS, scope::REPORTS]),
        application().with_scopes(vec!["voice".to_owned()]),
        application().with_scopes([""; 0]),
        application().with_scope(" "),
    ];
    for credentials in scopes {
        with(&server, credentials).access_token().await.unwrap();
    }
    let bodies: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.body().to_owned())
        .collect();
    let all = "grant_type=client_credentials";
    let expected = [
        &format!("{all}&scope=sms+reports"),
        &format!("{all}&scope=voice"),
        all,
        all,
    ];
    assert_eq!(bodies, expected);
}
