//! A pick-up number on its way to a mobile phone.

use chrono_tz::Tz;

use super::{Language, PickUpNumber, Time};

/// What a short message with a number says. It is never stored.
#[derive(Clone, Debug)]
pub struct ShortMessage {
    /// The phone, E.164: `+819012345678`.
    pub to: String,
    /// The language of its recipient.
    pub language: Language,
    /// The name of the office.
    pub office: String,
    /// The number.
    pub number: PickUpNumber,
    /// The last four characters of the reference, to match the mail by.
    pub tail: String,
    /// Until when the files can be collected.
    pub until: Time,
    /// The office's time zone.
    pub zone: Tz,
    /// The host of the page that asks for the number: to no other does a phone offer it.
    pub host: String,
}
