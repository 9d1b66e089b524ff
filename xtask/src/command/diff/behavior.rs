//! Compares the behavior of a call beyond its types: effect, retries, errors, credentials, and
//! extensions.

use super::change::Changes;
use super::rule::Rule;
use super::side::SideOperation;
use crate::model::Scheme;
use crate::spec::extension::Extension;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) fn compare(
    was: &SideOperation<'_, '_>,
    now: &SideOperation<'_, '_>,
    changes: &mut Changes,
) {
    compare_effect(was, now, changes);
    compare_repeat(was, now, changes);
    compare_errors(was, now, changes);
    compare_credentials(was, now, changes);
    compare_extensions(was, now, changes);
}

/// Returns whether the vendor may have processed a call with this effect even though it responded
/// with 429. If so, a 429 alone doesn't cause a retry.
fn is_guarded(effect: Option<&str>) -> bool {
    matches!(effect, Some("money" | "message"))
}

fn compare_effect(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let (before, after) = (was.operation.effect, now.operation.effect);
    if before == after {
        return;
    }
    let words = |effect: Option<&str>| {
        effect.map_or_else(
            || "no effect".to_owned(),
            |effect| format!("the effect `{effect}`"),
        )
    };
    let what = format!("has {} instead of {}", words(after), words(before));
    let rule = match (is_guarded(before), is_guarded(after)) {
        (true, false) => Rule::EffectRemoved,
        (false, true) => Rule::EffectAdded,
        _ if after.is_none() => Rule::EffectRemoved,
        _ => Rule::EffectAdded,
    };
    changes.add(
        rule,
        now.side.member_place(now.operation, "x-sdk-effect"),
        now.operation.id,
        what,
    );
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Repeat {
    Never,
    Keyed(String),
    Safe,
}

impl Repeat {
    fn of(one: &SideOperation<'_, '_>) -> Self {
        match one.operation.repeat {
            Some(Value::String(word)) if word == "safe" => Self::Safe,
            Some(Value::Object(keyed)) => {
                Self::Keyed(keyed.values().map(ToString::to_string).collect())
            }
            Some(_) => Self::Never,
            None if matches!(one.operation.method, "post" | "patch") => Self::Never,
            None => Self::Safe,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Never => "never retried".to_owned(),
            Self::Keyed(place) => format!("retried with the key in `{place}`"),
            Self::Safe => "safe to retry".to_owned(),
        }
    }

    /// Returns a rank: the higher it is, the more often a call is retried.
    fn rank(&self) -> u8 {
        match self {
            Self::Never => 0,
            Self::Keyed(_) => 1,
            Self::Safe => 2,
        }
    }
}

fn compare_repeat(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let (before, after) = (Repeat::of(was), Repeat::of(now));
    if before == after {
        return;
    }
    let rule = match before.rank().cmp(&after.rank()) {
        std::cmp::Ordering::Less => Rule::RepeatAdded,
        std::cmp::Ordering::Greater => Rule::RepeatRemoved,
        std::cmp::Ordering::Equal => Rule::RepeatKey,
    };
    let what = format!("is now {}, was {}", after.words(), before.words());
    changes.add(
        rule,
        now.side.member_place(now.operation, "x-sdk-repeat"),
        now.operation.id,
        what,
    );
}

/// Returns the statuses and codes of an operation's documented errors.
fn error_codes(one: &SideOperation<'_, '_>) -> BTreeSet<String> {
    let rows = one.operation.error_codes.iter();
    let codes = rows.map(|row| match row["code"].as_str() {
        Some(code) => format!("{} {code}", row["status"]),
        None => format!("{} {}", row["status"], row["code"]),
    });
    let errors = one
        .operation
        .answers
        .iter()
        .filter(|answer| answer.is_error());
    codes
        .chain(errors.map(|answer| answer.status.to_owned()))
        .collect()
}

fn compare_errors(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let (before, after) = (error_codes(was), error_codes(now));
    let place = now.side.member_place(now.operation, "x-sdk-error-codes");
    for code in after.difference(&before) {
        changes.add(
            Rule::ErrorCodeAdded,
            place.clone(),
            now.operation.id,
            format!("the error `{code}` was added"),
        );
    }
    for code in before.difference(&after) {
        let place = was.side.member_place(was.operation, "x-sdk-error-codes");
        changes.add_at_base(
            Rule::ErrorCodeRemoved,
            place,
            was.operation.id,
            format!("the error `{code}` was removed"),
        );
    }
}

fn compare_credentials(
    was: &SideOperation<'_, '_>,
    now: &SideOperation<'_, '_>,
    changes: &mut Changes,
) {
    let (before, after) = (&was.operation.security, &now.operation.security);
    let (place, id) = (
        now.side.member_place(now.operation, "security"),
        now.operation.id,
    );
    if was.operation.token != now.operation.token {
        let is = if now.operation.token {
            "now"
        } else {
            "no longer"
        };
        changes.add(
            Rule::TokenCall,
            place.clone(),
            id,
            format!("{is} issues tokens"),
        );
    }
    let has_setter = |security: &[Scheme<'_>]| security == [Scheme::Basic];
    if has_setter(before) && !has_setter(after) {
        changes.add(
            Rule::BasicAuthRemoved,
            place.clone(),
            id,
            "HTTP Basic is no longer the only security scheme",
        );
        return;
    }
    if before == after {
        return;
    }
    let words = |security: &[Scheme<'_>]| match security {
        [] => "no credentials".to_owned(),
        some => some
            .iter()
            .map(|scheme| scheme.words())
            .collect::<Vec<_>>()
            .join(" or "),
    };
    let accepts_all = !before.is_empty() && before.iter().all(|scheme| after.contains(scheme));
    let rule = match after.is_empty() || accepts_all {
        true => Rule::CredentialsRemoved,
        false => Rule::CredentialsAdded,
    };
    changes.add(
        rule,
        place,
        id,
        format!("requires {} instead of {}", words(after), words(before)),
    );
}

/// Operation extensions that the comparison handles, or that do not affect users.
const KNOWN: [Extension; 9] = [
    Extension::UpstreamOperationId,
    Extension::UpstreamDeclared,
    Extension::Token,
    Extension::ErrorCodes,
    Extension::Pagination,
    Extension::Bulk,
    Extension::Internal,
    Extension::Repeat,
    Extension::Effect,
];

fn compare_extensions(
    was: &SideOperation<'_, '_>,
    now: &SideOperation<'_, '_>,
    changes: &mut Changes,
) {
    let node = |one: &SideOperation<'_, '_>| {
        let pointer = one.side.operation_pointer(one.operation);
        one.side
            .document
            .node(&pointer)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let known: Vec<&str> = KNOWN.iter().map(|extension| extension.name()).collect();
    for key in changed_extensions(&node(was), &node(now), &known) {
        let place = now.side.member_place(now.operation, &key);
        changes.add(
            Rule::OtherExtension,
            place,
            now.operation.id,
            format!("`{key}` changed"),
        );
    }
}

/// Returns the `x-` keys whose values differ between two nodes, except for the `known` keys.
pub(super) fn changed_extensions(
    was: &Map<String, Value>,
    now: &Map<String, Value>,
    known: &[&str],
) -> BTreeSet<String> {
    let keys = was.keys().chain(now.keys());
    let extensions = keys.filter(|key| key.starts_with("x-") && !known.contains(&key.as_str()));
    extensions
        .filter(|key| was.get(*key) != now.get(*key))
        .cloned()
        .collect()
}
