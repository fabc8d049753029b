//! Timeline: what a sender can know of own transfers.

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Delivery, Transfer, TransferId, TransferState};
use crate::staff::permit::Watcher;
use crate::store::events::{self, Entry};
use crate::store::letters::{self, LetterState};
use crate::store::limits::Used;
use crate::store::{deliveries, retrievals, transfers};

use super::draft::own;

/// A transfer in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// The transfer.
    pub transfer: Transfer,
    /// Its deliveries, in order.
    pub deliveries: Vec<Delivery>,
}

/// One delivery with what is known of it.
#[derive(Clone, Debug)]
pub struct DeliveryStatus {
    /// The delivery.
    pub delivery: Delivery,
    /// Where its newest mail with a link is, and after how many attempts.
    pub mail: Option<(LetterState, i32)>,
    /// Completely served files.
    pub files_complete: usize,
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

/// Which transfers to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only these.
    pub state: Option<TransferState>,
    /// Only older than this one.
    pub before: Option<TransferId>,
    /// At most this many.
    pub limit: u32,
}

/// The sender's transfers, newest first, with their deliveries. `q` keeps those with a recipient or reference like it.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, watcher: &Watcher, filter: Filter, q: &str) -> Result<Vec<Line>> {
    let owner = watcher.account().id;
    let q = q.trim().to_lowercase();
    gateway
        .store
        .read(move |tx| {
            let limit = i64::from(filter.limit.clamp(1, 500));
            let mut lines = Vec::new();
            for transfer in transfers::of_owner(tx, owner, filter.state, filter.before, limit)? {
                let deliveries = deliveries::of_transfer(tx, transfer.id)?;
                let line = Line { transfer, deliveries };
                if q.is_empty() || line.deliveries.iter().any(|delivery| matches(delivery, &q)) {
                    lines.push(line);
                }
            }
            Ok(lines)
        })
        .await
}

fn matches(delivery: &Delivery, q: &str) -> bool {
    let recipient = &delivery.recipient;
    [&recipient.email, &recipient.name, &delivery.reference].iter().any(|text| text.to_lowercase().contains(q))
}

/// One transfer of this sender with everything that is known of it.
///
/// # Errors
/// `NotFound`, also for one of somebody else.
pub async fn timeline(gateway: &Gateway, watcher: &Watcher, id: TransferId) -> Result<Timeline> {
    let owner = watcher.account().id;
    let (transfer, rows, events) = gateway
        .store
        .read(move |tx| {
            let transfer = own(tx, owner, id)?;
            let rows = deliveries::of_transfer(tx, id)?
                .into_iter()
                .map(|delivery| {
                    let mail = letters::offer_state(tx, delivery.id)?;
                    let files_complete = retrievals::complete(tx, delivery.id)?.len();
                    Ok((delivery, mail, files_complete))
                })
                .collect::<Result<Vec<_>>>()?;
            Ok((transfer, rows, events::of_transfer(tx, id)?))
        })
        .await?;
    let mut deliveries = Vec::with_capacity(rows.len());
    for (delivery, mail, files_complete) in rows {
        let used = gateway.store.limits().used(delivery.id).await?;
        deliveries.push(DeliveryStatus { delivery, mail, files_complete, used });
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
