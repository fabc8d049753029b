//! PostgreSQL with two users: the one who serves lives a transfer from start to end, and can neither change nor remove what
//! has its place in the log.

use std::path::Path;
use std::process::Command;

use crate::harness::flows::{Office, On};
use diesel::{Connection, PgConnection, RunQueryDsl};
use kakitome::config::Config;
use kakitome::staff::doctor::{CHECKS, Facts, Seen};
use kakitome::staff::erasure;
use kakitome::staff::log::sequence;
use kakitome::staff::registrar::Registrar;
use kakitome::store::tree;
use kakitome::transfer::recall::recall;
use secrecy::ExposeSecret;

/// Runs the script that operators run.
fn script(url: &str) {
    let ran = Command::new("psql")
        .arg(url)
        .args(["-v", "ON_ERROR_STOP=1", "-v", "owner=kakitome_owner", "-v", "serving=kakitome", "-q", "-f"])
        .arg(Path::new("deploy/postgres-roles.sql"))
        .output()
        .expect("psql is not installed; run: apt-get install postgresql-client");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// The same database as somebody else.
fn by(url: &str, user: &str) -> String {
    url.replacen("//kk@", &format!("//{user}@"), 1)
}

fn owned(config: &mut Config) {
    let url = config.database.url.connection(None).expose_secret().to_owned();
    script(&url);
    config.database.url = by(&url, "kakitome").try_into().unwrap();
    config.database.owner_url = Some(by(&url, "kakitome_owner").try_into().unwrap());
}

/// What PostgreSQL says to the serving user.
fn refused(office: &Office, statement: &str) -> String {
    let url = office.config.database.url.connection(None).expose_secret().to_owned();
    let mut connection = PgConnection::establish(&url).unwrap();
    let done = diesel::sql_query(statement).execute(&mut connection);
    done.expect_err(statement).to_string()
}

async fn roles_seen(office: &Office) -> Seen {
    let facts = Facts::gather(office.gateway()).await;
    let check = CHECKS.iter().find(|check| check.name == "database.roles").unwrap();
    check.look(&facts).await.unwrap().seen
}

#[actix_web::test]
async fn the_serving_user_lives_a_whole_life_and_cannot_touch_the_log() {
    let office = Office::with(On::Postgres, owned).await;
    let gateway = office.gateway();
    let (transfer, sent) = office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    let opened = office.open(&sent[0]).await.unwrap();
    let delivery = office.opened(&sent[0], &opened).await.unwrap();
    assert_eq!(office.fetch(&delivery, kakitome::transfer::retrieve::Asked::File(0)).await.unwrap(), b"a");
    while sequence(gateway).await.unwrap() {}
    recall(gateway, &office.sender, transfer, "試験").await.unwrap();
    office.deliver_mails().await;
    while sequence(gateway).await.unwrap() {}
    // Erasure takes values, not events.
    let person = erasure::person("suzuki@aozora.example", "").unwrap();
    let registrar = Registrar::console().because("第12号").unwrap();
    assert!(erasure::erase(gateway, &registrar, &person, |_| ()).await.unwrap().values > 0);
    while sequence(gateway).await.unwrap() {}
    let log = gateway.store.read(tree::current).await.unwrap().unwrap();
    assert!(log.size > 10 && log.signed.is_some_and(|signed| signed.size == log.size));
    for statement in [
        "UPDATE events SET leaf = ''",
        "DELETE FROM events",
        "TRUNCATE events CASCADE",
        "UPDATE log_entries SET event_id = event_id",
        "DELETE FROM log_entries",
        "DELETE FROM logs",
        "DELETE FROM log_tiles",
        "DROP TABLE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
    ] {
        let said = refused(&office, statement);
        let is_refused = ["permission denied", "must be owner"].iter().any(|words| said.contains(words));
        assert!(is_refused, "{statement}: {said}");
    }
    assert_eq!(roles_seen(&office).await, Seen::LogGuarded);
    office.check_invariants().await;
    // A second start migrates and grants anew, and changes nothing.
    let again = office.again().await;
    assert!(sequence(&again.gateway).await.is_ok());
}

/// An installation that had one user so far: the script gives its tables away, the next start says who may do what.
#[actix_web::test]
async fn one_user_becomes_two() {
    let office = Office::new(On::Postgres).await;
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    assert_eq!(roles_seen(&office).await, Seen::LogUnguarded);
    let mut config = office.config.clone();
    owned(&mut config);
    let office = Office { config, ..office };
    let app = office.again().await;
    let office = Office { app, ..office };
    assert_eq!(roles_seen(&office).await, Seen::LogGuarded);
    assert!(refused(&office, "DELETE FROM events").contains("permission denied"));
    office.send(&[("b.pdf", b"b")], &["tanaka@aozora.example"]).await;
    while sequence(office.gateway()).await.unwrap() {}
    office.check_invariants().await;
}

#[actix_web::test]
async fn sqlite_has_no_users() {
    assert_eq!(roles_seen(&Office::new(On::Sqlite).await).await, Seen::LogDetected);
}
