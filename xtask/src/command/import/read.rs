//! Reads the source in bounded time and memory: parses YAML or JSON into a tree of values, with the
//! line of each node.
//!
//! The passes of the import interpret the content.

mod foreign;
mod json;
mod tree;
mod yaml;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use tree::{Lines, ReadError, Tree};

/// Maximum size of a file. The largest known public document is 47 MB of indented JSON.
const MAX_BYTES: u64 = 64 << 20;

/// Maximum average line length in bytes. With longer lines, such as in minified JSON, line numbers
/// do not help.
const LONG_LINE: usize = 500;

/// A parsed file: a published document or an overlay.
#[derive(Debug)]
pub(super) struct Source {
    /// Path as given by the user.
    pub(super) file: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub(super) sha256: String,
    pub(super) root: Value,
    lines: Lines,
    has_short_lines: bool,
    /// Line and description of each change made while reading.
    pub(super) remarks: Vec<(usize, String)>,
}

impl Source {
    /// Reads a file. Errors contain the name of the file. If the file is too large, nested too
    /// deeply, or not valid JSON or YAML in UTF-8, the error also contains the line.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let opened = std::fs::File::open(path).with_context(|| format!("could not open {file}"))?;
        ensure!(
            opened.metadata().is_ok_and(|about| about.is_file()),
            "{file}: not a regular file; specify the OpenAPI document as a file on this machine"
        );
        let mut bytes = Vec::new();
        opened
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .with_context(|| format!("could not read {file}"))?;
        Self::parse(&file, &bytes)
    }

    /// Parses the bytes of a file, with the same limits as `read`.
    pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        ensure!(
            bytes.len() as u64 <= MAX_BYTES,
            "{file}:1: the document is larger than {} MiB; remove the paths that no client needs",
            MAX_BYTES >> 20
        );
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let sound = &bytes[..error.valid_up_to()];
                let line = 1 + sound.iter().filter(|byte| **byte == b'\n').count();
                bail!("{file}:{line}: the document is not UTF-8; save it as UTF-8");
            }
        };
        let tree = match text.trim_start().starts_with('{') {
            // Flow-style YAML starts like JSON, so a file with a YAML extension is parsed as YAML
            // if it is not JSON.
            true if !is_yaml_name(file) => json::parse(text),
            true => json::parse(text).or_else(|_| yaml::parse(text)),
            false => yaml::parse(text),
        };
        let Tree {
            root,
            lines,
            remarks,
        } = tree.map_err(|ReadError { line, what }| anyhow::anyhow!("{file}:{line}: {what}"))?;
        Ok(Self {
            file: file.to_owned(),
            sha256: sha256(bytes),
            root,
            lines,
            has_short_lines: text.len()
                <= LONG_LINE * (1 + text.bytes().filter(|b| *b == b'\n').count()),
            remarks,
        })
    }

    /// Returns whether the lines are short enough for line numbers to help.
    pub(super) fn has_short_lines(&self) -> bool {
        self.has_short_lines
    }

    /// Removes this project's extensions, which a vendor's document must not set.
    pub(super) fn drop_own_extensions(&mut self) {
        for pointer in foreign::drop_own_extensions(&mut self.root) {
            let key = pointer.rsplit('/').next().unwrap_or_default();
            let what =
                format!("`{key}` of the document is omitted: only `overlay.yaml` may set it");
            self.remarks.push((self.line(&pointer), what));
        }
    }

    /// Returns the line of the node at a pointer, or of its nearest ancestor.
    pub(super) fn line(&self, pointer: &str) -> usize {
        self.lines.of(pointer)
    }
}

/// Returns the SHA-256 of bytes, in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn is_yaml_name(file: &str) -> bool {
    let lower = file.to_ascii_lowercase();
    lower.ends_with(".yaml") || lower.ends_with(".yml")
}

#[cfg(test)]
mod tests {
    use super::Source;
    use serde_json::json;

    fn read(file: &str, text: &str) -> Source {
        Source::parse(file, text.as_bytes()).unwrap()
    }

