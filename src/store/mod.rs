//! Everything on disk except the blobs: rows, keys and limits. Only this module knows diesel.
//!
//! A change of state is one guarded statement, in one transaction with its log entry:
//! ```text
//! store.write(|tx| { deliveries::advance(tx, …)?; tx.record(&event) })
//! ```

pub mod accounts;
pub mod alerts;
pub mod approvals;
pub mod ceremonies;
mod columns;
pub mod contacts;
pub mod copies;
mod database;
pub mod day;
pub mod deliveries;
pub mod departments;
pub mod deputies;
pub mod devices;
pub mod doomed;
pub mod erasure;
pub mod events;
pub mod exports;
pub mod faxes;
pub mod files;
pub mod guesses;
pub mod idempotency;
pub mod identities;
mod installation;
pub mod invitations;
mod key_directory;
pub mod known;
mod lease;
pub mod lengths;
pub mod letters;
pub mod limits;
pub mod listing;
pub mod nudges;
pub mod office;
pub mod parties;
pub mod passkeys;
pub mod password_history;
pub mod proofs;
pub mod receipts;
pub mod records;
pub mod register;
pub mod retrievals;
pub mod reviews;
pub mod saved_searches;
pub mod scans;
mod schema;
pub mod search;
pub mod settings;
pub mod shown_numbers;
mod shred_keys;
pub mod sign_ins;
pub mod slots;
pub mod streams;
pub mod templates;
pub mod texts;
pub mod tokens;
pub mod totals;
pub mod totps;
mod transaction;
pub mod transfers;
pub mod tree;
pub mod unlocks;
pub mod webhooks;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng;
use tokio::sync::Notify;

use crate::crypt::Identity;
use crate::error::{Error, Result};
use crate::model::{ShredKeyId, Subscriber, Time};

pub use database::{Address, Owner};
pub use key_directory::KeyDirectory;
pub use limits::Limits;
pub use shred_keys::ShredKeys;
pub use transaction::Tx;

use database::{Database, blocking};
use transaction::With;

/// How long what names a person is kept beside the log, unless the configuration says otherwise: seven years.
const KEEP: Duration = Duration::from_secs(7 * 366 * 24 * 3600);

/// The opened store.
#[derive(Clone)]
pub struct Store {
    main: Database,
    limits: Limits,
    keys: Arc<KeyDirectory>,
    /// Who is told what happens.
    subscribers: Arc<[Subscriber]>,
    post_bell: Arc<Notify>,
    /// How long what names a person is kept beside the log.
    keep: Duration,
}

impl Store {
    /// Opens database, keys and limits, and checks that they belong together.
    ///
    /// # Errors
    /// Something cannot be opened; the database belongs to another shred store; or the keys are missing while the
    /// database already holds something.
    pub async fn open(address: &Address, keys: &Path, rng: &mut impl Rng) -> Result<Self> {
        let keys = Arc::new(KeyDirectory::open(keys, rng)?);
        let limits_path = keys.limits_path().to_string_lossy().into_owned();
        let address = address.clone();
        let (main, limits) =
            blocking(move || Ok((Database::open(&address)?, Database::open_limits(&limits_path)?))).await?;
        let shred_id = keys.shred.id();
        main.write(move |c| installation::claim_shred_store(c, &shred_id)).await?;
        let (subscribers, post_bell) = (Arc::new([]), Arc::default());
        let store = Self { main, limits: Limits::new(limits), keys, subscribers, post_bell, keep: KEEP };
        store.turn_epoch(rng.next_u64()).await?;
        Ok(store)
    }

    /// Opens an installation whose shred store was lost for good, with a new one. Every key that the database knows of
    /// counts as lost from here on: `transfer::key_loss` ends what needed them.
    ///
    /// # Errors
    /// As `open`; the shred store is the database's own: nothing is lost.
    pub async fn open_replacing_shred_store(address: &Address, keys: &Path, rng: &mut impl Rng) -> Result<Self> {
        let directory = KeyDirectory::open(keys, rng)?;
        let shred_id = directory.shred.id();
        let place = address.clone();
        let main = blocking(move || Database::open(&place)).await?;
        main.write(move |c| installation::replace_shred_store(c, &shred_id)).await?;
        // The two count together from now on.
        let known = main.read(|c| installation::epoch(c)).await?;
        directory.shred.set_epochs(shred_keys::Epochs { current: known, next: known })?;
        drop((main, directory));
        Self::open(address, keys, rng).await
    }

