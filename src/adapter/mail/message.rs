//! A worded letter as a MIME message. Headers are made by typed builders only, and nothing that a user typed is in them
//! but names and addresses of people, which are refused when they hold a control character.

use std::time::SystemTime;

use data_encoding::BASE64;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::letterhead::{Carried, Codes, Letterhead, WriteCodes};
use super::wording::{Worded, Wording};
use crate::error::{Doing, Error, Result};
use crate::model::{Correspondent, Language, Letter, OwnWording};
use crate::port::MailFailure;

/// All that is needed to write a letter: templates, the office's letterhead, its address, and how a link is written down.
pub struct Stationery {
    wording: Wording,
    letterhead: Box<dyn Fn() -> Letterhead + Send + Sync>,
    from: Address,
    write_codes: WriteCodes,
}

/// Why a letter could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// A name or an address cannot stand in a header; trying again is of no use.
    #[error("{0} cannot be written to")]
    Address(&'static str),
    /// The templates or the letter are at fault; may work after an update.
    #[error(transparent)]
    Wording(#[from] Error),
}

impl From<Unwritable> for MailFailure {
    fn from(unwritable: Unwritable) -> Self {
        match unwritable {
            Unwritable::Address(_) => Self::Permanent { answer: unwritable.to_string() },
            Unwritable::Wording(_) => Self::Transient { answer: "the letter could not be worded".to_owned() },
        }
    }
}

impl Stationery {
    /// Stationery of the office that mails come from `from`, an address of its own domain. The letterhead is asked for with
    /// every letter: an office may change it.
    ///
    /// # Errors
    /// A fault when `from` is no mail address or an embedded template does not parse.
    pub fn new(
        letterhead: impl Fn() -> Letterhead + Send + Sync + 'static,
        from: &str,
        write_codes: WriteCodes,
    ) -> Result<Self> {
        let letterhead = Box::new(letterhead);
        let from = from.parse().doing("reading the office's mail address")?;
        Ok(Self { wording: Wording::embedded()?, letterhead, from, write_codes })
    }

    /// The same in the office's own words.
    ///
    /// # Errors
    /// A fault when a template does not parse.
    pub fn in_words_of(self, own: &OwnWording) -> Result<Self> {
        Ok(Self { wording: self.wording.with(own)?, ..self })
    }

    /// The letter in words, as its reader will see it.
    ///
    /// # Errors
    /// A fault when an offer or an invitation lacks its secret or a template is broken.
    pub fn word(&self, letter: &Letter) -> Result<Worded> {
        let codes: Option<Codes> = Carried::by(letter).map(self.write_codes);
        self.wording.word(letter, &(self.letterhead)(), codes.as_ref())
    }

    /// The address of the office.
    pub(super) fn from(&self) -> &Address {
        &self.from
    }

    /// The secret as it stands in the letter, to be kept out of logs.
    pub(super) fn code(&self, letter: &Letter) -> Option<Zeroizing<String>> {
        Carried::by(letter).map(|secret| (self.write_codes)(secret).code)
    }

    /// The letter as a message. The same letter gives the same Message-ID and Date each time.
    pub(super) fn write(&self, letter: &Letter) -> std::result::Result<Message, Unwritable> {
        let to = mailbox(&letter.to, "the recipient's address")?;
        let worded = self.word(letter)?;
        let mut message = Message::builder()
            .from(self.office_mailbox(letter.language))
            .to(to)
            .subject(worded.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.domain())))
            .date(written_at(letter))
            .header(AutoSubmitted)
            .header(AutoResponseSuppress)
            .header(ContentLanguage(letter.language));
        if let Some(checkpoint) = &letter.checkpoint {
            message = message.header(LogCheckpoint(BASE64.encode(checkpoint.as_bytes())));
        }
        if letter.kind.goes_to_recipient() {
            message = message.reply_to(mailbox(&letter.sender, "the sender's address")?);
        }
        let bodies = MultiPart::alternative_plain_html(worded.text, worded.html);
        Ok(message.multipart(bodies).doing("building a mail")?)
    }

    fn office_mailbox(&self, language: Language) -> Mailbox {
        let office = super::plain::one_line((self.letterhead)().office_name.of(language));
        let name = match language {
            Language::Ja => format!("{office}（ファイル受け渡し窓口）"),
            Language::En => format!("{office} (file hand-over)"),
        };
        Mailbox::new(Some(name), self.from.clone())
    }
}

/// Name and address as a header takes them; line breaks and controls are refused, not repaired (RFC 5322, 2.2).
fn mailbox(of: &Correspondent, whose: &'static str) -> std::result::Result<Mailbox, Unwritable> {
    if of.name.chars().chain(of.email.chars()).any(char::is_control) {
        return Err(Unwritable::Address(whose));
    }
    let address = of.email.trim().parse().map_err(|_| Unwritable::Address(whose))?;
    let name = of.name.trim();
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

/// When the letter was written: its id carries the moment, so that a repeat has the same Date.
fn written_at(letter: &Letter) -> SystemTime {
    let stamp = Uuid::try_parse(&letter.id.to_string()).ok().and_then(|id| id.get_timestamp());
    let (seconds, _) = stamp.map_or((0, 0), |stamp| stamp.to_unix());
    SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}

macro_rules! fixed_header {
    ($(#[$doc:meta])* $name:ident, $header:literal, $value:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        struct $name;

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($header)
            }

            fn parse(_: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

fixed_header! {
    /// No out-of-office notes, please (RFC 3834).
    AutoSubmitted, "Auto-Submitted", "auto-generated"
}
fixed_header! {
    /// The same for Exchange.
    AutoResponseSuppress, "X-Auto-Response-Suppress", "All"
}

/// The newest checkpoint of the log, base64 in pieces that fit into lines. Mails are witnesses of the log.
#[derive(Clone)]
struct LogCheckpoint(String);

/// Letters of base64 in one piece.
const PIECE: usize = 64;

impl Header for LogCheckpoint {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Kakitome-Checkpoint")
    }

    fn parse(text: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.split_whitespace().collect()))
    }

    fn display(&self) -> HeaderValue {
        let letters: Vec<char> = self.0.chars().collect();
        let pieces: Vec<String> = letters.chunks(PIECE).map(String::from_iter).collect();
        HeaderValue::new(Self::name(), pieces.join(" "))
    }
}

#[derive(Clone)]
struct ContentLanguage(Language);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(word: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(word.parse()?))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.word().to_owned())
    }
}
