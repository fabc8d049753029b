//! Who asks for a proof: a sender about own transfers, whoever reads the log about all, or the console.

use crate::error::{Problem, Result};
use crate::model::{AccountId, Actor, Transfer, TransferId};
use crate::staff::permit::{LogReader, Watcher};
use crate::store::{Tx, transfers};

/// Somebody who may have proofs, made of a permit.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// Whose transfers; none: everybody's.
    owner: Option<AccountId>,
    actor: Actor,
}

impl Asking {
    /// A sender, about own transfers.
    pub fn owner(watcher: &Watcher) -> Self {
        let id = watcher.account().id;
        Self { owner: Some(id), actor: Actor::Account(id) }
    }

    /// Somebody who reads the log, about all of them.
    pub fn reader(reader: &LogReader) -> Self {
        Self { owner: None, actor: reader.actor() }
    }

    /// Somebody at the command line of the server.
    pub const fn console() -> Self {
        Self { owner: None, actor: Actor::Console }
    }

    /// As the actor of an event.
    pub(super) const fn actor(&self) -> Actor {
        self.actor
    }

    /// Whether network addresses are told.
    pub(super) const fn sees_sources(&self) -> bool {
        self.owner.is_none()
    }

    /// The transfer, if it may be asked about.
    pub(super) fn transfer(&self, tx: &mut Tx, id: TransferId) -> Result<Transfer> {
        let found = transfers::find(tx, id)?.filter(|found| self.owner.is_none_or(|owner| owner == found.owner));
        found.ok_or_else(|| Problem::NotFound.into())
    }
}
