//! The address book.

use std::collections::HashMap;

use askama::Template;

use super::frame::addressed;
use super::{ChangedRow, Frame, RecipientForm};
use crate::model::{Channel, Contact, ContactId, Time};
use crate::transfer::known::Times;

/// GET `/contacts`.
#[derive(Template)]
#[template(path = "contacts.html")]
pub struct ContactsPage {
    /// The frame.
    pub frame: Frame,
    /// What is searched for.
    pub query: String,
    /// The entries that were found.
    pub contacts: Vec<Contact>,
    /// How often each address was sent to by this sender.
    pub times: HashMap<String, Times>,
}

/// GET and POST `/contacts/new` and `/contacts/{id}`.
#[derive(Template)]
#[template(path = "contact.html")]
pub struct ContactPage {
    /// The frame.
    pub frame: Frame,
    /// Which entry; none: a new one.
    pub id: Option<ContactId>,
    /// The entry as it is, or as typed.
    pub form: ContactForm,
    /// Whether this sender changes it.
    pub may_change: bool,
    /// Whether this sender adds to the office's book, too.
    pub may_choose: bool,
    /// When somebody made sure of the phone number, and who.
    pub verified: Option<(Time, String)>,
    /// How often it was sent to by this sender.
    pub times: Option<Times>,
}

/// An entry as typed.
#[derive(Clone, Debug)]
pub struct ContactForm {
    /// Company.
    pub company: String,
    /// Who.
    pub to: RecipientForm,
    /// Whether the phone number was read in the same exchange of mails.
    pub phone_from_mail: bool,
    /// Note.
    pub note: String,
    /// Whether it is the office's.
    pub office: bool,
}

/// GET and POST `/contacts/import`.
#[derive(Template)]
#[template(path = "contacts_import.html")]
pub struct ContactsImportPage {
    /// The frame.
    pub frame: Frame,
    /// Whether this sender adds to the office's book, too.
    pub may_choose: bool,
    /// Whether it is for the office's book.
    pub office: bool,
    /// The table or cards as pasted.
    pub text: String,
    /// What is wrong with the file.
    pub flaws: Vec<String>,
    /// What it would do; none before one was given.
    pub preview: Option<ContactsPreview>,
}

/// What a file would do to an address book.
#[derive(Clone, Debug)]
pub struct ContactsPreview {
    /// The file, carried along.
    pub data: String,
    /// The mark of the plan that is shown.
    pub mark: String,
    /// New entries.
    pub added: Vec<Contact>,
    /// How many there are.
    pub added_count: usize,
    /// Entries that are written anew.
    pub changed: Vec<ChangedRow>,
    /// How many there are.
    pub changed_count: usize,
    /// How many stand there already, as the file has them.
    pub unchanged: usize,
    /// Cards without a mail address.
    pub without: usize,
    /// Further addresses that are not taken.
    pub left_out: Vec<String>,
}

impl ContactsPreview {
    fn is_empty(&self) -> bool {
        self.added_count + self.changed_count == 0
    }

    fn added_more(&self) -> usize {
        self.added_count.saturating_sub(self.added.len())
    }

    fn changed_more(&self) -> usize {
        self.changed_count.saturating_sub(self.changed.len())
    }

    fn left_out(&self) -> String {
        self.left_out.join(", ")
    }
}

impl ContactsPage {
    fn title(&self, contact: &Contact) -> String {
        addressed(&self.frame.texts, &contact.addressee().name, &contact.recipient.email)
    }

    fn times(&self, contact: &Contact) -> Option<Times> {
        self.times.get(&contact.recipient.email).copied()
    }
}

impl ContactPage {
    fn path(&self) -> String {
        self.id.map_or_else(|| "/contacts/new".into(), |id| format!("/contacts/{id}"))
    }

    fn title(&self) -> String {
        match self.id {
            Some(_) => addressed(&self.frame.texts, &self.form.to.name, &self.form.to.email),
            None => self.frame.text("contact-new"),
        }
    }
}
