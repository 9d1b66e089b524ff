//! Parses a YAML file into a tree of JSON values with line numbers.

use crate::spec::finding::{Finding, Place};
use crate::spec::load::scalar;
use crate::spec::rule::Rule;
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Maximum depth of a document, so that no pass overflows the stack.
const MAX_DEPTH: usize = 100;

/// A value, and the line where the value or its key starts.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// The tree of a file and the findings. The tree is `None` if the file could not be parsed.
pub(crate) struct Parsed {
    pub(crate) root: Option<Node>,
    pub(crate) findings: Vec<Finding>,
}

/// Parses the contents of `file`.
pub(crate) fn parse(file: &str, bytes: &[u8]) -> Parsed {
    let mut reader = Reader {
        file: file.into(),
        open: Vec::new(),
        root: None,
        findings: Vec::new(),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => reader.read(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let sound = &bytes[..error.valid_up_to()];
            let line = 1 + sound.iter().filter(|byte| **byte == b'\n').count();
            reader.fatal(
                line,
                Rule::Encoding,
                "the file is not UTF-8",
                "save it as UTF-8",
            );
        }
    }
    Parsed {
        root: reader.root,
        findings: reader.findings,
    }
}

/// An unfinished list or map.
enum Open {
    List(usize, Vec<Node>),
    Map {
        line: usize,
        entries: Vec<(String, Node)>,
        lines: HashMap<String, usize>,
        key: Option<(String, usize)>,
    },
}

struct Reader {
    file: Arc<str>,
    open: Vec<Open>,
    root: Option<Node>,
    findings: Vec<Finding>,
}

/// Error that stops reading a file.
struct Stop;

impl Reader {
    fn read(&mut self, text: &str) {
        let last_line = text.lines().count().max(1);
        if !text.is_empty() && !text.ends_with('\n') {
            self.add_finding(
                last_line,
                Rule::CutFile,
                "the file does not end with a line break",
                "check whether its end is missing, and add a line break",
            );
        }
        let mut parser = Parser::new_from_str(text);
        while let Some(next) = parser.next_event() {
            let step = match next {
                Ok((event, span)) => self.take(event, span.start.line()),
                Err(error) => {
                    let line = error.marker().line().clamp(1, last_line);
                    // The parser has its own limit, which it reaches while looking ahead.
                    if error.info().contains("recursion limit") {
                        self.too_deep(line);
                        return;
                    }
                    let what = format!("not YAML: {}", error.info());
                    self.fatal(line, Rule::Yaml, &what, "correct the syntax");
                    Err(Stop)
                }
            };
            if step.is_err() {
                return;
            }
        }
        if self.root.is_none() && self.findings.is_empty() {
            self.fatal(
                1,
                Rule::EmptyFile,
                "the file is empty",
                "add content, or remove the file",
            );
        }
    }

    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), Stop> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.root.is_some() => {
                self.fatal(
                    line,
                    Rule::Yaml,
                    "a second document in one file",
                    "keep one document per file",
                );
                Err(Stop)
            }
            Event::DocumentStart(_) => Ok(()),
            Event::Alias(_) => self.reject_anchor(line),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor > 0 =>
            {
                self.reject_anchor(line)
            }
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                let what = "a YAML tag on a value";
                self.fatal(line, Rule::Yaml, what, "write the value without `!`");
                Err(Stop)
            }
            Event::Scalar(text, style, ..) => self.scalar(&text, style, line),
            Event::SequenceStart(..) => {
                self.check_collection_start(line)?;
                self.open.push(Open::List(line, Vec::new()));
                Ok(())
            }
            Event::MappingStart(..) => {
                self.check_collection_start(line)?;
                self.open.push(Open::Map {
                    line,
                    entries: Vec::new(),
                    lines: HashMap::new(),
                    key: None,
                });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                match self.open.pop() {
                    Some(Open::List(line, items)) => self.put(line, Content::List(items)),
                    Some(Open::Map { line, entries, .. }) => self.put(line, Content::Map(entries)),
                    None => {}
                }
                Ok(())
            }
        }
    }

    /// Checks whether a list or map can start here.
    fn check_collection_start(&mut self, line: usize) -> Result<(), Stop> {
        if self.open.len() >= MAX_DEPTH {
            self.too_deep(line);
            return Err(Stop);
        }
        if let Some(Open::Map { key: None, .. }) = self.open.last() {
            let what = "a list or an object as a key";
            self.fatal(
                line,
                Rule::Yaml,
                what,
                "use a string as the key; quote it if it contains braces",
            );
            return Err(Stop);
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, line: usize) -> Result<(), Stop> {
        let value = match style {
            ScalarStyle::Plain => scalar::plain(text),
            _ => Ok(Value::String(text.to_owned())),
        };
        let value = value.unwrap_or_else(|why| {
            let what = format!("`{text}`: {why}");
            self.add_finding(
                line,
                Rule::InexactNumber,
                &what,
                "quote it, or write a number that fits into 64 bits",
            );
            Value::String(text.to_owned())
        });
        if let Some(Open::Map {
            key: key @ None, ..
        }) = self.open.last_mut()
        {
            *key = Some((text.to_owned(), line));
            // Statuses of responses are often written as plain numbers.
            if !(value.is_string() || value.is_u64()) {
                let what = format!("the key `{text}` is not a string");
                self.add_finding(line, Rule::KeyNotText, &what, "quote it");
            }
            return Ok(());
        }
        self.put(line, Content::Scalar(value));
        Ok(())
    }

    /// Adds a finished node to the open list or map. The value of a key has the line of the key.
    fn put(&mut self, line: usize, content: Content) {
        let line = match self.open.last() {
            Some(Open::Map {
                key: Some((_, line)),
                ..
            }) => *line,
            _ => line,
        };
        let place = self.place(line);
        let node = Node { place, content };
        let mut duplicate = None;
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map {
                entries,
                lines,
                key,
                ..
            }) => {
                let Some((name, line)) = key.take() else {
                    return;
                };
                match lines.get(&name) {
                    Some(first) => duplicate = Some((name, line, *first)),
                    None => {
                        lines.insert(name.clone(), line);
                        entries.push((name, node));
                    }
                }
            }
        }
        if let Some((name, line, first)) = duplicate {
            let what = format!("the key `{name}` is already on line {first}");
            self.add_finding(line, Rule::DuplicateKey, &what, "keep one of them");
        }
    }

    fn too_deep(&mut self, line: usize) {
        let what = format!("nested more than {MAX_DEPTH} levels deep");
        let to_do = "move inner parts to named components, and refer to them";
        self.fatal(line, Rule::TooDeep, &what, to_do);
    }

    fn reject_anchor(&mut self, line: usize) -> Result<(), Stop> {
        let what = "an anchor or an alias";
        self.fatal(
            line,
            Rule::YamlAnchor,
            what,
            "move the shared part to components, and use $ref",
        );
        Err(Stop)
    }

    fn place(&self, line: usize) -> Place {
        Place {
            file: Arc::clone(&self.file),
            line,
        }
    }

    fn add_finding(&mut self, line: usize, rule: Rule, what: &str, what_to_do: &str) {
        let place = self.place(line);
        self.findings
            .push(Finding::new(place, rule, what, what_to_do));
    }

    /// Adds a finding, and discards the tree, because the file can't be parsed.
    fn fatal(&mut self, line: usize, rule: Rule, what: &str, what_to_do: &str) {
        self.add_finding(line, rule, what, what_to_do);
        self.open.clear();
        self.root = None;
    }
}
