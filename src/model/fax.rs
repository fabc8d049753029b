//! A fax that the office sends: to whom, at which number, and what was seen to afterwards. An entry never holds a pick-up
//! number.

use unicode_normalization::UnicodeNormalization;

use super::words::words;
use super::{AccountId, DeliveryId, FaxId, Language, Time};

words! {
    /// Where a fax is in its life.
    pub enum FaxState {
        /// Its number was checked; it is not sent yet.
        Recorded = "recorded",
        /// It went through; its receipt and its original are open.
        Sent = "sent",
        /// The recipient confirmed it on the phone; the original is not put away yet.
        Confirmed = "confirmed",
        /// The original was collected and put away; the recipient has not confirmed yet.
        Stored = "stored",
        /// Confirmed and put away: nothing is open.
        Complete = "complete",
        /// It was not sent.
        NotSent = "not_sent",
        /// It went to a wrong number.
        Misdirected = "misdirected",
    }
}

impl FaxState {
    /// Whether somebody still has to do something.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Recorded | Self::Sent | Self::Confirmed | Self::Stored)
    }

    /// States in which something is left to do.
    pub const OPEN: &'static [FaxState] = &[Self::Recorded, Self::Sent, Self::Confirmed, Self::Stored];

    /// The states that may become `next`: what a statement that moves an entry there is guarded by.
    pub fn before(next: Self) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|state| state.may_become(next)).collect()
    }

    /// Whether the declared graph has an edge from here to `next`. That a fax went astray may be found out late.
    pub const fn may_become(self, next: FaxState) -> bool {
        match next {
            Self::Recorded => false,
            Self::Sent | Self::NotSent => matches!(self, Self::Recorded),
            Self::Confirmed | Self::Stored => matches!(self, Self::Sent),
            Self::Complete => matches!(self, Self::Confirmed | Self::Stored),
            Self::Misdirected => matches!(self, Self::Sent | Self::Confirmed | Self::Stored | Self::Complete),
        }
    }

    /// Where the receipt that somebody confirmed leads from here.
    pub const fn once_confirmed(self) -> Option<Self> {
        match self {
            Self::Sent => Some(Self::Confirmed),
            Self::Stored => Some(Self::Complete),
            _ => None,
        }
    }

    /// Where the original that was put away leads from here.
    pub const fn once_stored(self) -> Option<Self> {
        match self {
            Self::Sent => Some(Self::Stored),
            Self::Confirmed => Some(Self::Complete),
            _ => None,
        }
    }
}

/// What is faxed to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxDetails {
    /// Who receives.
    pub recipient: String,
    /// The recipient's company; may be empty.
    pub company: String,
    /// The number as it was typed, in narrow characters; [`fax_number`] is what is dialled.
    pub number: String,
    /// What it is.
    pub subject: String,
    /// Pages with the cover.
    pub pages: i32,
    /// The office's own reference; may be empty.
    pub reference: String,
    /// Language of the cover.
    pub language: Language,
    /// Whether the number differs from those that the recipient had before, and the sender said that it is right.
    pub differs: bool,
    /// Who compared the number besides the sender; may be empty.
    pub checked_by: String,
}

/// The phone call by which the receipt was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxConfirmation {
    /// When.
    pub at: Time,
    /// Whose call it was.
    pub by: AccountId,
    /// Who said so.
    pub with: String,
    /// At which number.
    pub phone: String,
}

/// Where the original went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxOriginal {
    /// When.
    pub at: Time,
    /// Who collected it.
    pub by: AccountId,
    /// Where it lies.
    pub place: String,
}

/// An entry of the fax register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fax {
    /// Row id.
    pub id: FaxId,
    /// Who sends it.
    pub owner: AccountId,
    /// The delivery whose notice sheet it is.
    pub delivery: Option<DeliveryId>,
    /// What, and to whom.
    pub details: FaxDetails,
    /// Where it is.
    pub state: FaxState,
    /// When it was recorded.
    pub created_at: Time,
    /// When it went through.
    pub sent_at: Option<Time>,
    /// How the receipt was confirmed.
    pub confirmed: Option<FaxConfirmation>,
    /// Where the original went.
    pub stored: Option<FaxOriginal>,
    /// When it was closed without being complete.
    pub closed_at: Option<Time>,
    /// Why, or what was done about it; empty otherwise.
    pub note: String,
}

