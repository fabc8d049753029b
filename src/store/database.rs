//! Connections to SQLite or PostgreSQL behind one enum. Every query of the store is written once and compiled for both.

#[cfg(feature = "postgres")]
mod roles;

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::{Connection as _, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::sync::Semaphore;

use crate::error::{Doing, Error, LogUnwritable, Result};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const LIMITS_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/limits");

/// WAL with FULL sync: a committed transaction survives a power cut. Temporary tables stay in memory: nothing of ours may
/// reach a temporary file. Deleted cells are overwritten.
const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;";

const SQLITE_SCRUB: &str = "PRAGMA wal_checkpoint(TRUNCATE);";

/// How many connections are kept; also the number of statements that run at once.
const POOL_SIZE: u32 = 12;

/// A connection to one of the two databases.
pub enum Connection {
    /// The embedded default.
    Sqlite(SqliteConnection),
    /// For several nodes.
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
}

impl Connection {
    /// Itself: lets `on!` take a transaction, a pooled connection or a connection alike.
    pub(crate) fn connection(&mut self) -> &mut Self {
        self
    }
}

/// Runs one query on whichever database the connection is for: `on!(tx, c => query.execute(c))`.
macro_rules! on {
    ($db:expr, $c:ident => $query:expr) => {
        match $db.connection() {
            $crate::store::database::Connection::Sqlite($c) => $query,
            #[cfg(feature = "postgres")]
            $crate::store::database::Connection::Postgres($c) => $query,
        }
    };
}
pub(crate) use on;

/// Whether whoever serves could change or remove what has its place in the log; none where there are no users (SQLite).
pub(super) fn may_alter_log(connection: &mut Connection) -> Result<Option<bool>> {
    match connection {
        Connection::Sqlite(_) => Ok(None),
        #[cfg(feature = "postgres")]
        Connection::Postgres(c) => roles::may_alter_log(c).map(Some),
    }
}

impl From<diesel::result::Error> for Error {
    fn from(source: diesel::result::Error) -> Self {
        Error::fault("using the database", source)
    }
}

/// Where the database is.
#[derive(Clone)]
pub enum Address {
    /// Path of a SQLite file.
    Sqlite(String),
    /// A server.
    #[cfg(feature = "postgres")]
    Postgres {
        /// A libpq connection URL, password included.
        url: String,
        /// Another one, of whom the tables belong to, and the name of the user of the first; none: they are one.
        owner: Option<Owner>,
    },
}

/// To whom the tables belong, where that is not who serves.
#[derive(Clone)]
pub struct Owner {
    /// A libpq connection URL, password included.
    pub url: String,
    /// The name of the user who serves.
    pub serving: String,
}

impl Address {
    /// Reads `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// Another scheme, or PostgreSQL in a build without it.
    pub fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(path.to_owned()));
        }
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres { url: url.to_owned(), owner: None });
        }
        Err(Error::fault(
            "reading database.url",
            "only sqlite:PATH works here, and postgres://… in a build with the feature `postgres`",
        ))
    }

    /// The same, with tables that belong to somebody else. It makes no difference to SQLite.
    #[must_use]
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables, reason = "only PostgreSQL has owners"))]
    pub fn owned_by(self, owner: Option<Owner>) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(path),
            #[cfg(feature = "postgres")]
            Self::Postgres { url, .. } => Self::Postgres { url, owner },
        }
    }

    fn connect(&self) -> Result<Connection, diesel::r2d2::Error> {
        match self {
            Self::Sqlite(path) => connect_sqlite(path).map(Connection::Sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres { url, .. } => connect_postgres(url).map(Connection::Postgres),
        }
    }
}

#[cfg(feature = "postgres")]
fn connect_postgres(url: &str) -> Result<diesel::PgConnection, diesel::r2d2::Error> {
    diesel::PgConnection::establish(url).map_err(diesel::r2d2::Error::ConnectionError)
}

