//! PostgreSQL with two users: tables belong to one, the other serves and may not touch what has its place in the log.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Owner, connect_postgres};
use crate::error::{Doing, Result};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// Who may do what; written beside the tables that it is about.
const ROLES: &str = include_str!("../../../migrations/roles.sql");
/// Where that reads whom it is about.
const SERVING: &str = "kakitome.serving";

define_sql_function! {
    /// Sets a setting of this session, or of this transaction.
    fn set_config(name: Text, value: Text, within_transaction: Bool) -> Text;
}

define_sql_function! {
    /// Whether whoever asks may do this to a table.
    fn has_table_privilege(table: Text, privilege: Text) -> Bool;
}

/// Makes and changes the tables, as the owner if there is one; then says what the serving user may do.
pub(super) fn migrate(url: &str, owner: Option<&Owner>) -> Result<()> {
    let url = owner.map_or(url, |owner| owner.url.as_str());
    let mut connection = connect_postgres(url).doing("opening the database")?;
    connection.run_pending_migrations(MIGRATIONS).doing("migrating the database")?;
    let Some(owner) = owner else { return Ok(()) };
    let serving = owner.serving.as_str();
    diesel::select(set_config(SERVING, serving, false)).execute(&mut connection)?;
    connection.batch_execute(ROLES).doing("saying what the serving user may do")
}

/// Whether whoever is connected could change or remove what has its place in the log.
pub(in crate::store) fn may_alter_log(connection: &mut diesel::PgConnection) -> Result<bool> {
    for (table, privilege) in [("events", "UPDATE, DELETE, TRUNCATE"), ("log_entries", "UPDATE, DELETE, TRUNCATE")] {
        if diesel::select(has_table_privilege(table, privilege)).get_result::<bool>(connection)? {
            return Ok(true);
        }
    }
    Ok(false)
}
