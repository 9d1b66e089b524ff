//! Credentials as values: one kind from the vendor's OpenAPI document, and the values of its fields.
//!
//! This is the only interpreter of [`CredentialKind`]. Vendor-specific code only computes values.

mod environment;
mod travel;
mod vendor_credentials;

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::BoxFuture;
use crate::auth::exchange::Exchange;
use crate::error::Error;
use crate::request::call::Call;
use crate::request::credential::Presented;
use crate::table::credentials::{CredentialField, CredentialKind, Piece, SchemeValue, Template};
use crate::table::operation::Scheme;
use crate::table::token_rules::TokenRules;
use crate::token::access_token::AccessToken;
use crate::token::fingerprint::Fingerprint;
use crate::value::secret::Secret;

/// Hook of a vendor crate that adds computed values to a token request.
///
/// The hook must not replace values that the caller set.
pub type ExchangeHook = fn(&GivenCredentials, &mut Call);

/// One kind of a vendor's credentials, with its values.
///
/// The public `Credentials` type of each vendor crate wraps this type.
#[derive(Clone)]
pub struct GivenCredentials {
    kind: &'static CredentialKind,
    /// One value per field of the kind.
    values: Vec<Option<Secret>>,
    /// Token that a single-use grant was exchanged for, shared by all clones.
    token: Arc<OnceLock<AccessToken>>,
}

impl GivenCredentials {
    /// Creates credentials of a kind. `values` are the values of its first fields, in order.
    pub fn new<const N: usize>(kind: &'static CredentialKind, values: [Secret; N]) -> Self {
        let mut values: Vec<Option<Secret>> = values.into_iter().map(Some).collect();
        values.resize(kind.fields.len(), None);
        Self {
            kind,
            values,
            token: Arc::default(),
        }
    }

    /// Sets the field with this name, if the kind has one. A blank value is treated as absent.
    pub fn set(&mut self, name: &str, value: impl Into<Secret>) {
        if let Some(place) = self.place(name) {
            let value = Some(value.into());
            self.values[place] = value.filter(|value| !value.expose().trim().is_empty());
        }
    }

    /// Returns the value of a field, or its default.
    pub fn get(&self, name: &str) -> Option<Secret> {
        self.value(self.place(name)?)
    }