fn connect_sqlite(path: &str) -> Result<SqliteConnection, diesel::r2d2::Error> {
    let mut connection = SqliteConnection::establish(path).map_err(diesel::r2d2::Error::ConnectionError)?;
    connection.batch_execute(SQLITE_PRAGMAS).map_err(diesel::r2d2::Error::QueryError)?;
    Ok(connection)
}

impl ManageConnection for Address {
    type Connection = Connection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Connection, Self::Error> {
        Address::connect(self)
    }

    fn is_valid(&self, _: &mut Connection) -> Result<(), Self::Error> {
        Ok(())
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        use diesel::connection::TransactionManager;
        match connection {
            Connection::Sqlite(c) => {
                <SqliteConnection as diesel::Connection>::TransactionManager::is_broken_transaction_manager(c)
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(c) => {
                <diesel::PgConnection as diesel::Connection>::TransactionManager::is_broken_transaction_manager(c)
            }
        }
    }
}

/// A pool of connections to one database, migrated.
#[derive(Clone)]
pub(crate) struct Database {
    pool: Pool<Address>,
    /// SQLite has one writer at a time; queueing here is fair, waiting on its file lock is not.
    writer: Option<Arc<Semaphore>>,
}

impl Database {
    /// Opens and migrates the main database.
    pub(crate) fn open(address: &Address) -> Result<Self> {
        match address {
            Address::Sqlite(path) => {
                let mut connection = connect_sqlite(path).doing("opening the database")?;
                connection.run_pending_migrations(SQLITE_MIGRATIONS).doing("migrating the database")?;
            }
            #[cfg(feature = "postgres")]
            Address::Postgres { url, owner } => roles::migrate(url, owner.as_ref())?,
        }
        Self::pool(address)
    }

    /// Opens and migrates the limits store.
    pub(crate) fn open_limits(path: &str) -> Result<Self> {
        let mut connection = connect_sqlite(path).doing("opening the limits store")?;
        connection.run_pending_migrations(LIMITS_MIGRATIONS).doing("migrating the limits store")?;
        drop(connection);
        Self::pool(&Address::Sqlite(path.to_owned()))
    }

    fn pool(address: &Address) -> Result<Self> {
        let writer = match address {
            Address::Sqlite(_) => Some(Arc::new(Semaphore::new(1))),
            #[cfg(feature = "postgres")]
            Address::Postgres { .. } => None,
        };
        let pool = Pool::builder()
            .max_size(POOL_SIZE)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            .build(address.clone())
            .doing("opening the database")?;
        Ok(Self { pool, writer })
    }

    /// One read-only look at the database, consistent across its queries.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PooledConnection<Address>) -> Result<T> + Send + 'static,
    {
        let pool = self.pool.clone();
        blocking(move || {
            let mut connection = pool.get().doing("waiting for the database")?;
            transaction(&mut connection, Mode::Read, work)
        })
        .await
    }

    /// Moves what SQLite has written ahead into its file and cuts the rest off. Whoever reads meanwhile keeps it from
    /// that; it is done by the next one then.
    pub(crate) async fn scrub(&self) -> Result<()> {
        let pool = self.pool.clone();
        blocking(move || {
            let mut connection = pool.get().doing("waiting for the database")?;
            match &mut *connection {
                Connection::Sqlite(c) => c.batch_execute(SQLITE_SCRUB).doing("emptying the write-ahead log"),
                #[cfg(feature = "postgres")]
                Connection::Postgres(_) => Ok(()),
            }
        })
        .await
    }

