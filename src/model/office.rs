//! The office: how it presents itself to everybody.

use chrono_tz::Tz;

use super::Language;
use crate::config::Colour;

/// How the office presents itself in pages, mails and notice sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Its name.
    pub name: String,
    /// Postal address; may be empty.
    pub address: String,
    /// Phone number that recipients may call; may be empty.
    pub phone: String,
    /// Hours in which it answers; may be empty.
    pub hours: String,
    /// Its own web page; may be empty.
    pub web: String,
    /// Colour of links and buttons; none is the product's own.
    pub colour: Option<Colour>,
    /// The language when nobody says another.
    pub default_language: Language,
    /// Zone of every time shown.
    pub time_zone: Tz,
}

impl Default for Office {
    fn default() -> Self {
        Self {
            name: "Kakitome".into(),
            address: String::new(),
            phone: String::new(),
            hours: String::new(),
            web: String::new(),
            colour: None,
            default_language: Language::Ja,
            time_zone: Tz::Asia__Tokyo,
        }
    }
}

impl Office {
    /// The names of the settings in which the two differ.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let all = [
            ("name", self.name == other.name),
            ("address", self.address == other.address),
            ("phone", self.phone == other.phone),
            ("hours", self.hours == other.hours),
            ("web", self.web == other.web),
            ("colour", self.colour == other.colour),
            ("default_language", self.default_language == other.default_language),
            ("time_zone", self.time_zone == other.time_zone),
        ];
        all.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
    }
}

/// A picture that stands for the office's name.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// The name that it is served under; it changes with the bytes.
    pub name: String,
}
