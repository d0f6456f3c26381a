//! Text tables for a terminal: a title, headings, aligned columns.

use std::fmt::Write as _;
use std::io::{self, Write};

/// On which side a column's cells line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table that is put together row by row.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows yet.
    pub(crate) fn new(title: &str, columns: &[(&str, Align)]) -> Table {
        Table {
            title: title.into(),
            columns: columns
                .iter()
                .map(|(heading, align)| ((*heading).into(), *align))
                .collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row: a cell for each column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
        debug_assert_eq!(self.rows.last().map(Vec::len), Some(self.columns.len()));
    }

    /// Leaves out a column where no row has anything in it.
    pub(crate) fn drop_if_empty(&mut self, heading: &str) {
        let Some(place) = self.columns.iter().position(|(name, _)| name == heading) else {
            return;
        };
        if self.rows.iter().all(|row| row[place].is_empty()) {
            self.columns.remove(place);
            for row in &mut self.rows {
                row.remove(place);
            }
        }
    }

    /// Writes title and number of rows, then headings and rows.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}: {}", self.title, self.rows.len())?;
        if self.rows.is_empty() {
            return Ok(());
        }
        let headings: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|column| {
                let cells = self.rows.iter().chain([&headings]);
                let widths = cells.map(|row| row[column].chars().count());
                widths.max().unwrap_or(0)
            })
            .collect();
        for row in [&headings].into_iter().chain(&self.rows) {
            let mut line = String::new();
            for ((cell, width), (_, align)) in row.iter().zip(&widths).zip(&self.columns) {
                let _ = match align {
                    Align::Left => write!(line, "  {cell:<width$}"),
                    Align::Right => write!(line, "  {cell:>width$}"),
                };
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
