//! Operations that accept a search, and the time layout of each.

use std::borrow::Borrow;

use sdk_runtime::{AsJson, TypedOperation};

use super::{Search, TimeLayout};
use crate::Request;

/// An operation that accepts a [`Search`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not accept a search",
    note = "only operations with a `search` parameter, such as `list_products` and `list_families`, accept a search"
)]
pub trait SearchOperation: TypedOperation {
    /// Layout of the times in a search for this operation.
    const TIMES: TimeLayout;
}

macro_rules! operations {
    ($($layout:ident: $($(#[$feature:meta])* $operation:path),*;)*) => {$($(
        $(#[$feature])*
        impl SearchOperation for $operation {
            const TIMES: TimeLayout = TimeLayout::$layout;
        }
    )*)*};
}

operations! {
    ServerTime:
        #[cfg(feature = "products")] crate::products::ListProducts,
        #[cfg(feature = "products-uuid")] crate::products_uuid::ListProductsByUuid,
        #[cfg(feature = "product-models")] crate::product_models::ListProductModels,
        #[cfg(feature = "published-products")] crate::published_products::ListPublishedProducts;
    Iso8601:
        #[cfg(feature = "families")] crate::families::ListFamilies,
        #[cfg(feature = "attributes")] crate::attributes::ListAttributes,
        #[cfg(feature = "attribute-groups")] crate::attribute_groups::ListAttributeGroups,
        #[cfg(feature = "categories")] crate::categories::ListCategories,
        #[cfg(feature = "locales")] crate::locales::ListLocales,
        #[cfg(feature = "currencies")] crate::currencies::ListCurrencies,
        #[cfg(feature = "reference-entity-records")]
            crate::reference_entity_records::ListReferenceEntityRecords,
        #[cfg(feature = "assets")] crate::assets::ListAssets;
}

impl<Op: SearchOperation> Request<'_, Op> {
    /// Sets the parameter `search` to the criteria, with times in the layout of the operation.
    ///
    /// For your own JSON, use the setter `search`. If you call both, the last call takes effect.
    pub fn matching(self, search: impl Borrow<Search>) -> Self {
        let json = search.borrow().json_for::<Op>();
        self.set("search", AsJson(&json))
    }
}

#[cfg(feature = "assets")]
impl Request<'_, crate::assets::ListAssets> {
    /// Sets the parameter `search` to a logical expression. SaaS editions only.
    ///
    /// ```no_run
    /// use akeneo_sdk::search::{all_of, any_of, by};
    ///
    /// # async fn run(client: akeneo_sdk::Client) -> Result<(), akeneo_sdk::Error> {
    /// let urgent = by("priority").is_in(["high"]);
    /// let either = any_of([by("code").is_in(["a", "b"]), by("updated").since_last_days(7)]);
    /// let expression = all_of([urgent.into(), either]);
    /// let page = client.list_assets("pictures").matching_expression(&expression).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn matching_expression(self, expression: &super::Expression) -> Self {
        self.set("search", AsJson(&expression.json()))
    }
}

#[cfg(feature = "products-uuid")]
impl crate::products_uuid::ProductSearchRequest {
    /// Sets the criteria of a search with POST, with times in the layout for products.
    ///
    /// A search with POST accepts at most 20 criteria, and 800 values per list.
    ///
    /// ```
    /// use akeneo_sdk::search::{Search, by};
    /// use akeneo_sdk::types::ProductSearchRequest;
    ///
    /// let search = Search::new().and(by("enabled").equals(true));
    /// let body = ProductSearchRequest::default().matching(&search);
    /// assert_eq!(
    ///     body.search.as_deref(),
    ///     Some(r#"{"enabled":[{"operator":"=","value":true}]}"#)
    /// );
    /// ```
    #[must_use]
    pub fn matching(mut self, search: impl Borrow<Search>) -> Self {
        let json = search.borrow().json_in(TimeLayout::ServerTime);
        self.search = Some(json.to_string());
        self
    }
}
