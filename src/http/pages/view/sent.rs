//! Sent: the numbers, once, with their readings and notice sheets.

use askama::Template;

use super::compose::channel_key;
use super::frame::addressed;
use super::{Frame, Waits};
use crate::http::text::{Texts, groups_of_four};
use crate::model::{Channel, DeliveryId, Language, PickUpNumber, Time, TransferId, last_digits};
use crate::port::Unanswered;

/// The answer to POST `/send/{id}/send` and POST `/deliveries/{reference}/reissue`, and GET `/send/{id}/sent`.
#[derive(Template)]
#[template(path = "sent.html")]
pub struct SentPage {
    /// The frame.
    pub frame: Frame,
    /// The transfer.
    pub transfer: TransferId,
    /// What keeps the mails from leaving.
    pub waits: Waits,
    /// What made the numbers.
    pub why: SentWhy,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// One card per recipient.
    pub rows: Vec<SentRow>,
    /// Until when the files can be collected.
    pub expires_at: Time,
    /// The sender's name, for the notice sheet.
    pub sender: String,
    /// The sender's phone number, or else the office's, for the notice sheet; may be empty.
    pub sender_phone: String,
    /// The office's address and hours, for the notice sheet; may be empty. No link: it stands beside a number.
    pub office_contact: String,
    /// When the page was made, for the notice sheet.
    pub now: Time,
}

/// What made the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentWhy {
    /// The transfer was sent.
    Sent,
    /// A new number was issued.
    Reissued,
    /// A new link and a new number were sent.
    Resent,
    /// One more recipient is written to.
    Added,
    /// Another address is written to.
    Corrected,
}

/// A recipient and its number.
#[derive(Clone)]
pub struct SentRow {
    /// The delivery.
    pub delivery: DeliveryId,
    /// Its public short name.
    pub reference: String,
    /// Recipient's name; may be empty.
    pub name: String,
    /// Recipient's mail address.
    pub email: String,
    /// Number to call; may be empty.
    pub phone: String,
    /// How the number is told.
    pub channel: Channel,
    /// Language of the reading and of the notice sheet.
    pub language: Language,
    /// The number's digits; none once it was shown and acknowledged.
    pub number: Option<PickUpNumber>,
    /// When the sender said it was told.
    pub told_at: Option<Time>,
    /// What became of it on its way by SMS, where it was to travel so.
    pub sms: Option<SmsLine>,
    /// Whether somebody has made sure of the phone number.
    pub phone_verified: bool,
    /// Whether a new number can be sent by SMS.
    pub can_text: bool,
    /// When its mail leaves.
    pub leaving: Leaving,
}

/// When the mail with the link leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// It has left, or leaves in its turn.
    Now,
    /// After the time for second thoughts.
    At(Time),
    /// Once an approver agrees.
    AfterApproval,
}

/// What became of a number that was to travel by SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsLine {
    /// The provider took it; in how many parts, where that is still known.
    Sent(Option<u32>),
    /// The provider did not take it; why, where that is still known.
    Failed(Option<Unanswered>),
    /// The policy allows no more of them.
    Over,
    /// The mail has to leave first.
    Later,
    /// Nothing was written down about it.
    Unknown,
}

impl SentPage {
    fn title_key(&self) -> &'static str {
        match self.why {
            SentWhy::Sent => self.sent_title_key(),
            SentWhy::Reissued => "sent-reissued-title",
            SentWhy::Resent if !self.leaves_now() => "after-resent-waits-title",
            SentWhy::Resent => "after-resent-title",
            SentWhy::Added => "after-added-title",
            SentWhy::Corrected => "after-corrected-title",
        }
    }

    /// What is true of all that was sent: gone, asked about, held; or of each something else.
    fn sent_title_key(&self) -> &'static str {
        let all = |is: fn(Leaving) -> bool| self.rows.iter().all(|row| is(row.leaving));
        if all(|leaving| leaving == Leaving::Now) {
            "sent-title"
        } else if all(|leaving| leaving == Leaving::AfterApproval) {
            "sent-asked-title"
        } else if all(|leaving| matches!(leaving, Leaving::At(_))) {
            "sent-held-title"
        } else {
            "sent-accepted-title"
        }
    }

    fn what_key(&self) -> &'static str {
        if self.leaves_now() { "sent-what" } else { "sent-will" }
    }

    fn lead_key(&self) -> &'static str {
        match self.why {
            SentWhy::Sent => "sent-lead",
            SentWhy::Reissued => "sent-reissued-lead",
            SentWhy::Resent => "after-resent-lead",
            SentWhy::Added => "after-added-lead",
            SentWhy::Corrected => "after-corrected-lead",
        }
    }

    /// Whether mails leave at once: what waits says so itself.
    fn leaves_now(&self) -> bool {
        self.rows.iter().all(|row| row.leaving == Leaving::Now)
    }

    /// How the numbers that are shown are told: one way if it is the same for all.
    fn next_key(&self) -> &'static str {
        let mut shown = self.rows.iter().filter(|row| row.number.is_some()).map(|row| row.channel);
        match shown.next() {
            Some(Channel::Phone) if shown.all(|channel| channel == Channel::Phone) => "sent-next-phone",
            Some(Channel::Sms) if shown.all(|channel| channel == Channel::Sms) => "sent-next-sms",
            Some(Channel::Sheet) if shown.all(|channel| channel == Channel::Sheet) => "sent-next-sheet",
            _ => "sent-next",
        }
    }

    fn shows_numbers(&self) -> bool {
        self.rows.iter().any(|row| row.number.is_some())
    }

    fn untold(&self) -> bool {
        self.rows.iter().any(|row| row.number.is_some() && row.told_at.is_none())
    }

    fn texts_of(&self, row: &SentRow) -> Texts {
        self.frame.texts.in_language(row.language)
    }
}

