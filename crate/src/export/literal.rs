//! Texts of a scenario as literals and comments, from which nothing breaks out.

use std::fmt::Write as _;

/// Whether a character may stand in code as it is.
fn is_plain(c: char) -> bool {
    c.is_ascii_graphic() || c == ' '
}

/// A Java string. Unicode escapes are read before anything else in Java, so that none may stand for a quote or a line's end:
/// below 128 escapes are octal.
pub(super) fn java(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_plain(c) => out.push(c),
            c if c.is_ascii() => {
                let _ = write!(out, "\\{:03o}", c as u32);
            }
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
    out
}

/// A Python string.
pub(super) fn python(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_plain(c) || c.is_alphanumeric() => out.push(c),
            c => {
                let _ = write!(out, "\\U{:08x}", c as u32);
            }
        }
    }
    out.push('"');
    out
}

/// One line of plain words: what could end a comment or a docstring, or begin an escape, is replaced by what looks like it.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\\' => '/',
            '"' => '\'',
            '*' => '·',
            '<' => '‹',
            '>' => '›',
            c if is_plain(c) || c.is_alphanumeric() || "−≥≤–…·".contains(c) => c,
            _ => ' ',
        })
        .collect()
}

/// Lines of comment, a sentence each, broken where they get too long.
pub(super) fn comment(mark: &str, sentences: &[String]) -> String {
    const WIDTH: usize = 100;
    let mut out = String::new();
    for sentence in sentences {
        let mut line = String::from(mark);
        for word in plain(sentence).split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH && line != mark {
                out.push_str(&line);
                out.push('\n');
                line = String::from(mark);
            }
            line.push(' ');
            line.push_str(word);
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_literal() {
        assert_eq!(
            java("a\"b\\u0022\n\u{e9}\u{1f600}"),
            r#""a\"b\\u0022\012\u00e9\ud83d\ude00""#
        );
        assert_eq!(
            python("a\"b\\\n\u{2028}é"),
            r#""a\"b\\\U0000000a\U00002028é""#
        );
        assert_eq!(plain("*/ \\u000a \"\"\"\n--"), "·/ /u000a ''' --");
    }
}
