//! Sends the webhooks that a profile attaches to calls and to states of jobs.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::openapi::webhook::WebhookFamily;
use crate::rules::webhook_rules::{TriggerRules, WebhookRules};
use crate::state::occasion::Occasion;
use crate::state::vendor::Vendor;
use crate::webhooks::payload::payload_of;
use crate::webhooks::send::{OutgoingWebhook, deliver, secret_of};
use crate::webhooks::target::targets;

/// Returns whether calls to an operation can trigger webhooks.
pub(crate) fn can_trigger_webhooks(vendor: &Vendor, operation_id: &str) -> bool {
    all(vendor).any(|(_, rules)| rules.after.iter().any(|id| id == operation_id))
}

/// Returns whether any state of the job that a call starts triggers a webhook.
pub(crate) fn has_state_trigger(vendor: &Vendor, occasion: &Occasion) -> bool {
    let rules = all(vendor).filter(|(_, rules)| rules.after.contains(&occasion.operation_id));
    let mut waiting = rules.filter(|(_, rules)| !rules.states.is_empty());
    waiting.any(|(family, rules)| {
        let event = occasion.fill(&rules.event);
        !targets(vendor, &family.name, &rules.to, occasion, &event).is_empty()
    })
}

/// Sends the webhooks of a call or of a job state in the background.
pub(crate) fn trigger(vendor: &Vendor, occasion: &Occasion, state: Option<&str>) {
    for (family, rules) in all(vendor) {
        let is_due = match state {
            Some(state) => rules.states.iter().any(|known| known == state),
            None => rules.states.is_empty(),
        };
        let has_status = rules.status.is_none_or(|status| status == occasion.status);
        if !is_due || !has_status || !rules.after.contains(&occasion.operation_id) {
            continue;
        }
        let event = occasion.fill(&rules.event);
        for target in targets(vendor, &family.name, &rules.to, occasion, &event) {
            let letter = OutgoingWebhook {
                family,
                event: &event,
                url: target.url,
                owner: target.owner,
                payload: payload_of(vendor, family, rules, &event, occasion),
                // If the sandbox didn't create the public key, the webhook is sent unsigned.
                secret: secret_of(vendor, family, target.key.as_deref()).unwrap_or_default(),
            };
            deliver(vendor, letter, &vendor.outbox.delivery());
        }
    }
}

fn all(vendor: &Vendor) -> impl Iterator<Item = (&WebhookFamily, &TriggerRules)> {
    let families = vendor.document.webhooks.iter();
    families.flat_map(|family| {
        let rules = vendor.profile.webhooks.get(&family.name);
        let triggers = rules.into_iter().flat_map(|rules| &rules.triggers);
        triggers.map(move |rules| (family, rules))
    })
}

/// Rejects a profile with webhooks that the document doesn't declare.
pub(crate) fn check(
    families: &[WebhookFamily],
    rules: &BTreeMap<String, WebhookRules>,
) -> Result<(), Error> {
    for (name, rules) in rules {
        let Some(family) = families.iter().find(|family| family.name == *name) else {
            let told = format!(
                "the profile has rules for the webhook family `{name}`, which the document does not declare"
            );
            return Err(Error::new(told));
        };
        for rules in &rules.triggers {
            let event = &rules.event;
            let is_known = family.events.is_empty() || event.contains('{');
            if !is_known && family.find(event).is_none() {
                let told = format!(
                    "the profile uses the webhook event `{event}`, which the family `{name}` does not contain"
                );
                return Err(Error::new(told));
            }
        }
    }
    Ok(())
}
