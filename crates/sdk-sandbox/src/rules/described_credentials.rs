//! Derives the token rules and environment variables of a profile from the document's
//! `x-sdk-credentials`.
//!
//! The profile adds test values and facts that the document can't express. Keys in the profile take
//! precedence.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Adds the document's description of credentials to a profile.
pub(super) fn complete(profile: &mut Value, document: &Value) {
    let Some(kinds) = document.get("x-sdk-credentials").and_then(Value::as_array) else {
        return;
    };
    let Some(profile) = profile.as_object_mut() else {
        return; // The caller reports an invalid profile.
    };
    let kinds: Vec<CredentialsKind<'_>> = kinds
        .iter()
        .map(|value| CredentialsKind::read(value, document))
        .collect();
    let mut environments = environments(&kinds);
    if environments.is_empty() {
        // Every set contains the base URL, which a client needs even without credentials.
        environments.push(json!({}));
    }
    profile
        .entry("environments")
        .or_insert_with(|| Value::from(environments));
    let tokens = profile
        .entry("tokens")
        .or_insert_with(|| json!({ "lifetime": 3600 }));
    let Some(tokens) = tokens.as_object_mut() else {
        return;
    };
    let exchanges = tokens.entry("exchanges").or_insert_with(|| json!({}));
    let Some(exchanges) = exchanges.as_object_mut() else {
        return;
    };
    for kind in &kinds {
        if let Some(exchange) = kind.value.get("exchange") {
            let rules = exchanges
                .entry(text(exchange, "operation"))
                .or_insert_with(|| json!({}));
            if let Some(rules) = rules.as_object_mut() {
                kind.add_exchange(exchange, rules);
            }
        }
    }
}

/// Role of a field, that is, the name of its test value.
type Role = &'static str;

/// A kind of credentials, with the roles of its fields.
struct CredentialsKind<'d> {
    value: &'d Value,
    roles: BTreeMap<&'d str, Role>,
}

impl<'d> CredentialsKind<'d> {
    fn read(value: &'d Value, document: &Value) -> Self {
        let mut kind = Self {
            value,
            roles: BTreeMap::new(),
        };
        for (name, sent) in members(value, "schemes") {
            let scheme = document.pointer(&format!("/components/securitySchemes/{name}"));
            let is_key = scheme.is_some_and(|scheme| text(scheme, "type") == "apiKey");
            match sent.as_array() {
                Some(pair) => kind.assign_pair_roles(pair),
                None if is_key => kind.take(sent, "api_key"),
                None => kind.take(sent, "standing_token"),
            }
        }
        let exchange = value.get("exchange");
        let travels = [
            exchange,
            exchange.and_then(|exchange| exchange.get("refresh")),
        ];
        for travel in travels.into_iter().flatten() {
            if let Some(pair) = travel.get("basic").and_then(Value::as_array) {
                kind.assign_pair_roles(pair);
            }
        }
        // The other required fields get the remaining roles, in this order.
        let mut free = ["client_id", "client_secret", "username", "password"]
            .into_iter()
            .filter(|role| !kind.roles.values().any(|taken| taken == role))
            .collect::<Vec<Role>>()
            .into_iter();
        let fields = kind.fields();
        for field in fields.filter(|field| !is_optional(field)) {
            let name = text(field, "name");
            if !kind.roles.contains_key(name)
                && let Some(role) = free.next()
            {
                kind.roles.insert(name, role);
            }
        }
        kind
    }

    fn fields(&self) -> impl Iterator<Item = &'d Value> + use<'d> {
        elements(self.value, "fields").iter()
    }

    /// Assigns roles to the fields in the user name and password of HTTP Basic.
    fn assign_pair_roles(&mut self, pair: &'d [Value]) {
        for (value, role) in pair.iter().zip(["client_id", "client_secret"]) {
            self.take(value, role);
        }
    }

    /// Assigns a role to the field that a template refers to.
    fn take(&mut self, text: &'d Value, role: Role) {
        if let Some(name) = text.as_str().and_then(field_in) {
            self.roles.entry(name).or_insert(role);
        }
    }

    /// Returns the body property that contains the field with the given role.
    fn property(&self, travel: &Value, role: Role) -> Option<String> {
        let mut body = members(travel, "body");
        let is_of_role = |value: &Value| {
            let field = value.as_str().and_then(field_in);
            field.and_then(|field| self.roles.get(field)) == Some(&role)
        };
        let found = body.find(|(_, value)| is_of_role(value));
        found.map(|(name, _)| name.clone())
    }

