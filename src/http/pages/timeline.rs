//! A transfer's events in the words of the timeline.

use serde_json::Value;

use crate::http::scan_text;
use crate::http::text::Texts;
use crate::model::{Channel, EndReason, LetterKind, Time, Verdict, last_digits};

/// An event as the timeline tells it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// The event's word (the serialised tag of `EventKind`).
    pub event: String,
    /// The person it is about: the recipient, or the member of staff; may be empty.
    pub person: String,
    /// Which mail, for events about mails.
    pub letter: Option<LetterKind>,
    /// Why a delivery or the transfer ended, for events that end one.
    pub reason: Option<EndReason>,
    /// How a number was told, for events about that.
    pub channel: Option<Channel>,
    /// The last digits of the phone number that a number went to; may be empty.
    pub phone: String,
    /// Whether that phone number had been verified, for events about that.
    pub verified: Option<bool>,
    /// Whether it failed.
    pub failed: bool,
    /// The time limit that was set, for events about that.
    pub until: Option<Time>,
    /// Number of files: of the transfer; of those that a verdict is about.
    pub files: u32,
    /// What a scanner said, for events about that.
    pub verdict: Option<Said>,
}

/// What a scanner said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its verdict.
    pub verdict: Verdict,
    /// The scanner with its signatures, and of when those are.
    pub signatures: Option<(String, Option<Time>)>,
    /// The scanner's name for what it found; may be empty.
    pub finding: String,
    /// The file's name, where it can be read; may be empty.
    pub file: String,
    /// Whether the file was taken out of the draft again.
    pub is_removed: bool,
}

impl Entry {
    /// What the log's `leaf` tells about a transfer of `files` files, to or by `person`.
    pub fn new(at: Time, event: &str, person: String, leaf: &Value, files: u32) -> Self {
        let word = |field: &str| leaf.get(field).and_then(Value::as_str);
        Self {
            at,
            event: event.to_owned(),
            person,
            letter: word("letter").and_then(|word| word.parse().ok()),
            reason: word("reason").and_then(|word| word.parse().ok()),
            channel: word("channel").and_then(|word| word.parse().ok()),
            phone: String::new(),
            verified: leaf.get("verified").and_then(Value::as_bool),
            failed: word("outcome") == Some("failed"),
            until: leaf.get("expires_at").and_then(Value::as_i64).map(Time::from_millis),
            files,
            verdict: None,
        }
    }

    /// Adds the phone number that a number went to, of which only the end is shown.
    #[must_use]
    pub fn with_phone(self, phone: &str) -> Self {
        Self { phone: last_digits(phone), ..self }
    }

    /// Where a number went to, and whether that was known to be the recipient's.
    fn place(&self, texts: &Texts) -> String {
        if self.phone.is_empty() {
            return String::new();
        }
        let key = if self.verified == Some(true) { "channel-verified" } else { "channel-unverified" };
        texts.phrase("event-place").with("tail", self.phone.clone()).with("verified", texts.text(key)).to_string()
    }

    /// Adds what the leaf and what is kept beside it tell of a verdict on a file.
    #[must_use]
    pub fn with_verdict(mut self, leaf: &Value, finding: &str, file: &str) -> Self {
        let word = |field: &str| leaf.get(field).and_then(Value::as_str);
        let Some(verdict) = word("verdict").and_then(|word| word.parse().ok()) else { return self };
        let made_at = leaf.get("signatures_at").and_then(Value::as_i64).map(Time::from_millis);
        let signatures = word("signatures").map(|version| (version.to_owned(), made_at));
        self.verdict =
            Some(Said { verdict, signatures, finding: finding.to_owned(), file: file.to_owned(), is_removed: false });
        self.files = 1;
        self
    }

    /// Says that the file of a verdict was taken out of the draft again.
    pub fn note_removed(&mut self) {
        if let Some(said) = &mut self.verdict {
            said.is_removed = true;
        }
    }

    /// Whether it has nothing to tell: a file that was clean, and was not sent.
    pub fn is_void(&self) -> bool {
        self.verdict.as_ref().is_some_and(|said| said.is_removed && said.verdict.flaw().is_none())
    }

