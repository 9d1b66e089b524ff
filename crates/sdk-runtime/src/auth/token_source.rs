//! Where access tokens come from.

use std::fmt;
use std::sync::Arc;

use crate::auth::token_answer::TokenAnswer;

use crate::call_path::context::CallContext;
use crate::decode::{Decode, Json, TypedOperation};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::request::call::Call;
use crate::response::raw_response::RawResponse;
use crate::response::reading::Reading;
use crate::token::access_token::AccessToken;
use crate::value::secret::Secret;
use crate::{BoxFuture, call_path};

/// Gets access tokens: a vendor's own exchange, or one of yours.
///
/// It need not cache or lock: a client never runs two exchanges at once and asks only when a new token is needed.
pub trait TokenSource: Send + Sync {
    /// Gets a new access token.
    ///
    /// It runs in a task of its own, so that a caller who gives up does not take the token from the others.
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>>;

    /// The refresh token to begin with, if the credentials hold one.
    ///
    /// The client uses it once, by [`Exchange::refresh_token`]; then the one that came with the answer. Where there is no other
    /// grant, the exchange answers with [`Error::credentials`] when it is asked without.
    fn initial_refresh_token(&self) -> Option<Secret> {
        None
    }

    /// Who the tokens are for, to tell them apart in a [`TokenStore`](crate::TokenStore); none keeps them out of it.
    fn client_id(&self) -> Option<&str> {
        None
    }

    /// The user on whose behalf the tokens are, where there is one beside the client.
    ///
    /// Where it is none, a refresh token to begin with tells users apart. Credentials that are of one user in another way, by a
    /// code for example, say something here that stands for them and is no secret: a hash.
    fn user(&self) -> Option<&str> {
        None
    }

    /// What the tokens are asked to allow, where it is less than all.
    fn scope(&self) -> Option<&str> {
        None
    }
}

impl<T: TokenSource + ?Sized> TokenSource for Arc<T> {
    fn exchange<'a>(&'a self, exchange: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        (**self).exchange(exchange)
    }

    fn initial_refresh_token(&self) -> Option<Secret> {
        (**self).initial_refresh_token()
    }

    fn client_id(&self) -> Option<&str> {
        (**self).client_id()
    }

    fn user(&self) -> Option<&str> {
        (**self).user()
    }

    fn scope(&self) -> Option<&str> {
        (**self).scope()
    }
}

/// What an exchange may use: a transport that carries no token, takes no permit and never renews.
pub struct Exchange<'a> {
    context: &'a CallContext,
    refresh_token: Option<&'a Secret>,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(context: &'a CallContext, refresh_token: Option<&'a Secret>) -> Self {
        Self {
            context,
            refresh_token,
        }
    }

    /// The refresh token to try, if there is one. If the vendor refuses it, the exchange is asked again without.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token
    }

    /// Sends a call of a token operation and reads its answer.
    ///
    /// # Errors
    /// As every call; a refusal [is about authentication](Error::is_auth).
    pub async fn send<Op: TypedOperation>(
        &self,
        call: Call,
    ) -> Result<<Op::Answer as Decode>::Output, Error> {
        let mut raw = self.call(call, Op::Answer::READING).await?;
        Op::Answer::decode(&mut raw)
    }

    /// Sends a call of a token operation and takes the token from its answer: RFC 6749, section 5.1, in snake or camel case.
    ///
    /// Unlike the operation's typed answer it bears a lifetime that is missing, a text or a fraction.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn token(&self, call: Call) -> Result<AccessToken, Error> {
        let mut raw = self.call(call, Json::<TokenAnswer>::READING).await?;
        let token = AccessToken::from(Json::<TokenAnswer>::decode(&mut raw)?);
        match token.header() {
            Ok(_) => Ok(token),
            Err(why) => Err(raw.error(ErrorKind::Decode, why)),
        }
    }

    async fn call(&self, call: Call, reading: Reading) -> Result<RawResponse, Error> {
        call_path::exchange(self.context, call, reading, self.refresh_token.is_some()).await
    }
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("refresh_token", &self.refresh_token)
            .finish_non_exhaustive()
    }
}
