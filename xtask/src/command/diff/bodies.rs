//! Compares the data that an operation sends and returns: bodies, media types, responses, pages,
//! and bulk calls.

use super::change::Changes;
use super::rule::Rule;
use super::side::{SideOperation, rust_text};
use crate::model::{Content, Encoding, Variant, kind_words, text};
use crate::progenitor::inside;
use crate::spec::finding::Place;
use serde_json::Value;

pub(super) fn compare(
    was: &SideOperation<'_, '_>,
    now: &SideOperation<'_, '_>,
    changes: &mut Changes,
) {
    compare_bulk(was, now, changes);
    compare_paging(was, now, changes);
    // A bulk call and a single call have entirely different methods.
    if was.call.is_bulk() != now.call.is_bulk() {
        return;
    }
    compare_bodies(was, now, changes);
    let (before, after) = (answer_text(was), answer_text(now));
    if before != after {
        let what = format!("returns `{after}` instead of `{before}`");
        changes.add(Rule::AnswerType, place(now, "responses"), id(now), what);
    }
}

fn id<'s>(one: &'s SideOperation<'_, '_>) -> &'s str {
    one.operation.id
}

fn place(one: &SideOperation<'_, '_>, key: &str) -> Place {
    one.side.member_place(one.operation, key)
}

fn answer_text(one: &SideOperation<'_, '_>) -> String {
    // A bulk call returns the status of each item.
    if one.call.is_bulk() {
        let output = &one.call.output;
        return rust_text(&inside("Vec", output).unwrap_or_else(|| output.clone()));
    }
    let text = rust_text(&one.call.answer);
    if let Some(answers) = one.operation.responses_by_status() {
        let variants = answers.iter().map(|answer| match answer.content() {
            Content::Nothing => answer.variant(),
            Content::Bytes => format!("{}(Bytes)", answer.variant()),
            Content::Json(schema) => format!("{}({})", answer.variant(), kind_words(schema)),
        });
        let variants: Vec<String> = variants.collect();
        return format!("{text} {{ {} }}", variants.join(", "));
    }
    // Users receive the decoded type, not its decoder.
    match text
        .strip_prefix("Json<")
        .and_then(|inner| inner.strip_suffix('>'))
    {
        Some(inner) => inner.to_owned(),
        None => text,
    }
}

fn compare_bodies(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let (before, after) = (&was.call.bodies, &now.call.bodies);
    let place = place(now, "requestBody");
    match (before.first(), after.first()) {
        (None, None) => return,
        (None, Some(body)) => {
            let rule = if now.call.takes_body() {
                Rule::BodyAdded
            } else {
                Rule::BodySetterAdded
            };
            changes.add(
                rule,
                place,
                id(now),
                format!("now takes a body of type `{}`", body_text(now, body)),
            );
            return;
        }
        (Some(body), None) => {
            let what = format!("no longer takes a body of type `{}`", body_text(was, body));
            changes.add_at_base(
                Rule::BodyRemoved,
                was.side.member_place(was.operation, "requestBody"),
                id(was),
                what,
            );
            return;
        }
        (Some(body), Some(other)) => {
            let (text, new_text) = (body_text(was, body), body_text(now, other));
            if text != new_text {
                let what = format!("takes `{new_text}` instead of `{text}`");
                changes.add(Rule::BodyType, place.clone(), id(now), what);
            }
        }
    }
    match (was.call.takes_body(), now.call.takes_body()) {
        (false, true) => changes.add(
            Rule::BodyRequired,
            place.clone(),
            id(now),
            "the body is now required",
        ),
        (true, false) => changes.add(
            Rule::BodyOptional,
            place.clone(),
            id(now),
            "the body is now optional",
        ),
        _ => {}
    }
    compare_kinds(was, now, changes);
    if let (Some(body), Some(other)) = (before.first(), after.first()) {
        compare_media(body, other, now, changes);
    }
}

/// Compares the additional kinds of bodies, each of which has its own method or setter.
fn compare_kinds(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let place = place(now, "requestBody");
    let rest = |one: &SideOperation<'_, '_>| -> Vec<(String, String)> {
        let kinds = one.call.bodies.iter().skip(1);
        kinds
            .map(|variant| (variant.suffix(), body_text(one, variant)))
            .collect()
    };
    let (before, after) = (rest(was), rest(now));
    for (suffix, ty) in &before {
        let subject = format!("{}_{suffix}", id(was));
        match after.iter().find(|(other, _)| other == suffix) {
            None => changes.add(
                Rule::BodyKindRemoved,
                place.clone(),
                subject,
                format!("no longer takes `{ty}`"),
            ),
            Some((_, other)) if other != ty => {
                changes.add(
                    Rule::BodyType,
                    place.clone(),
                    subject,
                    format!("takes `{other}` instead of `{ty}`"),
                );
            }
            Some(_) => {}
        }
    }
    for (suffix, ty) in after
        .iter()
        .filter(|(suffix, _)| !before.iter().any(|(old, _)| old == suffix))
    {
        let subject = format!("{}_{suffix}", id(now));
        changes.add(
            Rule::BodyKindAdded,
            place.clone(),
            subject,
            format!("now also takes `{ty}`"),
        );
    }
}