    /// Whether `later` says the same of another file, so that both are one line. What is wrong with a file is never told
    /// together with others.
    pub fn is_of_same_scan(&self, later: &Self) -> bool {
        let (Some(one), Some(other)) = (&self.verdict, &later.verdict) else { return false };
        one.verdict.flaw().is_none() && (one.verdict, &one.signatures) == (other.verdict, &other.signatures)
    }

    /// The entry as one sentence; an event that only the log tells in full has none.
    pub fn text(&self, texts: &Texts) -> Option<String> {
        if let Some(said) = &self.verdict {
            return Some(said.text(texts, self.files));
        }
        let person = match self.person.as_str() {
            "" => texts.text("event-somebody"),
            name => name.to_owned(),
        };
        let reason = self.reason.map(EndReason::word).unwrap_or_default();
        let key = match (self.event.as_str(), self.failed) {
            ("number_sent", true) => "event-number-not-sent",
            _ => event_key(&self.event, self.letter)?,
        };
        let until = self.until.map(|until| texts.moment(&until)).unwrap_or_default();
        let phrase = texts.phrase(key).with("person", person).with("reason", reason).with("until", until);
        let channel = self.channel.map(Channel::word).unwrap_or_default();
        Some(phrase.with("channel", channel).with("count", self.files).with("place", self.place(texts)).to_string())
    }

    /// What needs the sender's eye, and what went as it should.
    pub fn tone(&self) -> &'static str {
        if self.verdict.as_ref().is_some_and(|said| said.verdict.flaw().is_some()) {
            return "alert";
        }
        if self.event == "number_sent" && self.failed {
            return "alert";
        }
        match (self.event.as_str(), self.reason) {
            ("retrieved" | "recipient_confirmed", _) => "good",
            (
                "asked_again" | "mail_failed" | "mail_bounced" | "mail_withheld" | "number_wrong" | "paused"
                | "fax_misdirected" | "tamper_suspected" | "approval_refused" | "approval_lapsed",
                _,
            )
            | ("delivery_ended", Some(EndReason::Expired | EndReason::KeyLost)) => "alert",
            _ => "plain",
        }
    }
}

impl Said {
    fn text(&self, texts: &Texts, files: u32) -> String {
        let signatures = self.signatures.as_ref();
        let signatures = signatures.map(|(version, made_at)| scan_text::signatures(texts, version, *made_at));
        let key = match (self.verdict.flaw(), self.verdict, self.file.is_empty()) {
            (Some(_), ..) if self.is_removed => "event-scan-flaw-removed",
            (Some(_), _, false) => "event-scan-flaw",
            (Some(_), _, true) => "event-scan-flaw-unnamed",
            (None, Verdict::Off, _) => "event-scan-off",
            (None, ..) => "event-scan-clean",
        };
        let phrase = texts.phrase(key).with("what", scan_text::verdict(texts, self.verdict, &self.finding));
        let phrase = phrase.with("file", self.file.clone()).with("count", files);
        phrase.with("signatures", signatures.unwrap_or_default()).to_string()
    }
}

