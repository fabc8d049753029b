//! A transfer's events in the words of the timeline.

use serde_json::Value;

use crate::http::text::Texts;
use crate::model::{Channel, EndReason, LetterKind, Time};

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
    /// The time limit that was set, for events about that.
    pub until: Option<Time>,
    /// Number of the transfer's files.
    pub files: u32,
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
            until: leaf.get("expires_at").and_then(Value::as_i64).map(Time::from_millis),
            files,
        }
    }

    /// The entry as one sentence; an event that only the log tells in full has none.
    pub fn text(&self, texts: &Texts) -> Option<String> {
        let person = match self.person.as_str() {
            "" => texts.text("event-somebody"),
            name => name.to_owned(),
        };
        let reason = self.reason.map(EndReason::word).unwrap_or_default();
        let key = event_key(&self.event, self.letter)?;
        let until = self.until.map(|until| texts.moment(&until)).unwrap_or_default();
        let phrase = texts.phrase(key).with("person", person).with("reason", reason).with("until", until);
        let channel = self.channel.map(Channel::word).unwrap_or_default();
        Some(phrase.with("channel", channel).with("count", self.files).to_string())
    }

    /// What needs the sender's eye, and what went as it should.
    pub fn tone(&self) -> &'static str {
        match (self.event.as_str(), self.reason) {
            ("retrieved" | "recipient_confirmed", _) => "good",
            ("mail_failed" | "number_wrong" | "paused" | "tamper_suspected", _)
            | ("delivery_ended", Some(EndReason::Expired | EndReason::KeyLost)) => "alert",
            _ => "plain",
        }
    }
}

fn event_key(event: &str, letter: Option<LetterKind>) -> Option<&'static str> {
    Some(match event {
        "draft_created" => "event-draft-created",
        "sealed" => "event-sealed",
        "number_shown" => "event-number-shown",
        "number_copied" => "event-number-copied",
        "number_printed" => "event-number-printed",
        "number_told" => "event-number-told",
        "mail_accepted" => mail_key(letter),
        "mail_deferred" => "event-mail-deferred",
        "mail_failed" => "event-mail-failed",
        "mail_withdrawn" => "event-mail-withdrawn",
        "link_opened" => "event-link-opened",
        "number_mistyped" => "event-number-mistyped",
        "number_wrong" => "event-number-wrong",
        "number_accepted" => "event-number-accepted",
        "paused" => "event-paused",
        "resumed" => "event-resumed",
        "number_reissued" => "event-number-reissued",
        "session_taken_over" => "event-session-taken-over",
        "serving_started" => "event-serving-started",
        "retrieved" => "event-retrieved",
        "recipient_confirmed" => "event-recipient-confirmed",
        "extended" => "event-extended",
        "handed_over" => "event-handed-over",
        "delivery_ended" => "event-delivery-ended",
        "finished" => "event-finished",
        "shredded" => "event-shredded",
        "tamper_suspected" => "event-tamper-suspected",
        _ => return None,
    })
}

fn mail_key(letter: Option<LetterKind>) -> &'static str {
    match letter {
        Some(LetterKind::Offer) | None => "event-mail-accepted",
        Some(LetterKind::Recalled) => "event-mail-recalled",
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
            | LetterKind::SignaturesOld,
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
            EventKind::NumberShown,
            EventKind::NumberCopied,
            EventKind::NumberPrinted,
            EventKind::NumberTold { channel: Channel::Phone },
            EventKind::MailAccepted { letter: LetterKind::Offer, attempt: 1 },
            EventKind::MailDeferred { letter: LetterKind::Offer, attempt: 1 },
            EventKind::MailFailed { letter: LetterKind::Offer, attempt: 1 },
            EventKind::MailWithdrawn { letter: LetterKind::Offer },
            EventKind::LinkOpened,
            EventKind::NumberMistyped,
            EventKind::NumberWrong { wrong: 1, life: 1 },
            EventKind::NumberAccepted { opening: 1 },
            EventKind::Paused,
            EventKind::Resumed,
            EventKind::NumberReissued,
            EventKind::SessionTakenOver,
            EventKind::ServingStarted,
            EventKind::Retrieved,
            EventKind::RecipientConfirmed,
            EventKind::Extended { expires_at: Time::default() },
            EventKind::HandedOver { to: AccountId::new(Time::default()) },
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
                    until: Some(Time::default()),
                    files: 2,
                };
                for language in [Language::Ja, Language::En] {
                    let text = entry.text(&Texts::new(language, Tz::Asia__Tokyo)).expect(&word);
                    assert!(!text.contains('⟦'), "{text}");
                }
            }
        }
    }
}
