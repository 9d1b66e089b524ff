//! Reads YAML from parser events: expands aliases and merge keys, and rejects unsupported tags.

use super::tree::{Builder, ReadError, Step, Tree, refuse, too_deep};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::Value;

pub(super) fn parse(text: &str) -> Result<Tree, ReadError> {
    let last_line = text.lines().count().max(1);
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => take(&mut builder, event, span.start.line())?,
            Err(error) => {
                let line = error.marker().line().clamp(1, last_line + 1);
                // The parser has its own nesting limit, which it can reach while looking ahead.
                if error.info().contains("recursion limit") {
                    return too_deep(line);
                }
                return refuse(line, format!("not YAML: {}", error.info()));
            }
        }
    }
    builder.finish()
}

fn take(builder: &mut Builder, event: Event<'_>, line: usize) -> Step {
    match event {
        Event::DocumentStart(_) if builder.has_root() => refuse(
            line,
            "a second document in one file; keep only the one to import",
        ),
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd => Ok(()),
        Event::Alias(anchor) => builder.alias(anchor, line),
        Event::Scalar(text, style, anchor, tag) => {
            let is_text = match tag.as_deref() {
                None => style != ScalarStyle::Plain,
                Some(tag) => is_text(tag, line)?,
            };
            if builder.wants_key() {
                builder.key(text.into_owned(), line);
            } else if is_text {
                builder.scalar(Value::String(text.into_owned()), line, anchor);
            } else {
                builder.plain(&text, line, anchor);
            }
            Ok(())
        }
        Event::SequenceStart(anchor, tag) => {
            core_tag(tag.as_deref(), line)?;
            builder.begin_list(line, anchor)
        }
        Event::MappingStart(anchor, tag) => {
            core_tag(tag.as_deref(), line)?;
            builder.begin_map(line, anchor)
        }
        Event::SequenceEnd | Event::MappingEnd => {
            builder.end();
            Ok(())
        }
    }
}

/// Returns whether a scalar with this tag is a string.
fn is_text(tag: &Tag, line: usize) -> Result<bool, ReadError> {
    core_tag(Some(tag), line)?;
    // `!` alone makes a scalar a string.
    Ok(!tag.is_yaml_core_schema() || matches!(tag.suffix.as_str(), "str" | "timestamp" | "binary"))
}

fn core_tag(tag: Option<&Tag>, line: usize) -> Step {
    let known = [
        "str",
        "int",
        "float",
        "bool",
        "null",
        "seq",
        "map",
        "timestamp",
        "binary",
        "omap",
        "set",
    ];
    match tag {
        Some(tag) if tag.handle == "!" && tag.suffix.is_empty() => Ok(()),
        Some(tag) if !(tag.is_yaml_core_schema() && known.contains(&tag.suffix.as_str())) => {
            refuse(
                line,
                format!(
                    "the YAML tag `{}{}` is not supported; write the value without it",
                    tag.handle, tag.suffix
                ),
            )
        }
        _ => Ok(()),
    }
}
