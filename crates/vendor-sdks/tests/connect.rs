//! Tests of the vendor list and `connect`.

use sdk_sandbox::Sandbox;
use vendor_sdks::{ClientConfig, Vendor, connect, metquay};

#[test]
fn a_vendor_provides_its_names_and_environment_variables() {
    let vendor: Vendor = "oneshot".parse().unwrap();
    assert_eq!(
        (vendor.name(), vendor.display_name(), vendor.crate_name()),
        ("oneshot", "1Shot", "oneshot-sdk")
    );
    assert!(vendor.environment().contains(&"ONESHOT_API_KEY".to_owned()));
    assert!(
        vendor
            .environment()
            .contains(&"ONESHOT_BASE_URL".to_owned())
    );
    let error = "nobody".parse::<Vendor>().unwrap_err().to_string();
    let names: Vec<&str> = Vendor::ALL.iter().map(|vendor| vendor.name()).collect();
    assert!(names.len() >= 5 && names.is_sorted(), "{names:?}");
    assert_eq!(
        error,
        format!(
            "unknown vendor \"nobody\"; expected one of: {}",
            names.join(", ")
        )
    );
}

#[test]
fn a_missing_credential_error_mentions_the_variable_and_the_method() {
    for vendor in Vendor::ALL {
        let own = vendor.environment();
        let Err(error) = connect(*vendor, ClientConfig::new().without_environment()) else {
            // The base URL is the only setting.
            assert_eq!(own.len(), 1, "{vendor} connects without credentials");
            continue;
        };
        let error = error.to_string();
        assert!(
            own.iter().any(|name| error.contains(name)),
            "{vendor}: {error}"
        );
        assert!(error.contains("credentials("), "{vendor}: {error}");
    }
}

#[tokio::test]
async fn downcasting_returns_the_typed_client_with_a_shared_token_cache() {
    let sandbox = Sandbox::builder().vendor("metquay").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("metquay").unwrap());
    let client = connect(Vendor::Metquay, config).unwrap();
    assert_eq!(
        (client.name(), client.base_url()),
        ("metquay", sandbox.base_url("metquay").unwrap().as_str())
    );
    let token = client.access_token().await.unwrap();
    assert!(
        client
            .downcast_ref::<vendor_sdks::akeneo::Client>()
            .is_none()
    );
    let typed = client.downcast_ref::<metquay::Client>().unwrap();
    typed.list_customers().await.unwrap();
    assert_eq!(
        typed.access_token().await.unwrap().value().expose(),
        token.value().expose()
    );
    assert_eq!(sandbox.exchanges("metquay").unwrap(), 1);
    let renewed = client.renew_access_token().await.unwrap();
    assert_ne!(renewed.value().expose(), token.value().expose());
    assert_eq!(sandbox.exchanges("metquay").unwrap(), 2);
}

#[tokio::test]
async fn an_operation_can_be_found_and_called_by_its_id() {
    let sandbox = Sandbox::builder().vendor("metquay").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("metquay").unwrap());
    let client = connect(Vendor::Metquay, config).unwrap();
    let operations = Vendor::Metquay.about().operations;
    let listed = operations
        .iter()
        .find(|operation| operation.id == "list_customers");
    assert_eq!(listed.unwrap().path, "/customers");
    let arguments = vendor_sdks::serde_json::json!({ "limit": 2 });
    let answer = client.call("list_customers", arguments).await.unwrap();
    assert_eq!(answer.status, vendor_sdks::StatusCode::OK);
    let items = answer.body.json().unwrap().as_array().unwrap().len();
    assert_eq!(items, 2);
}

#[test]
fn the_openapi_document_and_the_operation_table_contain_the_same_operations() {
    for vendor in Vendor::ALL {
        let document: vendor_sdks::AnyJson =
            vendor_sdks::serde_json::from_str(vendor.openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|item| item.as_object().unwrap().values());
        let mut ids: Vec<String> = Vec::new();
        for operation in operations {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            // An operation with variants has one id per value of its parameter.
            match operation["x-sdk-variants"]["values"].as_object() {
                Some(values) => ids.extend(values.keys().map(|value| format!("{id}_by_{value}"))),
                None => ids.push(id.to_owned()),
            }
        }
        let mut known: Vec<String> = vendor
            .about()
            .operations
            .iter()
            .map(|operation| operation.id.to_owned())
            .collect();
        ids.sort_unstable();
        known.sort_unstable();
        assert_eq!(ids, known, "{vendor}");
    }
}
