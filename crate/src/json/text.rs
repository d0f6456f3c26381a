//! Where in a text a value stands.

use super::fit::Step;

/// The line and column in which the value at the end of a way ends, both from 1. The text is known to be JSON.
pub(super) fn position(text: &str, path: &[Step]) -> (usize, usize) {
    let mut reader = Reader {
        text: text.as_bytes(),
        at: 0,
    };
    for step in path {
        if !reader.enter(step) {
            break;
        }
    }
    reader.skip();
    let before = &text.as_bytes()[..reader.at];
    let line_start = before.iter().rposition(|byte| *byte == b'\n');
    let line = before.split(|byte| *byte == b'\n').count();
    (line, reader.at - line_start.map_or(0, |end| end + 1))
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is no space.
    fn peek(&mut self) -> u8 {
        while matches!(
            self.text.get(self.at),
            Some(b' ' | b'\n' | b'\t' | b'\r' | b',' | b':')
        ) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or(b']')
    }

    /// Goes to the value that a step leads to from the one that comes next; stays where it is if there is none.
    fn enter(&mut self, step: &Step) -> bool {
        let start = self.at;
        let open = self.peek();
        self.at += 1;
        let mut number = 0;
        while !matches!(self.peek(), b'}' | b']') {
            let found = match step {
                Step::Item(item) => open == b'[' && *item == number,
                Step::Field(name) => open == b'{' && self.string() == *name,
            };
            if found {
                return true;
            }
            if open == b'{' && matches!(step, Step::Item(_)) {
                break;
            }
            self.skip();
            number += 1;
        }
        self.at = start;
        false
    }

    /// Goes over a value.
    fn skip(&mut self) {
        match self.peek() {
            b'"' => {
                self.string();
            }
            b'{' | b'[' => {
                self.at += 1;
                while !matches!(self.peek(), b'}' | b']') {
                    self.skip();
                }
                self.at = (self.at + 1).min(self.text.len());
            }
            _ => {
                let ends = |byte: &u8| b" \n\t\r,:]}".contains(byte);
                let rest = &self.text[self.at..];
                self.at += rest.iter().position(ends).unwrap_or(rest.len());
            }
        }
    }

    /// Goes over a string; what stands in it, where nothing in it is escaped.
    fn string(&mut self) -> &str {
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.text.get(self.at).filter(|byte| **byte != b'"') {
            self.at += if *byte == b'\\' { 2 } else { 1 };
        }
        let end = self.at.min(self.text.len());
        self.at = (end + 1).min(self.text.len());
        std::str::from_utf8(&self.text[start.min(end)..end]).unwrap_or_default()
    }
}
