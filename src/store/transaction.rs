//! One transaction: what the functions of the store are given.

use std::sync::Arc;
use std::time::Duration;

use crate::crypt::Recipient;
use crate::error::Result;
use crate::model::{Event, Subscriber};

use super::database::{self, Connection};
use super::{KeyDirectory, events, installation, webhooks};

/// One transaction.
pub struct Tx<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) custody: Recipient,
    /// Events written so far.
    pub(super) recorded: u32,
    pub(super) subscribers: Arc<[Subscriber]>,
    /// Posts to webhooks queued so far.
    pub(super) posts: usize,
    pub(super) keep: Duration,
}

/// What a transaction has of its store.
pub(super) struct With {
    pub(super) keys: Arc<KeyDirectory>,
    pub(super) subscribers: Arc<[Subscriber]>,
    pub(super) keep: Duration,
}

impl With {
    pub(super) fn transaction<'c>(&self, connection: &'c mut Connection) -> Tx<'c> {
        let (custody, subscribers) = (self.keys.custody.newest_recipient(), self.subscribers.clone());
        Tx { connection, custody, recorded: 0, subscribers, posts: 0, keep: self.keep }
    }
}

impl Tx<'_> {
    pub(super) fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    /// Whether the shred store was replaced and not everything that needed its keys has ended yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn keys_lost(&mut self) -> Result<bool> {
        installation::keys_lost(self.connection)
    }

    /// Everything that needed a lost key has ended.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn settle_key_loss(&mut self) -> Result<()> {
        installation::settle_key_loss(self.connection)
    }

    /// Asks whether the log could take an event: writes it, and takes that back.
    ///
    /// # Errors
    /// It could not.
    pub fn try_record(&mut self, event: &Event) -> Result<()> {
        let recorded = self.recorded;
        database::begin_within(self.connection)?;
        let tried = events::insert(self, event);
        self.recorded = recorded;
        let taken_back = database::rollback(self.connection);
        tried.and(taken_back)
    }

    /// Whether this program could change or remove what has its place in the log: none where the database has no users.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn may_alter_log(&mut self) -> Result<Option<bool>> {
        database::may_alter_log(self.connection)
    }

    /// Seals what may be stored, but not as it is.
    ///
    /// # Errors
    /// It cannot be sealed.
    pub fn seal_to_custody(&self, plain: &[u8]) -> Result<Vec<u8>> {
        Ok(crate::crypt::seal(&self.custody, plain)?)
    }

    /// Writes a log entry, and queues it for the webhooks that tell it; it becomes durable with the rest of the transaction.
    ///
    /// # Errors
    /// The entry cannot be encoded or written: the transaction must not go on.
    pub fn record(&mut self, event: &Event) -> Result<()> {
        events::insert(self, event)?;
        self.posts += webhooks::announce(self, event)?;
        Ok(())
    }
}
