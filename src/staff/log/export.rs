//! Files of entries of the log. Whoever asks says what for; a worker writes the file, sealed, into the blob store; then it can
//! be fetched for a day, and is destroyed. That it was written, and each time that it left, are events.

mod asking;
mod reading;
mod spool;
mod writing;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::audit::export::Column;
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{AccountId, Actor, Event, EventKind, ExportId, ExportState, Private, Question, Time};
use crate::staff::permit::{LogReader, SignedIn};
use crate::store::exports::{self, Export};
use crate::store::{Tx, accounts};

pub use asking::{Asked, PURPOSE_MOST, ask, expected, format};
pub use reading::{Opened, manifest, open};
pub use writing::{Progress, work, write_if_small};

/// A file of more entries is written in the background.
pub const SMALL: i64 = 100_000;
/// How long a file can be fetched.
pub const KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long it is told that there was one.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);
/// Files that are told.
const TOLD: i64 = 100;

/// Who has files of entries written, and fetches them.
#[derive(Clone)]
pub struct Exporter(Option<SignedIn>);

impl Exporter {
    /// Somebody at the command line of the server.
    pub const fn console() -> Self {
        Self(None)
    }

    fn account(&self) -> Option<AccountId> {
        self.0.as_ref().map(|signed_in| signed_in.account.id)
    }

    fn actor(&self) -> Actor {
        self.account().map_or(Actor::Console, Actor::Account)
    }

    /// Whether what proved the right is still there, in a transaction that changes something.
    fn still_holds(&self, tx: &mut Tx) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |signed_in| signed_in.still_holds(tx))
    }

    /// The same, for what goes on reading.
    fn is_there(&self, tx: &mut Tx) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |signed_in| signed_in.is_there(tx))
    }
}

impl From<&LogReader> for Exporter {
    fn from(reader: &LogReader) -> Self {
        Self(Some(reader.signed_in().clone()))
    }
}

/// What was asked for and why, as it is kept sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wish {
    /// The question that the entries answer.
    pub question: Question,
    /// The columns of a table; none: all.
    pub columns: Vec<Column>,
    /// What for.
    pub purpose: String,
}

/// A file as its list tells it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The file.
    pub export: Export,
    /// Who asked; empty for the command line.
    pub by: String,
    /// Whether this one asked.
    pub is_own: bool,
    /// What was asked for; only whoever asked is told, while there is a file.
    pub wish: Option<Wish>,
}

/// The newest files, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(gateway: &Gateway, by: Exporter) -> Result<Vec<Listed>> {
    let found = gateway.store.read(|tx| {
        let all = exports::newest(tx, TOLD)?;
        all.into_iter().map(|export| Ok((asker(tx, &export)?, export))).collect::<Result<Vec<_>>>()
    });
    found.await?.into_iter().map(|(name, export)| listed(gateway, &by, name, export)).collect()
}

/// One file.
///
/// # Errors
/// `NotFound`; the store cannot be read.
pub async fn show(gateway: &Gateway, by: Exporter, id: ExportId) -> Result<Listed> {
    let found = gateway.store.read(move |tx| {
        let export = exports::find(tx, id)?.ok_or(Problem::NotFound)?;
        Ok((asker(tx, &export)?, export))
    });
    let (name, export) = found.await?;
    listed(gateway, &by, name, export)
}

fn asker(tx: &mut Tx, export: &Export) -> Result<String> {
    match export.account {
        Some(id) => Ok(accounts::find(tx, id)?.map(|account| account.name).unwrap_or_default()),
        None => Ok(String::new()),
    }
}

fn listed(gateway: &Gateway, by: &Exporter, name: String, export: Export) -> Result<Listed> {
    let is_own = export.account == by.account();
    let wish = if is_own { wish(gateway, &export)? } else { None };
    Ok(Listed { export, by: name, is_own, wish })
}

/// What was asked for, while it is known.
fn wish(gateway: &Gateway, export: &Export) -> Result<Option<Wish>> {
    use crate::error::Doing;
    let Some(sealed) = &export.asked_sealed else { return Ok(None) };
    let plain = gateway.store.keys().custody.open(sealed)?;
    serde_json::from_slice(&plain).doing("reading what was asked for").map(Some)
}

/// Takes a file back that is being written, or is there: its bytes are destroyed.
///
/// # Errors
/// `NotFound` for one of somebody else; `WrongState` when it has ended; the store cannot be written.
pub async fn cancel(gateway: &Gateway, by: Exporter, id: ExportId) -> Result<()> {
    let now = gateway.now();
    let ended = gateway.store.write(move |tx| {
        by.still_holds(tx)?;
        let export = exports::find(tx, id)?.filter(|export| export.account == by.account()).ok_or(Problem::NotFound)?;
        let state = export.state.word();
        let from = [ExportState::Running, ExportState::Ready];
        if !exports::end(tx, id, &from, ExportState::Cancelled, now)? {
            return Err(Problem::WrongState { state }.into());
        }
        tx.record(&ending(id, ExportState::Cancelled, now, by.actor()))
    });
    ended.await?;
    gateway.sweep_doomed_blobs().await;
    Ok(())
}

/// Destroys files whose time is over, and forgets those that ended long ago.
///
/// # Errors
/// The store cannot be written; the next sweep goes on.
pub async fn sweep(gateway: &Gateway) -> Result<()> {
    let now = gateway.now();
    let over = gateway.store.read(move |tx| exports::over(tx, now)).await?;
    let count = over.len();
    let ended = gateway.store.write(move |tx| {
        for id in over {
            if exports::end(tx, id, &[ExportState::Ready], ExportState::Expired, now)? {
                tx.record(&ending(id, ExportState::Expired, now, Actor::System))?;
            }
        }
        exports::forget(tx, now - REMEMBERED)
    });
    ended.await?;
    if count > 0 {
        gateway.delete_doomed_blobs(None).await?;
    }
    Ok(())
}

/// Destroys every file that is there or being written: what somebody is to be forgotten by may be in any. Returns how many.
///
/// # Errors
/// The database cannot be written.
pub(crate) fn end_all(tx: &mut Tx, actor: Actor, now: Time) -> Result<usize> {
    let living = exports::living(tx)?;
    for id in &living {
        if exports::end(tx, *id, &[ExportState::Running, ExportState::Ready], ExportState::Cancelled, now)? {
            tx.record(&ending(*id, ExportState::Cancelled, now, actor))?;
        }
    }
    Ok(living.len())
}

fn ending(export: ExportId, state: ExportState, now: Time, actor: Actor) -> Event {
    let event = Event::new(EventKind::LogExportEnded { export, state }, now, actor);
    if state == ExportState::Failed { event.failed() } else { event }
}

/// An event with its purpose.
fn purposeful(kind: EventKind, now: Time, actor: Actor, purpose: &str) -> Event {
    Event::new(kind, now, actor).with(Private::Reason(purpose.to_owned()))
}
