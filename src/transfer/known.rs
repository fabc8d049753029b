//! Known recipients: whom a sender sent to before, and what they chose last. It spares typing, and shows a slip.

use std::collections::HashMap;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Channel, Language, Recipient};
use crate::staff::permit::{Sender, Watcher};
use crate::store::{contacts, known};

use super::allowed::Allowed;

pub use crate::store::known::Times;

/// How many of the newest recipients a search looks through.
const SEARCHED: i64 = 1000;

/// Somebody in the address book, or whom the sender sent to before, as typed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub recipient: Recipient,
    /// How often, among the newest thousand recipients, and when last; none for a contact never sent to.
    pub times: Option<Times>,
    /// Whether the address book has it.
    pub in_book: bool,
    /// Whether somebody made sure of the phone number.
    pub phone_verified: bool,
}

/// What a sender chose last; the next draft begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Hours to keep, within policy.
    pub keep_hours: u32,
    /// How numbers are told.
    pub channel: Channel,
    /// Language of mails.
    pub language: Language,
}

/// Contacts first, then own earlier recipients, in whose name or address every word of `words` stands, those sent to last first.
///
/// # Errors
/// The store cannot be read.
pub async fn search(gateway: &Gateway, sender: &Sender, words: &str, limit: usize) -> Result<Vec<Known>> {
    let owner = sender.account().id;
    let read =
        move |tx: &mut crate::store::Tx<'_>| Ok((contacts::readable(tx, owner)?, known::newest(tx, owner, SEARCHED)?));
    let (book, rows) = gateway.store.read(read).await?;
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<Known> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for contact in book {
        let recipient = contact.addressee();
        let address = recipient.email.to_lowercase();
        if !places.contains_key(&address) && matches(&recipient, &words) {
            places.insert(address, found.len());
            let verified = contact.phone_verified.is_some();
            found.push(Known { recipient, times: None, in_book: true, phone_verified: verified });
        }
    }
    for (recipient, at) in rows {
        let place = places.get(&recipient.email.to_lowercase()).and_then(|place| found.get_mut(*place));
        if let Some(known) = place {
            known.times = Some(
                known.times.map_or(Times { count: 1, last: at }, |times| Times { count: times.count + 1, ..times }),
            );
        } else if matches(&recipient, &words) {
            places.insert(recipient.email.to_lowercase(), found.len());
            let times = Some(Times { count: 1, last: at });
            found.push(Known { recipient, times, in_book: false, phone_verified: false });
        }
    }
    found.truncate(limit);
    Ok(found)
}

fn matches(recipient: &Recipient, words: &[String]) -> bool {
    let text = format!("{} {}", recipient.name, recipient.email).to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

/// How often and when last each of these addresses was sent to by this sender; those never sent to are not in it.
///
/// # Errors
/// The store cannot be read.
pub async fn times(gateway: &Gateway, watcher: &Watcher, emails: Vec<String>) -> Result<HashMap<String, Times>> {
    let owner = watcher.account().id;
    gateway.store.read(move |tx| known::times(tx, owner, &emails)).await
}

/// The sender's last choices, if there are any; the usual ones where they are not allowed any more.
///
/// # Errors
/// The store cannot be read.
pub async fn choices(gateway: &Gateway, sender: &Sender) -> Result<Option<Choices>> {
    let owner = sender.account().id;
    let usual = gateway.policy.usual();
    let read = move |tx: &mut crate::store::Tx<'_>| {
        let last = known::newest(tx, owner, 1)?.pop().zip(known::last_keep_seconds(tx, owner)?);
        Ok((last, Allowed::of(tx, &usual, owner)?))
    };
    let (Some(((recipient, _), keep_seconds)), allowed) = gateway.store.read(read).await? else { return Ok(None) };
    let keep_hours = u32::try_from(keep_seconds / 3600).ok();
    let kept = keep_hours.filter(|hours| allowed.keep_hours.contains(hours));
    Ok(Some(Choices {
        keep_hours: kept.unwrap_or(allowed.keep_default_hours),
        channel: recipient.channel,
        language: recipient.language,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_found() {
        let suzuki = Recipient {
            email: "Suzuki@aozora.example".into(),
            name: "株式会社青空商事　鈴木 一郎".into(),
            language: Language::Ja,
            phone: String::new(),
            phrase: String::new(),
            channel: Channel::Phone,
        };
        let found = |text: &str| {
            let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
            matches(&suzuki, &words)
        };
        assert!(found("") && found("鈴木") && found("青空　鈴木") && found("AOZORA") && found("suzuki@"));
        assert!(!found("高橋") && !found("青空 高橋") && !found("%"));
    }
}
