//! Cleans text from the source: removes characters that hide or reorder the visible text.

/// Returns whether a character is invisible or changes the text direction, which can disguise text.
pub(in crate::command::import) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Returns text without invisible characters, trailing whitespace, and control characters other
/// than tabs; lines end with a line feed.
pub(in crate::command::import) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |c: &char| match c {
        '\n' | '\t' => true,
        c => !c.is_control() && !is_invisible(*c),
    };
    let text: String = text.chars().filter(kept).collect();
    text.trim_end().to_owned()
}

/// Returns text as `plain` does, but on one line.
pub(in crate::command::import) fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