impl FaxDetails {
    /// What two entries to the same recipient have in common, however it was typed.
    pub fn recipient_key(&self) -> String {
        let both = format!("{}\n{}", self.company, self.recipient);
        both.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace() || *c == '\n').collect()
    }

    /// The recipient with the company, as a person would be named in the log.
    pub fn whom(&self) -> String {
        format!("{} {}", self.company, self.recipient).trim().to_owned()
    }
}

/// A fax number as it is dialled: full-width digits are digits, what only separates them is left out. None for what no machine
/// in this country dials: with a leading 0 up to eleven digits, with an international prefix up to eighteen, else an extension
/// or a local number. A pick-up number (twelve digits and more) is none of these, unless it looks like an international one.
pub fn fax_number(text: &str) -> Option<String> {
    let plain: String = text.nfkc().filter(|c| !is_separator(*c)).collect();
    let (plus, digits) = plain.strip_prefix('+').map_or(("", plain.as_str()), |rest| ("+", rest));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let most = match (plus, digits) {
        ("+", _) => 15,
        (_, digits) if digits.starts_with("00") || digits.starts_with("010") => 18,
        (_, digits) if digits.starts_with('0') => 11,
        _ => 8,
    };
    (3..=most).contains(&digits.len()).then(|| format!("{plus}{digits}"))
}

/// Characters of a number that is shown as typed at most: the longest one with something between all of its digits.
const SHOWN_LONGEST: usize = 40;

/// A fax number as people read it: as it was typed, in narrow characters and with one kind of hyphen. None for what
/// [`fax_number`] does not take.
pub fn shown_fax_number(text: &str) -> Option<String> {
    fax_number(text)?;
    let hyphen = |c: char| if is_hyphen(c) { '-' } else { c };
    let narrow: String = text.nfkc().map(hyphen).collect();
    let shown = narrow.split_whitespace().collect::<Vec<_>>().join(" ");
    (shown.chars().count() <= SHOWN_LONGEST).then_some(shown)
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}')
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_hyphen(c) || matches!(c, '(' | ')' | '.' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_however_they_are_typed() {
        for text in ["03-9876-5432", "０３－９８７６－５４３２", " 03(9876)5432 ", "03ー9876ー5432", "0398765432"]
        {
            assert_eq!(fax_number(text).as_deref(), Some("0398765432"), "{text}");
        }
        assert_eq!(fax_number("+81 3 9876 5432").as_deref(), Some("+81398765432"));
        assert_eq!(fax_number("010-1-212-555-0123").as_deref(), Some("01012125550123"));
        assert_eq!(fax_number("215").as_deref(), Some("215"));
    }

    #[test]
    fn numbers_are_shown_as_they_were_typed() {
        for text in ["03-9876-5432", "０３－９８７６－５４３２", " 03ー9876ー5432 ", "03\u{2212}9876\u{2010}5432"]
        {
            assert_eq!(shown_fax_number(text).as_deref(), Some("03-9876-5432"), "{text}");
        }
        assert_eq!(shown_fax_number("+81 3　9876 5432").as_deref(), Some("+81 3 9876 5432"));
        assert_eq!(shown_fax_number("(03)9876.5432").as_deref(), Some("(03)9876.5432"));
        assert_eq!(shown_fax_number(&"0-".repeat(30)), None);
        assert_eq!(shown_fax_number(&format!("03{}98765432", "-".repeat(60))), None, "nothing but hyphens");
    }

    #[test]
    fn what_no_machine_dials_is_no_number() {
        for text in ["", "03-9876-543x", "4708 1925 6330", "0398765432 11", "03/98+76", "12", "+1234567890123456"] {
            assert_eq!(fax_number(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_leaves_an_end_but_what_went_astray() {
        for state in FaxState::ALL {
            for next in FaxState::ALL {
                let leaves_an_end = !state.is_open() && state.may_become(*next);
                assert!(
                    !leaves_an_end || (*state, *next) == (FaxState::Complete, FaxState::Misdirected),
                    "{state} {next}"
                );
            }
            assert_eq!(FaxState::OPEN.contains(state), state.is_open(), "{state}");
            for next in [state.once_confirmed(), state.once_stored()].into_iter().flatten() {
                assert!(state.may_become(next), "{state} {next}");
            }
        }
    }
}
