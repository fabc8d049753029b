//! The invariants of a healthy installation, checked on the stores themselves: after every crash and fault in the tests, and
//! by the operator.

use std::collections::HashSet;

use crate::crypt::{SlotKind, open_outer};
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{BlobId, DeliveryState, Transfer, TransferId, TransferState, Verdict};
use crate::store::{deliveries, doomed, files, letters, slots, transfers, tree, unlocks};

/// Checks everything that can be checked without anybody's secret. Returns what is wrong, in words; empty is healthy.
///
/// # Errors
/// A store cannot be read.
pub async fn check(gateway: &Gateway) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for state in TransferState::ALL {
        for transfer in gateway.store.read(move |tx| transfers::in_state(tx, *state)).await? {
            match state {
                TransferState::Draft => check_draft(gateway, &transfer, &mut wrong).await?,
                TransferState::Shredded => check_shredded(gateway, transfer.id, &mut wrong).await?,
                state if state.is_running() => check_running(gateway, &transfer, &mut wrong).await?,
                _ => {}
            }
        }
    }
    let kept = gateway.store.read(letters::kept_secrets).await?;
    if kept > 0 {
        wrong.push(format!("I7: {kept} link secrets are kept after their mail left"));
    }
    let astray = gateway.store.read(tree::astray).await?;
    if astray > 0 {
        wrong.push(format!("I8: {astray} events neither wait for a place in the log nor have one, or do both"));
    }
    check_blobs(gateway, &mut wrong).await?;
    check_keys(gateway, &mut wrong).await?;
    Ok(wrong)
}

