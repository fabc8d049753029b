//! Templates: the set-up of a transfer kept under a name, to begin others like it. Recipients, message and keeping time;
//! never files, numbers or links. Nobody sees those of another sender.

use crate::crypt::looks_like_number_or_link;
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Event, EventKind, Recipient, Template, TemplateId, TransferId};
use crate::staff::permit::{Sender, Watcher};
use crate::store::{contacts, templates};

use super::repeat::{self, Pattern};

/// Templates of one sender at most.
pub const MOST: u32 = 50;
/// Characters of a name at most.
const NAME_LONGEST: u32 = 60;

/// The own templates, by name.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, watcher: &Watcher) -> Result<Vec<Template>> {
    let owner = watcher.account().id;
    gateway.store.read(move |tx| templates::of_owner(tx, owner)).await
}

fn examine(name: &str) -> Result<String> {
    let name = name.trim();
    let flaw = match name.chars().count() {
        0 => Some(FieldFlaw::Missing),
        length if length > NAME_LONGEST as usize => Some(FieldFlaw::TooLong { limit: NAME_LONGEST }),
        _ => name.chars().any(char::is_control).then_some(FieldFlaw::Malformed),
    };
    match flaw {
        Some(flaw) => Err(Problem::Field { field: "template", flaw }.into()),
        None if looks_like_number_or_link(name) => Err(Problem::MessageCarriesSecret.into()),
        None => Ok(name.to_owned()),
    }
}

fn taken() -> Problem {
    Problem::Field { field: "template", flaw: FieldFlaw::Duplicate }
}

/// Keeps the set-up of a draft, or of a transfer that was sent, under a name.
///
/// # Errors
/// `Field` for a name that is missing, too long, or one of the own templates'; `MessageCarriesSecret` for one that looks like a
/// number or link; `NoRecipients` when there is nothing to keep; `TooManyTemplates`; `NotFound`: nothing was kept.
pub async fn save(gateway: &Gateway, sender: &Sender, id: TransferId, name: &str) -> Result<TemplateId> {
    let name = examine(name)?;
    let pattern = Pattern::of(gateway, &sender.watcher(), id).await?;
    if pattern.recipients.is_empty() && pattern.message.is_empty() {
        return Err(Problem::NoRecipients.into());
    }
    let (now, actor) = (gateway.now(), sender.actor());
    let message = Some(pattern.message).filter(|message| !message.is_empty());
    let template = Template {
        id: TemplateId::new(now),
        owner: sender.account().id,
        name,
        recipients: pattern.recipients,
        message_sealed: message.map(|message| gateway.seal_to_custody(message.as_bytes())).transpose()?,
        keep_seconds: pattern.keep_seconds,
        changed_at: now,
    };
    let kept = template.id;
    sender
        .write(gateway, move |tx| {
            if templates::of_owner(tx, template.owner)?.len() >= MOST as usize {
                return Err(Problem::TooManyTemplates { limit: MOST }.into());
            }
            if !templates::insert(tx, &template)? {
                return Err(taken().into());
            }
            let recipients = i64::try_from(template.recipients.len()).unwrap_or(i64::MAX);
            tx.record(&Event::new(EventKind::TemplateSaved { recipients }, now, actor))
        })
        .await?;
    Ok(kept)
}

/// Gives a template another name.
///
/// # Errors
/// As [`save`].
pub async fn rename(gateway: &Gateway, sender: &Sender, id: TemplateId, name: &str) -> Result<()> {
    let name = examine(name)?;
    let (owner, now, actor) = (sender.account().id, gateway.now(), sender.actor());
    sender
        .write(gateway, move |tx| {
            if templates::of_owner(tx, owner)?.iter().any(|other| other.name == name && other.id != id) {
                return Err(taken().into());
            }
            if !templates::rename(tx, owner, id, &name, now)? {
                return Err(Problem::NotFound.into());
            }
            tx.record(&Event::new(EventKind::TemplateRenamed, now, actor))
        })
        .await
}

/// Removes a template. What was begun with it stays.
///
/// # Errors
/// `NotFound`.
pub async fn remove(gateway: &Gateway, sender: &Sender, id: TemplateId) -> Result<()> {
    let (owner, now, actor) = (sender.account().id, gateway.now(), sender.actor());
    sender
        .write(gateway, move |tx| {
            if !templates::remove(tx, owner, id)? {
                return Err(Problem::NotFound.into());
            }
            tx.record(&Event::new(EventKind::TemplateRemoved, now, actor))
        })
        .await
}

/// Begins a draft by a template. Of those who stand in the address book, name and phone number are taken as they are there
/// now; what was chosen for this template stays. Recipients who may not be sent to any more are left out.
///
/// # Errors
/// `NotFound`; the draft cannot be made.
pub async fn begin(gateway: &Gateway, sender: &Sender, id: TemplateId) -> Result<TransferId> {
    let owner = sender.account().id;
    let read = move |tx: &mut crate::store::Tx<'_>| {
        let found = templates::of_owner(tx, owner)?.into_iter().find(|template| template.id == id);
        Ok((found.ok_or(Problem::NotFound)?, contacts::readable(tx, owner)?))
    };
    let (template, book) = gateway.store.read(read).await?;
    let renewed = |kept: Recipient| {
        let known = book.iter().find(|contact| contact.recipient.email.eq_ignore_ascii_case(&kept.email));
        let now = known.map(crate::model::Contact::addressee);
        let or = |now: Option<String>, kept: String| now.filter(|text| !text.is_empty()).unwrap_or(kept);
        let (name, phone) = now.map(|now| (now.name, now.phone)).unzip();
        Recipient { name: or(name, kept.name), phone: or(phone, kept.phone), ..kept }
    };
    let pattern = Pattern {
        recipients: template.recipients.into_iter().map(renewed).collect(),
        message: gateway.open_text(template.message_sealed.as_deref())?,
        keep_seconds: template.keep_seconds,
    };
    repeat::begin_like(gateway, sender, pattern).await
}
