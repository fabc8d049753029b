//! Writing a file: entries a page at a time, newest first, so that memory does not grow with the file. A worker that dies is
//! followed by another one after a while, which begins anew.

use std::time::Duration;

use serde_json::json;

use super::asking::{Counting, meant};
use super::spool::{Lost, Spool};
use super::{Exporter, KEPT, Listed, SMALL, Wish, ending, purposeful, show, wish};
use crate::audit::export::Writer;
use crate::crypt::Identity;
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::model::{Actor, EventId, EventKind, ExportFormat, ExportId, ExportState};
use crate::store::exports::{self, Export, Whole};
use crate::store::search::{self, Walk, Wanted};
use crate::store::{Tx, accounts, records, tree};

/// Entries of a page.
const PAGE: usize = 4000;
/// How long nobody else takes a file; renewed with every page.
const LEASE: Duration = Duration::from_secs(120);
/// After so many tries a file has failed.
const TRIES: i32 = 3;
/// Walks in which the entries of a large file are counted at most; more are told as they come.
const COUNTING: u32 = 100;

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Entries written.
    pub written: i64,
    /// Entries in all.
    pub expected: i64,
}

/// Writes a file at once if that is soon done; otherwise the worker is told. Returns the file as it is then.
///
/// # Errors
/// `NotFound`; it was not written.
pub async fn write_if_small(gateway: &Gateway, by: Exporter, id: ExportId) -> Result<Listed> {
    if show(gateway, by.clone(), id).await?.export.expected > SMALL {
        gateway.export_bell.notify_one();
    } else {
        // The worker may have been faster: then it has the file, and it is not ready yet.
        work(gateway, Some(id), |_| {}).await?;
    }
    show(gateway, by, id).await
}

/// Writes the file that waits longest, or the one that is named. False when none waits.
///
/// # Errors
/// It was not written; it is tried again a few times before it has failed.
pub async fn work(gateway: &Gateway, id: Option<ExportId>, mut told: impl FnMut(Progress)) -> Result<bool> {
    let key = Identity::generate();
    let sealed = gateway.seal_to_custody(key.to_bytes().as_slice())?;
    let now = gateway.now();
    let Some(held) = gateway.store.write(move |tx| exports::claim(tx, id, &sealed, now, LEASE)).await? else {
        return Ok(false);
    };
    gateway.sweep_doomed_blobs().await;
    let (id, tries) = (held.id, held.tries);
    // Tries that ended with their process count as well.
    if tries > TRIES {
        fail(gateway, id).await?;
        return Ok(true);
    }
    match write(gateway, held, &key, &mut told).await {
        Ok(()) => Ok(true),
        Err(error) => {
            if tries >= TRIES {
                fail(gateway, id).await?;
            }
            Err(error)
        }
    }
}

async fn write(gateway: &Gateway, held: Export, key: &Identity, told: &mut impl FnMut(Progress)) -> Result<()> {
    let Some(wish) = wish(gateway, &held)? else { return Ok(()) };
    let (at, zone, question) = (held.asked_at, gateway.office().time_zone, wish.question.clone());
    let wanted = gateway.walk_log(move |tx| meant(tx, &question, at, zone)).await?;
    let writer = Writer::new(held.format, &wish.columns, zone);
    let mut spool = Spool::new(gateway, key.recipient(), held);
    let written = match pages(gateway, &mut spool, &writer, wanted, told).await {
        Ok(Ok(written)) => written,
        Ok(Err(Lost)) => {
            spool.abort().await;
            gateway.sweep_doomed_blobs().await;
            return Ok(());
        }
        Err(error) => {
            spool.abort().await;
            return Err(error);
        }
    };
    let Ok((held, bytes, digest)) = spool.finish().await? else { return Ok(()) };
    ready(gateway, held, &wish, (written, bytes, digest)).await
}

async fn pages(
    gateway: &Gateway,
    spool: &mut Spool<'_>,
    writer: &Writer,
    wanted: Option<Wanted>,
    told: &mut impl FnMut(Progress),
) -> Result<Result<i64, Lost>> {
    let (mut written, mut after) = (0_i64, None);
    if spool.push(&writer.head()?).await?.is_err() {
        return Ok(Err(Lost));
    }
    let Some(wanted) = wanted else { return Ok(Ok(0)) };
    let Ok(expected) = count(gateway, spool, &wanted).await? else { return Ok(Err(Lost)) };
    loop {
        let asked = wanted.clone();
        let (found, last) = gateway.walk_log(move |tx| page(tx, &asked, after)).await?;
        let mut lines = Vec::new();
        for record in &found {
            lines.extend(writer.line(record)?);
        }
        if spool.push(&lines).await?.is_err() {
            return Ok(Err(Lost));
        }
        written += i64::try_from(found.len()).unwrap_or(i64::MAX);
        told(Progress { written, expected: expected.max(written) });
        if spool.renew(written, gateway.now() + LEASE).await?.is_err() {
            return Ok(Err(Lost));
        }
        if last.is_none() {
            return Ok(Ok(written));
        }
        after = last;
    }
}

