//! One exchange of credentials for a token, from the perspective of a token source.

use std::fmt;
use std::sync::Arc;

use crate::auth::token_answer::TokenAnswer;
use crate::call_path;
use crate::call_path::context::CallContext;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::call::Call;
use crate::request::handover::Handover;
use crate::response::decode::{Decode, Json, TypedOperation};
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::table::operation::Repeat;
use crate::token::access_token::AccessToken;
use crate::value::secret::Secret;

/// Sends the requests of a token exchange.
///
/// These requests use no token and no permit, and they never trigger a renewal.
pub struct Exchange<'a> {
    context: &'a CallContext,
    refresh_token: Option<&'a Secret>,
    handover: &'a Arc<Handover>,
    is_repeatable: bool,
}

impl<'a> Exchange<'a> {
    /// Creates the exchange. `is_repeatable` is true if the same grant may be sent twice.
    pub(super) fn new(
        context: &'a CallContext,
        refresh_token: Option<&'a Secret>,
        handover: &'a Arc<Handover>,
        is_repeatable: bool,
    ) -> Self {
        Self {
            context,
            refresh_token,
            handover,
            is_repeatable,
        }
    }

    /// Returns the refresh token to use, if there is one.
    ///
    /// If the vendor rejects it, the client calls the source again without a refresh token, unless
    /// [`TokenRules::refresh_only`](crate::TokenRules::refresh_only) is set.
    ///
    /// This method marks the refresh token as used. [`send`](Self::send) and [`token`](Self::token)
    /// remove the mark until their request reaches a connection.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.inspect(|_| {
            self.handover.expose();
        })
    }

    /// Sends a call to a token operation and decodes its response.
    ///
    /// # Errors
    ///
    /// Returns the same errors as any other call. If the vendor rejects the credentials,
    /// [`Error::is_auth`] is true.
    pub async fn send<Op: TypedOperation>(
        &self,
        call: Call,
    ) -> Result<<Op::Answer as Decode>::Output, Error> {
        let mut raw = self.call(call, Op::Answer::READING).await?;
        Op::Answer::decode(&mut raw)
    }

    /// Sends a call to a token operation and reads the token from its response.
    ///
    /// The response must follow RFC 6749, section 5.1, with names in snake case or camel case.
    ///
    /// Unlike [`send`](Self::send), this method doesn't fail if the lifetime (`expires_in`) has an
    /// unexpected JSON type.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`send`](Self::send). Also returns an error if the token is
    /// empty, or contains characters that are not allowed in a header.
    pub async fn token(&self, call: Call) -> Result<AccessToken, Error> {
        let mut raw = self.call(call, Json::<TokenAnswer>::READING).await?;
        let token = AccessToken::from(Json::<TokenAnswer>::decode(&mut raw)?);
        match token.header() {
            Ok(_) => Ok(token),
            Err(why) => Err(raw.error(ErrorKind::Decode, why)),
        }
    }

    async fn call(&self, call: Call, reading: Reading) -> Result<RawResponse, Error> {
        let repeat = if self.is_repeatable {
            Repeat::Safe
        } else {
            Repeat::Never
        };
        call_path::exchange(self.context, call, reading, repeat, self.handover).await
    }
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("refresh_token", &self.refresh_token)
            .finish_non_exhaustive()
    }
}