    fn read_error(file: &str, text: &str) -> String {
        Source::parse(file, text.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn equivalent_json_and_yaml_give_the_same_tree_and_correct_lines() {
        let yaml = read("a.yaml", "a:\n  - 1\n  - {b/c: 'x\u{1f600}'}\nd: 2.5\n");
        let json = read(
            "a.json",
            "{\"a\": [\n1,\n{\"b\\/c\": \"x\\ud83d\\ude00\"}\n],\n\"d\":2.5}",
        );
        let wanted = json!({"a": [1, {"b/c": "x\u{1f600}"}], "d": 2.5});
        assert_eq!(yaml.root, wanted);
        assert_eq!(json.root, wanted);
        for (pointer, in_yaml, in_json) in [
            ("", 1, 1),
            ("/a", 1, 1),
            ("/a/0", 2, 2),
            ("/a/1/b~1c", 3, 3),
            ("/a/1/nowhere/deeper", 3, 3),
            ("/d", 4, 5),
        ] {
            assert_eq!(yaml.line(pointer), in_yaml, "{pointer}");
            assert_eq!(json.line(pointer), in_json, "{pointer}");
        }
    }

    #[test]
    fn aliases_and_merge_keys_are_expanded() {
        let text = "x: &x {a: 1, b: 2}\ny: *x\nz: {<<: *x, b: 3}\nw: {<<: [*x, {c: 4}]}\n";
        let source = read("a.yaml", text);
        assert_eq!(
            source.root,
            json!({"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 2}, "z": {"b": 3, "a": 1}, "w": {"a": 1, "b": 2, "c": 4}})
        );
        assert_eq!(source.line("/y/a"), 2);
    }

    #[test]
    fn an_alias_bomb_is_rejected_at_the_line_where_it_gets_too_large() {
        let mut text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = vec![format!("*l{}", level - 1); 10].join(", ");
            text.push_str(&format!("l{level}: &l{level} [{inner}]\n"));
        }
        let error = read_error("bomb.yaml", &text);
        assert!(error.starts_with("bomb.yaml:6: aliases"), "{error}");
        let long = format!(
            "a: &a {}\nb: [{}]\n",
            "x".repeat(1 << 20),
            vec!["*a"; 100].join(", ")
        );
        assert!(read_error("bomb.yaml", &long).starts_with("bomb.yaml:2: aliases"));
        let circle = read_error("circle.yaml", "a: &a\n  b: *a\n");
        assert!(circle.starts_with("circle.yaml:2: "), "{circle}");
    }

    #[test]
    fn deep_nesting_is_rejected_with_its_line() {
        let deep = 10_000;
        let json = format!("{{\"a\":\n{}1{}}}", "[".repeat(deep), "]".repeat(deep));
        let error = read_error("deep.json", &json);
        assert!(error.starts_with("deep.json:2: nested"), "{error}");
        let yaml = format!("a:\n  {}1{}\n", "[".repeat(deep), "]".repeat(deep));
        let error = read_error("deep.yaml", &yaml);
        assert!(error.starts_with("deep.yaml:2: nested"), "{error}");
        let block: String = (0..deep.min(2_000))
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect();
        assert!(read_error("deep.yaml", &block).contains(": nested"));
        // Aliases add to the depth.
        let mut stacked = "l0: &l0 [1]\n".to_owned();
        for level in 1..200 {
            stacked.push_str(&format!("l{level}: &l{level} [*l{}]\n", level - 1));
        }
        assert!(read_error("deep.yaml", &stacked).contains(": nested"));
    }

    #[test]
    fn an_unreadable_document_is_rejected_with_its_line() {
        for (file, text, start) in [
            ("a.json", "{\"a\": 1,\n\"b\": }", "a.json:2: not JSON"),
            ("a.yaml", "a: 1\nb: [\n", "a.yaml:3: not YAML"),
            ("a.yaml", "a: 1\n---\nb: 2\n", "a.yaml:2: a second document"),
            (
                "a.yaml",
                "a: 1\nb: !!python/object x\n",
                "a.yaml:2: the YAML tag",
            ),
            ("a.yaml", "", "a.yaml:1: the document is empty"),
            (
                "a.yaml",
                "a: 1\n? [x, y]\n: 2\n",
                "a.yaml:2: a key is a list or an object",
            ),
        ] {
            let error = read_error(file, text);
            assert!(error.starts_with(start), "{error}");
        }
        let error = Source::parse("a.yaml", b"a: 1\nb: \xff\n").unwrap_err();
        assert!(error.to_string().starts_with("a.yaml:2: "), "{error}");
    }

    #[test]
    fn duplicate_keys_and_rounded_numbers_are_reported_with_their_lines() {
        for (file, text) in [
            ("a.yaml", "a: 1\na: 2\nb: 99999999999999999999\n"),
            (
                "a.json",
                "{\"a\": 1,\n\"a\": 2,\n\"b\": 99999999999999999999}",
            ),
        ] {
            let source = read(file, text);
            assert_eq!(source.root, json!({"a": 1, "b": 1e20}), "{file}");
            let lines: Vec<_> = source.remarks.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [2, 3], "{file}");
        }
    }
}
