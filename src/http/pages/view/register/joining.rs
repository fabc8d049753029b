//! Somebody joins: the form, and the password that is shown once.

use askama::Template;

use super::super::Frame;
use crate::model::{AccountId, Language, Role};

/// GET and POST `/register/new`.
#[derive(Template)]
#[template(path = "register_new.html")]
pub struct NewAccountPage {
    /// The frame.
    pub frame: Frame,
    /// Who shall join, as typed.
    pub person: PersonForm,
    /// Whether a one-time password is wanted in place of an invitation.
    pub by_password: bool,
    /// Why, as typed.
    pub reason: String,
    /// The departments that there are.
    pub departments: Vec<String>,
    /// Seconds that an invitation can be followed.
    pub invitation_seconds: u64,
}

/// What is said of a person.
#[derive(Clone, Debug)]
pub struct PersonForm {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Department.
    pub department: String,
    /// Phone number.
    pub phone: String,
    /// Language of the pages.
    pub language: Language,
    /// Roles.
    pub roles: Vec<Role>,
    /// First day, as typed.
    pub valid_from: String,
    /// Last day, as typed.
    pub valid_until: String,
}

/// The answer to what made a one-time password.
#[derive(Template)]
#[template(path = "register_password.html")]
pub struct OneTimePasswordPage {
    /// The frame.
    pub frame: Frame,
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its mail address.
    pub email: String,
    /// Shown once.
    pub password: String,
    /// Whether the account is new; else it was reset.
    pub is_new: bool,
}

impl PersonForm {
    pub(super) fn has(&self, role: &Role) -> bool {
        self.roles.contains(role)
    }
}

impl NewAccountPage {
    fn invitation_time(&self) -> String {
        self.frame.texts.duration(self.invitation_seconds)
    }

    fn opens_days(&self) -> bool {
        let typed = !self.person.valid_from.is_empty() || !self.person.valid_until.is_empty();
        typed || ["valid_from", "valid_until"].iter().any(|field| self.frame.error(field).is_some())
    }
}

impl OneTimePasswordPage {
    fn title_key(&self) -> &'static str {
        if self.is_new { "register-added-title" } else { "register-reset-done" }
    }
}
