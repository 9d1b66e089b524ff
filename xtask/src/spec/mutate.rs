//! Damages spec files for tests, deterministically for each seed.

use std::collections::BTreeMap;

/// File contents by name without `.yaml`, as in `load::assemble`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A small random number generator that produces the same numbers on every machine.
pub(crate) struct Xorshift(u64);

impl Xorshift {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }
}

const WRONG_VALUES: [&str; 12] = [
    "5",
    "-1.5",
    "true",
    "null",
    "text",
    "''",
    "[]",
    "{}",
    "[{}]",
    "{a: {b: [c]}}",
    "'#/components/schemas/None'",
    "{$ref: '#/components/schemas/None'}",
];

/// Damages one place in one file, and returns a description of the change.
pub(crate) fn mutate(files: &mut Files, random: &mut Xorshift) -> String {
    let name = files
        .keys()
        .nth(random.below(files.len()))
        .cloned()
        .unwrap();
    let bytes = files.get_mut(&name).unwrap();
    let kind = random.below(8);
    if kind == 0 {
        let end = random.below(bytes.len());
        bytes.truncate(end);
        return format!("{name}: cut after {end} bytes");
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return format!("{name}: empty already");
    }
    let first = random.below(lines.len());
    let block = first..block_end(&lines, first);
    let what = match kind {
        1..=3 => {
            lines.drain(block);
            "dropped"
        }
        4..=6 => {
            let value = WRONG_VALUES[random.below(WRONG_VALUES.len())];
            let line = lines[first].clone();
            let key = line
                .split_once(": ")
                .map_or(line.trim_end_matches(':'), |(key, _)| key);
            lines.splice(block, [format!("{key}: {value}")]);
            "given another type"
        }
        _ => {
            let copy = lines[block.clone()].to_vec();
            lines.splice(block.end..block.end, copy);
            "doubled"
        }
    };
    *bytes = (lines.join("\n") + "\n").into_bytes();
    format!("{name}:{}: {what}", first + 1)
}

/// Returns the index after the last line of a block, which consists of a line and all directly
/// following lines with a deeper indentation.
fn block_end(lines: &[String], first: usize) -> usize {
    let indent = |line: &String| line.len() - line.trim_start_matches([' ', '-']).len();
    let own = lines.get(first).map_or(0, indent);
    let deeper = lines
        .iter()
        .skip(first + 1)
        .take_while(|line| indent(line) > own);
    (first + 1 + deeper.count()).min(lines.len())
}
