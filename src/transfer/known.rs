//! Known recipients: whom a sender sent to before, and what they chose last. It spares typing, and shows a slip.

use std::collections::HashMap;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Channel, Language, Recipient};
use crate::staff::permit::{Sender, Watcher};
use crate::store::known;

use super::allowed::Allowed;

pub use crate::store::known::Times;

/// How many of the newest recipients a search looks through.
const SEARCHED: i64 = 1000;

/// Somebody whom the sender sent to before, as typed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub recipient: Recipient,
    /// How often, among the newest thousand recipients, and when last.
    pub times: Times,
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

/// Own earlier recipients in whose name or address every word of `words` stands, those sent to last first.
///
/// # Errors
/// The store cannot be read.
pub async fn search(gateway: &Gateway, sender: &Sender, words: &str, limit: usize) -> Result<Vec<Known>> {
    let owner = sender.account().id;
    let rows = gateway.store.read(move |tx| known::newest(tx, owner, SEARCHED)).await?;
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<Known> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (recipient, at) in rows {
        let place = places.get(&recipient.email).and_then(|place| found.get_mut(*place));
        if let Some(known) = place {
            known.times.count += 1;
        } else if matches(&recipient, &words) {
            places.insert(recipient.email.clone(), found.len());
            found.push(Known { recipient, times: Times { count: 1, last: at } });
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
