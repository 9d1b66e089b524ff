//! A vendor crate in small: what generated code and an `auth.rs` look like.
#![allow(missing_docs, unreachable_pub, clippy::wildcard_imports)]

mod support;

/// Stands for `src/generated/`.
pub mod generated {
    /// `generated/vendor.rs`
    pub mod vendor {
        use sdk_runtime::{ErrorShape, ServerInfo, ServerUrl, Vendor};

        pub static VENDOR: Vendor = Vendor {
            name: "acme",
            display_name: "Acme",
            crate_name: env!("CARGO_PKG_NAME"),
            crate_version: env!("CARGO_PKG_VERSION"),
            servers: SERVERS,
            operations: super::table::OPERATIONS,
            limits: None,
            error: ErrorShape {
                code: &["/code", "/error/code"],
                kind: &["/type"],
                message: &["/message", "/error/message"],
                fields: &["/errors"],
                in_success: &["/error"],
            },
        };

        static SERVERS: &[ServerInfo] = &[
            ServerInfo {
                name: "tenant",
                url: "https://{host}/api/v1",
                placeholder: true,
                description: "Your own host.",
            },
            ServerInfo {
                name: "demo",
                url: "https://demo.acme.example/api/v1",
                placeholder: false,
                description: "A demo.",
            },
        ];

        /// The named servers.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Server {
            /// Your own host.
            Tenant {
                /// The bare host.
                host: String,
            },
            /// A demo.
            Demo,
        }

        impl Default for Server {
            fn default() -> Self {
                Self::Tenant {
                    host: String::new(),
                }
            }
        }

