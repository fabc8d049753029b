//! Rows as they lie in the database, whichever it is: for tests that say nothing was written.

use diesel::sql_types::{BigInt, Text};
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

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every row of every table but those `except`, as text: the same before and after what changes nothing.
pub fn all(office: &Office, except: &[&str]) -> Vec<String> {
    match office.config.database.url.backend() {
        Backend::Postgres => {
            let tables = "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = 'public'";
            let row = |_: &mut diesel::PgConnection, _: &str| "t::text".to_owned();
            dump(&mut postgres(office), tables, row, except)
        }
        Backend::Sqlite(_) => {
            let tables = "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            let row = |connection: &mut diesel::SqliteConnection, table: &str| {
                let columns = format!("SELECT name AS line FROM pragma_table_info('{table}')");
                let quoted = lines(connection, &columns).into_iter().map(|column| format!("quote(\"{column}\")"));
                quoted.collect::<Vec<_>>().join(" || ',' || ")
            };
            dump(&mut sqlite(office), tables, row, except)
        }
    }
}

fn dump<C>(connection: &mut C, tables: &str, row: impl Fn(&mut C, &str) -> String, except: &[&str]) -> Vec<String>
where
    diesel::query_builder::SqlQuery: for<'a> diesel::query_dsl::LoadQuery<'a, C, Line>,
{
    let mut found = Vec::new();
    for table in lines(connection, tables).into_iter().filter(|table| !except.contains(&table.as_str())) {
        let row = row(connection, &table);
        let rows = lines(connection, &format!("SELECT {row} AS line FROM {table} AS t ORDER BY 1"));
        found.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    found
}

fn lines<C>(connection: &mut C, query: &str) -> Vec<String>
where
    diesel::query_builder::SqlQuery: for<'a> diesel::query_dsl::LoadQuery<'a, C, Line>,
{
    diesel::sql_query(query).load::<Line>(connection).unwrap().into_iter().map(|one| one.line).collect()
}
