//! Having a person forgotten.

use askama::Template;

use super::Frame;
use crate::model::AccountState;
use crate::store::erasure::Found;

/// What was typed.
#[derive(Clone, Default)]
pub struct EraseForm {
    /// The mail address.
    pub email: String,
    /// The name in the fax register, perhaps.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// GET `/admin/erase`, and what its first step leads to.
#[derive(Template)]
#[template(path = "erase.html")]
pub struct ErasePage {
    /// The frame.
    pub frame: Frame,
    /// What was typed.
    pub form: EraseForm,
    /// What is there of the person, once it was looked for.
    pub found: Option<EraseFound>,
    /// Years after which it would go by itself.
    pub years: u64,
}

/// What is there of a person: words of kinds, and how many of each.
pub struct EraseFound {
    now: Vec<(&'static str, i64)>,
    later: Vec<(&'static str, i64)>,
    /// Whether anything can be erased now.
    can_erase: bool,
    /// Whether an account in use stands in the way of everything.
    in_use: bool,
}

impl From<Found> for EraseFound {
    fn from(found: Found) -> Self {
        let stopped = found.account == Some(AccountState::Stopped);
        let in_use = found.account.is_some() && !stopped;
        let later = [
            ("erase-running", found.running),
            ("erase-open-faxes", found.open_faxes),
            ("erase-account-in-use", i64::from(in_use)),
        ];
        Self {
            now: vec![
                ("erase-values", found.values),
                ("erase-deliveries", found.deliveries),
                ("erase-office-contacts", found.office_contacts),
                ("erase-own-contacts", found.own_contacts),
                ("erase-templates", found.templates),
                ("erase-faxes", found.faxes),
                ("erase-account", i64::from(stopped)),
            ],
            later: later.into_iter().filter(|(_, count)| *count > 0).collect(),
            can_erase: found.can_erase(),
            in_use,
        }
    }
}
