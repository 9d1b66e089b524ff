//! Compares the sets of types, and the parts of each type.

use super::change::Changes;
use super::documentation;
use super::fields;
use super::rule::Rule;
use super::side::{Side, rust_text};
use crate::progenitor::{API_ERROR, Kind, Type, Variant};
use crate::spec::pointer::below;
use std::collections::BTreeMap;

/// Records the changes to all types.
pub(super) fn compare(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    for (name, ty) in &base.rust.types {
        match new.rust.types.get(name) {
            None => changes.add_at_base(
                Rule::TypeRemoved,
                base.type_place(name),
                name,
                "the type was removed",
            ),
            Some(now) => compare_type(base, new, (ty, now), changes),
        }
    }
    for name in new
        .rust
        .types
        .keys()
        .filter(|name| !base.rust.types.contains_key(*name))
    {
        changes.add(
            Rule::TypeAdded,
            new.type_place(name),
            name,
            "the type was added",
        );
    }
}

fn compare_type(
    base: &Side<'_>,
    new: &Side<'_>,
    (was, now): (&Type, &Type),
    changes: &mut Changes,
) {
    let name = &was.record.name;
    let place = new.type_place(name);
    let first = changes.found.len();
    if name == API_ERROR {
        compare_error_shape(base, new, changes);
    }
    if was.module != now.module {
        let what = format!("moved from the module `{}` to `{}`", was.module, now.module);
        changes.add(Rule::TypeMoved, place.clone(), name, what);
    }
    for (had, has, direction) in [
        (was.sent, now.sent, "sent to the vendor"),
        (was.received, now.received, "received from the vendor"),
    ] {
        match (had, has) {
            (true, false) => {
                changes.add(
                    Rule::DirectionRemoved,
                    place.clone(),
                    name,
                    format!("no longer {direction}"),
                );
            }
            (false, true) => {
                changes.add(
                    Rule::DirectionAdded,
                    place.clone(),
                    name,
                    format!("now also {direction}"),
                );
            }
            _ => {}
        }
    }
    match (&was.record.kind, &now.record.kind) {
        (Kind::Struct(_), Kind::Struct(_)) if was.parts == now.parts => {
            fields::compare(base, new, was, now, changes);
        }
        (Kind::Enum(before), Kind::Enum(after)) => {
            compare_enum(base, new, name, before, after, changes)
        }
        (Kind::Union(before), Kind::Union(after)) => {
            compare_union(base, new, name, before, after, changes)
        }
        (Kind::Wrapper(before), Kind::Wrapper(after)) => {
            let (before, after) = (rust_text(before), rust_text(after));
            if before != after {
                let what = format!("wraps `{after}` instead of `{before}`");
                changes.add(Rule::TypeKind, place, name, what);
            }
        }
        (before, after) => {
            let what = format!(
                "is now {}, was {}",
                kind_words(after, now.parts),
                kind_words(before, was.parts)
            );
            changes.add(Rule::TypeKind, place, name, what);
        }
    }
    if let (Some(before), Some(after)) = (base.schema_of(name), new.schema_of(name)) {
        let pointers = (
            below("/components/schemas", before),
            below("/components/schemas", after),
        );
        documentation::compare_node(
            (base, new),
            (&pointers.0, &pointers.1),
            name,
            first,
            changes,
        );
    }
}

/// Compares the pointers to the properties of an error.
fn compare_error_shape(base: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let (was, now) = (base.api.error.1, new.api.error.1);
    if was != now {
        let pointer = below("/components/schemas", new.api.error.0);
        let place = new.document.place(&below(&pointer, "x-sdk-error"));
        let what = format!("reads `{now}` instead of `{was}`");
        changes.add(Rule::ErrorShape, place, API_ERROR, what);
    }
}

fn kind_words(kind: &Kind, parts: bool) -> &'static str {
    match kind {
        Kind::Struct(_) if parts => "a multipart body with files",
        Kind::Struct(_) => "a struct",
        Kind::Wrapper(_) => "a wrapper of a different type",
        Kind::Enum(_) => "an enum of strings",
        Kind::Union(_) => "a union of types",
    }
}

type Values = [(String, String)];

fn compare_enum(
    base: &Side<'_>,
    new: &Side<'_>,
    name: &str,
    was: &Values,
    now: &Values,
    changes: &mut Changes,
) {
    let before: BTreeMap<&str, &str> = was
        .iter()
        .map(|(ident, wire)| (ident.as_str(), wire.as_str()))
        .collect();
    let after: BTreeMap<&str, &str> = now
        .iter()
        .map(|(ident, wire)| (ident.as_str(), wire.as_str()))
        .collect();
    for (ident, wire) in &before {
        if after.get(ident) != Some(wire) {
            let what = match after.get(ident) {
                None => format!("the value `{wire}` was removed"),
                Some(other) => format!("represents `{other}` instead of `{wire}`"),
            };
            changes.add_at_base(
                Rule::EnumValueRemoved,
                base.type_place(name),
                format!("{name}::{ident}"),
                what,
            );
        }
    }
    for (ident, wire) in after
        .iter()
        .filter(|(ident, _)| !before.contains_key(*ident))
    {
        let what = format!("the value `{wire}` was added");
        changes.add(
            Rule::EnumValueAdded,
            new.type_place(name),
            format!("{name}::{ident}"),
            what,
        );
    }
}

fn compare_union(
    base: &Side<'_>,
    new: &Side<'_>,
    name: &str,
    was: &[Variant],
    now: &[Variant],
    changes: &mut Changes,
) {
    let after: BTreeMap<&str, &Variant> = now
        .iter()
        .map(|variant| (variant.ident.as_str(), variant))
        .collect();
    let place = new.type_place(name);
    for variant in was {
        let subject = format!("{name}::{}", variant.ident);
        let Some(other) = after.get(variant.ident.as_str()) else {
            let what = "the variant was removed";
            changes.add_at_base(
                Rule::UnionVariantRemoved,
                base.type_place(name),
                subject,
                what,
            );
            continue;
        };
        let (before, after) = (rust_text(&variant.ty), rust_text(&other.ty));
        if before != after {
            let what = format!("contains `{after}` instead of `{before}`");
            changes.add(Rule::UnionVariantType, place.clone(), &subject, what);
        }
        if variant.tags != other.tags {
            let what = format!(
                "selected by `{}` instead of `{}`",
                other.tags.join("`, `"),
                variant.tags.join("`, `")
            );
            changes.add(Rule::UnionTags, place.clone(), subject, what);
        }
    }
    for variant in now
        .iter()
        .filter(|variant| was.iter().all(|known| known.ident != variant.ident))
    {
        let subject = format!("{name}::{}", variant.ident);
        changes.add(
            Rule::UnionVariantAdded,
            place.clone(),
            subject,
            "the variant was added",
        );
    }
}
