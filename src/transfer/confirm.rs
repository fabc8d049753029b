//! Confirm: a sender says of each recipient with flags that they were asked. It counts for exactly the flags that were shown:
//! they are raised again in the transaction that sends, and what appeared since is shown first.

use crate::error::{Problem, Result, Unconfirmed};
use crate::gateway::Gateway;
use crate::model::{AccountId, Actor, Delivery, DeliveryId, Event, EventKind, Private, Time, TransferId, domain_of};
use crate::staff::permit::Watcher;
use crate::store::{Tx, contacts, deliveries, known, letters};

use super::draft::own;
use super::flag::{self, Acquaintance, Flag};

/// What a sender says about flags.
#[derive(Clone, Debug)]
pub enum Confirmation {
    /// A person ticked recipients on a page.
    Person(Vec<Tick>),
    /// A program names flags: `look_alike` for every recipient, or `K-7K2M-90QF:look_alike` for one, by its reference, the
    /// id of its delivery, or its address.
    Program(Vec<String>),
}

impl Confirmation {
    /// A program that confirms nothing.
    pub const NOTHING: Self = Self::Program(Vec::new());
}

/// One recipient that was ticked.
#[derive(Clone, Debug)]
pub struct Tick {
    /// What was shown beside it, as [`shown`] writes it.
    pub shown: String,
    /// The domain as it was typed again; none where a tick is enough.
    pub retyped: Option<String>,
}

/// What stands behind a tick: the address and its flags. A tick for anything else confirms nothing.
pub fn shown(email: &str, flags: &[Flag]) -> String {
    let flags = flags.iter().map(|flag| format!("{}={}", flag.word(), flag.detail()));
    std::iter::once(email.to_lowercase()).chain(flags).collect::<Vec<_>>().join(" ")
}

/// What the rules ask of a confirmation.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    retype: bool,
    first_time: bool,
    host: String,
}

impl Rules {
    pub(super) fn of(gateway: &Gateway) -> Self {
        let policy = gateway.policy();
        Self {
            retype: policy.retype_domain,
            first_time: policy.confirm_first_time,
            host: gateway.public_url.host().to_owned(),
        }
    }

    /// Whether what was said covers the flags of this delivery.
    fn is_met(&self, confirmation: &Confirmation, delivery: &Delivery, flags: &[Flag]) -> bool {
        match confirmation {
            Confirmation::Person(ticks) => {
                let (shown, domain) = (shown(&delivery.recipient.email, flags), domain_of(&delivery.recipient.email));
                let retyped = |tick: &Tick| tick.retyped.as_deref().is_some_and(|typed| is_domain(typed, &domain));
                flags.is_empty() || ticks.iter().any(|tick| tick.shown == shown && (!self.retype || retyped(tick)))
            }
            Confirmation::Program(words) => flags.iter().all(|flag| {
                let lets = *flag == Flag::FirstTime && !self.first_time;
                lets || words.iter().any(|word| names(word, delivery, flag))
            }),
        }
    }
}

/// Whether the domain was typed again: people write the @ along, and capitals.
fn is_domain(typed: &str, domain: &str) -> bool {
    let typed = typed.trim().trim_start_matches(['@', '＠']);
    typed.to_lowercase() == domain
}

fn names(word: &str, delivery: &Delivery, flag: &Flag) -> bool {
    let (whose, word) = word.rsplit_once(':').map_or((None, word), |(whose, word)| (Some(whose), word));
    let is_whose = |whose: &str| {
        whose.eq_ignore_ascii_case(&delivery.reference)
            || whose.eq_ignore_ascii_case(&delivery.recipient.email)
            || whose.parse::<DeliveryId>().is_ok_and(|id| id == delivery.id)
    };
    word == flag.word() && whose.is_none_or(is_whose)
}

/// The flags of these recipients of a transfer, in their order, as they are now.
///
/// # Errors
/// `NotFound` for a transfer of somebody else.
pub async fn flags(
    gateway: &Gateway,
    watcher: &Watcher,
    id: TransferId,
    emails: Vec<String>,
) -> Result<Vec<Vec<Flag>>> {
    let owner = watcher.account().id;
    gateway.store.read(move |tx| own(tx, owner, id).map(drop)).await?;
    flags_of(gateway, owner, id, emails).await
}

/// The flags as the sender of the transfer sees them, for an approver.
///
/// # Errors
/// The store cannot be read.
pub async fn flags_of(
    gateway: &Gateway,
    owner: AccountId,
    id: TransferId,
    emails: Vec<String>,
) -> Result<Vec<Vec<Flag>>> {
    let host = gateway.public_url.host().to_owned();
    gateway.store.read(move |tx| raise(tx, owner, id, &host, &emails)).await
}

