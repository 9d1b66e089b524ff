//! Compares an operation's parameters: arguments of the method, and setters of the request.

use super::change::Changes;
use super::rule::Rule;
use super::side::{SideOperation, rust_text};
use crate::model::Parameter;
use crate::progenitor::inside;
use crate::spec::finding::Place;

/// A parameter, and the type of its argument or setter.
type Typed<'s, 'd> = (&'s Parameter<'d>, String);

pub(super) fn compare(
    was: &SideOperation<'_, '_>,
    now: &SideOperation<'_, '_>,
    changes: &mut Changes,
) {
    let (before, after) = (typed(was), typed(now));
    for (parameter, ty) in &before {
        match after.iter().find(|(other, _)| is_same(parameter, other)) {
            None => {
                let rule = match parameter.is_argument() {
                    true => Rule::ArgumentRemoved,
                    false => Rule::ParameterRemoved,
                };
                let what = format!(
                    "the {} parameter `{}` of type `{ty}` was removed",
                    parameter.place.word(),
                    parameter.name
                );
                changes.add_at_base(rule, place(was, parameter), subject(was, parameter), what);
            }
            Some(other) => compare_one(was, now, (&(*parameter, ty.clone()), other), changes),
        }
    }
    for (parameter, ty) in after
        .iter()
        .filter(|(other, _)| !before.iter().any(|(old, _)| is_same(old, other)))
    {
        let rule = match parameter.is_argument() {
            true => Rule::ArgumentAdded,
            false => Rule::ParameterAdded,
        };
        let what = format!(
            "the {} parameter `{}` was added with the type `{ty}`",
            parameter.place.word(),
            parameter.name
        );
        changes.add(rule, place(now, parameter), subject(now, parameter), what);
    }
    compare_order(was, now, changes);
}

fn typed<'s>(one: &'s SideOperation<'_, '_>) -> Vec<Typed<'s, 's>> {
    let calls = one.call.parameters.iter();
    let typed = calls.map(|(parameter, ty)| {
        let ty = inside("Option", ty).unwrap_or_else(|| ty.clone());
        // JSON arguments accept any serializable value.
        let ty = if parameter.json {
            "impl Serialize".to_owned()
        } else {
            rust_text(&ty)
        };
        (*parameter, ty)
    });
    typed.collect()
}

/// Returns whether two parameters have the same Rust name, which is the name that users see.
fn is_same(one: &Parameter<'_>, other: &Parameter<'_>) -> bool {
    one.ident == other.ident
}

fn place(one: &SideOperation<'_, '_>, parameter: &Parameter<'_>) -> Place {
    one.side
        .parameter_place(one.operation, parameter.name, parameter.place.word())
}

fn subject(one: &SideOperation<'_, '_>, parameter: &Parameter<'_>) -> String {
    format!("{}({})", one.operation.id, parameter.ident)
}

fn compare_one(
    was: &SideOperation<'_, '_>,
    now: &SideOperation<'_, '_>,
    ((before, ty), (after, new_ty)): (&Typed<'_, '_>, &Typed<'_, '_>),
    changes: &mut Changes,
) {
    let (place, subject) = (place(now, after), subject(was, before));
    match (before.is_argument(), after.is_argument()) {
        (false, true) => changes.add(
            Rule::ParameterRequired,
            place,
            subject,
            format!("is now required, with the type `{new_ty}`"),
        ),
        (true, false) => changes.add(
            Rule::ParameterOptional,
            place,
            subject,
            format!("is now optional, with the type `{new_ty}`"),
        ),
        (is_argument, _) => {
            if ty != new_ty {
                let rule = if is_argument {
                    Rule::ArgumentType
                } else {
                    Rule::ParameterType
                };
                changes.add(
                    rule,
                    place.clone(),
                    &subject,
                    format!("the type changed from `{ty}` to `{new_ty}`"),
                );
            }
            // An unset optional parameter is omitted, so its preset value is never sent.
            let preset = |parameter: &Parameter<'_>| match parameter.required {
                true => parameter.preset().map(ToString::to_string),
                false => None,
            };
            if !is_argument && preset(before) != preset(after) {
                let text = |value: Option<String>| match value {
                    Some(value) => format!("`{value}`"),
                    None => "nothing".to_owned(),
                };
                let what = format!(
                    "by default, sends {} instead of {}",
                    text(preset(after)),
                    text(preset(before))
                );
                changes.add(Rule::ParameterPreset, place.clone(), &subject, what);
            }
            if sent_as(before) != sent_as(after) {
                let what = format!(
                    "is sent as {} instead of {}",
                    sent_as(after),
                    sent_as(before)
                );
                changes.add(Rule::ParameterSent, place, subject, what);
            }
        }
    }
}

/// Describes how the value is sent.
fn sent_as(parameter: &Parameter<'_>) -> String {
    let mut words = format!("{} `{}`", parameter.place.word(), parameter.name);
    let is_in_query = parameter.place.word() == "query";
    for (is, word) in [
        (parameter.json, "as JSON"),
        (parameter.style == "deepObject", "as `name[key]` pairs"),
        (
            !parameter.explode && is_in_query && parameter.style == "form",
            "separated by commas",
        ),
        (
            !parameter.explode && parameter.style == "spaceDelimited",
            "separated by spaces",
        ),
        (
            !parameter.explode && parameter.style == "pipeDelimited",
            "separated by pipes",
        ),
        (
            parameter.is_object && parameter.explode && parameter.style != "deepObject",
            "as `key=value` pairs",
        ),
        (parameter.keep_slashes, "with unescaped slashes"),
        (parameter.is_integer_bool(), "as 0 or 1"),
    ] {
        if is {
            words.push(' ');
            words.push_str(word);
        }
    }
    words
}

/// Compares the order of the arguments that exist on both sides.
fn compare_order(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let idents = |one: &SideOperation<'_, '_>| -> Vec<String> {
        let arguments = one
            .call
            .parameters
            .iter()
            .filter(|(parameter, _)| parameter.is_argument());
        arguments
            .map(|(parameter, _)| parameter.ident.clone())
            .collect()
    };
    let (before, after) = (idents(was), idents(now));
    let kept_before: Vec<&String> = before
        .iter()
        .filter(|ident| after.contains(ident))
        .collect();
    let kept_after: Vec<&String> = after
        .iter()
        .filter(|ident| before.contains(ident))
        .collect();
    if kept_before != kept_after {
        let what = format!(
            "the arguments are ({}) instead of ({})",
            after.join(", "),
            before.join(", ")
        );
        changes.add(
            Rule::ArgumentOrder,
            now.side.operation_place(now.operation),
            now.operation.id,
            what,
        );
    }
}