fn event_key(event: &str, letter: Option<LetterKind>) -> Option<&'static str> {
    Some(match event {
        "draft_created" => "event-draft-created",
        "sealed" => "event-sealed",
        "flags_confirmed" => "event-flags-confirmed",
        "approval_asked" => "event-approval-asked",
        "approval_given" => "event-approval-given",
        "approval_refused" => "event-approval-refused",
        "approval_lapsed" => "event-approval-lapsed",
        "file_inspected" => "event-file-inspected",
        "hold_released" => "event-hold-released",
        "recipient_added" => "event-recipient-added",
        "number_shown" => "event-number-shown",
        "number_copied" => "event-number-copied",
        "number_printed" => "event-number-printed",
        "number_told" => "event-number-told",
        "number_sent" => "event-number-sent",
        "mail_accepted" => mail_key(letter),
        "mail_deferred" => "event-mail-deferred",
        "mail_failed" => "event-mail-failed",
        "mail_bounced" => "event-mail-bounced",
        "mail_delayed" => "event-mail-delayed",
        "mail_withheld" => "event-mail-withheld",
        "mail_withdrawn" => "event-mail-withdrawn",
        "link_opened" => "event-link-opened",
        "number_mistyped" => "event-number-mistyped",
        "number_wrong" => "event-number-wrong",
        "number_accepted" => "event-number-accepted",
        "paused" => "event-paused",
        "resumed" => "event-resumed",
        "number_reissued" => "event-number-reissued",
        "reminded" => "event-reminded",
        "asked_again" => "event-asked-again",
        "resent" => "event-resent",
        "session_taken_over" => "event-session-taken-over",
        "serving_started" => "event-serving-started",
        "retrieved" => "event-retrieved",
        "recipient_confirmed" => "event-recipient-confirmed",
        "extended" => "event-extended",
        "handed_over" => "event-handed-over",
        "fax_recorded" => "event-fax-recorded",
        "fax_sent" => "event-fax-sent",
        "fax_confirmed" => "event-fax-confirmed",
        "fax_original_stored" => "event-fax-original-stored",
        "fax_closed" => "event-fax-closed",
        "fax_misdirected" => "event-fax-misdirected",
        "delivery_ended" => "event-delivery-ended",
        "finished" => "event-finished",
        "shredded" => "event-shredded",
        "certificate_issued" => "event-certificate-issued",
        "tamper_suspected" => "event-tamper-suspected",
        "alert_raised" => "event-alert-raised",
        _ => return None,
    })
}

