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
    let url = &office.config.database.url;
    let rows: Vec<Counted> = match url.backend() {
        Backend::Postgres => {
            let url = url.connection(None);
            query.load(&mut diesel::PgConnection::establish(url.expose_secret()).unwrap()).unwrap()
        }
        Backend::Sqlite(_) => {
            let path = office.directory.path().join("data/kakitome.sqlite");
            query.load(&mut diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap()).unwrap()
        }
    };
    rows[0].count
}

/// How many entries of the log have this word.
pub fn events(office: &Office, word: &str) -> i64 {
    count(office, "events", &format!("event = '{word}'"))
}
