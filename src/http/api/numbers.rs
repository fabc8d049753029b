//! A pick-up number as its sender gets it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::crypt::grouped;
use crate::http::text::Texts;
use crate::model::Language;
use crate::transfer::numbers::Issued;
use crate::transfer::text::Texting;

/// A pick-up number, in the only answer that ever carries it.
#[derive(Serialize, ToSchema)]
#[schema(as = Number)]
pub struct NumberOut {
    /// The delivery that it opens.
    pub reference: String,
    /// The recipient's mail address.
    pub email: String,
    /// Digits.
    #[schema(example = "470819256330")]
    pub number: String,
    /// In groups of four.
    #[schema(example = "4708 1925 6330")]
    pub groups: String,
    /// How it is read out.
    pub reading: ReadingOut,
    /// What became of it by SMS, where it was to travel so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms: Option<SmsOut>,
}

/// What became of a number that was to travel by SMS.
#[derive(Serialize, ToSchema)]
#[schema(as = Sms)]
pub struct SmsOut {
    /// `sent`, `failed`, or `later`: not before its mail has left.
    pub state: &'static str,
    /// In how many parts it arrives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    /// Why it was not sent: `refused`, `forbidden`, `timed_out`, `silent`; `limit`: the policy allows no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// The status that the provider answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

impl From<Texting> for SmsOut {
    fn from(texting: Texting) -> Self {
        let blank = Self { state: "later", parts: None, why: None, status: None };
        match texting {
            Texting::Sent { parts } => Self { state: "sent", parts: Some(parts), ..blank },
            Texting::Failed(why) => Self { state: "failed", why: Some(why.word()), status: why.status(), ..blank },
            Texting::Over => Self { state: "failed", why: Some("limit"), ..blank },
            Texting::Later => blank,
        }
    }
}

/// A number in words.
#[derive(Serialize, ToSchema)]
#[schema(as = Reading)]
pub struct ReadingOut {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl NumberOut {
    /// The number as its sender gets it.
    pub fn of(issued: &Issued, texts: &Texts) -> Self {
        let number = issued.number.expose();
        let reading = |language| texts.in_language(language).reading(number);
        Self {
            reference: issued.delivery.reference.clone(),
            email: issued.delivery.recipient.email.clone(),
            number: number.to_owned(),
            groups: grouped(&issued.number).to_string(),
            reading: ReadingOut { ja: reading(Language::Ja), en: reading(Language::En) },
            sms: issued.sms.map(SmsOut::from),
        }
    }
}
