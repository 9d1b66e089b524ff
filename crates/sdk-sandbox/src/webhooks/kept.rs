//! Records of webhooks and of delivery attempts, for a vendor that lists them.

use std::sync::Weak;

use serde_json::{Map, Value, json};

use crate::http::wall_clock::unix_now;
use crate::json::template::{Values, fill};
use crate::rules::webhook_rules::{KeptRules, WebhookRules};
use crate::sample::prng::Prng;
use crate::sample::scalar::uuid;
use crate::state::outbox::{WebhookAttempt, WebhookState};
use crate::state::store::{Place, Record};
use crate::state::vendor::Vendor;
use crate::webhooks::target::resource;

/// Record of a webhook, which is updated during delivery.
#[derive(Debug, Clone)]
pub(crate) struct WebhookRecord {
    vendor: Weak<Vendor>,
    family: String,
    event: String,
    /// Key of the record that the webhook belongs to.
    owner: String,
    /// Key of the webhook's record.
    key: String,
    /// Unsigned payload.
    content: String,
}

impl WebhookRecord {
    /// Creates the record of a webhook that is sent to a record's URL. Returns `None` if the vendor
    /// doesn't list webhooks.
    pub(crate) fn new(
        vendor: &Vendor,
        family: &str,
        event: &str,
        owner: String,
        content: String,
    ) -> Option<Self> {
        let rules = vendor.profile.webhooks.get(family)?;
        rules.kept.as_ref()?;
        let kept = Self {
            vendor: vendor.itself.get()?.clone(),
            family: family.to_owned(),
            event: event.to_owned(),
            owner,
            key: uuid(&mut Prng::new(
                ("kept webhook", vendor.store.next()),
                vendor.seed,
            )),
            content,
        };
        kept.put(vendor, rules, WebhookState::Pending, None);
        Some(kept)
    }

    /// Stores an attempt and the new state.
    pub(crate) fn note(&self, state: WebhookState, attempt: &WebhookAttempt) {
        let Some(vendor) = self.vendor.upgrade() else {
            return;
        };
        let Some(rules) = vendor.profile.webhooks.get(&self.family) else {
            return;
        };
        self.put(&vendor, rules, state, Some(attempt));
        let Some(kept) = &rules.attempts_kept else {
            return;
        };
        let mut values = self.values(state, Some(attempt));
        let sent: Value = serde_json::from_slice(&attempt.body).unwrap_or_default();
        if let Some(signature) = sent.get("signature") {
            values.insert("signature", signature.clone());
        }
        let number = vendor.store.next();
        let key = uuid(&mut Prng::new(("kept attempt", number), vendor.seed));
        write(&vendor, kept, &self.key, key, &values, "");
    }

    fn put(
        &self,
        vendor: &Vendor,
        rules: &WebhookRules,
        state: WebhookState,
        attempt: Option<&WebhookAttempt>,
    ) {
        let Some(kept) = &rules.kept else { return };
        let values = self.values(state, attempt);
        write(
            vendor,
            kept,
            &self.owner,
            self.key.clone(),
            &values,
            state_name(state),
        );
    }

    fn values(&self, state: WebhookState, attempt: Option<&WebhookAttempt>) -> Values {
        let mut values = Values::from([
            ("event", json!(self.event)),
            ("owner", json!(self.owner)),
            ("webhook", json!(self.key)),
            ("state", json!(state_name(state))),
            ("now", json!(unix_now())),
            ("body", json!(self.content)),
        ]);
        if let Some(attempt) = attempt {
            let text = |bytes: &[u8]| json!(String::from_utf8_lossy(bytes));
            values.insert("body", text(&attempt.body));
            values.insert("answer", text(&attempt.answer));
            values.extend(attempt.status.map(|status| ("status", json!(status))));
        }
        values
    }
}

fn state_name(state: WebhookState) -> &'static str {
    match state {
        WebhookState::Pending => "pending",
        WebhookState::Retrying => "retrying",
        WebhookState::Delivered => "delivered",
        WebhookState::Failed => "failed",
    }
}

/// Stores a record below another record. No other code writes the record, so the lock for writers
/// is not needed. If the store is full, only the outbox contains the webhook.
fn write(
    vendor: &Vendor,
    rules: &KeptRules,
    owner: &str,
    key: String,
    values: &Values,
    state: &str,
) {
    let Some(index) = resource(vendor, &rules.of) else {
        return;
    };
    // If the path of the record doesn't contain its owner, `home` makes the record appear in the
    // owner's list.
    let item = vendor.resources.all[index].item.as_ref();
    let is_below = item.is_none_or(|item| item.matches('{').count() > 1);
    let (scope, home) = match is_below {
        true => (vec![owner.to_owned()], None),
        false => (Vec::new(), Some(vec![owner.to_owned()])),
    };
    let place = Place {
        scope,
        key: key.clone(),
    };
    let mut record = vendor.store.get(index, &place).unwrap_or_else(|| Record {
        value: json!({}),
        made_at: Some(unix_now()),
        home,
        ..Record::default()
    });
    let mut says: Map<String, Value> = rules
        .says
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), fill(value, values)?)))
        .collect();
    if let (Some(property), Some(name)) = (&rules.state, rules.states.get(state)) {
        says.insert(property.clone(), json!(name));
    }
    if let Value::Object(value) = &mut record.value {
        value.extend(says);
        value.insert("id".to_owned(), json!(key));
    }
    let _ = vendor.store.put(index, place, record);
}
