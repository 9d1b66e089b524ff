//! Compares the fields of a struct, and its constructors `new` and `default`.

use super::change::Changes;
use super::rule::{Rule, Verdict};
use super::side::{Side, rust_text};
use crate::progenitor::{Field, Kind, Presence, Type};
use std::collections::BTreeMap;

/// Records the changes to a struct that exists on both sides.
pub(super) fn compare(
    base: &Side<'_>,
    new: &Side<'_>,
    was: &Type,
    now: &Type,
    changes: &mut Changes,
) {
    let name = &was.record.name;
    let (before, after) = (fields(was), fields(now));
    let known: BTreeMap<Option<&str>, &Field> = after
        .iter()
        .map(|field| (field.wire.as_deref(), field))
        .collect();
    let first = changes.found.len();
    for field in before {
        let subject = format!("{name}::{}", field.ident);
        match known.get(&field.wire.as_deref()) {
            None => {
                let place = base.property_place(name, field.wire.as_deref().unwrap_or_default());
                let what = format!("the field of type `{}` was removed", member_text(field));
                changes.add_at_base(Rule::PropertyRemoved, place, subject, what);
            }
            Some(other) => compare_field(new, now, (field, other), subject, changes),
        }
    }
    for field in after
        .iter()
        .filter(|field| before.iter().all(|old| old.wire != field.wire))
    {
        let rule = match field.presence {
            Presence::Required if now.sent && field.is_argument() => Rule::RequiredPropertyAdded,
            Presence::Required if !now.sent && field.wire.is_some() => Rule::AnswerPropertyAdded,
            _ => Rule::PropertyAdded,
        };
        let place = new.property_place(name, field.wire.as_deref().unwrap_or_default());
        let what = format!("the field was added with the type `{}`", member_text(field));
        changes.add(rule, place, format!("{name}::{}", field.ident), what);
    }
    let is_explained = changes.found[first..]
        .iter()
        .any(|change| change.verdict() == Verdict::Breaking);
    if !is_explained {
        compare_constructors(new, was, now, changes);
    }
}

fn fields(ty: &Type) -> &[Field] {
    match &ty.record.kind {
        Kind::Struct(fields) => fields,
        _ => &[],
    }
}

fn member_text(field: &Field) -> String {
    let ty = rust_text(&field.ty);
    match field.presence {
        Presence::Required => ty,
        Presence::Optional => format!("Option<{ty}>"),
        Presence::Patch => format!("Patch<{ty}>"),
    }
}

fn compare_field(
    new: &Side<'_>,
    owner: &Type,
    (was, now): (&Field, &Field),
    subject: String,
    changes: &mut Changes,
) {
    let wire = now.wire.as_deref().unwrap_or_default();
    let place = new.property_place(&owner.record.name, wire);
    let (before, after) = (member_text(was), member_text(now));
    if was.ident != now.ident {
        let what = format!("the field was renamed to `{}`", now.ident);
        changes.add(Rule::PropertyName, place.clone(), &subject, what);
    }
    if before != after {
        let rule = match (was.presence, now.presence) {
            _ if rust_text(&was.ty) != rust_text(&now.ty) => Rule::PropertyType,
            (_, Presence::Required) => Rule::PropertyRequired,
            (Presence::Required, _) => Rule::PropertyOptional,
            _ => Rule::PropertyNull,
        };
        changes.add(
            rule,
            place,
            subject,
            format!("the type changed from `{before}` to `{after}`"),
        );
    } else if owner.sent && now.presence == Presence::Required && was.fixed != now.fixed {
        let text = |field: &Field| match &field.fixed {
            Some(value) => format!("preset to `{value}`"),
            None => "an argument of `new`".to_owned(),
        };
        changes.add(
            Rule::PropertyPreset,
            place,
            subject,
            format!("is now {}, was {}", text(now), text(was)),
        );
    }
}

/// Compares the arguments of `new`, and checks whether `default` was removed.
fn compare_constructors(new: &Side<'_>, was: &Type, now: &Type, changes: &mut Changes) {
    let name = &was.record.name;
    let place = new.type_place(name);
    if arguments(was) != arguments(now) && was.sent && now.sent {
        let what = format!(
            "the constructor is `new({})` instead of `new({})`",
            arguments(now).join(", "),
            arguments(was).join(", ")
        );
        changes.add(Rule::ConstructorOrder, place.clone(), name, what);
    }
    if has_default(was) && !has_default(now) {
        changes.add(Rule::DefaultRemoved, place, name, "`default()` was removed");
    }
}

fn arguments(ty: &Type) -> Vec<&str> {
    fields(ty)
        .iter()
        .filter(|field| field.is_argument())
        .map(|field| field.ident.as_str())
        .collect()
}

/// Returns whether all fields are optional, so that `Default` is derived.
fn is_all_optional(ty: &Type) -> bool {
    fields(ty)
        .iter()
        .all(|field| field.wire.is_none() || field.presence != Presence::Required)
}

fn has_default(ty: &Type) -> bool {
    is_all_optional(ty) || (ty.sent && arguments(ty).is_empty())
}
