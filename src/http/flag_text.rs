//! Flags on recipients in words. The match is exhaustive: a new flag does not compile without its text.

use crate::http::text::Texts;
use crate::transfer::flag::Flag;

/// What makes an approver look twice at what somebody else sends.
pub(crate) fn flag_of_other(texts: &Texts, of: &Flag) -> String {
    match of {
        Flag::FirstTime => texts.text("flag-first-time-other"),
        of => flag(texts, of),
    }
}

/// What makes a sender look twice.
pub(crate) fn flag(texts: &Texts, flag: &Flag) -> String {
    let key = match flag {
        Flag::FirstTime => "flag-first-time",
        Flag::LookAlike { .. } => "flag-look-alike",
        Flag::LookAlikeHere { .. } => "flag-look-alike-here",
        Flag::Scripts { .. } => "flag-scripts",
        Flag::FreeMail => "flag-free-mail",
        Flag::OtherCompany { .. } => "flag-other-company",
        Flag::Bounced => "flag-bounced",
    };
    texts.phrase(key).with("detail", flag.detail().to_owned()).to_string()
}