    /// Returns the headers and query parameters of every token request.
    fn carried(&self, exchange: &Value) -> Vec<Value> {
        let mut carried = Vec::new();
        for place in ["headers", "query"] {
            for (name, value) in members(exchange, place) {
                let text = value.as_str().unwrap_or_default();
                let role = field_in(text).map(|field| (field, self.roles.get(field)));
                let text = match role {
                    None => text.to_owned(),
                    Some((field, Some(role))) => {
                        text.replace(&format!("{{{field}}}"), &format!("{{{role}}}"))
                    }
                    // Optional fields have no test value.
                    Some((_, None)) => continue,
                };
                carried.push(json!({ "place": place, "name": name, "text": text }));
            }
        }
        carried
    }

    fn add_exchange(&self, exchange: &Value, rules: &mut Map<String, Value>) {
        let refresh = exchange.get("refresh");
        let is_custom = exchange.get("custom") == Some(&Value::Bool(true));
        let travels = || [Some(exchange), refresh].into_iter().flatten();
        let client = if travels().any(|travel| travel.get("basic").is_some()) {
            Some(json!("basic"))
        } else {
            let id = self.property(exchange, "client_id");
            id.map(|id| {
                let secret = self.property(exchange, "client_secret");
                json!({ "body": { "id": id, "secret": secret } })
            })
        };
        let carried = self.carried(exchange);
        let client = client.or_else(|| (!carried.is_empty()).then(|| json!("carried")));
        if let Some(client) = client {
            rules.entry("client").or_insert(client);
        }
        if !carried.is_empty() {
            rules.entry("carried").or_insert(Value::from(carried));
        }
        let grant_field = rules.get("grant_field").and_then(Value::as_str);
        let grant_field = grant_field.unwrap_or("grant_type").to_owned();
        let mut grants = Vec::new();
        if !is_custom && has_credential_location(exchange) {
            let grant = json!({
                "username": self.property(exchange, "username"),
                "password": self.property(exchange, "password"),
                "gives_refresh_token": refresh.is_some(),
            });
            let name = constant(exchange, &grant_field).unwrap_or_else(|| {
                // A body without a grant field has only one possible grant.
                rules
                    .entry("default_grant")
                    .or_insert_with(|| json!("client"));
                "client".to_owned()
            });
            grants.push((name, grant));
        }
        if let Some(refresh) = refresh
            && let Some(name) = constant(refresh, &grant_field)
        {
            let mut body = members(refresh, "body");
            let is_token = |value: &Value| value.as_str() == Some("{refresh_token}");
            let field = body
                .find(|(_, value)| is_token(value))
                .map(|(name, _)| name);
            let grant = json!({ "refresh_token": field, "gives_refresh_token": true });
            grants.push((name, grant));
        }
        let known = rules.entry("grants").or_insert_with(|| json!({}));
        if let Some(known) = known.as_object_mut() {
            for (name, grant) in grants {
                known.entry(name).or_insert(grant);
            }
        }
        let scope = self.scope_property(exchange);
        if let (Some(scope), Some(rules)) =
            (scope, rules.get_mut("scope").and_then(Value::as_object_mut))
        {
            rules.entry("field").or_insert(json!(scope));
        }
    }

    /// Returns the body property with the scope. Assumes that any optional field is the scope.
    fn scope_property(&self, exchange: &Value) -> Option<String> {
        let optional: Vec<&str> = self
            .fields()
            .filter(|field| is_optional(field))
            .map(|field| text(field, "name"))
            .collect();
        let mut body = members(exchange, "body");
        let is_optional = |value: &Value| {
            let field = value.as_str().and_then(field_in);
            field.is_some_and(|field| optional.contains(&field))
        };
        let found = body.find(|(_, value)| is_optional(value));
        found.map(|(name, _)| name.clone())
    }

    /// Returns the sets of environment variables for this kind: the preferred names, then the
    /// fallbacks.
    fn environments(&self) -> Vec<Value> {
        let required: Vec<&Value> = self.fields().filter(|field| !is_optional(field)).collect();
        let mut sets = Vec::new();
        for choice in 0.. {
            let variable = |field: &&Value| {
                let name = elements(field, "env").get(choice)?.as_str()?.to_owned();
                let role = self.roles.get(text(field, "name"))?;
                Some((name, json!(format!("{{{role}}}"))))
            };
            let set: Option<Map<String, Value>> = required.iter().map(variable).collect();
            match set.filter(|set| !set.is_empty()) {
                Some(set) => sets.push(Value::from(set)),
                None => break,
            }
        }
        sets
    }
}

