//! Selects credentials that an operation accepts, for APIs with several kinds of credentials.

use sdk_runtime::{Authenticate, ClientConfig, Operation, Presented, Scheme, SdkClient, Variables};
use sdk_sandbox::Sandbox;

/// Configuration of a client whose credentials an operation accepts.
#[derive(Debug)]
pub(crate) struct Fitting {
    pub(crate) config: ClientConfig,
    /// Whether the call sends an access token.
    pub(crate) sends_token: bool,
}

/// Returns the sandbox's first set of variables with credentials that the operation accepts.
///
/// Defaults to the first set if the operation accepts none.
pub(crate) fn fitting<C: SdkClient>(
    sandbox: &Sandbox,
    operation: &Operation,
) -> Result<Fitting, sdk_sandbox::Error> {
    let sets = sandbox.environments(C::VENDOR.name)?;
    let found = sets
        .iter()
        .find_map(|set| Some((set, sends_token::<C>(set, operation)?)));
    let usual = || sets.first().map(|set| (set, false));
    let (set, sends_token) = found.or_else(usual).unzip();
    Ok(Fitting {
        config: ClientConfig::new()
            .without_environment()
            .variables(set.cloned().unwrap_or_default()),
        sends_token: sends_token.unwrap_or(false),
    })
}

/// Returns whether the call sends an access token, or `None` if the operation doesn't accept these
/// credentials.
fn sends_token<C: SdkClient>(set: &[(String, String)], operation: &Operation) -> Option<bool> {
    if operation.security.is_empty() {
        return Some(false);
    }
    let mut variables = Variables::empty();
    for (name, value) in set {
        variables.set(name, value.as_str());
    }
    let credentials = C::Credentials::from_variables(&variables).ok()?;
    // The client prefers an alternative without a token.
    let alternatives = operation.security.iter();
    let needs = alternatives.filter_map(|scheme| needs_token(scheme, &credentials));
    needs.min()
}

/// Returns whether an alternative needs an access token, or `None` if the credentials lack a part of
/// it.
fn needs_token(scheme: &Scheme, credentials: &impl Authenticate) -> Option<bool> {
    let parts = match scheme {
        Scheme::All(parts) => parts,
        one => std::slice::from_ref(one),
    };
    parts.iter().try_fold(false, |needs, part| {
        let exchanged = *part == Scheme::Bearer && credentials.takes_token();
        let presented = credentials
            .presents(part)
            .or(exchanged.then_some(Presented::Token))?;
        Some(needs || presented == Presented::Token)
    })
}
