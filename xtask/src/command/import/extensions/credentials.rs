//! Credentials: derives `x-sdk-credentials` from the security schemes, and reduces requirements to
//! schemes that the runtime can apply.
//!
//! Each set of schemes that operations require together becomes a kind of credentials. If no set is
//! sufficient for every operation, the import adds a kind that covers all operations. The report
//! asks about details that the document doesn't specify.

use crate::command::import::draft::Draft;
use crate::command::import::extensions::{exchange, kinds, parameter, requirement, scheme};
use anyhow::Result;
use serde_json::{Value, json};

/// Key of the extension that describes the credentials.
const KEY: &str = "x-sdk-credentials";

/// Converts security schemes and requirements to the house style, and adds `x-sdk-credentials`.
pub(crate) fn describe(draft: &mut Draft) -> Result<()> {
    let Draft { document, notes } = draft;
    let of_parameters = parameter::schemes(document, notes);
    let schemes = scheme::settle(document, notes);
    requirement::settle(document, &schemes, of_parameters.as_deref(), notes);
    parameter::remove(document, &schemes, notes);
    // A value from the overlay is kept.
    if document.get(KEY).is_some() {
        return Ok(());
    }
    let sets = requirement::sets(document, &schemes);
    let mut kinds = kinds::of(document, &notes.name, &schemes, &sets);
    kinds.extend(exchange::kinds(document, &schemes, &sets, notes));
    document[KEY] = Value::Array(kinds);
    if !document["info"].is_object() {
        document["info"] = json!({});
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::describe;
    use crate::command::import::schemas::testing::passed;
    use serde_json::{Value, json};

    fn document(schemes: Value, security: Value, operations: Value) -> Value {
        let mut document = json!({
            "openapi": "3.0.3", "info": {}, "servers": [{ "url": "https://api.example.com/v1" }],
            "components": { "securitySchemes": schemes }, "paths": { "/a": operations },
        });
        if !security.is_null() {
            document["security"] = security;
        }
        document
    }

    fn get(security: Value) -> Value {
        let mut operation = json!({ "operationId": "get_a", "responses": { "200": {} } });
        if !security.is_null() {
            operation["security"] = security;
        }
        json!({ "get": operation })
    }

    fn key(place: &str, name: &str) -> Value {
        json!({ "type": "apiKey", "in": place, "name": name })
    }

    #[test]
    fn an_api_key_http_basic_and_a_token_become_separate_credential_kinds() {
        let (document, report) = passed(
            document(
                json!({ "k": key("query", "apikey"), "b": { "type": "http", "scheme": "Basic" }, "t": { "type": "openIdConnect", "openIdConnectUrl": "https://x" } }),
                json!([{ "k": [] }, { "b": [] }, { "t": ["scope"] }]),
                get(Value::Null),
            ),
            describe,
        );
        let kinds = document["x-sdk-credentials"].as_array().unwrap();
        let names: Vec<&str> = kinds
            .iter()
            .filter_map(|kind| kind["name"].as_str())
            .collect();
        assert_eq!(names, ["access_token", "basic", "api_key"]);
        assert_eq!(kinds[2]["fields"][0]["env"], json!(["ACME_API_KEY"]));
        assert_eq!(kinds[2]["schemes"], json!({ "k": "{api_key}" }));
        assert_eq!(
            kinds[1]["schemes"],
            json!({ "b": ["{username}", "{password}"] })
        );
        assert_eq!(
            document["components"]["securitySchemes"]["t"]["type"],
            "http"
        );
        assert!(report.contains("OpenID Connect"), "{report}");
    }

    #[test]
    fn schemes_that_are_required_together_become_one_credential_kind() {
        let (document, _) = passed(
            document(
                json!({ "a": key("header", "X-Api-Key"), "b": key("header", "X-App-Key"), "c": key("cookie", "session") }),
                json!([{ "a": [], "b": [] }, { "c": [] }]),
                get(Value::Null),
            ),
            describe,
        );
        let kinds = document["x-sdk-credentials"].as_array().unwrap();
        assert_eq!(
            kinds[0]["schemes"],
            json!({ "a": "{x_api_key}", "b": "{x_app_key}" })
        );
        assert_eq!(kinds[1]["schemes"], json!({ "c": "session={session}" }));
        assert_eq!(
            document["components"]["securitySchemes"]["c"],
            json!({ "type": "apiKey", "in": "header", "name": "Cookie" })
        );
        assert_eq!(kinds.len(), 2);
    }

    #[test]
    fn operations_with_different_schemes_get_a_kind_that_covers_all_of_them() {
        let mut operations = get(json!([{ "a": [] }]));
        operations["put"] =
            json!({ "operationId": "put_a", "security": [{ "b": [] }], "responses": {} });
        let (document, _) = passed(
            document(
                json!({ "a": key("header", "X-A"), "b": { "type": "http", "scheme": "bearer" } }),
                Value::Null,
                operations,
            ),
            describe,
        );
        let kinds = document["x-sdk-credentials"].as_array().unwrap();
        assert_eq!(kinds.len(), 3);
        assert_eq!(
            kinds[0]["schemes"],
            json!({ "a": "{api_key}", "b": "{access_token}" })
        );
        assert_eq!(document["security"], json!([]));
    }

    #[test]
    fn unused_undeclared_and_optional_security_schemes_raise_questions() {
        let none = document(json!({}), Value::Null, get(Value::Null));
        let (open, _) = passed(none, describe);
        assert_eq!(
            (&open["security"], &open["x-sdk-credentials"]),
            (&json!([]), &json!([]))
        );
        let unused = document(
            json!({ "k": key("header", "X-K") }),
            Value::Null,
            get(Value::Null),
        );
        let (unused, report) = passed(unused, describe);
        assert_eq!(unused["security"], json!([{ "k": [] }]));
        assert!(report.contains("no operation requires"), "{report}");
        let sloppy = document(json!({}), json!([{}, { "myAuth": "x" }]), get(json!([{}])));
        let (sloppy, report) = passed(sloppy, describe);
        assert_eq!(sloppy["security"], json!([{ "myAuth": [] }]));
        assert_eq!(
            sloppy["components"]["securitySchemes"]["myAuth"]["scheme"],
            "bearer"
        );
        assert_eq!(sloppy["paths"]["/a"]["get"]["security"], json!([]));
        assert!(
            report.contains("`myAuth` is not declared")
                && report.contains("credentials are optional"),
            "{report}"
        );
    }

    #[test]
    fn a_token_url_becomes_an_exchange_only_if_it_is_below_the_server_url() {
        let oauth = |url: &str| json!({ "o": { "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": url, "scopes": { "read": "" } } } } });
        let (near, _) = passed(
            document(
                oauth("https://api.example.com/v1/oauth/token"),
                json!([{ "o": [] }]),
                get(Value::Null),
            ),
            describe,
        );
        let kinds = near["x-sdk-credentials"].as_array().unwrap();
        assert_eq!(kinds[0]["name"], "access_token");
        assert_eq!(kinds[1]["exchange"]["operation"], "create_access_token");
        assert_eq!(
            kinds[1]["exchange"]["body"]["grant_type"],
            "client_credentials"
        );
        let token = &near["paths"]["/oauth/token"]["post"];
        assert_eq!(
            (&token["x-sdk-token"], &token["security"]),
            (&json!(true), &json!([]))
        );
        let (far, report) = passed(
            document(
                oauth("https://login.example.com/token"),
                json!([{ "o": [] }]),
                get(Value::Null),
            ),
            describe,
        );
        assert_eq!(far["x-sdk-credentials"].as_array().unwrap().len(), 1);
        assert!(report.contains("login.example.com"), "{report}");
    }

    #[test]
    fn parameters_sent_by_schemes_are_removed_and_authorization_becomes_a_scheme() {
        let mut operations = get(Value::Null);
        operations["get"]["parameters"] = json!([{ "name": "X-Key", "in": "header", "required": true }, { "name": "q", "in": "query" }]);
        let (document_with_key, _) = passed(
            document(
                json!({ "k": key("header", "x-key") }),
                json!([{ "k": [] }]),
                operations.clone(),
            ),
            describe,
        );
        assert_eq!(
            document_with_key["paths"]["/a"]["get"]["parameters"],
            json!([{ "name": "q", "in": "query" }])
        );
        operations["get"]["parameters"] = json!([{ "name": "authorization", "in": "header" }]);
        let (made, report) = passed(document(json!({}), Value::Null, operations), describe);
        assert_eq!(
            made["paths"]["/a"]["get"]["security"],
            json!([{ "Authorization": [] }])
        );
        assert_eq!(
            made["components"]["securitySchemes"]["Authorization"],
            json!({ "type": "apiKey", "in": "header", "name": "Authorization" })
        );
        assert_eq!(made["paths"]["/a"]["get"]["parameters"], json!([]));
        assert!(report.contains("`Authorization`"), "{report}");
    }
}
