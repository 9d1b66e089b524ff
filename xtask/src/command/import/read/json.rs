//! Finds the nodes of JSON text and their lines, which serde_json doesn't report. The text is
//! validated with serde_json first.

use super::tree::{Builder, ReadError, Step, Tree, refuse, too_deep};
use serde::de::IgnoredAny;
use serde_json::Value;

pub(super) fn parse(text: &str) -> Result<Tree, ReadError> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        if error.to_string().starts_with("recursion limit") {
            return too_deep(error.line());
        }
        return refuse(error.line(), format!("not JSON: {error}"));
    }
    let mut walk = Tokenizer {
        text,
        at: 0,
        line: 1,
        builder: Builder::default(),
    };
    while walk.step()? {}
    walk.builder.finish()
}

struct Tokenizer<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    builder: Builder,
}

impl Tokenizer<'_> {
    /// Reads the next token; returns whether there was one.
    fn step(&mut self) -> Result<bool, ReadError> {
        let Some(byte) = self.text.as_bytes().get(self.at) else {
            return Ok(false);
        };
        match byte {
            b'{' => self.one(|builder, line| builder.begin_map(line, 0))?,
            b'[' => self.one(|builder, line| builder.begin_list(line, 0))?,
            b'}' | b']' => self.one(|builder, _| {
                builder.end();
                Ok(())
            })?,
            b'"' => self.string()?,
            b'\n' => {
                self.line += 1;
                self.at += 1;
            }
            b' ' | b'\t' | b'\r' | b',' | b':' => self.at += 1,
            _ => self.word(),
        }
        Ok(true)
    }

    fn one(&mut self, take: impl FnOnce(&mut Builder, usize) -> Step) -> Step {
        self.at += 1;
        take(&mut self.builder, self.line)
    }

    fn string(&mut self) -> Step {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        while let Some(byte) = bytes.get(end).filter(|byte| **byte != b'"') {
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let quoted = self.text.get(self.at..=end).unwrap_or_default();
        self.at = end + 1;
        let Ok(text) = serde_json::from_str::<String>(quoted) else {
            return refuse(self.line, format!("not JSON: invalid string {quoted}"));
        };
        match self.builder.wants_key() {
            true => self.builder.key(text, self.line),
            false => self.builder.scalar(Value::String(text), self.line, 0),
        }
        Ok(())
    }

    /// Reads a number, `true`, `false` or `null`.
    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let end = rest.find([',', ']', '}', ' ', '\t', '\r', '\n']);
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        self.builder.plain(word, self.line, 0);
    }
}
