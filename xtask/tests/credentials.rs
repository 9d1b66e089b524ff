//! Compiles the golden output of the fixtures for credentials, and checks the bytes that a server
//! receives.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod support;

use std::time::Duration;

use sdk_runtime::{
    Authenticate, ClientConfig, Error, MemoryStore, SdkClient, TokenSource, Variables,
};
use support::Server;

/// Includes the generated code of one fixture.
macro_rules! fixture {
    ($name:ident, $path:literal) => {
        #[rustfmt::skip]
        #[allow(dead_code, missing_docs, unreachable_pub, unused_imports, clippy::module_inception)]
        #[path = $path]
        mod $name;
    };
}

fixture!(
    anonymous,
    "../fixtures/generate/crates/anonymous-sdk/src/generated/mod.rs"
);
fixture!(
    exchanges,
    "../fixtures/generate/crates/exchanges-sdk/src/generated/mod.rs"
);
// The hook of a crate refers to `crate::generated`, so this module must have that name.
fixture!(
    generated,
    "../fixtures/generate/crates/hooks-sdk/src/generated/mod.rs"
);
fixture!(
    keys,
    "../fixtures/generate/crates/keys-sdk/src/generated/mod.rs"
);
#[path = "../fixtures/generate/crates/hooks-sdk/src/exchange_hook.rs"]
mod exchange_hook;

const TOKEN_RESPONSE: &str = r#"{"access_token":"token-1","refresh_token":"refresh-1"}"#;

fn client<C: SdkClient>(server: &Server, credentials: C::Credentials) -> C {
    sdk_runtime::ClientBuilder::<C>::new()
        .base_url(&server.url)
        .credentials(credentials)
        .build()
        .unwrap()
}

/// `Authorization` header with `client:s3cret` in Base64.
const BASIC: &str = "Basic Y2xpZW50OnMzY3JldA==";