impl SentRow {
    fn title(&self, texts: &Texts) -> String {
        addressed(texts, &self.name, &self.email)
    }

    /// Groups of four digits, each with its reading in the recipient's language.
    fn groups(&self, texts: &Texts) -> Vec<(String, String)> {
        let texts = texts.in_language(self.language);
        let groups = groups_of_four(self.number.as_ref().map(PickUpNumber::expose).unwrap_or_default());
        groups.into_iter().map(|group| (group.clone(), texts.reading(&group))).collect()
    }

    /// How its SMS went, in words: what, why, what to do.
    fn sms_words(&self, frame: &Frame) -> Option<(bool, String, String, String)> {
        let text = |key: &'static str| frame.text(key);
        Some(match self.sms? {
            SmsLine::Sent(parts) => {
                let several = parts.filter(|parts| *parts > 1);
                let several = several.map(|parts| frame.phrase("sent-sms-parts").with("parts", parts).to_string());
                let sent = frame.phrase("sent-sms-sent").with("tail", last_digits(&self.phone)).to_string();
                (true, sent, several.unwrap_or_default(), String::new())
            }
            SmsLine::Failed(why) => (
                false,
                text("sent-sms-failed"),
                why.map(|why| reason(frame, why)).unwrap_or_default(),
                text("sent-sms-failed-next"),
            ),
            SmsLine::Over => (false, text("sent-sms-failed"), text("sent-sms-why-over"), text("sent-sms-over-next")),
            SmsLine::Later => (false, text("sent-sms-later"), String::new(), text("sent-sms-later-next")),
            SmsLine::Unknown => (false, text("sent-sms-unknown"), String::new(), text("sent-sms-unknown-next")),
        })
    }

    /// Whether its number travels to a phone of which nobody has made sure.
    fn is_unverified(&self) -> bool {
        self.channel != Channel::Sheet && !self.phone.is_empty() && !self.phone_verified
    }

    fn is_by_sheet(&self) -> bool {
        self.channel == Channel::Sheet
    }

    /// Whether nobody has stored a phone number by which the recipient is called.
    fn lacks_phone(&self) -> bool {
        self.channel == Channel::Phone && self.phone.is_empty()
    }

    /// When its mail leaves, in words; nothing: it has left, or is about to.
    fn leaving_words(&self, frame: &Frame) -> Option<String> {
        match self.leaving {
            Leaving::Now => None,
            Leaving::At(until) => Some(frame.phrase("waits-held").with("until", frame.texts.clock(&until)).to_string()),
            Leaving::AfterApproval => Some(frame.text("sent-after-approval")),
        }
    }

    /// What to say on the phone, in the recipient's language. Nobody is asked for a mail that has not left.
    fn script(&self, texts: &Texts) -> String {
        let groups = self.groups(texts);
        let texts = texts.in_language(self.language);
        let between = texts.text("sent-script.between");
        let reading: Vec<String> = groups.iter().map(|(_, reading)| reading.clone()).collect();
        let (key, at) = match self.leaving {
            Leaving::Now => ("sent-script", String::new()),
            Leaving::At(until) => ("sent-script-before", texts.clock(&until)),
            Leaving::AfterApproval => ("sent-script-before", String::new()),
        };
        let when = if at.is_empty() { "approval" } else { "clock" };
        let script = texts
            .phrase(key)
            .with("when", when)
            .with("at", at)
            .with("groups", groups.len())
            .with("reading", reading.join(&between));
        script.with("tail", self.reference_tail().to_owned()).to_string()
    }

    fn channel_key(&self) -> &'static str {
        channel_key(self.channel)
    }

    /// The last four characters: enough to match sheet and mail, not enough to name the delivery.
    fn reference_tail(&self) -> &str {
        self.reference.rsplit('-').next().unwrap_or_default()
    }
}

fn reason(frame: &Frame, why: Unanswered) -> String {
    match why {
        Unanswered::Refused(status) => {
            frame.phrase("sent-sms-why-refused").with("status", status.to_string()).to_string()
        }
        Unanswered::Forbidden => frame.text("sent-sms-why-forbidden"),
        Unanswered::TimedOut => frame.text("sent-sms-why-timed-out"),
        Unanswered::Silent => frame.text("sent-sms-why-silent"),
    }
}
