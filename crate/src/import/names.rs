//! Keys and sources of a file, numbered as they come.

use super::time;
use std::collections::BTreeMap;

/// Keys, ids, sources and columns have names of up to so many characters.
pub(super) const MOST_NAME: usize = 1_000;

/// A name, if it is not too long to be one.
///
/// # Errors
/// That it is.
pub(super) fn name(text: &str) -> Result<&str, String> {
    match text.char_indices().nth(MOST_NAME) {
        None => Ok(text),
        Some(_) => Err(format!(
            "“{}” has {} characters; names have up to {MOST_NAME}",
            time::short(text),
            text.chars().count()
        )),
    }
}

/// A number for each different name, in the order in which they come.
#[derive(Default)]
pub(super) struct Numbered {
    numbers: BTreeMap<String, u32>,
    pub(super) names: Vec<String>,
}

impl Numbered {
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_string(), number);
        self.names.push(name.to_string());
        number
    }
}

/// Sources by their numbers, or where they have names, numbered in the order in which they come.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) named: Numbered,
    /// The highest number, where they have numbers.
    highest: Option<u16>,
}

impl Sources {
    pub(super) fn number(&mut self, name: &str) -> Result<u16, String> {
        let written = name.parse::<u32>().ok();
        match written.filter(|_| self.named.names.is_empty()) {
            Some(number @ 0..256) => {
                self.highest = self.highest.max(Some(number as u16));
                Ok(number as u16)
            }
            Some(_) => Err(format!(
                "{name}: sources have the numbers 0 to 255, or names"
            )),
            None if self.highest.is_some() => Err(format!(
                "“{}” is no number, as the sources before it are",
                time::short(name)
            )),
            None if self.named.names.len() == 256 && !self.named.numbers.contains_key(name) => {
                Err("would be the 257th source: there may be 256".into())
            }
            None => Ok(self.named.number(name) as u16),
        }
    }

    pub(super) fn count(&self) -> usize {
        let highest = self.highest.map_or(1, |highest| usize::from(highest) + 1);
        self.named.names.len().max(highest)
    }
}
