//! Creates findings for violations of the house rules.

use crate::spec::finding::{Finding, Place};
use crate::spec::rule::Level;

pub(super) fn violation(
    file: &str,
    line: usize,
    rule: &'static str,
    what: String,
    what_to_do: &str,
) -> Finding {
    let place = Place {
        file: file.into(),
        line,
    };
    Finding {
        place,
        rule,
        what,
        what_to_do: what_to_do.to_owned(),
        level: Level::Correctness,
    }
}
