//! Text format of faults, as used in a request header and in the admin API.

use std::str::FromStr;
use std::time::Duration;

use crate::error::Error;
use crate::state::fault::{Change, Fault, FaultKind};

impl FromStr for Fault {
    type Err = Error;

    /// Parses `kind[=value]; key[=value]; ...`, such as `status=429; retry-after=2; times=3`.
    ///
    /// Kinds: `status=503`, `delay=250ms`, `stall[=2s]`, `reset[=before|read|applied]`,
    /// `truncated`, `oversized[=bytes]`, `html`, `empty`, `content-type=text/plain`,
    /// `wrong-type[=/pointer]`, `unknown-enum[=..]`, `extra-field[=..]`, `null-field[=..]`,
    /// `missing-field[=..]`, `expired-token`, `revoked-token`, `redirect[=url]`, `job=Failed` or
    /// `job=Pending>Retrying>Failed`. Keys: `on`, `times`, `always`, `skip`, `probability`,
    /// `seed`, `applied`, `retry-after`, `retry-after-date` and `rate-limit-reset`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut pieces = text
            .split(';')
            .map(str::trim)
            .filter(|piece| !piece.is_empty());
        let first = pieces
            .next()
            .ok_or_else(|| Error::new("the fault is empty"))?;
        let mut fault = Self::new(kind(first)?);
        fault.applied = first == "reset=applied";
        for piece in pieces {
            fault = with(fault, piece)?;
        }
        Ok(fault)
    }
}

/// Applies a `key[=value]` piece to a fault.
fn with(fault: Fault, piece: &str) -> Result<Fault, Error> {
    let (name, value) = split_key_value(piece);
    Ok(match name {
        "on" => fault.on(value),
        "times" => fault.times(number(piece)?),
        "always" => fault.always(),
        "skip" => fault.skip(number(piece)?),
        "probability" => fault.probability(number(piece)?),
        "seed" => fault.seed(number(piece)?),
        "applied" => fault.applied(),
        "retry-after" => fault.retry_after(time(piece)?),
        "retry-after-date" => fault.retry_after_date(time(piece)?),
        "rate-limit-reset" => fault.rate_limit_reset(time(piece)?),
        _ => return Err(Error::new(format!("`{piece}` is not a key of a fault"))),
    })
}

fn kind(piece: &str) -> Result<FaultKind, Error> {
    let (name, value) = split_key_value(piece);
    let place = || (!value.is_empty()).then(|| value.to_owned());
    Ok(match (name, value) {
        ("status", _) => match number(piece)? {
            status @ 200..=599 => FaultKind::Status(status),
            _ => return Err(wrong(piece)),
        },
        ("delay", _) => FaultKind::Delay(time(piece)?),
        ("stall", "") => FaultKind::Stall(None),
        ("stall", _) => FaultKind::Stall(Some(time(piece)?)),
        ("reset", "before") => FaultKind::ResetBefore,
        ("reset", "" | "read" | "applied") => FaultKind::Reset,
        ("truncated", "") => FaultKind::Truncated,
        ("oversized", "") => FaultKind::Oversized(64 * 1024 * 1024),
        ("oversized", _) => FaultKind::Oversized(number(piece)?),
        ("html", "") => FaultKind::Html,
        ("empty", "") => FaultKind::Empty,
        ("content-type", _) => FaultKind::ContentType(value.to_owned()),
        ("wrong-type", _) => FaultKind::Field(Change::WrongType, place()),
        ("unknown-enum", _) => FaultKind::Field(Change::UnknownEnum, place()),
        ("extra-field", _) => FaultKind::Field(Change::Extra, place()),
        ("null-field", _) => FaultKind::Field(Change::Null, place()),
        ("missing-field", _) => FaultKind::Field(Change::Missing, place()),
        ("expired-token", "") => FaultKind::Expired,
        ("revoked-token", "") => FaultKind::Revoked,
        ("redirect", _) => FaultKind::Redirect(place()),
        ("job", states) if !states.is_empty() => FaultKind::Job(
            states
                .split('>')
                .map(|state| state.trim().to_owned())
                .collect(),
        ),
        _ => return Err(Error::new(format!("`{piece}` is not a fault"))),
    })
}

fn split_key_value(piece: &str) -> (&str, &str) {
    let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
    (name.trim(), value.trim())
}

fn number<N: FromStr>(piece: &str) -> Result<N, Error> {
    split_key_value(piece).1.parse().map_err(|_| wrong(piece))
}

/// Parses a number of seconds, or a number with a unit such as `250ms` or `2s`.
fn time(piece: &str) -> Result<Duration, Error> {
    let text = split_key_value(piece).1;
    let (digits, unit) = match text.strip_suffix("ms") {
        Some(digits) => (digits, 0.001),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let value: f64 = digits.parse().map_err(|_| wrong(piece))?;
    Duration::try_from_secs_f64(value * unit).map_err(|_| wrong(piece))
}

fn wrong(piece: &str) -> Error {
    Error::new(format!("`{piece}` has a missing or invalid value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Fault {
        text.parse().unwrap()
    }

    #[test]
    fn every_fault_kind_is_parsed() {
        for text in [
            "status=503",
            "job=Failed",
            "job=Pending > Failed",
            "delay=250ms",
            "stall",
            "stall=2s",
            "reset",
            "reset=before",
            "reset=read",
            "reset=applied",
            "truncated",
            "oversized",
            "oversized=10",
            "html",
            "empty",
            "content-type=text/plain",
            "wrong-type",
            "unknown-enum=/state",
            "extra-field",
            "null-field",
            "missing-field=/id",
            "expired-token",
            "revoked-token",
            "redirect",
            "redirect=http://127.0.0.1:1/",
        ] {
            let _ = read(text);
        }
        assert_eq!(
            read("delay=250ms").kind,
            FaultKind::Delay(Duration::from_millis(250))
        );
        assert!(read("reset=applied").applied);
    }

    #[test]
    fn keys_are_parsed_and_errors_name_the_invalid_part() {
        let fault =
            read("status=429; on=list_parcels; times=3; skip=1; retry-after=2; probability=0.5");
        assert_eq!(
            (fault.operation.as_deref(), fault.times, fault.skip),
            (Some("list_parcels"), Some(3), 1)
        );
        for (text, expected) in [
            ("", "the fault is empty"),
            ("boom", "`boom` is not a fault"),
            ("status=5", "`status=5` has a missing or invalid value"),
            ("html; often", "`often` is not a key of a fault"),
            ("delay=-1", "`delay=-1` has a missing or invalid value"),
        ] {
            assert_eq!(text.parse::<Fault>().unwrap_err().to_string(), expected);
        }
    }
}
