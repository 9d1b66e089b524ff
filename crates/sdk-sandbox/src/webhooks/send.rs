//! Sends webhooks in the background. Repeats attempts until a response is 2xx or the last attempt
//! fails, and sends duplicates after a 2xx response.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::http::outgoing_request::post;
use crate::http::wall_clock::unix_now;
use crate::json::pointer::set;
use crate::openapi::webhook::{Verification, WebhookFamily};
use crate::state::delivery::Delivery;
use crate::state::outbox::{SentWebhook, WebhookAttempt, WebhookState};
use crate::state::vendor::Vendor;
use crate::webhooks::kept::WebhookRecord;
use crate::webhooks::payload::{family_of, sample};
use crate::webhooks::signature::{SignedRequest, SigningSecret, sign};
use crate::webhooks::webhook::Webhook;

/// Default number of attempts.
const DEFAULT_ATTEMPTS: u32 = 3;
/// Default pause after the first failed attempt.
const DEFAULT_PAUSE: Duration = Duration::from_millis(100);
/// Timeout of an attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// A webhook with its payload.
pub(crate) struct OutgoingWebhook<'f> {
    pub(crate) family: &'f WebhookFamily,
    pub(crate) event: &'f str,
    pub(crate) url: String,
    /// Key of the record with the URL.
    pub(crate) owner: Option<String>,
    pub(crate) payload: Value,
    pub(crate) secret: SigningSecret,
}

/// Sends a webhook for a test, and returns its number in the outbox.
pub(crate) fn send_test_webhook(vendor: &Vendor, webhook: &Webhook) -> Result<u64, Error> {
    let family = family_of(vendor, webhook.family.as_deref(), &webhook.event)?;
    let sampled = || sample(vendor, family, &webhook.event);
    let mut payload = webhook.payload.clone().unwrap_or_else(sampled);
    for (pointer, value) in &webhook.values {
        set(&mut payload, pointer, value.clone());
    }
    let letter = OutgoingWebhook {
        family,
        event: &webhook.event,
        url: webhook.url.clone(),
        owner: None,
        payload,
        secret: secret_of(vendor, family, webhook.key.as_deref())?,
    };
    let delivery = webhook.delivery.clone();
    Ok(deliver(
        vendor,
        letter,
        &delivery.unwrap_or_else(|| vendor.outbox.delivery()),
    ))
}

/// Returns the keys that verify a family if records don't have their own keys. Returns an empty
/// list for an unsigned family.
pub(crate) fn verifying_keys(vendor: &Vendor, family: &WebhookFamily) -> Vec<String> {
    match &family.verification {
        Verification::None => Vec::new(),
        Verification::Ed25519 { .. } => vec![vendor.signing_keys.make(&family.name)],
        Verification::HmacSha256 { .. } => {
            let rules = vendor.profile.webhooks.get(&family.name);
            let secrets = rules.map(|rules| rules.secrets.clone());
            let own = || vec![format!("{}-{}-secret", vendor.name, family.name)];
            secrets
                .filter(|secrets| !secrets.is_empty())
                .unwrap_or_else(own)
        }
    }
}

/// Returns the signing secret: the private key for a public key, a given secret, or the vendor's
/// default.
pub(crate) fn secret_of(
    vendor: &Vendor,
    family: &WebhookFamily,
    key: Option<&str>,
) -> Result<SigningSecret, Error> {
    let keys = match key {
        Some(key) => vec![key.to_owned()],
        None => verifying_keys(vendor, family),
    };
    match (&family.verification, keys.first()) {
        (Verification::HmacSha256 { .. }, _) => Ok(SigningSecret::Texts(keys)),
        (Verification::Ed25519 { .. }, Some(public)) => {
            let found = vendor.signing_keys.find(public);
            let told = || Error::new(format!("{public} is not a public key of {}", vendor.name));
            found
                .map(|key| SigningSecret::Key(Box::new(key)))
                .ok_or_else(told)
        }
        _ => Ok(SigningSecret::Nothing),
    }
}

