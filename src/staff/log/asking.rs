//! Who asks for a proof: a sender about own transfers, whoever reads the log about all, or the console.

use crate::error::{Problem, Result};
use crate::model::{AccountId, Actor, Transfer, TransferId};
use crate::staff::permit::{LogReader, SignedIn, Watcher};
use crate::store::{Tx, transfers};

/// Somebody who may have proofs, made of a permit.
#[derive(Clone)]
pub struct Asking {
    /// Whose transfers; none: everybody's.
    owner: Option<AccountId>,
    actor: Actor,
    /// What proved the right; none at the command line.
    signed_in: Option<SignedIn>,
}

impl Asking {
    /// A sender, about own transfers.
    pub fn owner(watcher: &Watcher) -> Self {
        let id = watcher.account().id;
        Self { owner: Some(id), actor: Actor::Account(id), signed_in: Some(watcher.signed_in().clone()) }
    }

    /// Somebody who reads the log, about all of them.
    pub fn reader(reader: &LogReader) -> Self {
        Self { owner: None, actor: reader.actor(), signed_in: Some(reader.signed_in().clone()) }
    }

    /// Somebody at the command line of the server.
    pub const fn console() -> Self {
        Self { owner: None, actor: Actor::Console, signed_in: None }
    }

    /// As the actor of an event.
    pub(super) const fn actor(&self) -> Actor {
        self.actor
    }

    /// Whether network addresses are told.
    pub(super) const fn sees_sources(&self) -> bool {
        self.owner.is_none()
    }

    /// Whether what proved the right is still there, in a transaction that writes something down.
    pub(super) fn still_holds(&self, tx: &mut Tx) -> Result<()> {
        self.signed_in.as_ref().map_or(Ok(()), |signed_in| signed_in.still_holds(tx))
    }

    /// The transfer, if it may be asked about, and what proved the right is still there.
    pub(super) fn transfer(&self, tx: &mut Tx, id: TransferId) -> Result<Transfer> {
        self.is_there(tx)?;
        let found = transfers::find(tx, id)?.filter(|found| self.owner.is_none_or(|owner| owner == found.owner));
        found.ok_or_else(|| Problem::NotFound.into())
    }

    /// Whether what proved the right is still there.
    pub(super) fn is_there(&self, tx: &mut Tx) -> Result<()> {
        self.signed_in.as_ref().map_or(Ok(()), |signed_in| signed_in.is_there(tx))
    }
}
