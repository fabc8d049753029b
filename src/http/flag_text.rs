//! Flags on recipients in words. The match is exhaustive: a new flag does not compile without its text.

use crate::http::text::Texts;
use crate::transfer::flag::Flag;

/// What makes somebody look twice.
pub(crate) fn flag(texts: &Texts, flag: &Flag) -> String {
    match flag {
        Flag::FirstTime => texts.text("flag-first-time"),
        Flag::LookAlike { known } => texts.phrase("flag-look-alike").with("known", known.clone()).to_string(),
        Flag::Scripts { shown } => texts.phrase("flag-scripts").with("shown", shown.clone()).to_string(),
        Flag::FreeMail => texts.text("flag-free-mail"),
        Flag::OtherCompany { others } => texts.phrase("flag-other-company").with("others", others.clone()).to_string(),
        Flag::Bounced => texts.text("flag-bounced"),
    }
}
