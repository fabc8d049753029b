//! What an office puts on its letters.

use zeroize::Zeroizing;

use crate::config::{Colour, PublicUrl};
use crate::model::{Language, Letter, LinkSecret, Office, Token};

/// The same words in both languages; an empty English text falls back to the Japanese one, and the other way round.
#[derive(Clone, Debug, Default)]
pub struct Bilingual {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl Bilingual {
    /// One text for both languages.
    pub fn same(text: impl Into<String>) -> Self {
        Self { ja: text.into(), en: String::new() }
    }

    /// The text in `language`, or in the other one where that is all there is.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        let (wanted, other) = match language {
            Language::Ja => (&self.ja, &self.en),
            Language::En => (&self.en, &self.ja),
        };
        if wanted.is_empty() { other } else { wanted }
    }
}

/// Who writes: the office as its letters show it. Empty fields are left out.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// Name of the office.
    pub office_name: Bilingual,
    /// Postal address on one line.
    pub address_line: Bilingual,
    /// When the phone is answered.
    pub hours: Bilingual,
    /// How the office is reached when the sender has no phone: a number or a mail address.
    pub contact: String,
    /// The office's web site.
    pub web: String,
    /// Colour of buttons and links, dark enough to be read.
    pub colour: Colour,
    /// Zone of every date in a letter.
    pub time_zone: chrono_tz::Tz,
    /// Where the gateway is reached, `https://host[:port]`, without a slash at the end.
    pub public_url: String,
    /// The same without its scheme, as it is read out.
    pub gateway_host: String,
    /// Where staff reaches it; the same, unless staff has a listener of its own.
    pub staff_url: String,
}

impl Letterhead {
    /// The letterhead of the office, whose gateway is reached at `public_url`, by staff at `staff_url`.
    pub fn of(office: &Office, public_url: &PublicUrl, staff_url: &PublicUrl) -> Self {
        Self {
            office_name: Bilingual::same(&office.name),
            address_line: Bilingual::same(&office.address),
            hours: Bilingual::same(&office.hours),
            contact: office.phone.clone(),
            web: office.web.clone(),
            colour: office.colour.unwrap_or(Colour::OWN),
            time_zone: office.time_zone,
            public_url: public_url.to_string(),
            gateway_host: public_url.authority().to_owned(),
            staff_url: staff_url.to_string(),
        }
    }
}

/// A secret that a mail carries.
#[derive(Clone, Copy)]
pub enum Carried<'a> {
    /// Of an offer.
    Link(&'a LinkSecret),
    /// Of an invitation.
    Invitation(&'a Token),
}

impl<'a> Carried<'a> {
    /// The secret of a letter; most have none.
    pub(super) fn by(letter: &'a Letter) -> Option<Self> {
        let link = letter.offer.as_ref().map(|offer| Self::Link(&offer.secret));
        link.or_else(|| letter.invitation.as_ref().map(Self::Invitation))
    }
}

/// A secret as people meet it.
pub struct Codes {
    /// As it stands in the link.
    pub code: Zeroizing<String>,
    /// In groups, for pasting.
    pub grouped: Zeroizing<String>,
}

/// Writes a secret down. How that is done belongs to `crypt`; the wiring passes it in.
pub type WriteCodes = fn(Carried<'_>) -> Codes;
