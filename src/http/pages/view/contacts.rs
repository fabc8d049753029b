//! The address book.

use std::collections::HashMap;

use askama::Template;

use super::frame::addressed;
use super::{Frame, RecipientForm};
use crate::model::{Channel, Contact, ContactId, Time};
use crate::transfer::book::Typed;
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
    /// What is wrong with the file.
    pub flaws: Vec<String>,
    /// The file, carried along; empty before one was given.
    pub data: String,
    /// What would be taken.
    pub entries: Vec<Typed>,
    /// How many of it are new.
    pub added: usize,
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
