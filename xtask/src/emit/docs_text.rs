//! Converts text from a spec to Markdown for rustdoc, and Markdown to `#[doc]` attributes.
//!
//! Whatever the text contains, rustdoc shows every word of it, doesn't test code, doesn't interpret
//! HTML, and links only plain URLs.

use proc_macro2::TokenStream;
use quote::quote;

mod block;
mod inline;

/// Returns one `#[doc]` attribute per line.
pub(crate) fn attributes(markdown: &str) -> TokenStream {
    let markdown = clean(markdown);
    let lines = markdown.lines().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote! { #[doc = #line] }
    });
    quote! { #(#lines)* }
}

/// Makes free-form text from a spec safe for rustdoc: keeps paragraphs, lists and fenced code, and
/// turns Markdown links and HTML tags into text.
pub(crate) fn prose(text: &str) -> String {
    block::safe(&clean(text))
}

/// Joins the lines of some text, and makes the result safe for rustdoc.
pub(crate) fn line(text: &str) -> String {
    inline::safe(&clean(text).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns the name of an API, such as `Acme API`: the title without a leading `The`, and followed
/// by `API` if it doesn't contain that word.
pub(crate) fn api_name(title: &str) -> String {
    let title = line(title);
    let mut words: Vec<&str> = title.split_whitespace().collect();
    if words.len() > 1 && words[0].eq_ignore_ascii_case("the") {
        words.remove(0);
    }
    let is_api = |word: &&str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.eq_ignore_ascii_case("api") || word.eq_ignore_ascii_case("apis")
    };
    if !words.iter().any(is_api) {
        words.push("API");
    }
    words.join(" ")
}

/// Formats a name or a value as code, whatever characters it contains.
pub(crate) fn code(text: &str) -> String {
    let text = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let longest = inline::runs(&text).map(|run| run.len()).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match text.contains('`') || text.is_empty() {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// Converts line breaks to line feeds, and removes direction marks, byte order marks, and control
/// characters other than tabs.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = text.trim().chars().filter_map(|c| match c {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\n' | '\t' => Some(c),
        // Direction marks, which a rustc lint rejects.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            None
        }
        '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_api_is_added_to_a_title_that_lacks_it() {
        for (title, name) in [
            ("Acme", "Acme API"),
            ("2Go API", "2Go API"),
            ("The Acme Api", "Acme Api"),
            ("Acme REST APIs, v3", "Acme REST APIs, v3"),
            ("API of Acme", "API of Acme"),
            ("Acme\n<b>", "Acme \\<b\\> API"),
            ("The", "The API"),
            ("", "API"),
        ] {
            assert_eq!(api_name(title), name, "{title}");
        }
    }

    #[test]
    fn code_blocks_are_never_marked_as_rust_and_fences_are_closed() {
        assert_eq!(
            prose("a\n\n```\nlet x: = 1;\n```"),
            "a\n\n```text\nlet x: = 1;\n```"
        );
        assert_eq!(prose("```rust\nx"), "```text\nx\n```");
        assert_eq!(prose("~~~json\n{}\n~~~\nb"), "```json\n{}\n```\nb");
        assert_eq!(prose("~~~\n```\n~~~"), "````text\n```\n````");
        assert_eq!(prose("a\n\n    b\n\n\tc"), "a\n\nb\n\nc");
        assert_eq!(
            prose("- a\n\n      b\n    - c\n\n      d"),
            "- a\n\n  b\n  - c\n\n    d"
        );
    }

    #[test]
    fn links_and_tags_outside_code_are_escaped() {
        assert_eq!(
            line("a [link] <b> `[x]` [`y`]"),
            "a \\[link\\] \\<b\\> `[x]` \\[`y`\\]"
        );
        assert_eq!(
            line("see <https://a.b/c> or https://a.b."),
            "see <https://a.b/c> or <https://a.b>."
        );
        assert_eq!(line("a \\[b\\]"), "a \\[b\\]");
    }

    #[test]
    fn invisible_characters_are_removed() {
        assert_eq!(prose("a\rb\u{0}c\u{202e}d"), "a\nbcd");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("a\nb"), "`a b`");
    }
}
