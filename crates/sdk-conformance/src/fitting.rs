//! Selects credentials that an operation accepts, for APIs with several kinds of credentials.

use sdk_runtime::{Authenticate, ClientConfig, Operation, Presented, Scheme, SdkClient, Variables};
use sdk_sandbox::Sandbox;

/// Configuration of a client with credentials that an operation accepts.
#[derive(Debug)]
pub(crate) struct OperationConfig {
    pub(crate) config: ClientConfig,
    pub(crate) token: Token,
}

/// Access token that a call sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// No token, or an API key.
    #[default]
    None,
    /// A token from the user, which the client can't renew.
    Given,
    /// A token that the client obtains and renews.
    Obtained,
}

/// Configures a client with credentials that the operation accepts.
///
/// Uses the first suitable set of the sandbox's variables, or the first set if none is suitable.
pub(crate) fn fitting<C: SdkClient>(
    sandbox: &Sandbox,
    operation: &Operation,
) -> Result<OperationConfig, sdk_sandbox::Error> {
    let sets = sandbox.environments(C::VENDOR.name)?;
    let found = sets
        .iter()
        .find_map(|set| Some((set, token_of::<C>(set, operation)?)));
    let usual = || sets.first().map(|set| (set, Token::None));
    let (set, token) = found.or_else(usual).unzip();
    Ok(OperationConfig {
        config: ClientConfig::new()
            .without_environment()
            .variables(set.cloned().unwrap_or_default()),
        token: token.unwrap_or_default(),
    })
}

/// Returns which access token the call sends. Returns `None` if the operation doesn't accept the
/// credentials in the set, or if the set contains no credentials.
fn token_of<C: SdkClient>(set: &[(String, String)], operation: &Operation) -> Option<Token> {
    if operation.security.is_empty() {
        return Some(Token::None);
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

/// Returns which access token an alternative needs, or `None` if the credentials don't satisfy all
/// parts of the alternative.
fn needs_token(scheme: &Scheme, credentials: &impl Authenticate) -> Option<Token> {
    let parts = match scheme {
        Scheme::All(parts) => parts,
        one => std::slice::from_ref(one),
    };
    parts.iter().try_fold(Token::None, |needs, part| {
        let exchanged = *part == Scheme::Bearer && credentials.takes_token();
        let presented = credentials
            .presents(part)
            .or(exchanged.then_some(Presented::Token))?;
        Some(needs.max(match presented {
            Presented::Token => Token::Obtained,
            _ if *part == Scheme::Bearer => Token::Given,
            _ => Token::None,
        }))
    })
}
