//! How a command ends: the exit codes, what is said where it could not run, and output that nobody reads any more.

use headwater::scenario::Problem;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// How a command that could run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Fine,
    /// It found failures.
    FailuresFound,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        match outcome {
            Outcome::Fine => ExitCode::SUCCESS,
            Outcome::FailuresFound => ExitCode::from(1),
        }
    }
}

/// Why a command could not run, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    errors: Vec<String>,
    help: Option<String>,
}

impl Failure {
    /// Something wrong.
    pub(crate) fn new(error: impl Into<String>) -> Failure {
        Failure {
            errors: vec![error.into()],
            help: None,
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path, doing: &str, error: &io::Error) -> Failure {
        Failure::new(format!("{}: cannot be {doing}: {error}", path.display()))
    }

    /// What is wrong with the scenario in a place.
    pub(crate) fn problems(place: &str, problems: &[Problem]) -> Failure {
        Failure {
            errors: (problems.iter())
                .map(|problem| format!("{place}: {problem}"))
                .collect(),
            help: None,
        }
    }

    /// Says what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "error: {error}")?;
        }
        match &self.help {
            Some(help) => writeln!(f, "help: {help}"),
            None => Ok(()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::new(format!("the output cannot be written: {error}"))
    }
}

/// Writes until the reader goes away (`headwater … | head`), and from then on nowhere, so that the exit code still says what
/// was found.
#[derive(Debug)]
pub(crate) struct UntilClosed<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> UntilClosed<W> {
    /// In front of a writer.
    pub(crate) fn new(inner: W) -> UntilClosed<W> {
        UntilClosed {
            inner,
            closed: false,
        }
    }

    fn unless_closed<T>(&mut self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(otherwise)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = self.inner.write(bytes);
        self.unless_closed(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.inner.flush();
        self.unless_closed(result, ())
    }
}
