//! Configures a client for a running sandbox.

use sdk_runtime::ClientConfig;
use sdk_sandbox::Sandbox;

/// Provides the settings of a client that calls the sandbox.
pub trait ClientConfigOf {
    /// Returns the settings of a vendor's client.
    ///
    /// They contain the vendor's URL in the sandbox, and credentials that the vendor accepts.
    /// Environment variables are ignored.
    ///
    /// # Errors
    ///
    /// Returns an error if the sandbox doesn't simulate the vendor.
    fn client_config(&self, vendor: &str) -> Result<ClientConfig, sdk_sandbox::Error>;
}

impl ClientConfigOf for Sandbox {
    fn client_config(&self, vendor: &str) -> Result<ClientConfig, sdk_sandbox::Error> {
        Ok(ClientConfig::new()
            .without_environment()
            .variables(self.environment(vendor)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str =
        r#"{"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "paths": {}}"#;
    const PROFILE: &str = r#"
credentials: {client_id: pets-client, client_secret: pets-secret}
environments: [{PETS_CLIENT: "{client_id}:{client_secret}"}]
tokens: {lifetime: 600, exchanges: {}}
errors: {body: {}, kinds: {}}
"#;

    #[tokio::test]
    async fn a_client_config_targets_the_sandbox_and_prints_no_secret() {
        let builder = Sandbox::builder().document("pets", DOCUMENT, PROFILE);
        let sandbox = builder.start().await.unwrap();
        let config = format!("{:?}", sandbox.client_config("pets").unwrap());
        assert!(config.contains("PETS_BASE_URL"), "{config}");
        assert!(!config.contains("pets-secret"), "{config}");
    }

    #[tokio::test]
    async fn a_vendor_that_is_not_simulated_has_no_client_config() {
        let builder = Sandbox::builder().document("pets", DOCUMENT, PROFILE);
        let sandbox = builder.start().await.unwrap();
        let error = sandbox.client_config("pest").unwrap_err().to_string();
        assert_eq!(
            error,
            "this sandbox does not simulate \"pest\"; it simulates pets"
        );
    }
}
