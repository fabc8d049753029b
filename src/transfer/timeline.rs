//! Timeline: what a sender can know of own transfers.

use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Approval, Delivery, FileId, Order, Standing, Time, Transfer, TransferId};
use crate::staff::permit::{LogReader, Watcher};
use crate::store::events::{self, Entry};
use crate::store::letters::{self, LetterState};
use crate::store::limits::Used;
use crate::store::listing::{self, Cursor, Listed, Wanted};
use crate::store::nudges::{self, Nudged};
use crate::store::{Tx, approvals, deliveries, retrievals, transfers};

use super::approve;
use super::draft::own;

/// One delivery with what is known of it.
#[derive(Clone, Debug)]
pub struct DeliveryStatus {
    /// The delivery.
    pub delivery: Delivery,
    /// Where its newest mail with a link is, and after how many attempts.
    pub mail: Option<(LetterState, i32)>,
    /// Since when that mail is withheld, because a file lacks a verdict that the policy in force lets pass.
    pub withheld_at: Option<Time>,
    /// Reminders, and askings for the files again.
    pub nudged: Nudged,
    /// Until when that mail waits for nothing but its time.
    pub held_until: Option<Time>,
    /// What the approvers were asked about it last.
    pub approval: Option<Approval>,
    /// Completely served files, and when they were; forgotten when the transfer has ended.
    pub complete: Vec<(FileId, Time)>,
    /// Wrong numbers and openings.
    pub used: Used,
}

/// A transfer with everything that is known of it.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The transfer.
    pub transfer: Transfer,
    /// Its deliveries, in order.
    pub deliveries: Vec<DeliveryStatus>,
    /// What happened, oldest first.
    pub events: Vec<Entry>,
}

/// Which own transfers to list; see [`Wanted`].
#[derive(Clone, Debug)]
pub struct Asked {
    /// Only those that stand so.
    pub standing: Option<Standing>,
    /// Only those with these words in a recipient's address, name or reference.
    pub search: String,
    /// Only those sent at this time or later.
    pub from: Option<Time>,
    /// Only those sent before this time.
    pub before: Option<Time>,
    /// In which order.
    pub order: Order,
    /// Only those behind this one.
    pub after: Option<Cursor>,
    /// At most this many.
    pub limit: usize,
}

/// A page of the sender's transfers, and where the next page begins, if there is one.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, watcher: &Watcher, asked: Asked) -> Result<(Vec<Listed>, Option<Cursor>)> {
    let Asked { standing, search, from, before, order, after, limit } = asked;
    let one_more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
    let wanted = Wanted { owner: watcher.account().id, standing, search, from, before, order, after, limit: one_more };
    let mut listed = gateway.store.read(move |tx| listing::list(tx, &wanted)).await?;
    let is_last = listed.len() <= limit;
    listed.truncate(limit);
    let next = listed.last().map(|last| last.cursor).filter(|_| !is_last);
    Ok((listed, next))
}

/// One transfer of this sender with everything that is known of it.
///
/// # Errors
/// `NotFound`, also for one of somebody else.
pub async fn timeline(gateway: &Gateway, watcher: &Watcher, id: TransferId) -> Result<Timeline> {
    let owner = watcher.account().id;
    told(gateway, id, move |tx| own(tx, owner, id)).await
}

/// One transfer of anybody, for those who read the log.
///
/// # Errors
/// `NotFound`.
pub async fn of_any(gateway: &Gateway, _reader: &LogReader, id: TransferId) -> Result<Timeline> {
    told(gateway, id, move |tx| transfers::find(tx, id)?.ok_or(Problem::NotFound.into())).await
}

async fn told(
    gateway: &Gateway,
    id: TransferId,
    find: impl FnOnce(&mut Tx) -> Result<Transfer> + Send + 'static,
) -> Result<Timeline> {
    let now = gateway.now();
    let (transfer, rows, events) = gateway
        .store
        .read(move |tx| {
            let transfer = find(tx)?;
            let rows = deliveries::of_transfer(tx, id)?
                .into_iter()
                .map(|delivery| {
                    let mail = letters::offer_state(tx, delivery.id)?;
                    let withheld_at = letters::withheld_at(tx, delivery.id)?;
                    let approval = approvals::newest(tx, delivery.id)?;
                    let passes = approve::lets_pass(tx, delivery.id, false)?;
                    let held_until = if passes { letters::held_until(tx, delivery.id, now)? } else { None };
                    let complete = retrievals::complete(tx, delivery.id)?;
                    let nudged = nudges::of_delivery(tx, delivery.id)?;
                    Ok((delivery, (mail, withheld_at, held_until, approval), nudged, complete))
                })
                .collect::<Result<Vec<_>>>()?;
            Ok((transfer, rows, events::of_transfer(tx, id)?))
        })
        .await?;
    let mut deliveries = Vec::with_capacity(rows.len());
    for (delivery, (mail, withheld_at, held_until, approval), nudged, complete) in rows {
        let used = gateway.store.limits().used(delivery.id).await?;
        deliveries.push(DeliveryStatus { delivery, mail, withheld_at, held_until, approval, nudged, complete, used });
    }
    Ok(Timeline { transfer, deliveries, events })
}

/// The transfer that a reference or transfer id of this sender names.
///
/// # Errors
/// `NotFound`.
pub async fn find(gateway: &Gateway, watcher: &Watcher, name: &str) -> Result<TransferId> {
    if let Ok(id) = name.parse() {
        let owner = watcher.account().id;
        return gateway.store.read(move |tx| own(tx, owner, id).map(|transfer| transfer.id)).await;
    }
    super::draft::own_delivery(gateway, watcher, name).await.map(|delivery| delivery.transfer)
}