/// The flags of somebody who is to be added to a transfer that was sent, or written to instead of another recipient.
///
/// # Errors
/// `NotFound` for a transfer of somebody else.
pub async fn flags_of_one(gateway: &Gateway, watcher: &Watcher, id: TransferId, email: &str) -> Result<Vec<Flag>> {
    let others = gateway.store.read(move |tx| deliveries::of_transfer(tx, id)).await?;
    let staying = others.into_iter().filter(|other| !other.state.is_ended()).map(|other| other.recipient.email);
    let mut emails: Vec<String> = staying.filter(|other| !other.eq_ignore_ascii_case(email.trim())).collect();
    emails.push(email.trim().to_owned());
    Ok(flags(gateway, watcher, id, emails).await?.pop().unwrap_or_default())
}

fn raise(tx: &mut Tx, owner: AccountId, id: TransferId, host: &str, emails: &[String]) -> Result<Vec<Vec<Flag>>> {
    // Addresses are stored as typed; capitals make no other recipient.
    let mut asked: Vec<String> = emails.to_vec();
    asked.extend(emails.iter().map(|email| email.to_lowercase()));
    let mut domains = known::domains(tx, id)?;
    // The gateway's own domain is one that people know.
    domains.push(host.to_owned());
    // An entry that a sender has just typed, with the same slip, makes no domain known.
    domains.extend(contacts::known(tx, owner)?.iter().map(|address| domain_of(address)));
    domains.sort_unstable();
    domains.dedup();
    let acquaintance = Acquaintance {
        addresses: known::sent_to(tx, owner, &asked, id)?,
        bounced: letters::bounced_addresses(tx, &asked)?,
        domains,
    };
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    Ok(flag::flags(&emails, &acquaintance))
}

/// The flags of those of `asked` that have any, when every one of them was confirmed. `deliveries` is everybody whom the
/// transfer goes to.
///
/// # Errors
/// `ConfirmRecipients` names those who were not.
pub(super) fn require(
    tx: &mut Tx,
    rules: &Rules,
    owner: AccountId,
    deliveries: &[&Delivery],
    asked: impl Fn(&Delivery) -> bool,
    confirmation: &Confirmation,
) -> Result<Vec<(Delivery, Vec<Flag>)>> {
    let Some(first) = deliveries.first() else { return Ok(Vec::new()) };
    let emails: Vec<String> = deliveries.iter().map(|delivery| delivery.recipient.email.clone()).collect();
    let flags = raise(tx, owner, first.transfer, &rules.host, &emails)?;
    let flagged = deliveries.iter().zip(flags).filter(|(delivery, flags)| asked(delivery) && !flags.is_empty());
    let flagged: Vec<(Delivery, Vec<Flag>)> = flagged.map(|(delivery, flags)| ((*delivery).clone(), flags)).collect();
    let missing = flagged.iter().filter(|(delivery, flags)| !rules.is_met(confirmation, delivery, flags));
    let missing: Vec<Unconfirmed> = missing.map(|(delivery, flags)| unconfirmed(delivery, flags)).collect();
    if missing.is_empty() { Ok(flagged) } else { Err(Problem::ConfirmRecipients { recipients: missing }.into()) }
}

/// As [`require`] of everybody, before anything is made: the transaction that sends asks again.
///
/// # Errors
/// `ConfirmRecipients`.
pub(super) async fn ask_first(
    gateway: &Gateway,
    deliveries: &[Delivery],
    owner: AccountId,
    confirmation: &Confirmation,
) -> Result<()> {
    let rules = Rules::of(gateway);
    let (deliveries, confirmation) = (deliveries.to_vec(), confirmation.clone());
    let ask = move |tx: &mut Tx| {
        let everybody: Vec<&Delivery> = deliveries.iter().collect();
        require(tx, &rules, owner, &everybody, |_| true, &confirmation).map(drop)
    };
    gateway.store.read(ask).await
}

fn unconfirmed(delivery: &Delivery, flags: &[Flag]) -> Unconfirmed {
    Unconfirmed {
        delivery: delivery.id.to_string(),
        reference: delivery.reference.clone(),
        email: delivery.recipient.email.clone(),
        flags: flags.iter().map(Flag::word).collect(),
    }
}

/// Writes down what was sent in spite of which flags.
pub(super) fn record(tx: &mut Tx, flagged: &[(Delivery, Vec<Flag>)], now: Time, actor: Actor) -> Result<()> {
    for (delivery, flags) in flagged {
        let kind = EventKind::FlagsConfirmed { flags: flags.iter().map(Flag::word).collect() };
        let event = Event::new(kind, now, actor).transfer(delivery.transfer).delivery(delivery.id);
        tx.record(&event.with(Private::Email(delivery.recipient.email.clone())))?;
    }
    Ok(())
}