    /// Database and shred store count together, at each start and before keys are destroyed as orphans. A database that was
    /// restored from a backup carries an older count: keys that it does not know must not be taken for orphans.
    ///
    /// The shred store first knows both counts, then the database moves, then the older one is forgotten: a stop in between
    /// leaves a count that fits. The database's row serialises several nodes.
    async fn turn_epoch(&self, fresh: u64) -> Result<bool> {
        let keys = self.keys.clone();
        let turned = self
            .main
            .write(move |c| {
                installation::lock(c)?;
                let known = installation::epoch(c)?;
                let shred = keys.shred.epochs()?;
                if known != shred.current && known != shred.next {
                    return Ok(false);
                }
                keys.shred.set_epochs(shred_keys::Epochs { current: known, next: fresh })?;
                installation::set_epoch(c, fresh)?;
                Ok(true)
            })
            .await?;
        if turned {
            let keys = self.keys.clone();
            blocking(move || keys.shred.settle_epoch(fresh)).await?;
        } else {
            tracing::warn!(
                "the database is older than the shred store, as after a restore: unknown keys are left alone"
            );
        }
        Ok(turned)
    }

    /// The same, with receivers that are told what happens from now on.
    #[must_use]
    pub fn telling(self, subscribers: Vec<Subscriber>) -> Self {
        Self { subscribers: subscribers.into(), ..self }
    }

    /// The same, keeping so long what names a person.
    #[must_use]
    pub fn keeping(self, keep: Duration) -> Self {
        Self { keep, ..self }
    }

    /// How long what names a person is kept.
    pub const fn keeps(&self) -> Duration {
        self.keep
    }

