//! The address book. Everybody who sends reads the own entries and the office's. The own ones are changed by their owner, the
//! office's by those senders who are administrators, too: what everybody sends by is nobody's to change in passing.

mod card;
mod file;
mod plan;
mod table;

use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountId, Contact, ContactId, Event, EventKind, Private, Recipient, Role, Time};
use crate::staff::permit::{Sender, Watcher};
use crate::store::{Tx, accounts, contacts, deliveries};

use super::draft::own_delivery;
use super::phone;
use super::recipients::examine_recipient;

pub use file::{Form, Outcome, RowFlaw, carry_out, check, export};
pub use plan::{Change, Plan, Planned};

/// Characters of a company's name at most.
const COMPANY_LONGEST: u32 = 100;
/// Characters of a note at most.
const NOTE_LONGEST: u32 = 400;

/// An entry as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Company; may be empty.
    pub company: String,
    /// Who.
    pub recipient: Recipient,
    /// Whether the phone number was read in the same exchange of mails.
    pub phone_from_mail: bool,
    /// Where the entry comes from.
    pub note: String,
}

/// Whether this sender changes the office's entries.
pub fn may_change_office(sender: &Sender) -> bool {
    sender.account().has(Role::Administrator)
}

/// By whom everybody is written to is changed by a person, not by a token that a script carries.
fn may_change(sender: &Sender, owner: Option<AccountId>) -> Result<()> {
    match owner {
        Some(owner) if owner == sender.account().id => Ok(()),
        None if may_change_office(sender) && sender.signed_in().is_person() => Ok(()),
        _ => Err(Problem::Forbidden.into()),
    }
}

