//! `/register`: the account register.

mod account;
mod history;
mod joining;
mod leaving;
mod list;
mod standing;

use super::LanguageSwitch;

pub use account::{AccountForms, AccountPage, EntryForm, KeepUnit, RightsForm};
pub use joining::{NewAccountPage, OneTimePasswordPage, PersonForm};
pub use leaving::StopPage;
pub use list::{RegisterFilter, RegisterPage, RegisterRow};
pub use standing::{AccountStatus, role_hint_key, role_key};
