//! Writes credential fields into a token request.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::auth::given_credentials::GivenCredentials;
use crate::request::call::Call;
use crate::table::credentials::{PropertyValue, Travel};
use crate::table::parameter::Place;
use crate::value::secret::Secret;

impl GivenCredentials {
    /// Adds missing values to a call and keeps existing ones.
    pub(super) fn fill(&self, call: &mut Call, travel: &Travel, refresh_token: Option<&Secret>) {
        if !call.has_body() && !travel.body.is_empty() {
            call.json_body(&Properties {
                travel,
                given: self,
                refresh_token,
            });
        }
        let text = |template| self.text(template, refresh_token);
        if !call.has_basic_auth()
            && let Some((user, password)) = travel.basic
            && let (Some(user), Some(password)) = (text(user), text(password))
        {
            call.basic_auth(user.expose(), password);
        }
        let places = [
            (Place::Path, travel.path),
            (Place::Query, travel.query),
            (Place::Header, travel.headers),
        ];
        for (place, parameters) in places {
            for (name, template) in parameters {
                let Some(value) = text(template) else {
                    continue;
                };
                if !call.has_parameter(place, name) {
                    call.put_parameter(place, name, value.expose());
                    call.note_secrets(self.secrets_in(template, refresh_token));
                }
            }
        }
    }
}

/// Properties of a request body, in the order of the vendor's OpenAPI document.
struct Properties<'a> {
    travel: &'a Travel,
    given: &'a GivenCredentials,
    refresh_token: Option<&'a Secret>,
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.travel.body {
            match value {
                PropertyValue::Json(text) => {
                    let json: &RawValue = serde_json::from_str(text).map_err(S::Error::custom)?;
                    map.serialize_entry(name, json)?;
                }
                PropertyValue::Text(template) => {
                    let Some(text) = self.given.text(template, self.refresh_token) else {
                        continue;
                    };
                    // Serializing a `Secret` registers it for redaction, so that errors don't
                    // repeat it.
                    if self
                        .given
                        .secrets_in(template, self.refresh_token)
                        .is_empty()
                    {
                        map.serialize_entry(name, text.expose())?;
                    } else {
                        map.serialize_entry(name, &text)?;
                    }
                }
            }
        }
        map.end()
    }
}
