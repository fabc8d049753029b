//! Why a verb failed, and what the person can do.

use crate::error::Error;
use crate::http::problem_text::problem_text;
use crate::http::text::Texts;

use super::client::Refused;

/// What the functions of the command line return.
pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a verb failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was called wrongly.
    Usage(String),
    /// It failed here.
    Failed {
        /// What happened.
        what: String,
        /// What to do; may be empty.
        next: String,
    },
    /// The gateway refused.
    Refused(Box<Refused>),
    /// A flow refused or a store failed, on this machine.
    Core(Error),
}

impl Failure {
    pub(super) fn failed(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), next: next.into() }
    }

    /// What to read after `what`: a file that could not be used, with the system's reason.
    pub(super) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::failed(format!("{}: {error}", path.display()), "")
    }

    /// The exit status.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }

    /// What happened and what to do.
    pub(super) fn told(&self, texts: &Texts) -> String {
        let (what, next) = match self {
            Self::Usage(what) => (what.clone(), texts.text("cli-see-help")),
            Self::Failed { what, next } => (what.clone(), next.clone()),
            Self::Refused(refused) => refused.told(texts),
            Self::Core(Error::Problem(problem)) => {
                let text = problem_text(texts, problem);
                (text.what, text.next)
            }
            Self::Core(fault) => (fault.to_string(), String::new()),
        };
        if next.is_empty() { format!("kakitome: {what}") } else { format!("kakitome: {what}\n  {next}") }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}
