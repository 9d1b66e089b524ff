//! Formats an error on one line, without secrets. The vendor's message takes precedence.

use std::fmt;

use crate::error::kind::ErrorKind;
use crate::error::{Answer, Error};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(caller) = self.0.needed_by {
            write!(f, "{caller}: could not obtain an access token: ")?;
        }
        if let Some(operation) = self.0.operation {
            write!(f, "{}: ", operation.id)?;
        }
        match &self.0.answer {
            Some(answer) => self.fmt_response(answer, f),
            None => {
                f.write_str(&self.0.text)?;
                if let Some(source) = &self.0.source {
                    write!(f, ": {}", Deepest(source.as_ref()))?;
                }
                Ok(())
            }
        }?;
        if let Some(wait) = self.0.retry_after {
            write!(f, " (try again in {} s)", wait.as_secs_f64().ceil())?;
        }
        if self.0.attempts > 1 {
            write!(f, " (after {} attempts)", self.0.attempts)?;
        }
        if self.is_maybe_applied() {
            f.write_str(" (it may have taken effect)")?;
            if let Some(find) = self.how_to_find_job() {
                write!(f, "; to find out: {find}")?;
            }
        }
        Ok(())
    }
}

impl Error {
    fn fmt_response(&self, answer: &Answer, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", answer.status.as_u16())?;
        let facts = &answer.facts;
        if self.0.kind == ErrorKind::Status {
            // Some vendors repeat the status as the code, or the code as the type.
            let mut said = answer.status.as_str();
            for part in [&facts.code, &facts.kind].into_iter().flatten() {
                if part != said {
                    write!(f, " {part}")?;
                    said = part;
                }
            }
            match &facts.message {
                Some(message) => write!(f, ": {message:?}")?,
                None if !self.0.text.is_empty() => write!(f, ": {}", self.0.text)?,
                None if facts.code.is_none() && facts.kind.is_none() => {
                    write!(
                        f,
                        " {}",
                        answer.status.canonical_reason().unwrap_or("error")
                    )?;
                }
                None => {}
            }
            for field in &facts.fields {
                write!(f, "; {}: {}", field.field, field.message)?;
            }
        } else {
            write!(f, ": {}", self.0.text)?;
        }
        if let Some(id) = &answer.request_id {
            write!(f, " (request id {id})")?;
        }
        let unsaid = self.0.kind != ErrorKind::Status || facts.message.is_none();
        if unsaid && !answer.excerpt.is_empty() {
            write!(f, "; the response begins: {}", answer.excerpt)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind);
        if let Some(operation) = self.operation() {
            debug.field("operation", &operation);
        }
        if let Some(status) = self.status() {
            debug.field("status", &status.as_u16());
        }
        debug.field("message", &self.message());
        for (name, value) in [
            ("code", self.code()),
            ("type", self.error_type()),
            ("request_id", self.request_id()),
            ("json_path", self.json_path()),
            ("job_state", self.job_state()),
            (
                "body",
                self.0.answer.as_ref().map(|answer| answer.excerpt.as_str()),
            ),
        ] {
            if let Some(value) = value {
                debug.field(name, &value);
            }
        }
        if !self.fields().is_empty() {
            debug.field("fields", &self.fields());
        }
        debug.field("attempts", &self.0.attempts);
        if let Some(source) = &self.0.source {
            debug.field("source", &format_args!("{}", Deepest(source.as_ref())));
        }
        debug.finish()
    }
}

/// The last cause in a chain. The causes before it only report that something failed.
struct Deepest<'a>(&'a (dyn std::error::Error + Send + Sync + 'static));

impl fmt::Display for Deepest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut deepest: &dyn std::error::Error = self.0;
        while let Some(next) = deepest.source() {
            deepest = next;
        }
        write!(f, "{deepest}")
    }
}
