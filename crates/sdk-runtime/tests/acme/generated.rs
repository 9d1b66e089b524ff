//! Counterpart of `src/generated/` of a vendor crate.

/// `generated/about.rs`
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
        wait: None,
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
            /// Host name, without a scheme or a path.
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
        summary: "Issues an access token.",
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
        summary: "Returns the status, without authentication.",
        repeat: Repeat::Safe,
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
        &super::super::jobs::START_EXPORT,
        &super::super::jobs::START_PAYMENT,
        &super::super::jobs::GET_JOB,
        &super::super::jobs::DOWNLOAD_EXPORT,
        super::super::shop::OPERATIONS[6],
        super::super::shop::OPERATIONS[4],
        super::super::shop::OPERATIONS[7],
        <super::super::effects::SignlessCreate as TypedOperation>::OPERATION,
        <super::super::effects::Pay as TypedOperation>::OPERATION,
        <super::super::effects::Notify as TypedOperation>::OPERATION,
        <super::super::effects::Sign as TypedOperation>::OPERATION,
        <super::super::effects::Order as TypedOperation>::OPERATION,
        <super::super::effects::Ship as TypedOperation>::OPERATION,
        <super::super::effects::Replace as TypedOperation>::OPERATION,
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

    /// Marker for the operation `get_access_token`.
    #[derive(Debug)]
    pub struct GetAccessToken;

    impl TypedOperation for GetAccessToken {
        type Answer = Json<TokenAnswer>;
        const OPERATION: &'static Operation = &table::GET_ACCESS_TOKEN;
    }

    /// Media types that `get_access_token` accepts.
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
        /// How often something happens.
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

// Every vendor crate has this re-export from `sdk_runtime::surface`.
#[allow(unused_imports)] // Not every test uses its types.
pub use sdk_runtime::http_client;

sdk_runtime::vendor_client!(
    credentials = super::auth::Credentials,
    server = vendor::Server,
    vendor = vendor::VENDOR,
    openapi = "{}"
);
sdk_runtime::vendor_bulk!();
