//! All kinds of credentials, against the sandbox.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use akeneo_sdk::{Client, Credentials, MemoryStore, Secret, app};
use sdk_sandbox::Sandbox;

async fn sandbox() -> (Sandbox, sdk_sandbox::Credentials) {
    let sandbox = Sandbox::builder().vendor("akeneo").start().await.unwrap();
    let keys = sandbox.credentials("akeneo").unwrap();
    (sandbox, keys)
}

fn client(sandbox: &Sandbox, credentials: Credentials) -> Client {
    let client = Client::builder().base_url(sandbox.base_url("akeneo").unwrap());
    client.credentials(credentials).build().unwrap()
}

fn code_credentials(keys: &sdk_sandbox::Credentials, code: &str) -> Credentials {
    Credentials::authorization_code(&keys.client_id, keys.client_secret.as_str(), code)
}

fn password_credentials(keys: &sdk_sandbox::Credentials, id: &str, secret: &str) -> Credentials {
    let user = keys.username.clone().unwrap();
    Credentials::password(id, secret, user, keys.password.clone().unwrap())
}

#[tokio::test]
async fn clients_that_share_an_authorization_code_exchange_it_once() {
    let (sandbox, keys) = sandbox().await;
    let credentials = code_credentials(&keys, "sandbox-code-1");
    let one = client(&sandbox, credentials.clone());
    one.list_families().await.unwrap();
    one.list_families().await.unwrap();
    let other = client(&sandbox, credentials);
    other.list_families().await.unwrap();
    assert_eq!(sandbox.exchanges("akeneo").unwrap(), 1);

    let requests = sandbox.requests_of("akeneo").unwrap();
    let exchange = &requests[0];
    assert_eq!(exchange.path, "/connect/apps/v1/oauth2/token");
    assert_eq!(exchange.header("authorization"), None);
    assert_eq!(
        exchange.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let body = exchange.text();
    assert!(body.contains("grant_type=authorization_code"), "{body}");
    assert!(
        body.contains("code=sandbox-code-1") && body.contains("code_identifier="),
        "{body}"
    );
    assert!(
        !body.contains(keys.client_secret.as_str()),
        "the secret must not be sent: {body}"
    );

    let token = one.access_token().await.unwrap();
    assert_eq!(token.lifetime(), None, "an app's token never expires");
    let kept = client(&sandbox, Credentials::app_token(token.value().clone()));
    kept.list_families().await.unwrap();
    assert_eq!(sandbox.exchanges("akeneo").unwrap(), 1);
}

#[tokio::test]
async fn a_token_store_keeps_the_tokens_of_different_users_separate() {
    let (sandbox, keys) = sandbox().await;
    let store = MemoryStore::new();
    let start = |credentials: Credentials| {
        let client = Client::builder().base_url(sandbox.base_url("akeneo").unwrap());
        let client = client.credentials(credentials).token_store(store.clone());
        client.build().unwrap()
    };
    let mut tokens = Vec::new();
    for code in ["sandbox-code-1", "sandbox-code-2", "sandbox-code-1"] {
        let token = start(code_credentials(&keys, code))
            .access_token()
            .await
            .unwrap();
        tokens.push(token.value().clone());
    }
    assert!(tokens[0] != tokens[1] && tokens[0] == tokens[2]);

    let mut refresh_tokens = Vec::new();
    for _ in 0..2 {
        let session = client(
            &sandbox,
            password_credentials(&keys, &keys.client_id, &keys.client_secret),
        );
        let token = session.access_token().await.unwrap();
        refresh_tokens.push(token.refresh_token().unwrap().clone());
    }
    let begun_with = |token: &Secret| {
        let id = keys.client_id.as_str();
        Credentials::refresh_token(id, keys.client_secret.as_str(), token.clone())
    };
    let mut tokens = Vec::new();
    for place in [0, 1, 0] {
        let user = start(begun_with(&refresh_tokens[place]));
        tokens.push(user.access_token().await.unwrap().value().clone());
    }
    assert!(tokens[0] != tokens[1] && tokens[0] == tokens[2]);
}

#[tokio::test]
async fn reusing_a_code_is_an_auth_error_and_is_not_retried() {
    let (sandbox, keys) = sandbox().await;
    client(&sandbox, code_credentials(&keys, "sandbox-code-1"))
        .list_families()
        .await
        .unwrap();
    let before = sandbox.requests_of("akeneo").unwrap().len();
    let error = client(&sandbox, code_credentials(&keys, "sandbox-code-1"))
        .list_families()
        .await
        .unwrap_err();
    assert!(error.is_auth(), "{error:?}");
    assert_eq!(sandbox.requests_of("akeneo").unwrap().len(), before + 1);
    assert!(!format!("{error} {error:?}").contains("sandbox-code-1"));
}

#[tokio::test]
async fn an_authorization_code_can_be_exchanged_manually() {
    let (sandbox, keys) = sandbox().await;
    let client = Client::builder()
        .base_url(sandbox.base_url("akeneo").unwrap())
        .without_credentials()
        .build()
        .unwrap();
    let secret = Secret::new(keys.client_secret.as_str());
    let request = app::token_request(&keys.client_id, &secret, "sandbox-code-2");
    let answer = client.post_app_token().body(&request).await.unwrap();
    assert!(!answer.access_token.is_empty());
}

#[tokio::test]
async fn wrong_client_credentials_are_an_auth_error_despite_status_422() {
    let (sandbox, keys) = sandbox().await;
    let wrong = [
        password_credentials(&keys, &keys.client_id, "wrong"),
        password_credentials(&keys, "wrong", "wrong"),
    ];
    for credentials in wrong {
        let error = client(&sandbox, credentials)
            .list_families()
            .await
            .unwrap_err();
        assert!(error.is_auth() && !error.is_validation(), "{error:?}");
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(422),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn an_expired_token_is_replaced_with_the_refresh_token() {
    let (sandbox, keys) = sandbox().await;
    let client = client(
        &sandbox,
        password_credentials(&keys, &keys.client_id, &keys.client_secret),
    );
    let first = client.access_token().await.unwrap();
    sandbox.expire_tokens("akeneo").unwrap();
    client.list_families().await.unwrap();
    let second = client.access_token().await.unwrap();
    assert_ne!(first.value().expose(), second.value().expose());
    let sent: Vec<_> = sandbox
        .requests_of("akeneo")
        .unwrap()
        .into_iter()
        .filter(|request| request.path == "/api/oauth/v1/token")
        .collect();
    assert!(sent[0].text().contains("\"password\""));
    assert!(sent[1].text().contains("\"refresh_token\""));
}
