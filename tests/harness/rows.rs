//! Rows as they lie in the database, whichever it is: for tests that say nothing was written.

use diesel::sql_types::BigInt;
use diesel::{Connection, QueryableByName, RunQueryDsl};

use kakitome::config::Backend;
use secrecy::ExposeSecret;

use super::flows::Office;

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many rows of a table fit the condition.
pub fn count(office: &Office, table: &str, condition: &str) -> i64 {
    let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {table} WHERE {condition}"));
    let rows: Vec<Counted> = match office.config.database.url.backend() {
        Backend::Postgres => query.load(&mut postgres(office)).unwrap(),
        Backend::Sqlite(_) => query.load(&mut sqlite(office)).unwrap(),
    };
    rows[0].count
}

/// Changes rows by hand, as nothing of the product does.
pub fn run(office: &Office, statement: &str) {
    let query = diesel::sql_query(statement);
    match office.config.database.url.backend() {
        Backend::Postgres => query.execute(&mut postgres(office)).unwrap(),
        Backend::Sqlite(_) => query.execute(&mut sqlite(office)).unwrap(),
    };
}

/// A connection beside the product's.
pub fn postgres(office: &Office) -> diesel::PgConnection {
    diesel::PgConnection::establish(office.config.database.url.connection(None).expose_secret()).unwrap()
}

fn sqlite(office: &Office) -> diesel::SqliteConnection {
    let path = office.directory.path().join("data/kakitome.sqlite");
    diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap()
}

/// How many entries of the log have this word.
pub fn events(office: &Office, word: &str) -> i64 {
    count(office, "events", &format!("event = '{word}'"))
}