#[tokio::test]
async fn client_credentials_use_http_basic_and_a_form_with_constants_and_a_default() {
    let server = Server::start(&[(200, TOKEN_RESPONSE), (204, "")]).await;
    let credentials = exchanges::Credentials::in_header("client", "s3cret");
    let client: exchanges::Client = client(&server, credentials);
    client.check_ping().await.unwrap();
    let [exchange, call] = &server.requests()[..] else {
        panic!("not two requests")
    };
    assert_eq!(exchange.line(), "POST /token");
    assert_eq!(exchange.header("authorization"), Some(BASIC));
    assert_eq!(
        exchange.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    // `audience` is optional and not set.
    assert_eq!(exchange.body(), "grant_type=client_credentials&scope=read");
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    let token = client.access_token().await.unwrap();
    assert_eq!(token.lifetime(), Some(Duration::from_secs(600)));
}

#[tokio::test]
async fn optional_fields_that_are_set_are_sent() {
    let server = Server::start(&[(200, TOKEN_RESPONSE)]).await;
    let credentials = exchanges::Credentials::in_header("client", "s3cret")
        .with_scopes(["read", "write"])
        .with_audience("b&c");
    let client: exchanges::Client = client(&server, credentials);
    client.access_token().await.unwrap();
    assert_eq!(
        server.only().body(),
        "grant_type=client_credentials&scope=read+write&audience=b%26c"
    );
}

#[tokio::test]
async fn a_refresh_grant_has_its_own_body() {
    let server = Server::start(&[(200, TOKEN_RESPONSE)]).await;
    let credentials = exchanges::Credentials::in_header("client", "s3cret");
    let client: exchanges::Client = client(&server, credentials);
    client.access_token().await.unwrap();
    client.renew_access_token().await.unwrap();
    let renewal = &server.requests()[1];
    assert_eq!(
        renewal.body(),
        "grant_type=refresh_token&refresh_token=refresh-1"
    );
    assert_eq!(renewal.header("authorization"), Some(BASIC));
}

#[tokio::test]
async fn a_key_pair_is_sent_in_a_json_body_with_a_boolean_constant() {
    let server = Server::start(&[(200, TOKEN_RESPONSE)]).await;
    let credentials = exchanges::Credentials::in_body("k\"1", "s3cret");
    let client: exchanges::Client = client(&server, credentials);
    client.access_token().await.unwrap();
    let exchange = server.only();
    assert_eq!(exchange.line(), "POST /session");
    assert_eq!(exchange.header("authorization"), None);
    assert_eq!(
        exchange.body(),
        r#"{"key":"k\"1","secret":"s3cret","remember":true}"#
    );
}

#[tokio::test]
async fn a_key_is_sent_in_headers_query_and_path() {
    let server = Server::start(&[(200, TOKEN_RESPONSE)]).await;
    let credentials = exchanges::Credentials::in_parameters("a/b", "k=1");
    let client: exchanges::Client = client(&server, credentials.with_region("eu west"));
    client.access_token().await.unwrap();
    let exchange = server.only();
    assert_eq!(
        exchange.line(),
        "GET /tenants/a%2Fb/token?region=eu%20west&tenant_key=k%3D1&fixed=yes"
    );
    assert_eq!(exchange.header("x-key"), Some("Key k=1"));
    assert_eq!(exchange.header("x-grant"), Some("client"));
    assert_eq!(exchange.header("x-region"), Some("eu west"));
    assert_eq!(exchange.header("authorization"), None);
}

#[tokio::test]
async fn a_token_operation_is_filled_from_the_credentials_unless_overridden() {
    use exchanges::types::{GrantType, TokenRequest};
    let server = Server::start(&[(200, TOKEN_RESPONSE)]).await;
    let credentials = exchanges::Credentials::in_header("client", "s3cret");
    let client: exchanges::Client = client(&server, credentials);
    client.get_token().await.unwrap();
    let mut body = TokenRequest::new(GrantType::ClientCredentials);
    body.scope = Some("write".to_owned());
    let call = client.get_token().body(&body).basic_auth("other", "one");
    call.await.unwrap();
    // The kind's exchange calls another token operation, so this call sends no credentials.
    let error = client.create_session().await;
    assert!(error.is_ok(), "the body is not required: {error:?}");
    let [own, given, session] = &server.requests()[..] else {
        panic!("not three requests")
    };
    assert_eq!(own.body(), "grant_type=client_credentials&scope=read");
    assert_eq!(own.header("authorization"), Some(BASIC));
    assert_eq!(given.body(), "grant_type=client_credentials&scope=write");
    assert_eq!(given.header("authorization"), Some("Basic b3RoZXI6b25l"));
    assert_eq!(
        (session.body(), session.header("authorization")),
        ("", None)
    );
}

#[tokio::test]
async fn a_directly_called_token_operation_takes_headers_and_query_from_the_credentials() {
    let server = Server::start(&[(200, TOKEN_RESPONSE)]).await;
    let credentials = exchanges::Credentials::in_parameters("mine", "k1").with_region("eu");
    let client: exchanges::Client = client(&server, credentials);
    client
        .get_tenant_token("yours")
        .region("us")
        .with_header("X-Grant", "other")
        .await
        .unwrap();
    let call = server.only();
    assert_eq!(
        call.line(),
        "GET /tenants/yours/token?region=us&tenant_key=k1&fixed=yes"
    );
    assert_eq!(call.header("x-key"), Some("Key k1"));
    assert_eq!(call.header("x-grant"), Some("other"));
}

#[tokio::test]
async fn errors_and_debug_output_contain_no_secrets() {
    let echo = r#"{"error":"no","error_description":"s3cret-key and Key s3cret-key"}"#;
    let server = Server::start(&[(400, echo)]).await;
    let kinds = [
        exchanges::Credentials::in_header("client", "s3cret-key"),
        exchanges::Credentials::in_body("s3cret-key", "x"),
        exchanges::Credentials::in_parameters("tenant", "s3cret-key"),
    ];
    for credentials in kinds {
        let client: exchanges::Client = client(&server, credentials.clone());
        let error = client.access_token().await.unwrap_err();
        let text = format!("{error} {error:?} {credentials:?} {credentials:#?} {client:?}");
        assert!(!text.contains("s3cret-key"), "{text}");
    }
    let server = Server::start(&[(400, echo)]).await;
    let kinds = [
        keys::Credentials::api_key("s3cret-key"),
        keys::Credentials::query_key("s3cret-key"),
        keys::Credentials::token("s3cret-key"),
    ];
    for credentials in kinds {
        let client: keys::Client = client(&server, credentials.clone());
        let error = client.list_things().await.unwrap_err();
        let text = format!("{error} {error:?} {credentials:?} {client:?}");
        assert!(!text.contains("s3cret-key"), "{text}");
    }
}

#[tokio::test]
async fn keys_are_sent_in_a_header_or_the_query_without_a_token_exchange() {
    let server = Server::start(&[(200, "{}")]).await;
    let header: keys::Client = client(&server, keys::Credentials::api_key("k1"));
    header.list_things().page("2").await.unwrap();
    let query: keys::Client = client(&server, keys::Credentials::query_key("k&2"));
    query.list_things().page("2").await.unwrap();
    let bearer: keys::Client = client(&server, keys::Credentials::token("t3"));
    bearer.list_things().await.unwrap();
    bearer.check_ping().await.unwrap();
    let [header, query, bearer, open] = &server.requests()[..] else {
        panic!("not four requests: {:?}", server.requests())
    };
    assert_eq!(header.line(), "GET /things?page=2");
    assert_eq!(header.header("x-api-key"), Some("Token k1"));
    assert_eq!(query.line(), "GET /things?page=2&api_key=k%262");
    assert_eq!(query.header("x-api-key"), None);
    assert_eq!(bearer.header("authorization"), Some("Bearer t3"));
    assert_eq!(open.header("authorization"), None, "`security: []`");
}

#[tokio::test]
async fn multiple_security_schemes_are_sent_together() {
    let server = Server::start(&[(204, "")]).await;
    let app = keys::Credentials::app("k1", "me", "a2");
    let app: keys::Client = client(&server, app);
    app.get_app().await.unwrap();
    app.get_account().await.unwrap();
    let user = keys::Credentials::token_and_app("t3", "a4");
    let user: keys::Client = client(&server, user);
    user.get_user().await.unwrap();
    let [two_keys, basic, token_and_key] = &server.requests()[..] else {
        panic!("not three requests")
    };
    assert_eq!(two_keys.header("x-api-key"), Some("k1"));
    assert_eq!(two_keys.header("x-app"), Some("a2"));
    assert_eq!(two_keys.header("authorization"), None);
    assert_eq!(basic.header("authorization"), Some("Basic bWU6YTI="));
    assert_eq!(token_and_key.header("authorization"), Some("Bearer t3"));
    assert_eq!(token_and_key.header("x-app"), Some("a4"));
}

#[tokio::test]
async fn calls_with_incomplete_credentials_fail_without_a_request() {
    let server = Server::start(&[(204, "")]).await;
    let key: keys::Client = client(&server, keys::Credentials::api_key("k1"));
    let token: keys::Client = client(&server, keys::Credentials::token("t1"));
    let cases = [
        (
            key.get_app().await.unwrap_err(),
            "a key for X-Api-Key with a key for X-App",
        ),
        (
            token.get_user().await.unwrap_err(),
            "an access token with a key for X-App",
        ),
        (
            key.get_account().await.unwrap_err(),
            "a user name and a password",
        ),
    ];
    for (error, wanted) in cases {
        assert!(error.is_auth(), "{error:?}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_api_without_security_needs_no_credentials() {
    let server = Server::start(&[(204, "")]).await;
    let builder = anonymous::Client::builder().base_url(&server.url);
    builder.build().unwrap().check_ping().await.unwrap();
    let config = ClientConfig::new().without_environment();
    anonymous::Client::from_config(config).unwrap();
    assert_eq!(server.only().header("authorization"), None);
    assert_eq!(anonymous::Credentials::none().fingerprint(), None);
}

#[tokio::test]
async fn a_hook_computes_a_value_and_a_code_is_exchanged_once() {
    let server = Server::start(&[(200, TOKEN_RESPONSE), (204, "")]).await;
    let credentials = generated::Credentials::code("client", "s3cret", "c0de");
    let one: generated::Client = client(&server, credentials.clone());
    one.check_ping().await.unwrap();
    let other: generated::Client = client(&server, credentials);
    other.check_ping().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "{requests:?}");
    assert_eq!(
        requests[0].body(),
        "grant_type=code&code=c0de&proof=proof+of+client"
    );

    let server = Server::start(&[(500, "{}")]).await;
    let credentials = generated::Credentials::code("client", "s3cret", "c0de");
    let client: generated::Client = client(&server, credentials);
    client.check_ping().await.unwrap_err();
    server.only();
}

#[tokio::test]
async fn the_described_rejection_uses_up_a_refresh_token_that_is_the_only_grant() {
    let cases = [
        (r#"{"error":"expired","error_description":"too old"}"#, true),
        (
            r#"{"error":"expired","error_description":"wrong client"}"#,
            false,
        ),
        (r#"{"error":"other","error_description":"too old"}"#, false),
    ];
    for (refusal, is_used_up) in cases {
        let server = Server::start(&[(422, refusal), (200, TOKEN_RESPONSE)]).await;
        let credentials = generated::Credentials::refresh_token("client", "s3cret", "r0");
        let client: generated::Client = client(&server, credentials);
        let error = client.access_token().await.unwrap_err();
        assert!(error.is_auth(), "{error:?}");
        let exchange = server.only();
        assert_eq!(exchange.body(), "grant_type=refresh_token&refresh_token=r0");
        assert_eq!(exchange.header("authorization"), Some(BASIC));
        let again = client.access_token().await;
        assert_eq!(
            server.requests().len(),
            if is_used_up { 1 } else { 2 },
            "{refusal}"
        );
        match again {
            Ok(_) => assert!(!is_used_up, "{refusal}"),
            Err(error) => {
                let text = error.to_string();
                assert!(
                    is_used_up && text.contains("used up: log in again"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn the_first_kind_with_all_variables_set_is_used() {
    let given = |names: &[&str]| {
        let mut variables = Variables::empty();
        for name in names {
            variables.set(*name, "x");
        }
        <exchanges::Credentials as Authenticate>::from_variables(&variables)
    };
    let credentials = given(&["EXCHANGES_CLIENT_ID", "EXCHANGES_SECRET", "EXCHANGES_SCOPE"]);
    assert_eq!(
        format!("{:?}", credentials.unwrap()),
        r#"Credentials::in_header { client_id: "x", client_secret: [redacted], scope: "x", audience: None }"#
    );
    let text = |result: Result<_, Error>| {
        let result: Result<exchanges::Credentials, Error> = result;
        result.unwrap_err().to_string()
    };
    let nothing = text(given(&[]));
    assert!(
        nothing.contains(".credentials(Credentials::in_header(client_id, client_secret))")
            && nothing.contains("EXCHANGES_CLIENT_ID"),
        "{nothing}"
    );
    let half = text(given(&["EXCHANGES_CLIENT_ID"]));
    assert!(
        half.contains("EXCHANGES_CLIENT_SECRET or EXCHANGES_SECRET"),
        "{half}"
    );

    let mut variables = Variables::empty();
    let read =
        |variables: &Variables| <keys::Credentials as Authenticate>::from_variables(variables);
    let nothing = read(&variables).unwrap_err().to_string();
    assert!(
        nothing.contains("Credentials::api_key(key)) or .credentials(Credentials::token(token))"),
        "{nothing}"
    );
    assert!(nothing.contains("KEYS_TOKEN or KEYS_KEY"), "{nothing}");
    variables.set("KEYS_TOKEN", "t");
    assert!(format!("{:?}", read(&variables)).contains("Credentials::token {"));
    variables.set("KEYS_KEY", "k");
    assert!(format!("{:?}", read(&variables)).contains("Credentials::api_key {"));
}

#[test]
fn every_field_and_the_kind_change_the_fingerprint() {
    use exchanges::Credentials;
    let pair = || Credentials::in_header("id", "s");
    let different = [
        pair(),
        Credentials::in_header("id2", "s"),
        Credentials::in_header("id", "s2"),
        pair().with_scope("write"),
        pair().with_audience("a"),
        Credentials::in_body("id", "s"),
        Credentials::in_parameters("id", "s"),
    ];
    let fingerprints: Vec<_> = different
        .iter()
        .map(|credentials| credentials.fingerprint().unwrap())
        .collect();
    for (place, one) in fingerprints.iter().enumerate() {
        assert!(
            !fingerprints[..place].contains(one),
            "{:?}",
            different[place]
        );
    }
    // Both send the same data.
    assert_eq!(
        pair().fingerprint(),
        pair().with_scope("read").fingerprint()
    );
    assert_eq!(keys::Credentials::token("t").fingerprint(), None);
}

#[tokio::test]
async fn a_token_store_separates_tokens_of_different_credentials() {
    let server = Server::start(&[(200, TOKEN_RESPONSE)]).await;
    let store = MemoryStore::new();
    let start = |credentials| {
        let builder = exchanges::Client::builder().base_url(&server.url);
        let builder = builder.credentials(credentials).token_store(store.clone());
        builder.build().unwrap()
    };
    let pair = || exchanges::Credentials::in_header("client", "s3cret");
    for (credentials, exchanges) in [(pair(), 1), (pair(), 1), (pair().with_scope("write"), 2)] {
        start(credentials).access_token().await.unwrap();
        assert_eq!(server.requests().len(), exchanges);
    }
}

/// The sandbox and the generated client use the same description.
#[tokio::test]
async fn the_sandbox_accepts_only_the_described_credentials() {
    let exchanges_document = include_str!("../fixtures/generate/crates/exchanges-sdk/openapi.json");
    let keys_document = include_str!("../fixtures/generate/crates/keys-sdk/openapi.json");
    let sandbox = sdk_sandbox::Sandbox::builder()
        .document("exchanges", exchanges_document, "")
        .document("keys", keys_document, "");
    let sandbox = sandbox.start().await.unwrap();
    let known = sandbox.credentials("exchanges").unwrap();
    let (id, secret) = (known.client_id.as_str(), known.client_secret.as_str());
    let exchange = |credentials| {
        let client = exchanges::Client::builder().base_url(sandbox.base_url("exchanges").unwrap());
        client.credentials(credentials).build().unwrap()
    };
    use exchanges::Credentials as Exchanged;
    for credentials in [
        Exchanged::in_header(id, secret),
        Exchanged::in_body(id, secret),
        Exchanged::in_parameters(id, secret),
    ] {
        let client = exchange(credentials.clone());
        let called = client.check_ping().await;
        assert!(called.is_ok(), "{credentials:?}: {called:?}");
        let renewed = client.renew_access_token().await;
        assert!(renewed.is_ok(), "{credentials:?}: {renewed:?}");
    }
    for credentials in [
        Exchanged::in_header(id, "wrong"),
        Exchanged::in_body(id, "wrong"),
        Exchanged::in_parameters(id, "wrong"),
    ] {
        let error = exchange(credentials.clone())
            .check_ping()
            .await
            .unwrap_err();
        assert!(error.is_auth(), "{credentials:?}: {error:?}");
    }

    let known = sandbox.credentials("keys").unwrap();
    let (key, token) = (known.api_key.unwrap(), known.standing_token.unwrap());
    let (key, token) = (key.as_str(), token.as_str());
    let client = |credentials| {
        let client = keys::Client::builder().base_url(sandbox.base_url("keys").unwrap());
        client.credentials(credentials).build().unwrap()
    };
    use keys::Credentials as Key;
    for credentials in [Key::api_key(key), Key::query_key(key), Key::token(token)] {
        let called = client(credentials.clone()).list_things().await;
        assert!(called.is_ok(), "{credentials:?}: {called:?}");
    }
    for credentials in [
        Key::api_key("wrong"),
        Key::query_key("wrong"),
        Key::token("wrong"),
    ] {
        let error = client(credentials.clone()).list_things().await.unwrap_err();
        assert!(error.is_auth(), "{credentials:?}: {error:?}");
    }
    let user = client(Key::token_and_app(token, key));
    user.get_user().await.unwrap();
    let error = client(Key::token_and_app(token, "wrong")).get_user().await;
    assert!(error.unwrap_err().is_auth());
}
