//! An entry of the address book.

use super::{AccountId, ContactId, Language, Recipient, Time};

/// Somebody whom people send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Row id.
    pub id: ContactId,
    /// Whose entry it is; none: the whole office's.
    pub owner: Option<AccountId>,
    /// Company; may be empty.
    pub company: String,
    /// Who; the name without the company.
    pub recipient: Recipient,
    /// Whether the phone number was read in the same exchange of mails, which proves nothing.
    pub phone_from_mail: bool,
    /// When somebody made sure that the number is this person's, and who.
    pub phone_verified: Option<(Time, AccountId)>,
    /// Where the entry comes from, and whatever else is to be known.
    pub note: String,
    /// When it was last changed.
    pub changed_at: Time,
}

impl Contact {
    /// The recipient with the name as a mail addresses it: company and person.
    pub fn addressee(&self) -> Recipient {
        let between = if self.recipient.language == Language::Ja { "　" } else { ", " };
        let name = match (self.company.as_str(), self.recipient.name.as_str()) {
            ("", name) => name.to_owned(),
            (company, "") => company.to_owned(),
            (company, name) if self.recipient.language == Language::Ja => format!("{company}{between}{name}"),
            (company, name) => format!("{name}{between}{company}"),
        };
        Recipient { name, ..self.recipient.clone() }
    }
}