    /// One write transaction: all of `work` is durable when this returns `Ok`, none of it otherwise.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PooledConnection<Address>) -> Result<T> + Send + 'static,
    {
        let turn = match &self.writer {
            Some(writer) => Some(writer.clone().acquire_owned().await.doing("waiting to write")?),
            None => None,
        };
        let pool = self.pool.clone();
        blocking(move || {
            let _turn = turn;
            let mut connection = pool.get().map_err(|error| unwritable("waiting for the database", error))?;
            transaction(&mut connection, Mode::Write, work).map_err(told_apart)
        })
        .await
    }
}

/// Everything that is written goes with its events: where the database takes nothing, nothing is done.
fn unwritable(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::fault(what, LogUnwritable(source.into()))
}

/// Tells a database that is read-only, full or gone from one that was asked for something impossible.
fn told_apart(error: Error) -> Error {
    match error {
        Error::Fault { what, source } if source.downcast_ref().is_some_and(takes_nothing) => unwritable(what, source),
        other => other,
    }
}

/// Neither diesel nor the two databases have one word for it: what is no answer to the statement itself is about the
/// database. A damaged one is among them.
fn takes_nothing(error: &diesel::result::Error) -> bool {
    use diesel::result::DatabaseErrorKind as Kind;
    match error {
        diesel::result::Error::DatabaseError(kind, _) => matches!(
            kind,
            Kind::ReadOnlyTransaction | Kind::ClosedConnection | Kind::UnableToSendCommand | Kind::Unknown
        ),
        diesel::result::Error::BrokenTransactionManager => true,
        diesel::result::Error::RollbackErrorOnCommit { commit_error, .. } => takes_nothing(commit_error),
        _ => false,
    }
}

#[derive(Clone, Copy)]
enum Mode {
    Read,
    Write,
}

/// A deferred SQLite transaction that reads and then writes fails at once when another writer came between, whatever the
/// busy timeout: writers begin IMMEDIATE.
fn transaction<T>(
    connection: &mut PooledConnection<Address>,
    mode: Mode,
    work: impl FnOnce(&mut PooledConnection<Address>) -> Result<T>,
) -> Result<T> {
    begin(connection, mode)?;
    match work(connection) {
        Ok(done) => commit(connection).map(|()| done),
        Err(error) => {
            // A full disk rolls back by itself, and then there is nothing to roll back; the pool drops what is broken.
            if let Err(also) = rollback(connection) {
                tracing::warn!(error = %also, "a transaction was not rolled back");
            }
            Err(error)
        }
    }
}

type SqliteTransactions = <SqliteConnection as diesel::Connection>::TransactionManager;
#[cfg(feature = "postgres")]
type PostgresTransactions = <diesel::PgConnection as diesel::Connection>::TransactionManager;

fn begin(connection: &mut Connection, mode: Mode) -> Result<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    match (connection, mode) {
        (Connection::Sqlite(c), Mode::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        (Connection::Sqlite(c), Mode::Read) => SqliteTransactions::begin_transaction(c)?,
        #[cfg(feature = "postgres")]
        (Connection::Postgres(c), _) => PostgresTransactions::begin_transaction(c)?,
    }
    Ok(())
}

fn commit(connection: &mut Connection) -> Result<()> {
    use diesel::connection::TransactionManager;
    match connection {
        Connection::Sqlite(c) => SqliteTransactions::commit_transaction(c)?,
        #[cfg(feature = "postgres")]
        Connection::Postgres(c) => PostgresTransactions::commit_transaction(c)?,
    }
    Ok(())
}

/// A transaction within the running one, to be rolled back by itself.
pub(super) fn begin_within(connection: &mut Connection) -> Result<()> {
    begin(connection, Mode::Read)
}

pub(super) fn rollback(connection: &mut Connection) -> Result<()> {
    use diesel::connection::TransactionManager;
    match connection {
        Connection::Sqlite(c) => SqliteTransactions::rollback_transaction(c)?,
        #[cfg(feature = "postgres")]
        Connection::Postgres(c) => PostgresTransactions::rollback_transaction(c)?,
    }
    Ok(())
}

/// Runs blocking work off the event loop.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::fault("running blocking work", error)),
    }
}
