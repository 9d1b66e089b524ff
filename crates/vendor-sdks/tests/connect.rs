//! The vendor list and `connect`.

use std::any::Any;
use std::sync::Arc;

use sdk_sandbox::Sandbox;
use vendor_sdks::{ClientConfig, Vendor, connect, metquay};

#[test]
fn a_vendor_knows_its_names_and_its_environment() {
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
    assert_eq!(
        error,
        "no vendor \"nobody\"; there are: akeneo, metquay, motaword, oneshot, smscx"
    );
}

#[test]
fn a_missing_credential_is_named_with_its_variable_and_its_method() {
    for vendor in Vendor::ALL {
        let error = connect(*vendor, ClientConfig::new().without_environment())
            .err()
            .unwrap()
            .to_string();
        let own = vendor.environment();
        assert!(
            own.iter().any(|name| error.contains(name)),
            "{vendor}: {error}"
        );
        assert!(error.contains("credentials("), "{vendor}: {error}");
    }
}

#[tokio::test]
async fn downcasting_gives_the_typed_client_with_the_same_token() {
    let sandbox = Sandbox::builder().vendor("metquay").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("metquay"));
    let client = connect(Vendor::Metquay, config).unwrap();
    assert_eq!(
        (client.name(), client.base_url()),
        ("metquay", sandbox.base_url("metquay").as_str())
    );
    let token = client.access_token().await.unwrap();
    let typed: Arc<dyn Any + Send + Sync> = client.clone();
    let typed = typed.downcast::<metquay::Client>().unwrap();
    typed.list_customers().await.unwrap();
    assert_eq!(
        typed.access_token().await.unwrap().value().expose(),
        token.value().expose()
    );
    assert_eq!(sandbox.exchanges("metquay"), 1);
    let renewed = client.renew_access_token().await.unwrap();
    assert_ne!(renewed.value().expose(), token.value().expose());
    assert_eq!(sandbox.exchanges("metquay"), 2);
}