fn mail_key(letter: Option<LetterKind>) -> &'static str {
    match letter {
        Some(LetterKind::Offer) | None => "event-mail-accepted",
        Some(LetterKind::Recalled) => "event-mail-recalled",
        Some(LetterKind::Reminder) => "event-mail-reminder",
        Some(
            LetterKind::Collected
            | LetterKind::Paused
            | LetterKind::Undelivered
            | LetterKind::Expired
            | LetterKind::KeyLost
            | LetterKind::PasswordAge
            | LetterKind::Invitation
            | LetterKind::ReviewDue
            | LetterKind::HandedOver
            | LetterKind::ScannerDown
            | LetterKind::SignaturesOld
            | LetterKind::LogInconsistent
            | LetterKind::Withheld
            | LetterKind::AskedAgain
            | LetterKind::Digest
            | LetterKind::Alert
            | LetterKind::LogCheckpoint
            | LetterKind::ApprovalAsked
            | LetterKind::Approved
            | LetterKind::NotApproved,
        ) => "event-mail-sender",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, EventKind, Language};
    use chrono_tz::Tz;

    #[test]
    fn the_words_of_the_log_have_sentences() {
        let kinds = [
            EventKind::DraftCreated,
            EventKind::Sealed {
                manifest: String::new(),
                files: 1,
                bytes: 1,
                deliveries: 1,
                expires_at: Time::default(),
            },
            EventKind::ApprovalAsked { reasons: vec![], latest_expiry: Time::default(), decide_by: Time::default() },
            EventKind::ApprovalGiven { manifest: String::new(), latest_expiry: Time::default(), on_behalf_of: None },
            EventKind::ApprovalRefused { on_behalf_of: None },
            EventKind::HoldReleased { mails: 1 },
            EventKind::RecipientAdded,
            EventKind::ApprovalLapsed,
            EventKind::FileInspected,
            EventKind::NumberShown,
            EventKind::NumberCopied,
            EventKind::NumberPrinted,
            EventKind::NumberTold { channel: Channel::Phone, verified: Some(false) },
            EventKind::NumberSent { channel: Channel::Sms, verified: true, status: Some(200) },
            EventKind::MailAccepted { letter: LetterKind::Offer, attempt: 1 },
            EventKind::MailDeferred { letter: LetterKind::Offer, attempt: 1 },
            EventKind::MailFailed { letter: LetterKind::Offer, attempt: 1 },
            EventKind::MailBounced { letter: LetterKind::Offer, status: "5.1.1".into() },
            EventKind::MailDelayed { letter: LetterKind::Offer, status: "4.4.1".into() },
            EventKind::MailWithheld { letter: LetterKind::Offer },
            EventKind::MailWithdrawn { letter: LetterKind::Offer },
            EventKind::LinkOpened,
            EventKind::NumberMistyped,
            EventKind::NumberWrong { wrong: 1, life: 1 },
            EventKind::NumberAccepted { opening: 1 },
            EventKind::Paused,
            EventKind::Resumed,
            EventKind::NumberReissued,
            EventKind::Reminded,
            EventKind::AskedAgain,
            EventKind::Resent,
            EventKind::SessionTakenOver,
            EventKind::ServingStarted,
            EventKind::Retrieved,
            EventKind::RecipientConfirmed,
            EventKind::Extended { expires_at: Time::default() },
            EventKind::HandedOver { to: AccountId::new(Time::default()) },
            EventKind::FaxRecorded { pages: 1, differs: false },
            EventKind::FaxSent { sent_at: Time::default() },
            EventKind::FaxConfirmed,
            EventKind::FaxOriginalStored,
            EventKind::FaxClosed,
            EventKind::FaxMisdirected,
            EventKind::DeliveryEnded { reason: EndReason::Expired },
            EventKind::Finished { reason: EndReason::Expired },
            EventKind::Shredded { blobs: 1 },
            EventKind::TamperSuspected,
        ];
        for kind in kinds {
            let word = serde_json::to_value(&kind).unwrap()["event"].as_str().unwrap().to_owned();
            for letter in [None].into_iter().chain(LetterKind::ALL.iter().copied().map(Some)) {
                let entry = Entry {
                    at: Time::default(),
                    event: word.clone(),
                    person: "鈴木 一郎".into(),
                    letter,
                    reason: Some(EndReason::Expired),
                    channel: Some(Channel::Sheet),
                    phone: "5432".into(),
                    verified: Some(true),
                    failed: false,
                    until: Some(Time::default()),
                    files: 2,
                    verdict: None,
                };
                for language in [Language::Ja, Language::En] {
                    let text = entry.text(&Texts::new(language, Tz::Asia__Tokyo)).expect(&word);
                    assert!(!text.contains('⟦'), "{text}");
                }
            }
        }
    }
    #[test]
    fn every_verdict_has_its_sentence_and_clean_files_are_told_together() {
        let entry = |verdict: Verdict, file: &str| {
            let kind = EventKind::ScanVerdict {
                verdict,
                signatures: Some("ClamAV 1.4.3/27600/Wed Nov 25 09:26:34 2026".into()),
                signatures_at: Some(Time::from_millis(1_795_598_794_000)),
            };
            let leaf = serde_json::to_value(&kind).unwrap();
            Entry::new(Time::default(), "scan_verdict", String::new(), &leaf, 5).with_verdict(&leaf, "Eicar-Test", file)
        };
        for verdict in Verdict::ALL {
            for (language, file) in [(Language::Ja, "a.zip"), (Language::En, ""), (Language::En, "a.zip")] {
                let said = entry(*verdict, file).text(&Texts::new(language, Tz::Asia__Tokyo)).unwrap();
                assert!(!said.contains('⟦') && !said.contains("  "), "{said}");
                let names_it = said.contains("a.zip");
                assert_eq!(names_it, verdict.flaw().is_some() && !file.is_empty(), "{said}");
            }
        }
        let mut gone = entry(Verdict::Infected, "");
        gone.note_removed();
        assert!(gone.text(&Texts::new(Language::En, Tz::UTC)).unwrap().contains("removed"));
        let infected = entry(Verdict::Infected, "a.zip");
        assert!(infected.text(&Texts::new(Language::En, Tz::UTC)).unwrap().contains("Eicar-Test"));
        assert!(!infected.is_of_same_scan(&entry(Verdict::Infected, "a.zip")));
        assert!(entry(Verdict::Clean, "a.zip").is_of_same_scan(&entry(Verdict::Clean, "b.zip")));
    }
}