        impl From<Server> for ServerUrl {
            fn from(server: Server) -> Self {
                match server {
                    Server::Tenant { host } => Self::new(&SERVERS[0]).with_variable("host", &host),
                    Server::Demo => Self::new(&SERVERS[1]),
                }
            }
        }
    }

    /// `generated/table/`
    pub mod table {
        use sdk_runtime::*;

        pub(crate) static GET_ACCESS_TOKEN: Operation = Operation {
            id: "get_access_token",
            upstream_id: Some("token"),
            method: Method::Post,
            path: "/token",
            tag: "auth",
            summary: "Hands out an access token.",
            body: Some(RequestBody {
                required: false,
                media: &[
                    MediaType {
                        name: "application/json",
                        encoding: Encoding::Json,
                        schema: "TokenRequest",
                    },
                    MediaType {
                        name: "application/x-www-form-urlencoded",
                        encoding: Encoding::Form,
                        schema: "TokenRequest",
                    },
                    MediaType {
                        name: "multipart/form-data",
                        encoding: Encoding::Multipart,
                        schema: "TokenRequest",
                    },
                ],
            }),
            answers: &[
                AnswerSpec {
                    status: "200",
                    media: &["application/json"],
                    schema: "TokenAnswer",
                    headers: &["X-Request-Id"],
                },
                AnswerSpec {
                    status: "default",
                    media: &["application/json"],
                    schema: "ApiError",
                    headers: &[],
                },
            ],
            security: &[Scheme::Basic],
            token: true,
            ..Operation::EMPTY
        };

        pub(crate) static LIST_THINGS: Operation = Operation {
            id: "list_things",
            method: Method::Get,
            path: "/owners/{owner}/things",
            tag: "things",
            summary: "Lists things.",
            parameters: &[
                Parameter {
                    name: "owner",
                    place: Place::Path,
                    required: true,
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "span",
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "tags[]",
                    kind: Kind::Array,
                    style: Style::Exploded,
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "archived",
                    kind: Kind::IntegerBool,
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "search",
                    kind: Kind::Json,
                    style: Style::Json,
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "version",
                    required: true,
                    default: Some("2"),
                    ..Parameter::EMPTY
                },
                Parameter {
                    name: "X-Trace",
                    place: Place::Header,
                    ..Parameter::EMPTY
                },
            ],
            answers: &[AnswerSpec {
                status: "200",
                media: &["application/json"],
                schema: "Things",
                headers: &[],
            }],
            security: &[
                Scheme::Bearer,
                Scheme::ApiKey {
                    header: "X-API-KEY",
                },
            ],
            repeat: Repeat::Safe,
            ..Operation::EMPTY
        };

        pub(crate) static CREATE_THING: Operation = Operation {
            id: "create_thing",
            method: Method::Post,
            path: "/things",
            tag: "things",
            summary: "Creates a thing.",
            body: Some(RequestBody {
                required: true,
                media: &[MediaType {
                    name: "application/json",
                    encoding: Encoding::Json,
                    schema: "Thing",
                }],
            }),
            answers: &[AnswerSpec {
                status: "204",
                media: &[],
                schema: "",
                headers: &[],
            }],
            security: &[Scheme::Bearer],
            ..Operation::EMPTY
        };

        pub(crate) static DOWNLOAD_THING: Operation = Operation {
            id: "download_thing",
            path: "/things/{path}/file",
            tag: "things",
            summary: "Downloads a thing.",
            parameters: &[Parameter {
                name: "path",
                place: Place::Path,
                required: true,
                style: Style::KeepSlashes,
                ..Parameter::EMPTY
            }],
            answers: &[AnswerSpec {
                status: "200",
                media: &["application/pdf"],
                schema: "",
                headers: &[],
            }],
            security: &[Scheme::Bearer],
            repeat: Repeat::Safe,
            ..Operation::EMPTY
        };

        pub(crate) static GET_STATUS: Operation = Operation {
            id: "get_status",
            path: "/status",
            tag: "things",
            summary: "Says how things are, to anyone.",
            answers: &[AnswerSpec {
                status: "200",
                media: &["text/plain"],
                schema: "",
                headers: &[],
            }],
            ..Operation::EMPTY
        };

        pub static OPERATIONS: &[&Operation] = &[
            &GET_ACCESS_TOKEN,
            &LIST_THINGS,
            &CREATE_THING,
            &DOWNLOAD_THING,
            &GET_STATUS,
        ];
    }

    /// `generated/auth.rs`: the tag of the token operation.
    pub mod auth {
        use super::{Client, Request, table};
        use sdk_runtime::{Decode, ExpiresIn, Json, Operation, Secret, TypedOperation};

        #[derive(Debug, Clone, serde::Serialize)]
        pub struct TokenRequest {
            pub grant_type: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub refresh_token: Option<Secret>,
        }

        #[derive(Debug, Clone, serde::Deserialize)]
        pub struct TokenAnswer {
            pub access_token: Secret,
            #[serde(default)]
            pub expires_in: Option<ExpiresIn>,
            #[serde(default)]
            pub token_type: Option<String>,
            #[serde(default)]
            pub refresh_token: Option<Secret>,
        }

        /// Marks `get_access_token`.
        #[derive(Debug)]
        pub struct GetAccessToken;

        impl TypedOperation for GetAccessToken {
            type Answer = Json<TokenAnswer>;
            const OPERATION: &'static Operation = &table::GET_ACCESS_TOKEN;
        }

        /// The media types that `get_access_token` takes.
        #[derive(Debug, Clone, Copy)]
        pub enum GetAccessTokenContentType {
            Json,
            Form,
            Multipart,
        }

        impl Client {
            pub fn get_access_token(&self) -> Request<'_, GetAccessToken> {
                Request::new(self)
            }
        }

        impl Request<'_, GetAccessToken> {
            pub fn body(self, body: &TokenRequest) -> Self {
                self.with_body(body)
            }

            pub fn basic_auth(self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
                self.with_basic_auth(user, password)
            }

            pub fn content_type(self, media: GetAccessTokenContentType) -> Self {
                self.with_media(match media {
                    GetAccessTokenContentType::Json => "application/json",
                    GetAccessTokenContentType::Form => "application/x-www-form-urlencoded",
                    GetAccessTokenContentType::Multipart => "multipart/form-data",
                })
            }
        }

        const _: () = {
            const fn output_is_the_answer<D: Decode<Output = TokenAnswer>>() {}
            output_is_the_answer::<<GetAccessToken as TypedOperation>::Answer>();
        };
    }

    /// `generated/things.rs`
    pub mod things {
        use super::{Client, Request, table};
        use sdk_runtime::{AsJson, Date, Download, Empty, Json, Operation, Text, TypedOperation};

        sdk_runtime::open_enum! {
            /// How often.
            pub enum Span {
                /// Each day.
                Day = "DAY",
            }
        }

        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        pub struct Thing {
            pub id: i64,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub span: Option<Span>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub made: Option<Date>,
        }

        #[derive(Debug, Clone, serde::Deserialize)]
        pub struct Things {
            pub items: Vec<Thing>,
        }

        #[derive(Debug)]
        pub struct ListThings;
        impl TypedOperation for ListThings {
            type Answer = Json<Things>;
            const OPERATION: &'static Operation = &table::LIST_THINGS;
        }

        #[derive(Debug)]
        pub struct CreateThing;
        impl TypedOperation for CreateThing {
            type Answer = Empty;
            const OPERATION: &'static Operation = &table::CREATE_THING;
        }

        #[derive(Debug)]
        pub struct DownloadThing;
        impl TypedOperation for DownloadThing {
            type Answer = Download;
            const OPERATION: &'static Operation = &table::DOWNLOAD_THING;
        }

        #[derive(Debug)]
        pub struct GetStatus;
        impl TypedOperation for GetStatus {
            type Answer = Text;
            const OPERATION: &'static Operation = &table::GET_STATUS;
        }

        impl Client {
            pub fn list_things(&self, owner: impl Into<String>) -> Request<'_, ListThings> {
                Request::new(self).set("owner", owner.into())
            }

            pub fn create_thing(&self, body: &Thing) -> Request<'_, CreateThing> {
                Request::new(self).with_body(body)
            }

            pub fn download_thing(&self, path: impl Into<String>) -> Request<'_, DownloadThing> {
                Request::new(self).set("path", path.into())
            }

            pub fn get_status(&self) -> Request<'_, GetStatus> {
                Request::new(self)
            }
        }

        impl Request<'_, ListThings> {
            pub fn span(self, value: impl Into<Span>) -> Self {
                self.set("span", value.into())
            }

            pub fn tags(self, value: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.set(
                    "tags[]",
                    value.into_iter().map(Into::into).collect::<Vec<String>>(),
                )
            }

            pub fn archived(self, value: bool) -> Self {
                self.set("archived", value)
            }

            pub fn search(self, value: &serde_json::Value) -> Self {
                self.set("search", AsJson(value))
            }

            pub fn trace(self, value: &str) -> Self {
                self.set("X-Trace", value)
            }
        }
    }

    sdk_runtime::vendor_client!(
        credentials = crate::auth::Credentials,
        server = vendor::Server,
        vendor = vendor::VENDOR
    );
}

