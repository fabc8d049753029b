//! Backups: an old copy of database and blobs, together with today's keys, opens nothing that was sealed over, replaced,
//! ended or shredded.

use std::time::Duration;

use crate::harness::disk::{Backup, sqlite};
use crate::harness::flows::{Office, On, Sent};
use crate::harness::problem;
use kakitome::crypt::open_outer;
use kakitome::error::Problem;
use kakitome::gateway::Gateway;
use kakitome::store::limits::Used;
use kakitome::transfer::open::open;
use kakitome::transfer::recall::recall;
use kakitome::transfer::reissue::reissue;
use kakitome::transfer::retrieve::opened;
use kakitome::transfer::seal;

async fn fresh() -> (Office, kakitome::model::TransferId, Sent) {
    let office = Office::new(On::Sqlite).await;
    let (id, mut sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let sent = sent.pop().unwrap();
    (office, id, sent)
}

/// Every sealed value of a table, tried with every key that today's shred store still holds.
async fn opens_with_any_key(gateway: &Gateway, backup: &Backup, table: &str) -> usize {
    let mut keys = Vec::new();
    for (id, _) in gateway.store.keys().shred.list().unwrap() {
        keys.extend(gateway.store.shred_key(id).await.unwrap());
    }
    let rows = sqlite(&backup.database(), &format!("select hex(sealed) from {table}"));
    assert!(!rows.is_empty(), "the backup holds something to try");
    let rows = rows.into_iter().map(|hex| data_encoding::HEXUPPER.decode(hex.as_bytes()).unwrap());
    rows.filter(|sealed| keys.iter().any(|key| open_outer(key, sealed).is_ok())).count()
}

#[actix_web::test]
async fn a_draft_that_was_sealed_over_stays_shut() {
    let office = Office::new(On::Sqlite).await;
    let transfer = office.draft().await;
    office.add_file(transfer, "memo.txt", b"hello").await;
    office.add_recipient(transfer, "suzuki@aozora.example").await;
    let backup = Backup::take(&office);
    assert_eq!(
        opens_with_any_key(office.gateway(), &backup, "slots").await,
        1,
        "while it is a draft, custody opens it"
    );
    seal::send(office.gateway(), &office.sender, transfer).await.unwrap();
    assert_eq!(opens_with_any_key(office.gateway(), &backup, "slots").await, 0);
    let restored = backup.restore(&office).await;
    let again = seal::send(&restored.app.gateway, &office.sender, transfer).await;
    assert!(again.is_err(), "the draft of the backup cannot be sealed again");
}

#[actix_web::test]
async fn a_replaced_number_stays_dead() {
    let (office, _, sent) = fresh().await;
    let backup = Backup::take(&office);
    let delivery = office.delivery(&sent).await;
    let issued = reissue(office.gateway(), &office.sender, &delivery).await.unwrap();
    let restored = backup.restore(&office).await;
    let old = open(&restored.app.gateway, office.attempt(&sent, sent.issued.number.expose(), false)).await;
    assert_eq!(problem(old), Problem::Unavailable);
    let new = open(&restored.app.gateway, office.attempt(&sent, issued.number.expose(), false)).await;
    assert_eq!(problem(new), Problem::Unavailable, "the backup does not know the new slot");
    // The sender's slot lives in both; the delivery's old one does not.
    assert_eq!(opens_with_any_key(office.gateway(), &backup, "slots where kind = 'delivery'").await, 0);
    office.open_with(&sent, issued.number.expose(), false).await.expect("the present installation is untouched");
}

#[actix_web::test]
async fn an_ended_session_stays_ended() {
    let (office, _, sent) = fresh().await;
    let session = office.open(&sent).await.unwrap();
    let backup = Backup::take(&office);
    assert_eq!(opens_with_any_key(office.gateway(), &backup, "unlocks").await, 1);
    office.open_with(&sent, sent.issued.number.expose(), true).await.unwrap();
    assert_eq!(opens_with_any_key(office.gateway(), &backup, "unlocks").await, 0);
    let restored = backup.restore(&office).await;
    let dead = opened(&restored.app.gateway, &sent.issued.delivery.public_id, &session.cookie).await;
    assert_eq!(problem(dead.map(drop)), Problem::UnlockNeeded);
}

#[actix_web::test]
async fn what_was_shredded_stays_shredded() {
    let (office, id, sent) = fresh().await;
    let session = office.open(&sent).await.unwrap();
    let backup = Backup::take(&office);
    recall(office.gateway(), &office.sender, id, "").await.unwrap();
    assert_eq!(opens_with_any_key(office.gateway(), &backup, "slots").await, 0, "also not for the sender");
    assert_eq!(opens_with_any_key(office.gateway(), &backup, "unlocks").await, 0);
    let restored = backup.restore(&office).await;
    let number = sent.issued.number.expose();
    let shut = open(&restored.app.gateway, office.attempt(&sent, number, true)).await;
    assert_eq!(problem(shut), Problem::Unavailable);
    let dead = opened(&restored.app.gateway, &sent.issued.delivery.public_id, &session.cookie).await;
    assert_eq!(problem(dead.map(drop)), Problem::UnlockNeeded);
    let delivery = sent.issued.delivery.clone();
    let slotless = reissue(&restored.app.gateway, &office.sender, &delivery).await;
    assert!(slotless.is_err());
}

#[actix_web::test]
async fn a_signed_out_sign_in_of_a_backup_holds_no_key() {
    let (office, id, _) = fresh().await;
    let sender = office.sender.clone();
    sender.signed_in().account_key(&office.gateway().store).await.unwrap();
    let backup = Backup::take(&office);
    kakitome::staff::register::reset(
        office.gateway(),
        sender.account(),
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await
    .unwrap();
    let restored = backup.restore(&office).await;
    let keyless = sender.signed_in().account_key(&restored.app.gateway.store).await;
    assert_eq!(problem(keyless.map(drop)), Problem::AccountKeyNeeded);
    let _ = id;
}

#[actix_web::test]
async fn a_restore_gives_nobody_fresh_tries() {
    let (office, _, sent) = fresh().await;
    let backup = Backup::take(&office);
    for _ in 0..10 {
        office.clock.forward(Duration::from_secs(301));
        office.open_with(&sent, &sent.wrong_number(), false).await.unwrap_err();
    }
    let restored = backup.restore(&office).await;
    let used = restored.app.gateway.store.limits().used(sent.issued.delivery.id).await.unwrap();
    assert_eq!(used, Used { wrong: 10, life: 10, openings: 0 });
    office.clock.forward(Duration::from_secs(301));
    let right = open(&restored.app.gateway, office.attempt(&sent, sent.issued.number.expose(), false)).await;
    assert_eq!(problem(right), Problem::DeliveryPaused);
}

/// Keys made after the backup are unknown to it: an operator may yet put the newer database back.
async fn unknown_keys_are_left_alone(between: impl AsyncFn(&Office)) {
    let office = Office::new(On::Sqlite).await;
    let backup = Backup::take(&office);
    between(&office).await;
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let restored = backup.restore(&office).await;
    office.clock.forward(Duration::from_secs(7200));
    let now = office.gateway().now();
    assert!(restored.app.gateway.store.unknown_keys().await.unwrap() > 0);
    for _ in 0..2 {
        assert_eq!(restored.app.gateway.store.reconcile_keys(now).await.unwrap(), 0);
    }
    assert!(restored.app.gateway.store.unknown_keys().await.unwrap() > 0, "left alone");
    let again = backup.restore(&office).await;
    assert_eq!(again.app.gateway.store.reconcile_keys(now).await.unwrap(), 0, "nor after another start");
    office.open(&sent[0]).await.expect("the newer database still opens");
}

#[actix_web::test]
async fn a_database_from_before_the_last_start_destroys_no_key_it_does_not_know() {
    unknown_keys_are_left_alone(async |office| drop(office.again().await)).await;
}

/// A gateway that runs for months counts too, whenever it looks for orphans.
#[actix_web::test]
async fn a_database_from_before_the_last_sweep_for_orphans_destroys_no_key_it_does_not_know() {
    unknown_keys_are_left_alone(async |office| {
        office.gateway().store.reconcile_keys(office.gateway().now()).await.unwrap();
    })
    .await;
}

/// The gateway itself is not mistaken for a restore: it goes on destroying what crashed requests left.
#[actix_web::test]
async fn several_starts_and_nodes_go_on_destroying_orphans() {
    let office = Office::new(On::Sqlite).await;
    let other = office.again().await;
    for round in 0..6 {
        let store = if round % 2 == 0 { &office.gateway().store } else { &other.gateway.store };
        let now = office.gateway().now();
        store.make_shred_key(now).await.unwrap();
        office.clock.forward(Duration::from_secs(7200));
        let before = office.gateway().now() - Duration::from_secs(3600);
        assert_eq!(store.reconcile_keys(before).await.unwrap(), 1);
    }
}