    /// Leaves nothing of what was erased beside the database: what SQLite has written ahead goes into its file, where
    /// what was deleted is overwritten. PostgreSQL does this in its own time.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn scrub(&self) -> Result<()> {
        self.limits.scrub().await?;
        self.main.scrub().await
    }

    /// The newest checkpoint that was signed, as the keys directory has it.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub async fn last_checkpoint(&self) -> Result<Option<String>> {
        let keys = self.keys.clone();
        blocking(move || keys.last_checkpoint()).await
    }

    /// Keeps a checkpoint in the keys directory, before it is shown to anybody. False if a newer one is kept there, or
    /// another tree of this size: then it must not be shown.
    ///
    /// # Errors
    /// It cannot be written; then it must not be shown.
    pub async fn keep_checkpoint(&self, note: String) -> Result<bool> {
        let keys = self.keys.clone();
        blocking(move || keys.keep_checkpoint(&note)).await
    }

    /// Rings when a post to a webhook was queued.
    pub fn post_bell(&self) -> &Notify {
        &self.post_bell
    }

    fn with(&self) -> With {
        With { keys: self.keys.clone(), subscribers: self.subscribers.clone(), keep: self.keep }
    }

    /// One consistent look.
    ///
    /// # Errors
    /// Whatever `work` returns, or the database's own failure.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let with = self.with();
        self.main.read(move |c| work(&mut with.transaction(c))).await
    }

    /// One write transaction: all of `work` is durable when this returns `Ok`, none of it otherwise.
    ///
    /// # Errors
    /// Whatever `work` returns, or the database's own failure.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let with = self.with();
        let (done, posts) = self
            .main
            .write(move |c| {
                let mut tx = with.transaction(c);
                let done = work(&mut tx)?;
                Ok((done, tx.posts))
            })
            .await?;
        if posts > 0 {
            self.post_bell.notify_one();
        }
        Ok(done)
    }

    /// Asks before something is used up that is not kept in this database: can what follows be written down?
    ///
    /// # Errors
    /// It cannot.
    pub async fn require_writable(&self) -> Result<()> {
        self.main.write(|c| installation::rewrite(c)).await
    }

    /// Attempts and openings.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The keys directory.
    pub fn keys(&self) -> &KeyDirectory {
        &self.keys
    }

    /// Makes `count` shred keys. Each is known to the database as an intent before it exists; the transaction that makes
    /// it count consumes the intent (`slots::consume_intents`). What is left behind by a crash is destroyed later.
    ///
    /// # Errors
    /// The shred store or the database cannot be written.
    pub async fn make_shred_keys(&self, count: usize, now: Time) -> Result<Vec<(ShredKeyId, Identity)>> {
        let keys = self.keys.clone();
        let ids = blocking(move || keys.shred.reserve(count, &mut rand::rng())).await?;
        let intents = ids.clone();
        self.write(move |tx| slots::insert_intents(tx, &intents, now)).await?;
        let keys = self.keys.clone();
        blocking(move || Ok(ids.iter().copied().zip(keys.shred.create(&ids)?).collect())).await
    }

    /// Makes one shred key; see `make_shred_keys`.
    ///
    /// # Errors
    /// As `make_shred_keys`.
    pub async fn make_shred_key(&self, now: Time) -> Result<(ShredKeyId, Identity)> {
        let made = self.make_shred_keys(1, now).await?;
        made.into_iter().next().ok_or_else(|| Error::fault("making a shred key", "none was made"))
    }

    /// The key of a slot or session, or `None` once it was destroyed.
    ///
    /// # Errors
    /// The shred store cannot be read.
    pub async fn shred_key(&self, id: ShredKeyId) -> Result<Option<Identity>> {
        let keys = self.keys.clone();
        blocking(move || keys.shred.find(id)).await
    }

    /// Destroys the keys that committed transactions have doomed, then forgets that they were. Runs after every such
    /// transaction, in the sweeper and at start-up: the same code.
    ///
    /// # Errors
    /// A store cannot be written; the keys stay doomed and are tried again.
    pub async fn destroy_doomed_keys(&self) -> Result<usize> {
        let doomed = self.read(doomed::keys).await?;
        if doomed.is_empty() {
            return Ok(0);
        }
        let keys = self.keys.clone();
        let destroyed = doomed.clone();
        blocking(move || keys.shred.destroy(&destroyed)).await?;
        let count = doomed.len();
        self.write(move |tx| doomed::forget_keys(tx, &doomed)).await?;
        Ok(count)
    }

    /// Destroys keys that a crash left behind: intents older than `before` (the intent goes first), and keys that no row
    /// names. Returns how many; none after a restore, until the operator has decided.
    ///
    /// # Errors
    /// A store cannot be read or written.
    pub async fn reconcile_keys(&self, before: Time) -> Result<usize> {
        let fresh = rand::rng().next_u64();
        if !self.turn_epoch(fresh).await? {
            return Ok(0);
        }
        let keys = self.keys.clone();
        let existing = blocking(move || keys.shred.list()).await?;
        let dead = self
            .write(move |tx| {
                slots::drop_old_intents(tx, before)?;
                let known = slots::known_keys(tx)?;
                Ok(existing.into_iter().filter(|(id, live)| *live && !known.contains(id)).map(|(id, _)| id).collect())
            })
            .await?;
        let dead: Vec<ShredKeyId> = dead;
        let count = dead.len();
        let keys = self.keys.clone();
        blocking(move || keys.shred.destroy(&dead)).await?;
        Ok(count)
    }

    /// How many keys of the shred store no row names: for the invariant checker.
    ///
    /// # Errors
    /// A store cannot be read.
    pub async fn unknown_keys(&self) -> Result<usize> {
        let keys = self.keys.clone();
        let existing = blocking(move || keys.shred.list()).await?;
        let known = self.read(slots::known_keys).await?;
        Ok(existing.iter().filter(|(id, live)| *live && !known.contains(id)).count())
    }
}