/// Returns a secret that receivers don't have.
fn forged(secret: &SigningSecret) -> SigningSecret {
    match secret {
        SigningSecret::Nothing => SigningSecret::Nothing,
        SigningSecret::Texts(all) => {
            SigningSecret::Texts(all.iter().map(|secret| format!("not {secret}")).collect())
        }
        SigningSecret::Key(key) => {
            let other = Sha256::digest(key.to_bytes());
            SigningSecret::Key(Box::new(SigningKey::from_bytes(&other.into())))
        }
    }
}

/// Adds a webhook to the outbox and sends it in the background.
pub(crate) fn deliver(vendor: &Vendor, letter: OutgoingWebhook<'_>, delivery: &Delivery) -> u64 {
    let OutgoingWebhook {
        family,
        event,
        url,
        owner,
        payload,
        secret,
    } = letter;
    let id = vendor.outbox.add(SentWebhook {
        id: 0,
        vendor: vendor.name.clone(),
        family: family.name.clone(),
        event: family
            .find(event)
            .map_or(event, |event| &event.event)
            .to_owned(),
        url: url.clone(),
        state: WebhookState::Pending,
        attempts: Vec::new(),
    });
    let kept = owner.and_then(|owner| {
        let content = payload.to_string();
        WebhookRecord::new(vendor, &family.name, event, owner, content)
    });
    let rules = vendor.profile.webhooks.get(&family.name);
    let usual = rules
        .and_then(|rules| rules.attempts)
        .unwrap_or(DEFAULT_ATTEMPTS);
    let attempts = delivery.attempts.unwrap_or(usual);
    let secret = if delivery.forged {
        forged(&secret)
    } else {
        secret
    };
    let (verification, delivery) = (family.verification.clone(), delivery.clone());
    let (outbox, anywhere) = (Arc::clone(&vendor.outbox), vendor.webhooks_anywhere);
    let work = async move {
        tokio::time::sleep(delivery.delay).await;
        let mut pause = delivery.pause.unwrap_or(DEFAULT_PAUSE);
        for number in 1..=attempts {
            let at = delivery.signed_at.unwrap_or_else(unix_now);
            let request = sign(&verification, &secret, &payload, at);
            let attempt = try_once(&url, anywhere, &request).await;
            let is_delivered = attempt
                .status
                .is_some_and(|status| (200..300).contains(&status));
            let state = match (is_delivered, number < attempts) {
                (true, _) => WebhookState::Delivered,
                (false, true) => WebhookState::Retrying,
                (false, false) => WebhookState::Failed,
            };
            if let Some(kept) = &kept {
                kept.note(state, &attempt);
            }
            outbox.note(id, state, attempt);
            if is_delivered {
                for _ in 0..delivery.duplicates {
                    let again = try_once(&url, anywhere, &request).await;
                    outbox.note(id, WebhookState::Delivered, again);
                }
                return;
            }
            if number < attempts {
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2);
            }
        }
    };
    vendor.outbox.spawn(work);
    id
}

async fn try_once(url: &str, anywhere: bool, request: &SignedRequest) -> WebhookAttempt {
    let SignedRequest { headers, body } = request;
    let sent = post(url, anywhere, headers, body.clone());
    let answered = match tokio::time::timeout(ATTEMPT_TIMEOUT, sent).await {
        Ok(answered) => answered,
        Err(_) => Err(format!(
            "no response within {} s",
            ATTEMPT_TIMEOUT.as_secs()
        )),
    };
    let (status, answer, error) = match answered {
        Ok((status, answer)) => (Some(status), answer, None),
        Err(error) => (None, Bytes::new(), Some(error)),
    };
    WebhookAttempt {
        headers: headers.clone(),
        body: body.clone(),
        status,
        answer,
        error,
    }
}
