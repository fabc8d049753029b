//! The fax register: its list, an entry with its steps, the form, and the cover.

use askama::Template;

use super::Frame;
use crate::http::text::Texts;
use crate::model::{Fax, FaxState, Language, Time};

/// GET `/fax`.
#[derive(Template)]
#[template(path = "faxes.html")]
pub struct FaxesPage {
    /// The frame.
    pub frame: Frame,
    /// Entries in which something is left to do, the newest first.
    pub open: Vec<FaxRow>,
    /// Entries that are over, the newest first.
    pub over: Vec<FaxRow>,
    /// Whether entries of others are among them.
    pub shows_owners: bool,
    /// Whether this one may add entries.
    pub may_record: bool,
}

/// An entry in the list.
#[derive(Clone)]
pub struct FaxRow {
    /// The entry.
    pub fax: Fax,
    /// Whose it is.
    pub owner: String,
    /// When it was tried without going through, the oldest first.
    pub failed_at: Vec<Time>,
    /// Whether it is open for longer than a working day should take.
    pub is_late: bool,
}

/// GET `/fax/{id}`, and what its forms answer when they are refused.
#[derive(Template)]
#[template(path = "fax.html")]
pub struct FaxPage {
    /// The frame.
    pub frame: Frame,
    /// The entry.
    pub row: FaxRow,
    /// Who wrote the confirmation down.
    pub confirmed_by: String,
    /// Who put the original away.
    pub stored_by: String,
    /// The reference of the delivery whose notice sheet it is; may be empty.
    pub delivery: String,
    /// Whether its steps may be written down.
    pub may_change: bool,
    /// What was typed into a form that was refused.
    pub typed: FaxSteps,
}

/// What is typed into the forms of an entry.
#[derive(Clone, Default)]
pub struct FaxSteps {
    /// When it was sent or confirmed.
    pub at: String,
    /// Who confirmed it.
    pub with: String,
    /// At which number.
    pub call: String,
    /// Where the original lies.
    pub place: String,
    /// Why it is closed, or what was done.
    pub note: String,
}

/// GET `/fax/new` and `/fax/{id}/edit`.
#[derive(Template)]
#[template(path = "fax_form.html")]
pub struct FaxFormPage {
    /// The frame.
    pub frame: Frame,
    /// Where it is posted to.
    pub action: String,
    /// What is typed.
    pub form: FaxForm,
    /// Whether it is about an entry that is there.
    pub is_there: bool,
    /// Whether it must be said that the number is right although it is a new one.
    pub asks_differs: bool,
}

/// The form of an entry.
#[derive(Clone)]
pub struct FaxForm {
    /// Who receives.
    pub recipient: String,
    /// The company; may be empty.
    pub company: String,
    /// The number.
    pub number: String,
    /// The number once more.
    pub again: String,
    /// What it is.
    pub subject: String,
    /// Pages with the cover.
    pub pages: String,
    /// The office's own reference; may be empty.
    pub reference: String,
    /// Language of the cover.
    pub language: Language,
    /// Who compared the number; may be empty.
    pub checked_by: String,
    /// Whether a new number was said to be right.
    pub differs: bool,
    /// The reference of the delivery whose notice sheet it is; may be empty.
    pub delivery: String,
}

/// GET `/fax/{id}/cover`.
#[derive(Template)]
#[template(path = "fax_cover.html")]
pub struct FaxCoverPage {
    /// The frame.
    pub frame: Frame,
    /// The entry.
    pub fax: Fax,
    /// Who sends it.
    pub sender: String,
    /// The phone number that is called to confirm; may be empty.
    pub sender_phone: String,
    /// The office's address and hours; may be empty.
    pub office_contact: String,
    /// When the page was made.
    pub now: Time,
}

impl FaxesPage {
    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.over.is_empty()
    }

    /// The two groups with the keys of their headings; those without entries are left out.
    fn groups(&self) -> Vec<(&'static str, &[FaxRow])> {
        let groups = [("fax-open", self.open.as_slice()), ("fax-over", self.over.as_slice())];
        groups.into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
    }
}

impl FaxRow {
    fn whom(&self, texts: &Texts) -> String {
        let name = texts.phrase("person").with("name", self.fax.details.recipient.clone()).to_string();
        format!("{} {name}", self.fax.details.company).trim().to_owned()
    }

    fn state_key(&self) -> &'static str {
        match self.fax.state {
            FaxState::Recorded => "fax-state-recorded",
            FaxState::Sent => "fax-state-sent",
            FaxState::Confirmed => "fax-state-confirmed",
            FaxState::Stored => "fax-state-stored",
            FaxState::Complete => "fax-state-complete",
            FaxState::NotSent => "fax-state-not-sent",
            FaxState::Misdirected => "fax-state-misdirected",
        }
    }

    fn icon(&self) -> &'static str {
        match self.fax.state {
            FaxState::Complete => "✓",
            FaxState::NotSent => "–",
            FaxState::Misdirected => "⚠",
            _ => "●",
        }
    }

    fn tone(&self) -> &'static str {
        match self.fax.state {
            FaxState::Complete => "good",
            FaxState::NotSent => "plain",
            FaxState::Misdirected => "alert",
            _ => "care",
        }
    }

    /// Since when something is left to do.
    fn open_since(&self) -> Time {
        self.fax.sent_at.unwrap_or(self.fax.created_at)
    }
}

impl FaxPage {
    fn can_send(&self) -> bool {
        self.may_change && self.row.fax.state == FaxState::Recorded
    }

    fn can_confirm(&self) -> bool {
        self.may_change && self.row.fax.state.once_confirmed().is_some()
    }

    fn can_store(&self) -> bool {
        self.may_change && self.row.fax.state.once_stored().is_some()
    }

    fn can_be_misdirected(&self) -> bool {
        self.may_change && self.row.fax.state.may_become(FaxState::Misdirected)
    }
}

impl FaxCoverPage {
    fn texts(&self) -> Texts {
        self.frame.texts.in_language(self.fax.details.language)
    }

    fn whom(&self, texts: &Texts) -> String {
        texts.phrase("person").with("name", self.fax.details.recipient.clone()).to_string()
    }
}