/// Returns the sets of environment variables for all kinds. Kinds with an exchange come first,
/// because they exercise more client code.
fn environments(kinds: &[CredentialsKind<'_>]) -> Vec<Value> {
    let is_exchanged = |kind: &&CredentialsKind<'_>| kind.value.get("exchange").is_some();
    let (exchanged, others): (Vec<&CredentialsKind<'_>>, Vec<&CredentialsKind<'_>>) =
        kinds.iter().partition(is_exchanged);
    let all = exchanged.into_iter().chain(others);
    all.flat_map(CredentialsKind::environments).collect()
}

fn has_credential_location(exchange: &Value) -> bool {
    let places = ["basic", "body", "headers", "query", "path"];
    places.iter().any(|place| exchange.get(place).is_some())
}

/// Returns the value of a body property if it is the same for all callers.
fn constant(travel: &Value, name: &str) -> Option<String> {
    let value = travel.get("body")?.get(name)?.as_str()?;
    (!value.contains('{')).then(|| value.to_owned())
}

/// Returns the name of the field in a template.
fn field_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('{')?;
    rest.split_once('}').map(|(name, _)| name)
}

fn is_optional(field: &Value) -> bool {
    field.get("optional") == Some(&Value::Bool(true)) || field.get("default").is_some()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn elements<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    let list = value.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn members<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(document: Value, mut profile: Value) -> Value {
        complete(&mut profile, &document);
        profile
    }

    #[test]
    fn exchange_rules_come_from_the_document_unless_the_profile_sets_them() {
        let document = json!({ "x-sdk-credentials": [{
            "name": "new",
            "fields": [
                { "name": "id", "env": ["A_ID", "A_OLD_ID"] },
                { "name": "key", "secret": true, "env": ["A_KEY", "A_OLD_KEY"] },
                { "name": "scope", "default": "all" },
            ],
            "exchange": {
                "operation": "get_token",
                "basic": ["{id}", "{key}"],
                "body": { "grant_type": "client_credentials", "scopes": "{scope}" },
                "refresh": { "body": { "grant_type": "refresh_token", "token": "{refresh_token}" } },
            },
        }] });
        let profile = json!({ "tokens": { "lifetime": 5, "exchanges": {
            "get_token": { "scope": { "known": ["all"] }, "grants": { "refresh_token": { "refresh_token": "t" } } },
        } } });
        let completed = completed(document, profile);
        assert_eq!(
            completed["environments"],
            json!([
                { "A_ID": "{client_id}", "A_KEY": "{client_secret}" },
                { "A_OLD_ID": "{client_id}", "A_OLD_KEY": "{client_secret}" },
            ])
        );
        assert_eq!(
            completed["tokens"]["exchanges"]["get_token"],
            json!({
                "client": "basic",
                "grants": {
                    "client_credentials": { "username": null, "password": null, "gives_refresh_token": true },
                    "refresh_token": { "refresh_token": "t" },
                },
                "scope": { "known": ["all"], "field": "scopes" },
            })
        );
    }

    #[test]
    fn each_kind_of_credentials_gets_its_own_test_values() {
        let document = json!({
            "components": { "securitySchemes": { "key": { "type": "apiKey" }, "bearer": { "type": "http" } } },
            "x-sdk-credentials": [
                { "name": "api_key", "fields": [{ "name": "key", "env": ["A_KEY"] }], "schemes": { "key": "{key}" } },
                { "name": "token", "fields": [{ "name": "token", "env": ["A_TOKEN"] }], "schemes": { "bearer": "{token}" } },
                {
                    "name": "pair",
                    "fields": [{ "name": "a", "env": ["A_A"] }, { "name": "b", "env": ["A_B"] }],
                    "exchange": { "operation": "get_token", "body": { "one": "{a}", "two": "{b}" } },
                },
            ],
        });
        let completed = completed(document, json!({}));
        assert_eq!(
            completed["environments"],
            json!([
                { "A_A": "{client_id}", "A_B": "{client_secret}" },
                { "A_KEY": "{api_key}" },
                { "A_TOKEN": "{standing_token}" },
            ])
        );
        let exchange = &completed["tokens"]["exchanges"]["get_token"];
        assert_eq!(
            exchange["client"],
            json!({ "body": { "id": "one", "secret": "two" } })
        );
        assert_eq!(exchange["default_grant"], json!("client"));
    }
}