/// Entries that hold every one of these words, the own ones and the office's.
///
/// # Errors
/// The store cannot be read.
pub async fn search(gateway: &Gateway, watcher: &Watcher, words: &str) -> Result<Vec<Contact>> {
    let reader = watcher.account().id;
    let all = gateway.store.read(move |tx| contacts::readable(tx, reader)).await?;
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let holds = |contact: &Contact| {
        let who = &contact.recipient;
        let text = format!("{} {} {}", contact.company, who.name, who.email).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    Ok(all.into_iter().filter(holds).collect())
}

/// An entry, and who made sure of its phone number.
///
/// # Errors
/// `NotFound`, also for an entry of somebody else.
pub async fn entry(gateway: &Gateway, watcher: &Watcher, id: ContactId) -> Result<(Contact, Option<String>)> {
    let reader = watcher.account().id;
    gateway
        .store
        .read(move |tx| {
            let contact = contacts::find(tx, reader, id)?.ok_or(Problem::NotFound)?;
            let by = match contact.phone_verified {
                Some((_, by)) => accounts::find(tx, by)?.map(|account| account.name),
                None => None,
            };
            Ok((contact, by))
        })
        .await
}

/// The recipient of an own delivery, and the entry that may be changed for that address: the own one, or the office's.
///
/// # Errors
/// `NotFound` for a delivery of somebody else.
pub async fn entry_of(gateway: &Gateway, watcher: &Watcher, reference: &str) -> Result<(Recipient, Option<ContactId>)> {
    let delivery = own_delivery(gateway, watcher, reference).await?;
    let (owner, recipient) = (watcher.account().id, delivery.recipient);
    let email = recipient.email.clone();
    let id = gateway
        .store
        .read(move |tx| {
            let own = contacts::in_book(tx, Some(owner), &email)?;
            Ok(match own {
                Some(own) => Some(own.id),
                None => contacts::in_book(tx, None, &email)?.map(|contact| contact.id),
            })
        })
        .await?;
    Ok((recipient, id))
}

/// Adds an entry to the own book, or to the office's.
///
/// # Errors
/// `Field` for what is wrong with the entry, `Duplicate` for an address that stands in that book; `Forbidden`: nothing was
/// added.
pub async fn add(gateway: &Gateway, sender: &Sender, office: bool, typed: Typed) -> Result<ContactId> {
    let owner = (!office).then_some(sender.account().id);
    may_change(sender, owner)?;
    let typed = examine(typed)?;
    let (now, actor) = (gateway.now(), sender.actor());
    let contact = made(ContactId::new(now), owner, typed, now);
    let id = contact.id;
    sender
        .write(gateway, move |tx| {
            is_new(tx, &contact)?;
            contacts::insert(tx, &contact)?;
            tx.record(&about(Event::new(EventKind::ContactAdded { office }, now, actor), &contact))
        })
        .await?;
    Ok(id)
}

fn made(id: ContactId, owner: Option<AccountId>, typed: Typed, now: Time) -> Contact {
    Contact {
        id,
        owner,
        company: typed.company,
        recipient: typed.recipient,
        phone_from_mail: typed.phone_from_mail,
        phone_verified: None,
        note: typed.note,
        changed_at: now,
    }
}

fn is_new(tx: &mut Tx, contact: &Contact) -> Result<()> {
    match contacts::in_book(tx, contact.owner, &contact.recipient.email)? {
        Some(other) if other.id != contact.id => {
            Err(Problem::Field { field: "email", flaw: FieldFlaw::Duplicate }.into())
        }
        _ => Ok(()),
    }
}

fn about(event: Event, contact: &Contact) -> Event {
    let who = &contact.recipient;
    let event = event.with(Private::Email(who.email.clone())).with(Private::PersonName(who.name.clone()));
    if who.phone.is_empty() { event } else { event.with(Private::Phone(who.phone.clone())) }
}

fn examine(typed: Typed) -> Result<Typed> {
    let checked = Typed {
        company: typed.company.trim().to_owned(),
        recipient: examine_recipient(typed.recipient)?,
        note: typed.note.trim().to_owned(),
        phone_from_mail: typed.phone_from_mail,
    };
    for (field, text, limit) in [("company", &checked.company, COMPANY_LONGEST), ("note", &checked.note, NOTE_LONGEST)]
    {
        if text.chars().count() > limit as usize {
            return Err(Problem::Field { field, flaw: FieldFlaw::TooLong { limit } }.into());
        }
    }
    if checked.company.chars().any(char::is_control) {
        return Err(Problem::Field { field: "company", flaw: FieldFlaw::Malformed }.into());
    }
    Ok(checked)
}

/// The entry as typed anew. Another phone number, or one from the mails, is one that nobody has made sure of.
fn renewed(region: &str, before: &Contact, typed: Typed, now: Time) -> Contact {
    let kept = !typed.phone_from_mail && phone::are_same(region, &before.recipient.phone, &typed.recipient.phone);
    Contact { phone_verified: before.phone_verified.filter(|_| kept), ..made(before.id, before.owner, typed, now) }
}

/// Writes an entry anew.
///
/// # Errors
/// As [`add`]; `NotFound`.
pub async fn change(gateway: &Gateway, sender: &Sender, id: ContactId, typed: Typed) -> Result<()> {
    let typed = examine(typed)?;
    let (now, actor, by) = (gateway.now(), sender.actor(), sender.clone());
    let region = gateway.outwards.region.clone();
    sender
        .write(gateway, move |tx| {
            let before = contacts::find(tx, by.account().id, id)?.ok_or(Problem::NotFound)?;
            may_change(&by, before.owner)?;
            let contact = renewed(&region, &before, typed, now);
            is_new(tx, &contact)?;
            contacts::update(tx, &contact)?;
            let kind = EventKind::ContactChanged { office: contact.owner.is_none() };
            tx.record(&about(Event::new(kind, now, actor), &contact))
        })
        .await
}

/// Keeps a recipient in the own book: a new entry, or the one with this address written anew.
///
/// # Errors
/// The store cannot be written.
pub async fn keep(gateway: &Gateway, sender: &Sender, recipient: Recipient) -> Result<()> {
    let recipient = examine_recipient(recipient)?;
    let (owner, now, actor) = (sender.account().id, gateway.now(), sender.actor());
    let region = gateway.outwards.region.clone();
    sender
        .write(gateway, move |tx| {
            let before = contacts::in_book(tx, Some(owner), &recipient.email)?;
            let typed = match &before {
                // What stands in the form is company and name together.
                Some(before) if before.addressee().name == recipient.name => Typed {
                    company: before.company.clone(),
                    recipient: Recipient { name: before.recipient.name.clone(), ..recipient },
                    phone_from_mail: before.phone_from_mail,
                    note: before.note.clone(),
                },
                _ => Typed {
                    // Another name makes a number from the mails no better.
                    phone_from_mail: before.as_ref().is_some_and(|before| {
                        before.phone_from_mail && phone::are_same(&region, &before.recipient.phone, &recipient.phone)
                    }),
                    company: String::new(),
                    recipient,
                    note: String::new(),
                },
            };
            match before {
                Some(before) => {
                    let contact = renewed(&region, &before, typed, now);
                    contacts::update(tx, &contact)?;
                    let kind = EventKind::ContactChanged { office: false };
                    tx.record(&about(Event::new(kind, now, actor), &contact))
                }
                None => {
                    let contact = made(ContactId::new(now), Some(owner), typed, now);
                    contacts::insert(tx, &contact)?;
                    let kind = EventKind::ContactAdded { office: false };
                    tx.record(&about(Event::new(kind, now, actor), &contact))
                }
            }
        })
        .await
}

/// Removes an entry. What was sent to this person stays in the log.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn remove(gateway: &Gateway, sender: &Sender, id: ContactId) -> Result<()> {
    let (now, actor, by) = (gateway.now(), sender.actor(), sender.clone());
    sender
        .write(gateway, move |tx| {
            let contact = contacts::find(tx, by.account().id, id)?.ok_or(Problem::NotFound)?;
            may_change(&by, contact.owner)?;
            contacts::remove(tx, id)?;
            let kind = EventKind::ContactRemoved { office: contact.owner.is_none() };
            tx.record(&about(Event::new(kind, now, actor), &contact))
        })
        .await
}

