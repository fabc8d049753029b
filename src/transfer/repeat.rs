//! Repeat: a new draft with the recipients, message and keeping time of an earlier transfer. Its files are not the earlier
//! ones: those are sealed to the recipients of then.

use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Channel, Contact, EndReason, Recipient, TransferId};
use crate::staff::permit::{Sender, Watcher};
use crate::store::contacts;

use super::allowed::allowed;
use super::draft::{self, Options};
use super::recipients;

/// What a draft is begun with.
pub(super) struct Pattern {
    pub(super) recipients: Vec<Recipient>,
    /// Empty for none.
    pub(super) message: String,
    pub(super) keep_seconds: i64,
}

impl Pattern {
    /// That of an own transfer; without addresses that were found to be wrong.
    ///
    /// # Errors
    /// `NotFound`.
    pub(super) async fn of(gateway: &Gateway, watcher: &Watcher, id: TransferId) -> Result<Self> {
        let earlier = draft::overview(gateway, watcher, id).await?;
        // A corrected address stands beside the wrong one.
        let right = earlier.deliveries.into_iter().filter(|one| one.end_reason != Some(EndReason::Corrected));
        Ok(Self {
            recipients: right.map(|delivery| delivery.recipient).collect(),
            message: earlier.message,
            keep_seconds: earlier.transfer.keep_seconds,
        })
    }
}

/// Begins a draft like `id`. Recipients who may not be sent to any more are left out; those in the own address book are taken
/// as they stand there now.
///
/// # Errors
/// `NotFound`; the draft cannot be made.
pub async fn repeat(gateway: &Gateway, sender: &Sender, id: TransferId) -> Result<TransferId> {
    let mut pattern = Pattern::of(gateway, &sender.watcher(), id).await?;
    let owner = sender.account().id;
    let book = gateway.store.read(move |tx| contacts::readable(tx, owner)).await?;
    for recipient in &mut pattern.recipients {
        let known = book.iter().find(|contact| contact.recipient.email.eq_ignore_ascii_case(&recipient.email));
        if let Some(known) = known.map(Contact::addressee) {
            *recipient = known;
        }
    }
    begin_like(gateway, sender, pattern).await
}

/// Begins a draft by a pattern. A keeping time or channel that is not allowed any more becomes the usual one; recipients who
/// may not be sent to any more are left out.
///
/// # Errors
/// The draft cannot be made.
pub(super) async fn begin_like(gateway: &Gateway, sender: &Sender, pattern: Pattern) -> Result<TransferId> {
    let allowed = allowed(gateway, sender.account().id).await?;
    let hours = u32::try_from(pattern.keep_seconds / 3600).ok();
    let keep_hours = hours.filter(|hours| allowed.keep_hours.contains(hours));
    let options = Options { message: Some(pattern.message), keep_hours };
    let new = draft::begin(gateway, sender, options, None).await?;
    let channels = gateway.outwards.channels_at_once(&gateway.policy());
    for recipient in pattern.recipients {
        let offered = channels.contains(&recipient.channel);
        let usual = channels.first().copied().unwrap_or(Channel::Phone);
        let channel = if offered { recipient.channel } else { usual };
        match recipients::add(gateway, sender, new, Recipient { channel, ..recipient }, None).await {
            Err(Error::Problem(problem)) if !is_of_recipient(&problem) => return Err(problem.into()),
            Err(fault @ Error::Fault { .. }) => return Err(fault),
            Ok(_) | Err(Error::Problem(_)) => {}
        }
    }
    Ok(new)
}

/// Whether a refusal is about whom to send to: the others are written down all the same.
fn is_of_recipient(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Field { .. }
            | Problem::DomainRefused { .. }
            | Problem::TooManyRecipients { .. }
            | Problem::MessageCarriesSecret
    )
}