/// Stands for `src/auth.rs`, which is written by hand.
pub mod auth {
    use super::generated::auth::{GetAccessToken, TokenRequest};
    use super::generated::vendor::VENDOR;
    use sdk_runtime::{
        AccessToken, Authenticate, BoxFuture, Call, Error, Exchange, Secret, TokenSource,
        TypedOperation, Variables, Vendor,
    };

    /// A client id and secret, or an API key.
    #[derive(Debug, Clone)]
    pub struct Credentials(Kind);

    #[derive(Debug, Clone)]
    enum Kind {
        Client { id: String, secret: Secret },
        Key(Secret),
    }

    impl Credentials {
        pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
            Self(Kind::Client {
                id: id.into(),
                secret: secret.into(),
            })
        }

        pub fn api_key(key: impl Into<Secret>) -> Self {
            Self(Kind::Key(key.into()))
        }
    }

    impl Authenticate for Credentials {
        const VENDOR: &'static Vendor = &VENDOR;
        const VARIABLES: &'static [&'static str] =
            &["ACME_API_KEY", "ACME_CLIENT_ID", "ACME_CLIENT_SECRET"];

        fn from_variables(variables: &Variables) -> Result<Self, Error> {
            if let Some(key) = variables.secret("ACME_API_KEY") {
                return Ok(Self::api_key(key));
            }
            let builder = "credentials(Credentials::new(id, secret))";
            let id = variables.require(&VENDOR, &["ACME_CLIENT_ID", "ACME_API_KEY"], builder)?;
            let secret = variables.require(&VENDOR, &["ACME_CLIENT_SECRET"], builder)?;
            Ok(Self::new(id.expose(), secret))
        }

        fn complete(&self, call: &mut Call) {
            let Kind::Client { id, secret } = &self.0 else {
                return;
            };
            if !call.has_basic_auth() {
                call.basic_auth(id, secret);
            }
            if !call.has_body() {
                call.json_body(&TokenRequest {
                    grant_type: "client_credentials".to_owned(),
                    refresh_token: None,
                });
            }
        }

        fn api_key(&self) -> Option<&Secret> {
            match &self.0 {
                Kind::Key(key) => Some(key),
                Kind::Client { .. } => None,
            }
        }

        fn takes_token(&self) -> bool {
            matches!(self.0, Kind::Client { .. })
        }
    }

    impl TokenSource for Credentials {
        fn exchange<'a>(
            &'a self,
            exchange: Exchange<'a>,
        ) -> BoxFuture<'a, Result<AccessToken, Error>> {
            Box::pin(async move {
                let mut call = Call::new(GetAccessToken::OPERATION);
                if let Some(refresh_token) = exchange.refresh_token() {
                    call.json_body(&TokenRequest {
                        grant_type: "refresh_token".to_owned(),
                        refresh_token: Some(refresh_token.clone()),
                    });
                }
                self.complete(&mut call);
                exchange.token(call).await
            })
        }
    }
}