    /// Returns the name of the kind, which is also the name of its constructor.
    pub fn kind(&self) -> &'static str {
        self.kind.name
    }

    /// Obtains an access token.
    ///
    /// Uses the refresh grant if the vendor has one and there is a refresh token, and the full
    /// grant otherwise. Sends nothing if the credentials contain an access token, or if their
    /// single-use grant was already exchanged.
    #[doc(hidden)]
    pub fn exchange<'a>(
        &'a self,
        exchange: Exchange<'a>,
        hook: Option<ExchangeHook>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            let Some(rule) = &self.kind.exchange else {
                return self.own_token();
            };
            if let Some(token) = self.token.get() {
                return Ok(token.clone());
            }
            let mut call = Call::new(rule.operation);
            // Reading the refresh token marks it as used. Therefore, it isn't read if the vendor
            // has no refresh grant.
            let refresh = rule.refresh.as_ref();
            let refresh = refresh.and_then(|travel| Some((travel, exchange.refresh_token()?)));
            match refresh {
                Some((travel, token)) => self.fill(&mut call, travel, Some(token)),
                None => self.complete(&mut call, hook),
            }
            if !rule.rules.is_single_use {
                return exchange.token(call).await;
            }
            // The vendor may have consumed the grant even if its response was lost.
            call.attempts(1);
            let fresh = exchange.token(call).await?;
            Ok(self.token.get_or_init(|| fresh).clone())
        })
    }

    /// Returns the access token that is part of the credentials.
    fn own_token(&self) -> Result<AccessToken, Error> {
        match self.presents(&Scheme::Bearer) {
            Some(Presented::Key { text, .. }) => Ok(AccessToken::new(text)),
            _ => Err(Error::configuration(format!(
                "credentials of the kind `{}` cannot provide an access token",
                self.kind.name
            ))),
        }
    }

    /// Returns the rules for tokens and grants.
    #[doc(hidden)]
    pub fn rules(&self) -> TokenRules {
        let exchange = self.kind.exchange.as_ref();
        exchange.map_or(TokenRules::DEFAULT, |exchange| exchange.rules)
    }

    /// Returns the initial refresh token, if there is one.
    #[doc(hidden)]
    pub fn initial_refresh_token(&self) -> Option<Secret> {
        self.value(self.kind.exchange?.initial_refresh_token?)
    }

    /// Returns a fingerprint of all fields, keyed by all secrets.
    ///
    /// Because the key contains all secrets, nobody can check a guess of one secret without knowing
    /// the others.
    ///
    /// Returns `None` for credentials that are never exchanged.
    #[doc(hidden)]
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        self.kind.exchange.as_ref()?;
        let mut key = String::new();
        let mut fields = vec![("kind".to_owned(), Some(Secret::new(self.kind.name)))];
        for (place, field) in self.kind.fields.iter().enumerate() {
            let value = self.value(place);
            if field.is_secret {
                let text = value.as_ref().map_or("", Secret::expose);
                // Each secret is prefixed with its length, so that different lists of secrets never
                // result in the same string.
                key.push_str(&format!("{}:{text}", text.len()));
            }
            fields.push((field.name.to_owned(), value));
        }
        let fields: Vec<(&str, Option<&str>)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_ref().map(Secret::expose)))
            .collect();
        Some(Fingerprint::of(&Secret::new(key), &fields))
    }

    /// Returns whether these credentials can provide an access token.
    #[doc(hidden)]
    pub fn takes_token(&self) -> bool {
        self.kind.exchange.is_some() || self.presents(&Scheme::Bearer).is_some()
    }

    /// Returns the credential for a security scheme, if there is one.
    #[doc(hidden)]
    pub fn presents(&self, scheme: &Scheme) -> Option<Presented> {
        let (_, value) = self
            .kind
            .schemes
            .iter()
            .find(|(known, _)| known == scheme)?;
        match value {
            SchemeValue::Text(template) => self.text(template, None).map(|text| Presented::Key {
                text,
                secrets: self.secrets_in(template, None),
            }),
            SchemeValue::Basic(user, password) => Some(Presented::Basic(
                self.text(user, None)?,
                self.text(password, None)?,
            )),
        }
    }

    /// Adds the missing credentials to a call to the kind's token operation.
    #[doc(hidden)]
    pub fn complete(&self, call: &mut Call, hook: Option<ExchangeHook>) {
        let Some(exchange) = &self.kind.exchange else {
            return;
        };
        if call.operation().id != exchange.operation.id {
            return;
        }
        // There is no full grant if a refresh token is the only grant of the credentials.
        let Some(travel) = exchange.grant.as_ref().or(exchange.refresh.as_ref()) else {
            return;
        };
        if let Some(hook) = hook.filter(|_| travel.is_custom) {
            hook(self, call);
        }
        let refresh_token = self.initial_refresh_token();
        self.fill(call, travel, refresh_token.as_ref());
    }

    fn place(&self, name: &str) -> Option<usize> {
        let mut fields = self.kind.fields.iter();
        fields.position(|field| field.name == name)
    }

    fn value(&self, place: usize) -> Option<Secret> {
        let given = self.values.get(place)?.clone();
        given.or_else(|| self.kind.fields[place].default.map(Secret::new))
    }

    /// Fills in a template. Returns `None` if the value of a piece is missing.
    fn text(&self, template: Template, refresh_token: Option<&Secret>) -> Option<Secret> {
        let piece = |piece: &Piece| match piece {
            Piece::Literal(text) => Some(Secret::new(*text)),
            Piece::Field(place) => self.value(*place),
            Piece::RefreshToken => refresh_token.cloned(),
        };
        if let [only] = template {
            return piece(only);
        }
        let pieces: Option<Vec<Secret>> = template.iter().map(piece).collect();
        let text: String = pieces?.iter().map(Secret::expose).collect();
        Some(Secret::new(text))
    }

    /// Returns the secrets in a template.
    fn secrets_in(&self, template: Template, refresh_token: Option<&Secret>) -> Vec<Secret> {
        let secrets = template.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Field(place) if self.kind.fields.get(*place)?.is_secret => self.value(*place),
            Piece::Field(_) => None,
            Piece::RefreshToken => refresh_token.cloned(),
        });
        secrets.collect()
    }
}

impl fmt::Debug for GivenCredentials {
    /// Formats the kind and its fields, without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("Credentials::{}", self.kind.name);
        let mut debug = f.debug_struct(&name);
        for (
            place,
            CredentialField {
                name, is_secret, ..
            },
        ) in self.kind.fields.iter().enumerate()
        {
            match self.value(place) {
                Some(value) if *is_secret => debug.field(name, &value),
                Some(value) => debug.field(name, &value.expose()),
                None => debug.field(name, &None::<&str>),
            };
        }
        debug.finish()
    }
}
