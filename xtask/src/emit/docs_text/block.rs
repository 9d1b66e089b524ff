//! Multi-line Markdown: fences are closed and marked as not Rust, and indentation never creates
//! code blocks.

use super::inline;

/// Fence languages that rustdoc doesn't test and that are useful to readers.
const LANGUAGES: [&str; 11] = [
    "bash", "console", "csv", "html", "http", "json", "sh", "shell", "text", "xml", "yaml",
];

/// Makes the blocks of some Markdown text safe for rustdoc.
pub(super) fn safe(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    // Indentation of a paragraph's first line, and of its other lines.
    let mut indent = (String::new(), String::new());
    let mut list = List::default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let bare = line.trim_start();
        if let Some(fence) = Fence::open(bare) {
            flush(&mut out, &mut paragraph, &indent);
            let code: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !fence.is_closed_by(line))
                .collect();
            fence.write(&mut out, &list.content(line), &code);
            continue;
        }
        if bare.is_empty() {
            flush(&mut out, &mut paragraph, &indent);
            out.push(String::new());
            continue;
        }
        let starts = paragraph.is_empty();
        if is_item(bare) {
            flush(&mut out, &mut paragraph, &indent);
            indent = list.item(line, bare);
        } else if starts {
            let content = list.content(line);
            indent = (content.clone(), content);
        }
        paragraph.push(bare.trim_end());
    }
    flush(&mut out, &mut paragraph, &indent);
    out.join("\n")
}

/// Writes a paragraph. Its code spans may extend over several lines.
fn flush(out: &mut Vec<String>, paragraph: &mut Vec<&str>, indent: &(String, String)) {
    if paragraph.is_empty() {
        return;
    }
    let text = inline::safe(&paragraph.join("\n"));
    let (first, others) = indent;
    let indents = std::iter::once(first).chain(std::iter::repeat(others));
    out.extend(
        text.lines()
            .zip(indents)
            .map(|(line, indent)| format!("{indent}{line}")),
    );
    paragraph.clear();
}

/// Open levels of a list.
#[derive(Default)]
struct List {
    /// Indentation in the text and in the output, and the width of the marker, per open level.
    levels: Vec<(usize, usize, usize)>,
}

impl List {
    /// Returns the output indentation of an item: of its first line, and of its other lines.
    /// Neither indentation is deep enough to start a code block.
    fn item(&mut self, line: &str, bare: &str) -> (String, String) {
        let column = column(line);
        while self.levels.last().is_some_and(|(own, _, _)| *own >= column) {
            self.levels.pop();
        }
        let ours = self
            .levels
            .last()
            .map_or(0, |(_, ours, width)| ours + width);
        let width = bare.find(' ').map_or(2, |space| space + 1).min(4);
        self.levels.push((column, ours, width));
        (" ".repeat(ours), " ".repeat(ours + width))
    }

    /// Returns the output indentation of text, which lines up with the content of the enclosing
    /// item.
    fn content(&mut self, line: &str) -> String {
        let column = column(line);
        while self.levels.last().is_some_and(|(own, _, _)| *own >= column) {
            self.levels.pop();
        }
        let ours = self
            .levels
            .last()
            .map_or(0, |(_, ours, width)| ours + width);
        " ".repeat(ours)
    }
}

fn column(line: &str) -> usize {
    let spaces = line.chars().take_while(|c| *c == ' ' || *c == '\t');
    spaces.map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// Returns whether a line starts with a list marker.
fn is_item(bare: &str) -> bool {
    let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = match digits {
        0 => bare.strip_prefix(['-', '*', '+']),
        1..=9 => bare[digits..].strip_prefix(['.', ')']),
        _ => None,
    };
    after.is_some_and(|after| after.starts_with(' '))
}

struct Fence {
    mark: char,
    length: usize,
    language: String,
}

impl Fence {
    fn open(bare: &str) -> Option<Self> {
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = bare.len() - bare.trim_start_matches(mark).len();
        let info = bare[length..].trim();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        let language = info.to_ascii_lowercase();
        let is_known = LANGUAGES.contains(&language.as_str());
        Some(Self {
            mark,
            length,
            language: if is_known {
                language
            } else {
                "text".to_owned()
            },
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let bare = line.trim();
        bare.len() >= self.length && bare.chars().all(|c| c == self.mark)
    }

    fn write(&self, out: &mut Vec<String>, indent: &str, code: &[&str]) {
        let longest = code
            .iter()
            .flat_map(|line| inline::runs(line))
            .map(str::len)
            .max();
        let fence = "`".repeat(longest.map_or(3, |longest| (longest + 1).max(3)));
        out.push(format!("{indent}{fence}{}", self.language));
        out.extend(
            code.iter()
                .map(|line| format!("{indent}{}", line.trim_end())),
        );
        out.push(format!("{indent}{fence}"));
    }
}