use std::any::Any;
use std::sync::Arc;

use auth::Credentials;
use generated::auth::{GetAccessTokenContentType, TokenRequest};
use generated::things::{Span, Thing};
use generated::vendor::Server;
use generated::{Client, ClientBuilder};
use sdk_runtime::{ClientConfig, Method, VendorClient};
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
async fn a_typed_call_gets_a_token_and_sends_what_the_table_says() {
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
async fn writes_downloads_and_texts_go_the_same_way() {
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
async fn the_token_operation_takes_the_clients_credentials_or_the_callers() {
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

    let raw = client.get_access_token().send_raw().await.unwrap();
    assert_eq!(
        (raw.status().as_u16(), script.last().body.as_str()),
        (200, "")
    );
    assert_eq!(
        script.last().header("authorization"),
        Some("Basic aWQ6czNjcmV0")
    );
    // None of these went into the cache.
    client.list_things("o").await.unwrap();
    assert_eq!(script.count("/token"), 5);
}

#[tokio::test]
async fn an_api_key_stands_in_for_the_token() {
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
                && error.to_string().contains("no access token"),
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
async fn a_path_that_the_table_does_not_have_is_reached_with_the_same_token() {
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
async fn a_client_behind_the_trait_is_the_same_client() {
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
fn missing_credentials_name_the_variable_and_the_method() {
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
        assert!(
            error
                .to_string()
                .contains(".credentials(Credentials::new(id, secret))"),
            "{error}"
        );
    }
}

#[test]
fn a_placeholder_server_is_refused_and_a_named_one_is_used() {
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
fn settings_beat_the_environment() {
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
fn nothing_that_holds_a_secret_prints_it() {
    let credentials = Credentials::new("id", "hush");
    let config = ClientConfig::new()
        .variable("ACME_CLIENT_SECRET", "hush")
        .base_url("https://a.example");
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