/// Notes that this sender has made sure that `phone` is this person's: by a call, a card, a contract.
///
/// # Errors
/// `Field` when the entry has no number, another one than `phone`, or one from the exchange of mails; `NotFound`,
/// `Forbidden`.
pub async fn verify_phone(gateway: &Gateway, sender: &Sender, id: ContactId, phone: &str) -> Result<()> {
    let (now, actor, by, shown) = (gateway.now(), sender.actor(), sender.clone(), phone.to_owned());
    let region = gateway.outwards.region.clone();
    sender
        .write(gateway, move |tx| {
            let contact = contacts::find(tx, by.account().id, id)?.ok_or(Problem::NotFound)?;
            may_change(&by, contact.owner)?;
            let flaw = match contact.recipient.phone.as_str() {
                "" => Some(FieldFlaw::Missing),
                own if contact.phone_from_mail || !phone::are_same(&region, own, &shown) => Some(FieldFlaw::Malformed),
                _ => None,
            };
            if let Some(flaw) = flaw {
                return Err(Problem::Field { field: "phone", flaw }.into());
            }
            let contact = Contact { phone_verified: Some((now, by.account().id)), ..contact };
            contacts::update(tx, &contact)?;
            // What is under way knows it from now on, too.
            let own = &contact.recipient;
            for (delivery, phone) in deliveries::unverified_phones(tx, contact.owner, &own.email)? {
                if phone::are_same(&region, &phone, &own.phone) {
                    deliveries::set_phone_verified(tx, delivery)?;
                }
            }
            tx.record(&about(Event::new(EventKind::PhoneVerified, now, actor), &contact))
        })
        .await
}

/// Whether a book that `reader` may read says that somebody made sure of this recipient's phone number.
///
/// # Errors
/// The store cannot be read.
pub(super) fn is_verified(tx: &mut Tx, region: &str, reader: AccountId, who: &Recipient) -> Result<bool> {
    let all = contacts::readable(tx, reader)?;
    Ok(all.iter().filter(|contact| contact.phone_verified.is_some()).any(|contact| {
        let own = &contact.recipient;
        own.email.eq_ignore_ascii_case(&who.email) && phone::are_same(region, &own.phone, &who.phone)
    }))
}
