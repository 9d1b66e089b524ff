//! Checks each row of the table against the merged OpenAPI document, the operation table and the
//! rustdoc.

use crate::column::Column;

/// Defines the tests of a column, one test per row.
macro_rules! column {
    ($vendor:ident, $column:expr) => {
        mod $vendor {
            use super::*;

            const COLUMN: Column = $column;

            column!(@rows
                has_the_method_name has_the_tag has_method_and_path has_the_default_server has_the_credentials
                has_the_media_types has_the_body has_the_answer has_the_answer_headers has_every_status needs_no_token);
        }
    };
    (@rows $($row:ident)*) => {
        $(#[test]
        fn $row() {
            COLUMN.$row();
        })*
    };
}

/// Includes a file from a vendor crate.
macro_rules! text {
    ($vendor:literal, $file:literal) => {
        include_str!(concat!("../../../crates/", $vendor, "-sdk/", $file))
    };
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

column!(
    motaword,
    Column {
        vendor: &motaword_sdk::VENDOR,
        document: text!("motaword", "openapi.json"),
        source: text!("motaword", "src/generated/auth.rs"),
        about: text!("motaword", "src/generated/about.rs"),
        method_name: "get_access_token",
        upstream_name: "getAccessToken",
        tag: "auth",
        path: "/token",
        default_server: "https://api.motaword.com",
        basic: true,
        media: &[JSON, "multipart/form-data"],
        body_required: false,
        request: &[(
            "TokenRequest",
            &[
                ("grant_type", true),
                ("scope", false),
                ("username", false),
                ("password", false),
                ("refresh_token", false),
                ("user_id", false),
            ]
        )],
        answer: &[
            "access_token",
            "expires_in",
            "token_type",
            "scope",
            "refresh_token",
            "user_id"
        ],
        statuses: &["200", "default"],
        headers: &[],
    }
);

column!(
    oneshot,
    Column {
        vendor: &oneshot_sdk::VENDOR,
        document: text!("oneshot", "openapi.json"),
        source: text!("oneshot", "src/generated/authentication.rs"),
        about: text!("oneshot", "src/generated/about.rs"),
        method_name: "get_access_token",
        upstream_name: "getAccessToken",
        tag: "authentication",
        path: "/token",
        default_server: "https://api.1shotapi.dev/v0",
        basic: false,
        media: &[FORM],
        body_required: true,
        request: &[(
            "TokenRequest",
            &[
                ("grant_type", false),
                ("client_id", false),
                ("client_secret", false)
            ]
        )],
        answer: &["access_token", "expires_in", "token_type", "scope"],
        statuses: &["200", "400", "401", "403"],
        headers: &[],
    }
);

column!(
    smscx,
    Column {
        vendor: &smscx_sdk::VENDOR,
        document: text!("smscx", "openapi.json"),
        source: text!("smscx", "src/generated/oauth.rs"),
        about: text!("smscx", "src/generated/about.rs"),
        method_name: "get_access_token",
        upstream_name: "getAccessToken",
        tag: "oauth",
        path: "/oauth/token",
        default_server: "https://api.sms.cx",
        basic: true,
        media: &[FORM],
        body_required: true,
        request: &[("TokenRequest", &[("grant_type", true), ("scope", false)])],
        answer: &["access_token", "expires_in", "token_type", "scope"],
        statuses: &["200", "400", "401", "403", "405", "429", "500"],
        headers: &[
            (
                "200",
                &[
                    "X-Request-Id",
                    "X-Response-Time",
                    "X-Rate-Limit-Limit",
                    "X-Rate-Limit-Remaining"
                ]
            ),
            (
                "429",
                &[
                    "X-Rate-Limit-Limit",
                    "X-Rate-Limit-Remaining",
                    "X-Rate-Limit-Reset"
                ]
            ),
        ],
    }
);

column!(
    metquay,
    Column {
        vendor: &metquay_sdk::VENDOR,
        document: text!("metquay", "openapi.json"),
        source: text!("metquay", "src/generated/authenticate.rs"),
        about: text!("metquay", "src/generated/about.rs"),
        method_name: "get_access_token",
        upstream_name: "getAccessToken",
        tag: "authenticate",
        path: "/authenticate",
        default_server: "https://metquayappurl.com/api/v1",
        basic: false,
        media: &[JSON],
        body_required: true,
        request: &[("TokenRequest", &[("accessKey", true), ("secretKey", true)])],
        answer: &["accessToken", "expiresIn", "tokenType"],
        statuses: &["200", "400", "500"],
        headers: &[],
    }
);

column!(
    akeneo,
    Column {
        vendor: &akeneo_sdk::VENDOR,
        document: text!("akeneo", "openapi.json"),
        source: text!("akeneo", "src/generated/authentication.rs"),
        about: text!("akeneo", "src/generated/about.rs"),
        method_name: "post_token",
        upstream_name: "post_token",
        tag: "authentication",
        path: "/api/oauth/v1/token",
        default_server: "http://demo.akeneo.com",
        basic: true,
        media: &[JSON, FORM],
        body_required: false,
        request: &[
            (
                "PasswordGrant",
                &[("grant_type", true), ("username", true), ("password", true)]
            ),
            (
                "RefreshTokenGrant",
                &[("grant_type", true), ("refresh_token", true)]
            ),
        ],
        answer: &[
            "access_token",
            "expires_in",
            "token_type",
            "scope",
            "refresh_token"
        ],
        statuses: &["200", "400", "415", "422"],
        headers: &[],
    }
);
