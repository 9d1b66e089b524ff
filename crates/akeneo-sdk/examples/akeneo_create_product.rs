//! Creates an attribute group, two attributes, a family and a product with a value, and then sets another value.
//!
//! Environment: see `akeneo_get_access_token`.

use std::process::ExitCode;

use akeneo_sdk::types::{
    AttributeGroupPatch, AttributePatch, AttributeType, FamilyPatch, Product, ProductPatch,
    ProductRequest,
};
use akeneo_sdk::values::{At, Values};
use akeneo_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    match run(ClientConfig::new(), "example_lamp").await {
        Ok(product) => {
            println!("{product:#?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Creates the attribute group, the attributes, the family and the product, and sets another value
/// of the product. Returns the product.
pub(crate) async fn run(config: ClientConfig, identifier: &str) -> Result<Product, Error> {
    let client = Client::from_config(config)?;
    // An upsert creates or updates a record, so the group, attributes and family may already exist.
    client
        .upsert_attribute_group("example", &AttributeGroupPatch::default())
        .await?;
    for code in ["example_name", "example_material"] {
        let attribute = AttributePatch {
            type_: Some(AttributeType::PimCatalogText),
            group: Some("example".to_owned()),
            ..Default::default()
        };
        client.upsert_attribute(code, &attribute).await?;
    }
    let family = FamilyPatch {
        attribute_as_label: Some("example_name".to_owned()),
        attributes: Some(vec![
            "example_name".to_owned(),
            "example_material".to_owned(),
        ]),
        ..Default::default()
    };
    client.upsert_family("example", &family).await?;

    let mut product = ProductRequest::new(identifier);
    product.family = "example".into();
    product
        .values
        .set("example_name", At::EVERYWHERE, "Arc lamp");
    client.create_product(&product).await?;

    // A PATCH with one value leaves the others unchanged.
    let mut change = ProductPatch::default();
    change
        .values
        .set("example_material", At::EVERYWHERE, "brass");
    client.upsert_product(identifier, &change).await?;
    Ok(client.get_product(identifier).await?.into_inner())
}