/// How many entries there will be, as far as that can be told beforehand. The file is held meanwhile.
async fn count(gateway: &Gateway, spool: &mut Spool<'_>, wanted: &Wanted) -> Result<Result<i64, Lost>> {
    let expected = spool.held.expected;
    if expected <= SMALL {
        return Ok(Ok(expected));
    }
    let mut counting = Counting::default();
    for _ in 0..COUNTING {
        if let Some(all) = counting.walk(gateway, wanted).await? {
            return Ok(Ok(all));
        }
        if spool.renew(0, gateway.now() + LEASE).await?.is_err() {
            return Ok(Err(Lost));
        }
    }
    Ok(Ok(expected))
}

/// A page, and where the next one begins.
fn page(
    tx: &mut Tx,
    wanted: &Wanted,
    after: Option<EventId>,
) -> Result<(Vec<crate::audit::export::Record>, Option<EventId>)> {
    let Walk { found, stopped } = search::find(tx, wanted, after, PAGE)?;
    let ids: Vec<EventId> = found.iter().map(|row| row.id).collect();
    Ok((records::of_events(tx, &ids)?, stopped))
}

/// The file is whole: manifest and event become durable together, before a byte of it can leave.
async fn ready(gateway: &Gateway, held: Export, wish: &Wish, (rows, bytes, digest): (i64, u64, String)) -> Result<()> {
    let (now, wish) = (gateway.now(), wish.clone());
    let custody = gateway.store.keys().custody.clone();
    let done = gateway.store.write(move |tx| {
        let manifest = manifest(tx, &held, &wish, (rows, bytes, &digest))?;
        let whole = Whole {
            rows,
            bytes: i64::try_from(bytes).doing("writing a file of entries")?,
            digest: digest.clone(),
            manifest_sealed: custody.seal(manifest.as_bytes())?,
            expires_at: now + KEPT,
        };
        if !exports::ready(tx, &held, &whole, now)? {
            return Ok(());
        }
        let kind = EventKind::LogExported { export: held.id, format: held.format, rows, digest };
        let actor = held.account.map_or(Actor::Console, Actor::Account);
        tx.record(&purposeful(kind, now, actor, &wish.purpose))
    });
    done.await
}

/// What goes with a file: one line of canonical JSON (RFC 8785).
fn manifest(tx: &mut Tx, held: &Export, wish: &Wish, (rows, bytes, digest): (i64, u64, &str)) -> Result<String> {
    let by = match held.account {
        Some(id) => accounts::find(tx, id)?.map(|account| json!({"id": id, "email": account.email})),
        None => None,
    };
    let log = tree::current(tx)?;
    let columns = (held.format == ExportFormat::Csv).then_some(&wish.columns);
    let manifest = json!({
        "id": held.id,
        "format": held.format,
        "columns": columns.filter(|columns| !columns.is_empty()),
        "question": wish.question,
        "purpose": wish.purpose,
        "asked_at": held.asked_at.to_rfc3339(),
        "by": by,
        "rows": rows,
        "bytes": bytes,
        "sha256": digest,
        "log": log.as_ref().map(|log| json!({"origin": log.origin, "size": log.size})),
        "checkpoint": log.and_then(|log| log.signed).map(|signed| signed.checkpoint),
    });
    serde_json_canonicalizer::to_string(&manifest).doing("writing the manifest of a file of entries")
}

async fn fail(gateway: &Gateway, id: ExportId) -> Result<()> {
    let now = gateway.now();
    let failed = gateway.store.write(move |tx| {
        if !exports::end(tx, id, &[ExportState::Running], ExportState::Failed, now)? {
            return Ok::<_, Error>(());
        }
        tx.record(&ending(id, ExportState::Failed, now, Actor::System))
    });
    failed.await?;
    gateway.sweep_doomed_blobs().await;
    Ok(())
}
