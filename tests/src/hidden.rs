//! Searches printed output for secrets.

use std::fmt::{Debug, Display};

/// `Debug` in both of its forms.
pub fn debug(value: impl Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// `Display` and `Debug` of an error, and of all its causes.
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

/// Fails if a secret occurs in one of the texts.
#[track_caller]
pub fn assert_hidden(secrets: &[&str], printed: &[String]) {
    for text in printed {
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is printed: {text}");
        }
    }
}
