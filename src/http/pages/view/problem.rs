//! A request that was refused or failed, as a page in the common frame.

use askama::Template;

use super::Frame;
use crate::error::Problem;
use crate::http::problem_text::problem_text;

/// Any page that could not be given.
#[derive(Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// The frame.
    pub frame: Frame,
    /// What happened.
    pub what: String,
    /// What is unharmed.
    pub safe: String,
    /// What to do.
    pub next: String,
    /// Where to go on; none where there is no better place than back.
    pub onward: Option<Onward>,
}

/// A link that goes on from a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    /// To the sign-in.
    SignIn,
    /// To the recipients' entrance.
    Collect,
    /// To the list of transfers.
    Transfers,
    /// To the passphrase or password before the account key.
    Sealing,
    /// To the page that has the form.
    Form(String),
}

impl ProblemPage {
    /// A problem that the caller met.
    pub fn new(frame: Frame, problem: &Problem) -> Self {
        let onward = match problem {
            Problem::SignInNeeded => Some(Onward::SignIn),
            Problem::UnlockNeeded => Some(Onward::Collect),
            Problem::AccountKeyNeeded => Some(Onward::Sealing),
            _ => frame.may_send().then_some(Onward::Transfers),
        };
        let text = problem_text(&frame.texts, problem);
        Self { frame, what: text.what, safe: text.safe, next: text.next, onward }
    }

    /// An address that only takes what a form posts, and the page of that form.
    pub fn of_method(frame: Frame, form: Option<String>) -> Self {
        let [what, safe, next] =
            ["problem-by-form", "problem-by-form.safe", "problem-by-form.next"].map(|key| frame.text(key));
        let list = frame.may_send().then_some(Onward::Transfers);
        Self { frame, what, safe, next, onward: form.map(Onward::Form).or(list) }
    }

    /// A failure of ours. Nothing of its cause is told.
    pub fn fault(frame: Frame) -> Self {
        let [what, safe, next] = ["fault", "fault.safe", "fault.next"].map(|key| frame.text(key));
        Self { frame, what, safe, next, onward: None }
    }
}

impl Onward {
    fn path(&self) -> &str {
        match self {
            Self::SignIn => "/sign-in",
            Self::Collect => "/r",
            Self::Transfers => "/transfers",
            Self::Sealing => "/me/sealing",
            Self::Form(path) => path,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::SignIn => "onward-sign-in",
            Self::Collect => "onward-collect",
            Self::Transfers => "onward-transfers",
            Self::Sealing => "onward-sealing",
            Self::Form(_) => "onward-form",
        }
    }
}