/// I1 for a draft: every acknowledged byte is there.
async fn check_draft(gateway: &Gateway, transfer: &Transfer, wrong: &mut Vec<String>) -> Result<()> {
    let id = transfer.id;
    let files = gateway
        .store
        .read(move |tx| {
            files::of_transfer(tx, id)?
                .into_iter()
                .map(|file| files::parts(tx, file.id).map(|parts| (file, parts)))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    for (file, parts) in files {
        let sum: i64 = parts.iter().map(|part| part.plain_length).sum();
        if sum != file.received {
            wrong.push(format!("I1: draft file {} says {} bytes, its parts have {sum}", file.id, file.received));
        }
        for part in parts {
            let stored = gateway.blobs.length(part.blob).await?;
            if stored != u64::try_from(part.cipher_length).ok() {
                wrong.push(format!("I1: part {} of a draft has {stored:?} bytes", part.blob));
            }
        }
    }
    Ok(())
}

/// I1 and I4 for a running transfer: slot, shred key, manifest and every part are there; at most one session.
async fn check_running(gateway: &Gateway, transfer: &Transfer, wrong: &mut Vec<String>) -> Result<()> {
    let id = transfer.id;
    let deliveries = gateway.store.read(move |tx| deliveries::of_transfer(tx, id)).await?;
    if deliveries.iter().all(|delivery| delivery.state.is_ended()) {
        wrong.push(format!("I5: transfer {id} goes on although every delivery has ended"));
    }
    for delivery in deliveries {
        let slot = gateway.store.read(move |tx| slots::of_delivery(tx, delivery.id)).await?;
        match (delivery.state.is_ended(), slot) {
            (true, Some(_)) => wrong.push(format!("I2: delivery {} ended but has a slot", delivery.id)),
            (false, None) => wrong.push(format!("I1: delivery {} has no slot", delivery.id)),
            (false, Some(slot)) => match gateway.store.shred_key(slot.shred_key).await? {
                None => wrong.push(format!("I1: delivery {} has no shred key", delivery.id)),
                Some(shred) if open_outer(&shred, &slot.sealed).is_err() => {
                    wrong.push(format!("I1: the slot of delivery {} does not open", delivery.id));
                }
                Some(_) => {}
            },
            (true, None) => {}
        }
        let offered = !matches!(delivery.state, DeliveryState::Pending);
        if offered && transfer.state == TransferState::Sealed && !delivery.state.is_ended() {
            wrong.push(format!("I5: delivery {} is {} in a sealed transfer", delivery.id, delivery.state));
        }
    }
    if gateway.store.read(move |tx| slots::of_transfer(tx, id, SlotKind::Custody)).await?.is_some() {
        wrong.push(format!("I2: sealed transfer {id} still has its draft's slot"));
    }
    check_verdicts(gateway, id, wrong).await?;
    check_stored(gateway, transfer, wrong).await
}

/// I6: every file of a sealed transfer has a verdict, and none that no policy lets pass without a second person.
async fn check_verdicts(gateway: &Gateway, id: TransferId, wrong: &mut Vec<String>) -> Result<()> {
    for file in gateway.store.read(move |tx| files::of_transfer(tx, id)).await? {
        match file.report.map(|report| report.verdict) {
            None => wrong.push(format!("I6: file {} of sealed transfer {id} has no verdict", file.id)),
            Some(Verdict::Infected) => wrong.push(format!("I6: file {} of sealed transfer {id} is infected", file.id)),
            Some(_) => {}
        }
    }
    Ok(())
}

async fn check_stored(gateway: &Gateway, transfer: &Transfer, wrong: &mut Vec<String>) -> Result<()> {
    let id = transfer.id;
    match &transfer.manifest {
        Some(manifest) if gateway.blobs.length(manifest.blob).await? == u64::try_from(manifest.length).ok() => {}
        _ => wrong.push(format!("I1: the manifest of transfer {id} is missing or cut")),
    }
    let parts = gateway
        .store
        .read(move |tx| {
            let mut all = Vec::new();
            for file in files::of_transfer(tx, id)? {
                all.extend(files::parts(tx, file.id)?);
            }
            Ok(all)
        })
        .await?;
    for part in parts {
        if gateway.blobs.length(part.blob).await? != u64::try_from(part.cipher_length).ok() {
            wrong.push(format!("I1: part {} of transfer {id} is missing or cut", part.blob));
        }
    }
    Ok(())
}

/// I2: nothing that could open a shredded transfer is left.
async fn check_shredded(gateway: &Gateway, id: TransferId, wrong: &mut Vec<String>) -> Result<()> {
    let (slots, sessions, remaining, files) = gateway
        .store
        .read(move |tx| {
            let deliveries = deliveries::of_transfer(tx, id)?;
            let mut slots = 0;
            let mut sessions = 0;
            for delivery in &deliveries {
                slots += usize::from(slots::of_delivery(tx, delivery.id)?.is_some());
                sessions += usize::from(unlocks::of_delivery(tx, delivery.id)?.is_some());
            }
            for kind in SlotKind::ALL {
                slots += usize::from(slots::of_transfer(tx, id, *kind)?.is_some());
            }
            Ok((slots, sessions, doomed::remaining(tx, id)?, files::of_transfer(tx, id)?.len()))
        })
        .await?;
    if slots + sessions + files > 0 || remaining > 0 {
        wrong.push(format!(
            "I2: shredded transfer {id} has {slots} slots, {sessions} sessions, {files} files, {remaining} doomed"
        ));
    }
    Ok(())
}

/// I9: every stored blob is named by a row, and every named blob is stored.
async fn check_blobs(gateway: &Gateway, wrong: &mut Vec<String>) -> Result<()> {
    let hour_ago = gateway.now() - std::time::Duration::from_secs(3600);
    let stored = gateway.blobs.list().await?;
    let known: HashSet<BlobId> = gateway.store.read(files::known_blobs).await?;
    for (blob, written) in stored {
        if !known.contains(&blob) && written < hour_ago {
            wrong.push(format!("I9: blob {blob} is older than an hour and nothing names it"));
        }
    }
    Ok(())
}

/// I2: the shred store holds no key that nothing names, once crashed requests were given an hour.
async fn check_keys(gateway: &Gateway, wrong: &mut Vec<String>) -> Result<()> {
    let unknown = gateway.store.unknown_keys().await?;
    if unknown > 0 {
        wrong.push(format!("I2: {unknown} shred keys are named by no row"));
    }
    Ok(())
}