fn compare_media(
    was: &Variant<'_>,
    now: &Variant<'_>,
    one: &SideOperation<'_, '_>,
    changes: &mut Changes,
) {
    let place = place(one, "requestBody");
    for gone in was.media.iter().filter(|media| !now.media.contains(media)) {
        // If there is only one media type, no code refers to it.
        if was.media.len() > 1 {
            changes.add(
                Rule::MediaTypeRemoved,
                place.clone(),
                id(one),
                format!("no longer sends `{gone}`"),
            );
        }
    }
    for added in now.media.iter().filter(|media| !was.media.contains(media)) {
        if now.media.len() > 1 {
            changes.add(
                Rule::MediaTypeAdded,
                place.clone(),
                id(one),
                format!("can now also send `{added}`"),
            );
        }
    }
    if let (Some(before), Some(after)) = (was.media.first(), now.media.first())
        && before != after
    {
        let what = format!("sends `{after}` instead of `{before}`");
        changes.add(Rule::MediaTypeDefault, place, id(one), what);
    }
}

fn body_text(one: &SideOperation<'_, '_>, variant: &Variant<'_>) -> String {
    let call = &one.call;
    let index = call
        .bodies
        .iter()
        .position(|known| known.schema == variant.schema && known.encoding == variant.encoding);
    let ty = index.and_then(|index| call.body_types.get(index)?.as_ref());
    match (variant.encoding, ty) {
        // A bulk call takes the items one by one.
        (_, Some(ty)) if call.is_bulk() => {
            rust_text(&inside("Vec", ty).unwrap_or_else(|| ty.clone()))
        }
        (Encoding::Raw, _) => "bytes or text".to_owned(),
        (Encoding::Parts, _) => named(variant),
        (_, Some(ty)) => rust_text(ty),
        (_, None) => named(variant),
    }
}

fn named(variant: &Variant<'_>) -> String {
    variant
        .schema
        .map(|schema| crate::name::type_name(&kind_words(schema)))
        .unwrap_or_default()
}

fn compare_paging(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let place = place(now, "x-sdk-pagination");
    match (was.operation.paging, now.operation.paging) {
        (None, Some(_)) => changes.add(Rule::PagingAdded, place, id(now), "is now paginated"),
        (Some(_), None) => changes.add(
            Rule::PagingRemoved,
            place,
            id(now),
            "is no longer paginated",
        ),
        (Some(before), Some(after)) if before != after => {
            let (old, new) = (text(before, "items"), text(after, "items"));
            if old != new {
                let what = format!("reads items at `{new}` instead of `{old}`");
                changes.add(Rule::PagingItems, place.clone(), id(now), what);
            }
            let way = |paging: &Value| {
                let mut paging = paging.clone();
                if let Some(map) = paging.as_object_mut() {
                    map.remove("items");
                }
                paging
            };
            if way(before) != way(after) {
                let what = format!(
                    "is paginated with `{}` instead of `{}`",
                    way(after),
                    way(before)
                );
                changes.add(Rule::PagingWay, place, id(now), what);
            }
        }
        _ => {}
    }
}

fn compare_bulk(was: &SideOperation<'_, '_>, now: &SideOperation<'_, '_>, changes: &mut Changes) {
    let place = place(now, "x-sdk-bulk");
    match (was.operation.bulk, now.operation.bulk) {
        (None, Some(_)) => changes.add(Rule::BulkAdded, place, id(now), "is now a bulk call"),
        (Some(_), None) => changes.add(
            Rule::BulkRemoved,
            place,
            id(now),
            "is no longer a bulk call",
        ),
        (Some(before), Some(after)) if before != after => {
            let (old, new) = (text(before, "format"), text(after, "format"));
            if old == new {
                let what = format!("has the limits `{after}` instead of `{before}`");
                changes.add(Rule::BulkLimits, place, id(now), what);
            } else {
                changes.add(
                    Rule::BulkFormat,
                    place,
                    id(now),
                    format!("sends `{new}` instead of `{old}`"),
                );
            }
        }
        _ => {}
    }
}
