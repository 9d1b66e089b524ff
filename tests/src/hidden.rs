//! Prints values and errors, and searches the output for secrets.

use std::fmt::{Debug, Display};

/// Formats a value with `Debug`, both compact and pretty-printed.
pub fn debug(value: impl Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// Formats an error and all its causes with `Display` and `Debug`.
pub fn error(error: impl std::error::Error) -> String {
    let mut text = format!("{}\n{}", shown(&error), debug(&error));
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!("\n{}\n{}", shown(next), debug(next)));
        cause = next.source();
    }
    text
}

fn shown(value: impl Display) -> String {
    format!("{value} {value:#}")
}

/// Panics if any of the printed strings contains any of the secrets.
#[track_caller]
pub fn assert_hidden(secrets: &[&str], printed: &[String]) {
    for text in printed {
        for secret in secrets {
            assert!(
                !text.contains(secret),
                "the output contains {secret}: {text}"
            );
        }
    }
}
