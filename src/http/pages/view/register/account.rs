//! One account of the register.

use askama::Template;

use super::super::{Frame, SessionRow, TokenRow};
use super::history::limits_words;
use super::{PersonForm, RegisterRow};
use crate::model::{AccountId, Language, Limits, Role, Scope, Time, words};
use crate::staff::register::history::History;

/// GET `/register/{id}` and the answers to its forms.
#[derive(Template)]
#[template(path = "register_account.html")]
pub struct AccountPage {
    /// The frame.
    pub frame: Frame,
    /// What the list tells of it.
    pub row: RegisterRow,
    /// Phone number; may be empty.
    pub phone: String,
    /// Language of its pages.
    pub language: Language,
    /// When it was made.
    pub created_at: Time,
    /// What narrows the policy for it.
    pub limits: Limits,
    /// Who takes over, by name; may be empty.
    pub successor: String,
    /// Days without use after which an account is marked.
    pub dormant_days: u32,
    /// Where its person is signed in.
    pub sessions: Vec<SessionRow>,
    /// Its live API tokens.
    pub tokens: Vec<TokenRow>,
    /// What happened to it.
    pub history: History,
    /// Whether it is the reader's own.
    pub is_own: bool,
    /// What administrators may do with it; none for whoever may only read.
    pub forms: Option<AccountForms>,
}

/// What administrators may do with an account.
#[derive(Clone, Debug)]
pub struct AccountForms {
    /// The entry as stored or as typed.
    pub entry: EntryForm,
    /// The entry as it was stored when the page was made: what nobody touched is not written.
    pub was: Vec<(&'static str, String)>,
    /// Who could take over, by id and name.
    pub successors: Vec<(AccountId, String)>,
    /// The departments that there are.
    pub departments: Vec<String>,
    /// The last part of the path of the form that was refused; empty for none.
    pub open: &'static str,
    /// The reason that was typed there.
    pub reason: String,
    /// Ids of the sessions or tokens that were chosen there.
    pub chosen: Vec<String>,
    /// Seconds that an invitation can be followed.
    pub invitation_seconds: u64,
    /// Whether it approves, and may have a deputy.
    pub approves: bool,
    /// Whether it is stopped.
    pub is_stopped: bool,
    /// Whether it was invited and nobody has come.
    pub is_invited: bool,
}

/// An entry as a form has it.
#[derive(Clone, Debug)]
pub struct EntryForm {
    /// The person.
    pub person: PersonForm,
    /// The limits and the successor.
    pub rights: RightsForm,
}

/// What narrows the policy, and who takes over.
#[derive(Clone, Debug)]
pub struct RightsForm {
    /// Gigabytes of a transfer at most, as typed.
    pub most_gigabytes: String,
    /// Recipients at most, as typed.
    pub most_recipients: String,
    /// How long files are kept at most, as typed.
    pub most_keep: String,
    /// In what that is counted.
    pub keep_unit: KeepUnit,
    /// Domains, as typed.
    pub domains: String,
    /// Whether every transfer must be approved.
    pub needs_approval: bool,
    /// Who takes over.
    pub successor: Option<AccountId>,
}

words! {
    /// In what a time is counted.
    pub enum KeepUnit {
        /// Hours.
        Hours = "hours",
        /// Days.
        Days = "days",
    }
}

impl AccountPage {
    fn limits(&self) -> String {
        limits_words(&self.frame.texts, &self.limits)
    }

    fn language_name(&self) -> &'static str {
        let languages = self.frame.languages();
        languages.iter().find(|(language, _)| *language == self.language).map_or("", |(_, name)| name)
    }

    fn scope(&self, scope: &Scope) -> String {
        self.frame.text(match scope {
            Scope::Send => "token-of-send",
            Scope::Read => "token-of-read",
            Scope::Audit => "token-of-audit",
            Scope::Admin => "token-of-admin",
        })
    }
}

impl AccountForms {
    fn opens(&self, form: &str) -> bool {
        self.open == form
    }

    fn reason_of(&self, form: &str) -> &str {
        if self.opens(form) { &self.reason } else { "" }
    }

    fn has_chosen(&self, id: &impl ToString) -> bool {
        self.chosen.contains(&id.to_string())
    }

    fn invitation_time(&self, frame: &Frame) -> String {
        frame.texts.duration(self.invitation_seconds)
    }

    fn is_successor(&self, id: &AccountId) -> bool {
        self.entry.rights.successor == Some(*id)
    }

    fn opens_limits(&self, frame: &Frame) -> bool {
        let rights = &self.entry.rights;
        let texts = [&rights.most_gigabytes, &rights.most_recipients, &rights.most_keep, &rights.domains];
        let fields = ["most_bytes", "most_recipients", "most_keep_hours", "domains"];
        rights.needs_approval
            || texts.iter().any(|text| !text.is_empty())
            || fields.iter().any(|field| frame.error(field).is_some())
    }
}

impl KeepUnit {
    fn key(&self) -> &'static str {
        match self {
            Self::Hours => "register-hours",
            Self::Days => "register-days",
        }
    }
}
