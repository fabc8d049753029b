//! The newest checkpoint as a mail to every auditor who can act, once a day: whoever keeps it can tell later whether the log
//! was rewritten.

use chrono::Timelike;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::day::date_of;
use crate::model::{LetterKind, Role, Time};
use crate::store::letters::QueuedLetter;
use crate::store::settings::{self, LogMail};
use crate::store::{Tx, accounts, tree};
use crate::transfer::dispatch;

/// Puts the mails of today into the outbox, if it is time. Returns how many.
///
/// # Errors
/// The store cannot be read or written.
pub async fn sweep(gateway: &Gateway) -> Result<usize> {
    let now = gateway.now();
    let local = now.to_utc().with_timezone(&gateway.office().time_zone);
    if local.hour() < gateway.audit.mail_hour {
        return Ok(0);
    }
    let today = date_of(now, gateway.office().time_zone).to_string();
    let last = gateway.store.read(settings::log_mail).await?;
    if last.is_some_and(|last| last.day == today) {
        return Ok(0);
    }
    let queued = gateway.store.write(move |tx| tell(tx, today, now)).await?;
    if queued > 0 {
        gateway.outbox_bell.notify_one();
    }
    Ok(queued)
}

/// The mails and the day that they are of are one transaction, one after the other: two nodes do not both tell.
fn tell(tx: &mut Tx, today: String, now: Time) -> Result<usize> {
    accounts::hold_register(tx)?;
    let last = settings::log_mail(tx)?;
    // Before anything is signed there is nothing to keep.
    let Some(signed) = tree::current(tx)?.and_then(|log| log.signed) else { return Ok(0) };
    if last.as_ref().is_some_and(|last| last.day == today) {
        return Ok(0);
    }
    let before = last.map(|last| (last.log, last.size, last.at));
    let mail = LogMail { day: today, at: now, log: signed.log, size: signed.size, before };
    settings::set_log_mail(tx, &mail, now)?;
    let mut auditors = accounts::all(tx)?;
    auditors.retain(|account| account.has(Role::Auditor) && account.may_act(now));
    for account in &auditors {
        dispatch::queue(tx, &QueuedLetter::new(LetterKind::LogCheckpoint, now).of_account(account.id), now)?;
    }
    Ok(auditors.len())
}
